/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/errand.h"
#include "errand/blocker.h"
#include "errand/errand.h"
#include "errand/manager.h"
#include "errand/own-processes.h"
#include "errand/program.h"
#include "errand/user-bus.h"

static void
test_texts(void)
{
    g_autofree char *long_text = g_strnfill(ERRAND_ASK_TEXT_MAX + 1, 'x');
    g_autofree char *cut = g_strnfill(ERRAND_ASK_TEXT_MAX, 'x');
    g_autofree char *odd = g_strconcat(cut + 1, "ñ", NULL); /* its last character does not fit */
    const struct {
        const char *text, *shown;
    } cases[] = {
        { NULL, "" },
        { "", "" },
        { "* сочинение.txt — Mousepad", "* сочинение.txt — Mousepad" },
        { "a\nb\033[1m\x7f", "a b [1m " },
        { "a\u202etxt.\u2066b\u2028c", "atxt.b c" },
        { "\xff", "\xef\xbf\xbd" },
        { long_text, cut },
        { odd, cut + 1 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *shown = blocker_text(cases[i].text);

        g_assert_cmpstr(shown, ==, cases[i].shown);
    }
}

typedef struct {
    guint32 id, parent;
    const char *application, *title;
} Row;

static GPtrArray *
list_of(const Row *rows, gsize n_rows)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify) blocker_free);

    for (gsize i = 0; i < n_rows && rows[i].application != NULL; i++)
        g_ptr_array_add(
            list, blocker_new(rows[i].id, rows[i].parent, rows[i].application, rows[i].title));
    return list;
}

static void
check(GVariant *rows, const char *text)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(rows);
    g_autofree char *found = g_variant_print(owned, TRUE);

    g_assert_cmpstr(found, ==, text);
}

/* One row for a dialog and its window, whatever their order; an own one when the window has gone; inhibitors each their own. */
static void
test_rows(void)
{
    static const struct {
        Row rows[3];
        const char *text;
    } cases[] = {
        { { { 0 } }, "@a(ss) []" },
        { { { 1, 0, "Mousepad", "*essay" } }, "[('Mousepad', '*essay')]" },
        { { { 2, 1, "Mousepad", "Save?" }, { 1, 0, "Mousepad", "*essay" } },
          "[('Mousepad', '*essay')]" },
        { { { 1, 0, "W", "a" }, { 2, 1, "W", "b" }, { 3, 2, "W", "c" } }, "[('W', 'a')]" },
        { { { 2, 1, "Mousepad", "Save?" } }, "[('Mousepad', 'Save?')]" },
        { { { 2, 1, "A", "a" }, { 1, 2, "B", "b" } }, "[('B', 'b')]" },
        { { { 1, 1, "A", "a" } }, "[('A', 'a')]" },
        { { { 1, 2, "A", "a" }, { 2, 3, "B", "b" }, { 3, 1, "C", "c" } }, "[('A', 'a')]" },
        { { { 0, 0, "org.a", "writes" }, { 0, 0, "org.b", "burns" } },
          "[('org.a', 'writes'), ('org.b', 'burns')]" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) list = list_of(cases[i].rows, 3);

        check(blockers_format(list), cases[i].text);
    }
}

static void
test_closed(void)
{
    static const Row asked[] = {
        { 1, 0, "Thunar", "a" },
        { 2, 0, "Mousepad", "b" },
        { 3, 0, "Thunar", "c" },
        { 4, 0, "X", "d" },
    };
    static const Row standing[] = { { 2, 0, "Mousepad", "b" }, { 9, 0, "Other", "new" } };
    g_autoptr(GPtrArray) before = list_of(asked, G_N_ELEMENTS(asked));
    g_autoptr(GPtrArray) after = list_of(standing, G_N_ELEMENTS(standing));
    g_autoptr(GPtrArray) none = list_of(NULL, 0);

    check(blockers_format_closed(before, after), "['Thunar', 'X']");
    check(blockers_format_closed(before, before), "@as []");
    check(blockers_format_closed(before, none), "['Thunar', 'Mousepad', 'X']");
}

