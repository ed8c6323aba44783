/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one fuzz target over the files of its corpus, without a fuzzer: run-corpus DIRECTORY... One TAP line a file; the sanitizers
 * of the build do the judging. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint n_files;

/* FALSE if the file cannot be read. */
static gboolean
run_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *contents = NULL;
    g_autofree uint8_t *exact = NULL;
    gsize length;

    if (!g_file_get_contents(path, &contents, &length, &error)) {
        printf("not ok %u %s # %s\n", ++n_files, path, error->message);
        return FALSE;
    }
    /* A block of exactly this size, so that reading one byte too far is seen. */
    exact = g_memdup2(contents, length);
    LLVMFuzzerTestOneInput(exact, length);
    printf("ok %u %s\n", ++n_files, path);
    return TRUE;
}

static gboolean
run_directory(const char *directory)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) files = g_dir_open(directory, 0, &error);
    gboolean good = TRUE;
    const char *name;

    if (files == NULL) {
        printf("Bail out! %s\n", error->message);
        return FALSE;
    }
    while ((name = g_dir_read_name(files)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        good = run_file(path) && good;
    }
    return good;
}

int
main(int argc, char **argv)
{
    gboolean good = argc > 1;

    for (int i = 1; i < argc; i++)
        good = run_directory(argv[i]) && good;
    printf("1..%u\n", n_files);
    return good && n_files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
