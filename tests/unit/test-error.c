/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one error table: names as the D-Bus interface has them, HTTP as the protocol has it, exit statuses as the CLI has them. */
#include "bus/error.h"

static const struct {
    ManyseatError code;
    const char *name;
    guint http_status;
    int exit_status;
} cases[] = {
    { MANYSEAT_ERROR_FAILED, "Failed", 500, 1 },
    { MANYSEAT_ERROR_INVALID_ARGUMENT, "InvalidArgument", 400, 2 },
    { MANYSEAT_ERROR_NOT_PERMITTED, "NotPermitted", 403, 3 },
    { MANYSEAT_ERROR_NOT_SIGNED_IN, "NotSignedIn", 401, 3 },
    { MANYSEAT_ERROR_NO_SUCH_SESSION, "NoSuchSession", 404, 4 },
    { MANYSEAT_ERROR_NO_SUCH_USER, "NoSuchUser", 404, 4 },
    { MANYSEAT_ERROR_NO_SUCH_STATION, "NoSuchStation", 404, 4 },
    { MANYSEAT_ERROR_NO_SUCH_JOB, "NoSuchJob", 404, 4 },
    { MANYSEAT_ERROR_NO_SUCH_LAUNCH, "NoSuchLaunch", 404, 4 },
    { MANYSEAT_ERROR_NO_SUCH_TICKET, "NoSuchTicket", 403, 3 },
    { MANYSEAT_ERROR_NOT_AVAILABLE, "NotAvailable", 503, 1 },
    { MANYSEAT_ERROR_LIMIT_REACHED, "LimitReached", 429, 1 },
    { MANYSEAT_ERROR_TIMED_OUT, "TimedOut", 504, 1 },
    { MANYSEAT_ERROR_UNREACHABLE, "Unreachable", 502, 5 },
};

static void
test_table(void)
{
    g_assert_cmpuint(G_N_ELEMENTS(cases), ==, N_MANYSEAT_ERRORS);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(cases[i].code, ==, i);
        g_assert_cmpstr(manyseat_error_name(cases[i].code), ==, cases[i].name);
        g_assert_cmpuint(manyseat_error_http_status(cases[i].code), ==, cases[i].http_status);
        g_assert_cmpint(manyseat_error_exit_status(cases[i].code), ==, cases[i].exit_status);
    }
}

/* An error goes over D-Bus as its name, and comes out as the same code. */
static void
test_over_dbus(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *expected = g_strconcat("org.manyseat.Error.", cases[i].name, NULL);
        g_autoptr(GError) sent = g_error_new(MANYSEAT_ERROR, (gint) cases[i].code, "no: %u", i);
        g_autofree char *name = g_dbus_error_encode_gerror(sent);
        g_autoptr(GError) received = g_dbus_error_new_for_dbus_error(name, sent->message);

        g_assert_cmpstr(name, ==, expected);
        g_assert_error(received, MANYSEAT_ERROR, (gint) cases[i].code);
        g_assert_true(g_dbus_error_strip_remote_error(received));
        g_assert_cmpstr(received->message, ==, sent->message);
    }
}

static void
test_code(void)
{
    const struct {
        GQuark domain;
        int code;
        ManyseatError expected;
    } others[] = {
        { MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_JOB, MANYSEAT_ERROR_NO_SUCH_JOB },
        { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, MANYSEAT_ERROR_TIMED_OUT },
        { G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY, MANYSEAT_ERROR_TIMED_OUT },
        { G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, MANYSEAT_ERROR_INVALID_ARGUMENT },
        { G_IO_ERROR, G_IO_ERROR_NOT_FOUND, MANYSEAT_ERROR_FAILED },
        { G_KEY_FILE_ERROR, MANYSEAT_ERROR_NO_SUCH_JOB, MANYSEAT_ERROR_FAILED },
    };

    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GError) error = g_error_new_literal(others[i].domain, others[i].code, "x");

        g_assert_cmpint(manyseat_error_code(error), ==, others[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/table", test_table);
    g_test_add_func("/error/over-dbus", test_over_dbus);
    g_test_add_func("/error/code", test_code);
    return g_test_run();
}