static void
test_programs(void)
{
    static const struct {
        const char *class, *title;
        Unsaved unsaved;
    } judged[] = {
        { "Mousepad", "*~/essay.txt - Mousepad", UNSAVED_YES },
        { "Mousepad", "~/essay.txt - Mousepad", UNSAVED_NO },
        { "Thunar", "ana - Thunar", UNSAVED_NO },
        { "Thunar", "File Operation Progress", UNSAVED_UNKNOWN },
        { "libreoffice-writer", "Untitled 1 - LibreOffice Writer", UNSAVED_UNKNOWN },
        { "kate", "essay.txt* — Kate", UNSAVED_YES },
        { "featherpad", "*essay.txt", UNSAVED_YES },
        { "kwrite", "сочинение.txt [изменён] – KWrite", UNSAVED_YES },
        { "Old", "essay.txt [modificado]", UNSAVED_YES },
        { "code", "● essay.md - work - Visual Studio Code", UNSAVED_YES },
        { "Xterm", "ls * | wc", UNSAVED_UNKNOWN },
        { "", "", UNSAVED_UNKNOWN },
    };
    static const struct {
        const char *title, *name, *cut;
    } titles[] = {
        { "Untitled 1 - LibreOffice Writer", "LibreOffice Writer", "Untitled 1" },
        { "essay – Kate", "Kate", "essay" },
        { "Kate", "Kate", "Kate" },
        { " - Kate", "Kate", " - Kate" },
        { "Kate - essay", "Kate", "Kate - essay" },
        { "", "", "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(judged); i++) {
        g_test_message("%s", judged[i].title);
        g_assert_cmpint(program_judge(judged[i].class, judged[i].title), ==, judged[i].unsaved);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
        g_autofree char *cut = program_cut_title(titles[i].title, titles[i].name);

        g_assert_cmpstr(cut, ==, titles[i].cut);
    }
}

/* A class is a word of somebody else's, and no path. */
static void
test_program_names(void)
{
    static const char *const classes[] = { "No-Such-Program",     "",           ".", "..",
                                           "../../../etc/passwd", "/etc/passwd" };

    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++) {
        g_autofree char *name = program_name(classes[i]);

        g_assert_cmpstr(name, ==, classes[i]);
    }
}

/* Its entry is called "org.xfce.mousepad". */
static void
test_program_of_vendor(void)
{
    g_autofree char *name = program_name("mousepad");

    g_assert_cmpstr(name, ==, "Mousepad");
}

static void
test_unsaved(void)
{
    static const Row rows[] = {
        { 1, 0, "Mousepad", "*essay" },
        { 2, 1, "Mousepad", "Save?" },
        { 3, 0, "Writer", "Untitled" },
        { 0, 0, "Burner", "burns" },
    };
    g_autoptr(GPtrArray) list = list_of(rows, G_N_ELEMENTS(rows));
    gboolean more = FALSE;

    ((Blocker *) list->pdata[0])->unsaved = UNSAVED_YES;
    check(blockers_format_unsaved(list, UNSAVED_YES, 2, &more),
          "[('Mousepad', '*essay'), ('Burner', 'burns')]");
    check(blockers_format_unsaved(list, UNSAVED_UNKNOWN, 2, &more), "[('Writer', 'Untitled')]");
    g_assert_false(more);
    check(blockers_format_unsaved(list, UNSAVED_YES, 1, &more), "[('Mousepad', '*essay')]");
    g_assert_true(more);
}

/* The most that there can be fits into a packet. */
static void
test_limits(void)
{
    g_autofree char *title = g_strnfill(ERRAND_ASK_TEXT_MAX + 9, 't');
    g_autoptr(GPtrArray) list = list_of(NULL, 0);
    g_autoptr(GPtrArray) none = list_of(NULL, 0);
    g_autoptr(GBytes) packet = NULL;
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GVariant) rows = NULL;
    g_autoptr(GVariant) closed = NULL;
    g_autoptr(GError) error = NULL;
    GVariantDict dict;

    for (guint i = 1; i <= ERRAND_ASK_ROWS_MAX + 5; i++) {
        g_autofree char *application = g_strdup_printf("%02u%s", i, title);

        g_ptr_array_add(list, blocker_new(i, 0, application, title));
    }
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "state", "s", ERRAND_ASK_LOGGING_OUT);
    g_variant_dict_insert_value(&dict, "blockers", blockers_format(list));
    g_variant_dict_insert_value(&dict, "closed", blockers_format_closed(list, none));
    packet = errand_reply_format(NULL, g_variant_dict_end(&dict));
    g_assert_true(errand_reply_parse(g_bytes_get_data(packet, NULL), g_bytes_get_size(packet),
                                     &result, &error));
    g_assert_no_error(error);
    rows = g_variant_lookup_value(result, "blockers", G_VARIANT_TYPE("a(ss)"));
    closed = g_variant_lookup_value(result, "closed", G_VARIANT_TYPE("as"));
    g_assert_cmpuint(g_variant_n_children(rows), ==, ERRAND_ASK_ROWS_MAX);
    g_assert_cmpuint(g_variant_n_children(closed), ==, ERRAND_ASK_ROWS_MAX);
}

