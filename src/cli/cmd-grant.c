/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "json.h"
#include "manager.h"
#include "report.h"

#define MOST_MINUTES 60 /* org.manyseat.Manager.Grant() takes no more */

int
cmd_grant(const Arguments *arguments, GError **error)
{
    const char *session = arguments->words[0];
    g_autoptr(GDBusConnection) connection = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *text = NULL;
    guint64 minutes;

    if (!g_ascii_string_to_unsigned(arguments->words[1], 10, 1, MOST_MINUTES, &minutes, NULL)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    _("'%s' is not a number from %u to %u"), arguments->words[1], 1, MOST_MINUTES);
        return COMMAND_ERROR;
    }
    connection = manager_connect(error);
    if (connection == NULL)
        return COMMAND_ERROR;
    answer =
        manager_call(connection, "Grant", g_variant_new("(su)", session, (guint) minutes), error);
    if (answer == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json")) {
        json_print(
            g_variant_new_parsed("{'session': <%s>, 'minutes': <%u>}", session, (guint) minutes));
        return COMMAND_DONE;
    }
    text = g_strdup_printf(ngettext("Session %s has %u more minute\n",
                                    "Session %s has %u more minutes\n", (gulong) minutes),
                           session, (guint) minutes);
    report_print(text);
    return COMMAND_DONE;
}
