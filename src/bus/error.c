/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "error.h"

#define NAME(short_name) "org.manyseat.Error." short_name

static const struct {
    const char *dbus_name;
    guint http_status;
    int exit_status;
} table[N_MANYSEAT_ERRORS] = {
    [MANYSEAT_ERROR_FAILED] = { NAME("Failed"), 500, 1 },
    [MANYSEAT_ERROR_INVALID_ARGUMENT] = { NAME("InvalidArgument"), 400, 2 },
    [MANYSEAT_ERROR_NOT_PERMITTED] = { NAME("NotPermitted"), 403, 3 },
    [MANYSEAT_ERROR_NOT_SIGNED_IN] = { NAME("NotSignedIn"), 401, 3 },
    [MANYSEAT_ERROR_NO_SUCH_SESSION] = { NAME("NoSuchSession"), 404, 4 },
    [MANYSEAT_ERROR_NO_SUCH_USER] = { NAME("NoSuchUser"), 404, 4 },
    [MANYSEAT_ERROR_NO_SUCH_STATION] = { NAME("NoSuchStation"), 404, 4 },
    [MANYSEAT_ERROR_NO_SUCH_JOB] = { NAME("NoSuchJob"), 404, 4 },
    [MANYSEAT_ERROR_NO_SUCH_LAUNCH] = { NAME("NoSuchLaunch"), 404, 4 },
    [MANYSEAT_ERROR_NO_SUCH_TICKET] = { NAME("NoSuchTicket"), 403, 3 },
    [MANYSEAT_ERROR_NOT_AVAILABLE] = { NAME("NotAvailable"), 503, 1 },
    [MANYSEAT_ERROR_LIMIT_REACHED] = { NAME("LimitReached"), 429, 1 },
    [MANYSEAT_ERROR_TIMED_OUT] = { NAME("TimedOut"), 504, 1 },
    [MANYSEAT_ERROR_UNREACHABLE] = { NAME("Unreachable"), 502, 5 },
};

GQuark
manyseat_error_quark(void)
{
    static gsize registered;

    if (g_once_init_enter(&registered)) {
        GQuark quark = g_quark_from_static_string("manyseat-error");

        for (gint code = 0; code < N_MANYSEAT_ERRORS; code++)
            g_dbus_error_register_error(quark, code, table[code].dbus_name);
        g_once_init_leave(&registered, quark);
    }
    return (GQuark) registered;
}

const char *
manyseat_error_name(ManyseatError code)
{
    g_return_val_if_fail((guint) code < N_MANYSEAT_ERRORS, NULL);
    return table[code].dbus_name + sizeof NAME("") - 1;
}

guint
manyseat_error_http_status(ManyseatError code)
{
    g_return_val_if_fail((guint) code < N_MANYSEAT_ERRORS, 500);
    return table[code].http_status;
}

int
manyseat_error_exit_status(ManyseatError code)
{
    g_return_val_if_fail((guint) code < N_MANYSEAT_ERRORS, 1);
    return table[code].exit_status;
}

ManyseatError
manyseat_error_code(const GError *error)
{
    if (error->domain == MANYSEAT_ERROR)
        return (ManyseatError) error->code;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
        g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
        return MANYSEAT_ERROR_TIMED_OUT;
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS))
        return MANYSEAT_ERROR_INVALID_ARGUMENT;
    return MANYSEAT_ERROR_FAILED;
}