static void
test_addresses(void)
{
    static const struct {
        const char *address;
        gboolean good;
    } cases[] = {
        { "unix:path=/run/user/1000/bus", TRUE },
        { "unix:abstract=/tmp/dbus-1,guid=ab", TRUE },
        { "unixexec:path=/bin/sh", FALSE },
        { "unix:path=/a;tcp:host=b,port=1", FALSE },
        { "tcp:host=localhost,port=1", FALSE },
        { "autolaunch:", FALSE },
        { "", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("'%s'", cases[i].address);
        g_assert_cmpint(user_bus_may_use(cases[i].address), ==, cases[i].good);
    }
}

static void
test_variables(void)
{
    static const char text[] = "A=1\0AB=2\0\0B\0C=\0D=x=y";

    static const struct {
        const char *name, *value;
    } cases[] = {
        { "A", "1" }, { "AB", "2" }, { "B", NULL }, { "C", "" }, { "D", "x=y" }, { "E", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(own_processes_find(text, sizeof text - 1, cases[i].name), ==,
                        cases[i].value);
    g_assert_null(own_processes_find("", 0, "A"));
}

/* What cannot begin says so, and sends nothing itself. */
static void
test_refusals(void)
{
    static const struct {
        const char *arguments;
        int code;
    } cases[] = {
        { "@a{sv} {}", G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'token': <'7'>, 'seconds': <uint32 3601>}",
          G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'token': <'7'>, 'seconds': <5>}", G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'seconds': <uint32 1>}", G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'token': <''>, 'seconds': <uint32 1>}", G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'token': <'0123456789012345678901234567890123456789012345678901234567"
          "8901234'>, 'seconds': <uint32 1>}",
          G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'token': <'7'>, 'seconds': <uint32 1>}",
          G_IO_ERROR_INVALID_ARGUMENT },
        { "{'session': <'1'>, 'token': <'7'>, 'seconds': <uint32 1>, 'display': <'65534'>, "
          "'xauthority': <'/none'>}",
          G_IO_ERROR_CONNECTION_REFUSED },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) arguments =
            g_variant_ref_sink(g_variant_new_parsed(cases[i].arguments));
        g_autoptr(GError) error = NULL;

        g_test_message("%s", cases[i].arguments);
        g_assert_false(ask(arguments, -1, &error));
        g_assert_error(error, G_IO_ERROR, cases[i].code);
    }
}

static void
on_manager(gpointer data)
{
    g_main_loop_quit(data);
}

/* A session of which nothing runs has no session manager, and that is found out at once. */
static void
test_no_manager(void)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(Manager) manager = manager_open("no-such-session", on_manager, loop);

    g_assert_false(manager_is_ready(manager));
    g_main_loop_run(loop);
    g_assert_true(manager_is_ready(manager));
    g_assert_cmpuint(manager_inhibitors(manager)->len, ==, 0);
    g_assert_false(manager_is_called(manager));
    manager_log_out(manager);
    g_assert_true(manager_is_called(manager));
    g_assert_cmpstr(manager_name(manager), ==, "none");
    g_assert_false(manager_is_cancelled(manager));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ask/texts", test_texts);
    g_test_add_func("/ask/rows", test_rows);
    g_test_add_func("/ask/closed", test_closed);
    g_test_add_func("/ask/programs", test_programs);
    g_test_add_func("/ask/program-names", test_program_names);
    g_test_add_func("/ask/program-of-vendor", test_program_of_vendor);
    g_test_add_func("/ask/unsaved", test_unsaved);
    g_test_add_func("/ask/limits", test_limits);
    g_test_add_func("/ask/addresses", test_addresses);
    g_test_add_func("/ask/variables", test_variables);
    g_test_add_func("/ask/refusals", test_refusals);
    g_test_add_func("/ask/no-manager", test_no_manager);
    return g_test_run();
}
