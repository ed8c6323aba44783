/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/xsession.h"

#include <glib/gstdio.h>
#include <string.h>

#include "session/layout.h"

static void
test_ids(void)
{
    static const struct {
        const char *id;
        gboolean valid;
    } cases[] = {
        { "xfce", TRUE },
        { "gnome-classic", TRUE },
        { "plasma5.27_x+11", TRUE },
        { "", FALSE },
        { ".", FALSE },
        { "..", FALSE },
        { "../xfce", FALSE },
        { "a/b", FALSE },
        { "-x", FALSE },
        { "a b", FALSE },
        { "xfce\n", FALSE },
        { "\xc3\xb1", FALSE },
    };
    g_autofree char *longest = g_strnfill(100, 'a');
    g_autofree char *too_long = g_strnfill(101, 'a');

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("'%s'", cases[i].id);
        g_assert_cmpint(xsession_id_is_valid(cases[i].id), ==, cases[i].valid);
    }
    g_assert_true(xsession_id_is_valid(longest));
    g_assert_false(xsession_id_is_valid(too_long));
}

/* command NULL: refused, with why in the message. */
static const struct {
    const char *text;
    const char *command;
    const char *why;
} files[] = {
    { "Exec=sh", "sh", NULL },
    { "Exec=/bin/sh -l %F --flag=%% \"two\"", "/bin/sh -l --flag=%% two", NULL },
    { "Exec=sh\nTryExec=/bin/sh", "sh", NULL },
    { "Exec=sh\nHidden=true", NULL, "hidden" },
    { "Exec=sh\nNoDisplay=true", NULL, "hidden" },
    { "Exec=sh\nTryExec=/no/such/program", NULL, "TryExec" },
    { "Exec=no-such-program-here", NULL, "not installed" },
    { "Exec=sh -c \"rm -r x\"", NULL, "Exec" },
    { "Exec=sh $HOME", NULL, "Exec" },
    { "Exec=sh *", NULL, "Exec" },
    { "Exec=sh \"unfinished", NULL, "" },
    { "Exec=%f", NULL, "" },
    { "Name=only", NULL, "" },
};

static void
check_file(const char *directory, guint i)
{
    g_autofree char *path = g_build_filename(directory, "x.desktop", NULL);
    g_autofree char *text =
        g_strdup_printf("[Desktop Entry]\nDesktopNames=A;B;\n%s\n", files[i].text);
    g_autoptr(GError) error = NULL;
    g_autoptr(Xsession) xsession = NULL;

    g_test_message("%s", files[i].text);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    xsession = xsession_find(directory, "x", &error);
    if (files[i].command == NULL) {
        g_assert_null(xsession);
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, files[i].why));
    } else {
        g_assert_no_error(error);
        g_assert_cmpstr(xsession->command, ==, files[i].command);
        g_assert_cmpstr(xsession->names, ==, "A:B");
        g_assert_cmpstr(xsession->id, ==, "x");
    }
    (void) g_unlink(path);
}

static void
test_files(void)
{
    g_autofree char *directory = g_dir_make_tmp("xsession-XXXXXX", NULL);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        check_file(directory, i);
    g_assert_null(xsession_find(directory, "absent", &error));
    g_assert_nonnull(error);
    g_assert_null(xsession_find(directory, "../x", NULL));
    (void) g_rmdir(directory);
}

static void
test_layouts(void)
{
    static const struct {
        const char *layout;
        gboolean valid;
    } cases[] = {
        { "us", TRUE },          { "us,ru", TRUE }, { "us,ru,es,latam", FALSE },
        { "us,ru,es,de", TRUE }, { "ara", TRUE },   { "", FALSE },
        { "us,", FALSE },        { ",us", FALSE },  { "us;id", FALSE },
        { "u", FALSE },          { "US", FALSE },   { "us,ru,es,de,fr", FALSE },
        { "us ru", FALSE },      { "-x", FALSE },
    };
    g_auto(GStrv) one = layout_command("es");
    g_auto(GStrv) two = layout_command("us,ru");

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("'%s'", cases[i].layout);
        g_assert_cmpint(layout_is_valid(cases[i].layout), ==, cases[i].valid);
    }
    g_assert_false(g_strv_contains((const char *const *) one, "grp:alt_shift_toggle"));
    g_assert_true(g_strv_contains((const char *const *) two, "grp:alt_shift_toggle"));
    g_assert_true(g_strv_contains((const char *const *) two, "us,ru"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xsession/ids", test_ids);
    g_test_add_func("/xsession/files", test_files);
    g_test_add_func("/xsession/layouts", test_layouts);
    return g_test_run();
}
