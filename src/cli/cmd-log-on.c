/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "converse.h"
#include "json.h"
#include "manager.h"
#include "report.h"
#include "terminal.h"

/* From one packet to the next: manyseat-session ends a conversation earlier than this. */
#define SILENCE_SECONDS (2 * LIMIT_LAUNCH_SECONDS)

static GVariant *
request_new(const Arguments *arguments)
{
    GVariantBuilder request = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    g_variant_builder_add(&request, "{sv}", "user", g_variant_new_string(arguments->words[0]));
    if (arguments_has(arguments, "auto"))
        g_variant_builder_add(&request, "{sv}", "auto", g_variant_new_boolean(TRUE));
    arguments_add_to(arguments, "desktop", &request);
    arguments_add_to(arguments, "layout", &request);
    return g_variant_builder_end(&request);
}

/* "started 17" or "resumed 17". */
static int
print_success(const Arguments *arguments, const char *success, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(success, " ", 2);
    gboolean resumed = g_strcmp0(parts[0], "resumed") == 0;
    g_autofree char *line = NULL;

    if (parts[0] == NULL || parts[1] == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the log-on ended with '%s'",
                    success);
        return COMMAND_ERROR;
    }
    if (arguments_has(arguments, "json")) {
        json_print(g_variant_new_parsed("{'session': <%s>, 'resumed': <%b>}", parts[1], resumed));
        return COMMAND_DONE;
    }
    line = g_strdup_printf(resumed ? _("resumed %s\n") : _("started %s\n"), parts[1]);
    report_print(line);
    return COMMAND_DONE;
}

static gboolean
read_password(const Arguments *arguments, Secret **ret_password, GError **error)
{
    if (!arguments_has(arguments, "password-stdin"))
        return TRUE;
    if (arguments_has(arguments, "auto")) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                            _("--auto needs no password: leave --password-stdin out"));
        return FALSE;
    }
    *ret_password = terminal_read_line(STDIN_FILENO, error);
    return *ret_password != NULL;
}

int
cmd_log_on(const Arguments *arguments, GError **error)
{
    const struct timeval silence = { .tv_sec = SILENCE_SECONDS };
    g_autoptr(GDBusConnection) connection = NULL;
    g_autoptr(Secret) password = NULL;
    g_autofree char *success = NULL;
    autofd socket = -1;

    if (!read_password(arguments, &password, error))
        return COMMAND_ERROR;
    connection = manager_connect(error);
    if (connection == NULL)
        return COMMAND_ERROR;
    socket = manager_call_for_fd(connection, "LogOn",
                                 g_variant_new("(@a{sv})", request_new(arguments)), error);
    if (socket < 0)
        return COMMAND_ERROR;
    (void) g_unix_set_fd_nonblocking(socket, FALSE, NULL);
    (void) setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
    success = converse(socket, password, error);
    if (success == NULL) {
        g_prefix_error(error, "%s: ", arguments->words[0]);
        return COMMAND_ERROR;
    }
    return print_success(arguments, success, error);
}
