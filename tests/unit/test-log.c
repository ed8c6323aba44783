/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a line about something, and that a program's lines go to stderr, one a line. */
#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static GString *line;

static GLogWriterOutput
take_fields(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    for (gsize i = 0; i < n_fields; i++)
        if (!g_str_has_prefix(fields[i].key, "GLIB_")) /* the domain, for GLib's own writers */
            g_string_append_printf(line, "%s=%s ", fields[i].key, (const char *) fields[i].value);
    return G_LOG_WRITER_HANDLED;
}

static void
test_fields(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    line = text;
    g_log_set_writer_func(take_fields, NULL, NULL);
    log_about(G_LOG_LEVEL_WARNING, "17", "ana", "3", "%s %d", "late", 5);
    g_assert_cmpstr(text->str, ==,
                    "MESSAGE=late 5 PRIORITY=4 SYSLOG_IDENTIFIER=manyseat "
                    "SESSION_ID=17 USER_NAME=ana JOB_ID=3 ");
    g_string_truncate(text, 0);
    log_about(G_LOG_LEVEL_MESSAGE, NULL, "ana", NULL, "100%%");
    g_assert_cmpstr(text->str, ==,
                    "MESSAGE=100% PRIORITY=5 SYSLOG_IDENTIFIER=manyseat USER_NAME=ana ");
    g_string_truncate(text, 0);
    log_about(G_LOG_LEVEL_DEBUG, NULL, NULL, NULL, "x");
    g_assert_cmpstr(text->str, ==, "MESSAGE=x PRIORITY=7 SYSLOG_IDENTIFIER=manyseat ");
}

static void
test_program(void)
{
    if (g_test_subprocess()) {
        log_init("manyseat-test");
        log_about(G_LOG_LEVEL_MESSAGE, "17", NULL, NULL, "first");
        g_message("second");
        exit(0);
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*manyseat*first\n*manyseat*second\n");
    g_test_trap_assert_stdout_unmatched("*first*");
    g_test_trap_assert_stdout_unmatched("*second*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/program", test_program);
    g_test_add_func("/log/fields", test_fields);
    return g_test_run();
}
