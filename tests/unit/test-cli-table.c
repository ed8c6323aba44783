/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text, tables and points in time on a terminal. */
#include <glib.h>

#include "cli/table.h"
#include "cli/text.h"
#include "cli/when.h"

static void
test_width(void)
{
    static const struct {
        const char *text;
        guint width;
    } cases[] = {
        { "", 0 }, { "ana", 3 }, { "Иван", 4 }, { "ñandú", 5 }, { "n\xcc\x83", 1 }, { "日本", 4 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(text_width(cases[i].text), ==, cases[i].width);
}

static void
test_visible(void)
{
    static const struct {
        const char *text;
        const char *visible;
    } cases[] = {
        { "Ана ñ 日本", "Ана ñ 日本" },
        { "a\033[31mb", "a\xef\xbf\xbd[31mb" },
        { "line\nline", "line\xef\xbf\xbdline" },
        { "\xc2\x9b"
          "1m",
          "\xef\xbf\xbd"
          "1m" }, /* a C1 control */
        { "\xe2\x80\xae"
          "abc",
          "\xef\xbf\xbd"
          "abc" }, /* right-to-left override */
        { "a\xff"
          "b",
          "a\xef\xbf\xbd"
          "b" }, /* not UTF-8 */
        { "\x7f", "\xef\xbf\xbd" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *visible = text_visible(cases[i].text);

        g_assert_cmpstr(visible, ==, cases[i].visible);
    }
}

static void
test_wrap(void)
{
    static const struct {
        const char *text;
        guint indent, columns;
        const char *wrapped;
    } cases[] = {
        { "one two three", 0, 80, "one two three" },
        { "one two three", 0, 7, "one two\nthree" },
        { "one two three", 2, 9, "one two\n  three" },
        { "longerthanthat a", 0, 5, "longerthanthat\na" },
        { "日本 日本", 0, 8, "日本\n日本" },
        { "", 3, 8, "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *wrapped = text_wrap(cases[i].text, cases[i].indent, cases[i].columns);

        g_assert_cmpstr(wrapped, ==, cases[i].wrapped);
    }
}

static char **
row(const char *a, const char *b, const char *c)
{
    char **cells = g_new0(char *, 4);

    cells[0] = g_strdup(a);
    cells[1] = g_strdup(b);
    cells[2] = g_strdup(c);
    return cells;
}

static void
test_table(void)
{
    static const char *const headings[] = { "ID", "USER", "STATE" };
    g_autoptr(Table) table = table_new(headings, G_N_ELEMENTS(headings));
    g_autofree char *empty = table_format(table);
    g_autofree char *text = NULL;

    g_assert_cmpstr(empty, ==, "ID  USER  STATE\n");
    table_take_row(table, row("1", "日本", "active"));
    table_take_row(table, row("1234", "", "x\ry"));
    text = table_format(table);
    g_assert_cmpstr(text, ==,
                    "ID    USER  STATE\n"
                    "1     日本  active\n"
                    "1234  -     x\xef\xbf\xbdy\n");
}

#define NOW (G_GINT64_CONSTANT(1795000000) * G_USEC_PER_SEC)

static void
test_when_parse(void)
{
    static const struct {
        const char *text;
        gint64 when; /* -1: not a time */
    } cases[] = {
        { "90s", NOW - G_GINT64_CONSTANT(90) * G_USEC_PER_SEC },
        { "2h", NOW - G_GINT64_CONSTANT(7200) * G_USEC_PER_SEC },
        { "3d", NOW - G_GINT64_CONSTANT(259200) * G_USEC_PER_SEC },
        { "0m", NOW },
        { "1000000w", 0 },
        { "2026-11-21T08:30:00Z", G_GINT64_CONSTANT(1795249800) * G_USEC_PER_SEC },
        { "2026-11-21T08:30:00+01:00", G_GINT64_CONSTANT(1795246200) * G_USEC_PER_SEC },
        { "2026-11-21T08:30", G_GINT64_CONSTANT(1795249800) * G_USEC_PER_SEC }, /* TZ is UTC */
        { "2026-11-21", G_GINT64_CONSTANT(1795219200) * G_USEC_PER_SEC },
        { "", -1 },
        { "h", -1 },
        { "2", -1 },
        { "-2h", -1 },
        { "2y", -1 },
        { "99999999999999999999d", -1 },
        { "2026-13-01", -1 },
        { "yesterday", -1 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gint64 when = -1;
        gboolean good = when_parse(cases[i].text, NOW, &when, &error);

        g_assert_cmpint(when, ==, cases[i].when);
        g_assert_cmpint(good, ==, cases[i].when != -1);
        if (!good)
            g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
}

static void
test_when_format(void)
{
    static const struct {
        gint64 seconds;
        const char *text;
    } cases[] = {
        { -1, "" },         { 0, "0 s" },          { 59, "59 s" },       { 60, "1 min" },
        { 3599, "59 min" }, { 7500, "2 h 5 min" }, { 86400, "1 d 0 h" }, { 180000, "2 d 2 h" },
    };
    g_autofree char *time = when_format(G_GINT64_CONSTANT(1795249800) * G_USEC_PER_SEC);
    g_autofree char *none = when_format(0);
    g_autofree char *absurd = when_format(G_MAXINT64);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = when_format_span(cases[i].seconds);

        g_assert_cmpstr(text, ==, cases[i].text);
    }
    g_assert_cmpstr(time, ==, "2026-11-21 08:30:00");
    g_assert_cmpstr(none, ==, "");
    g_assert_nonnull(absurd);
}

int
main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/width", test_width);
    g_test_add_func("/text/visible", test_visible);
    g_test_add_func("/text/wrap", test_wrap);
    g_test_add_func("/table", test_table);
    g_test_add_func("/when/parse", test_when_parse);
    g_test_add_func("/when/format", test_when_format);
    return g_test_run();
}
