/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "json.h"
#include "manager.h"
#include "report.h"

int
cmd_refuse(const Arguments *arguments, GError **error)
{
    const char *session = arguments->words[0];
    g_autoptr(GDBusConnection) connection = manager_connect(error);
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *text = NULL;

    if (connection == NULL)
        return COMMAND_ERROR;
    answer = manager_call(connection, "Refuse", g_variant_new("(s)", session), error);
    if (answer == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json")) {
        json_print(g_variant_new_parsed("{'session': <%s>}", session));
        return COMMAND_DONE;
    }
    text = g_strdup_printf(_("Session %s gets no more time\n"), session);
    report_print(text);
    return COMMAND_DONE;
}
