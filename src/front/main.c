/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manyseat-front-config: the settings, as nginx reads them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/paths.h"
#include "base/settings.h"
#include "nginx-template.h"
#include "nginx-values.h"

#define PATH_TEMPLATE MANYSEAT_DATADIR "/front/nginx.conf.in"

static char *output;
static gboolean check_only, example, tls_paths;

static const GOptionEntry options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write to FILE", "FILE" },
    { "check", 0, 0, G_OPTION_ARG_NONE, &check_only, "Check the settings, print nothing", NULL },
    { "example", 0, 0, G_OPTION_ARG_NONE, &example, "Print the commented example settings", NULL },
    { "tls-paths", 0, 0, G_OPTION_ARG_NONE, &tls_paths,
      "Print where certificate and key belong, one a line", NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
};

static char *
make_text(GError **error)
{
    g_autoptr(Settings) settings = settings_load(PATH_CONFIG, error);
    g_autofree char *template = NULL;

    if (settings == NULL)
        return NULL;
    if (check_only)
        return g_strdup("");
    if (tls_paths)
        return g_strdup_printf("%s\n%s\n", settings->certificate, settings->certificate_key);
    if (!g_file_get_contents(PATH_TEMPLATE, &template, NULL, error))
        return NULL;
    return nginx_template_fill(template, nginx_value, settings, error);
}

static gboolean
run(GOptionContext *context, int *argc, char ***argv, GError **error)
{
    g_autofree char *text = NULL;

    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    text = example ? settings_example() : make_text(error);
    if (text == NULL)
        return FALSE;
    if (output != NULL)
        return g_file_set_contents(output, text, -1, error);
    return fputs(text, stdout) >= 0;
}

int
main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    log_init("manyseat-front-config");
    g_option_context_add_main_entries(context, options, NULL);
    if (run(context, &argc, &argv, &error))
        return EXIT_SUCCESS;
    g_printerr("manyseat-front-config: %s\n", error != NULL ? error->message : "cannot write");
    return EXIT_FAILURE;
}
