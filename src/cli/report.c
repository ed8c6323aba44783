/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "converse.h"
#include "json.h"
#include "text.h"
#include "words.h"

void
report_print(const char *text)
{
    g_print("%s", text);
}

int
report_text(const char *text, int status)
{
    report_print(text);
    return report_flush(status);
}

int
report_flush(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    g_printerr("manyseat: %s: %s\n", _("cannot write to standard output"), g_strerror(errno));
    return COMMAND_NOT_DONE;
}

static void
print_document(ManyseatError code, const char *message)
{
    json_print(g_variant_new_parsed("{'error': <%s>, 'message': <%s>}", manyseat_error_name(code),
                                    message));
}

int
report_usage(const char *command, const char *message, gboolean json)
{
    g_autofree char *visible = text_visible(message);

    g_printerr("manyseat: %s\n", visible);
    if (command != NULL)
        g_printerr(_("Try 'manyseat %s --help'.\n"), command);
    else
        g_printerr("%s", _("Try 'manyseat --help'.\n"));
    if (json)
        print_document(MANYSEAT_ERROR_INVALID_ARGUMENT, visible);
    return COMMAND_USAGE;
}

static ManyseatError
failure_code(const GError *error)
{
    switch (error->code) {
    case FAILURE_DENIED:
    case FAILURE_ACCOUNT:
    case FAILURE_NO_LOGINS:
    case FAILURE_PASSWORD:
    case FAILURE_NOT_PERMITTED:
        return MANYSEAT_ERROR_NOT_PERMITTED;
    case FAILURE_LIMIT:
        return MANYSEAT_ERROR_LIMIT_REACHED;
    case FAILURE_TIMEOUT:
        return MANYSEAT_ERROR_TIMED_OUT;
    case FAILURE_CANCELLED:
    case FAILURE_INTERNAL:
        return MANYSEAT_ERROR_FAILED;
    default:
        return MANYSEAT_ERROR_NOT_AVAILABLE;
    }
}

/* What GLib and GDBus say by themselves, in our terms: a connection that breaks under a call is manyseatd going away. */
static ManyseatError
error_code(const GError *error)
{
    if (error->domain == CONVERSE_FAILURE)
        return failure_code(error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
        g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED))
        return MANYSEAT_ERROR_UNREACHABLE;
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
        return MANYSEAT_ERROR_NOT_AVAILABLE;
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
        return MANYSEAT_ERROR_NOT_PERMITTED;
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED))
        return MANYSEAT_ERROR_LIMIT_REACHED;
    return manyseat_error_code(error);
}

int
report_error(const Arguments *arguments, const GError *error)
{
    g_autofree char *visible = text_visible(error->message);
    ManyseatError code = error_code(error);
    gboolean json = arguments_has(arguments, "json");

    if (error->domain == G_OPTION_ERROR)
        return report_usage(arguments->command->name, error->message, json);
    if (code == MANYSEAT_ERROR_FAILED || error->domain == CONVERSE_FAILURE)
        g_printerr("manyseat: %s\n", visible);
    else
        g_printerr("manyseat: %s: %s\n", words_error(code), visible);
    if (json)
        print_document(code, visible);
    return manyseat_error_exit_status(code);
}
