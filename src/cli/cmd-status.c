/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <glib/gi18n.h>

#include "json.h"
#include "manager.h"
#include "record.h"
#include "report.h"
#include "text.h"

static const struct {
    const char *label;
    const char *key;
    RecordShow show;
} rows[] = {
    { N_("Host"), "host", record_show_text },
    { N_("Version"), "version", record_show_text },
    { N_("Running since"), "started", record_show_time },
    { N_("Sessions"), "sessions", record_show_number },
    { N_("Users logged on"), "users", record_show_number },
    { N_("Viewers"), "viewers", record_show_number },
    { N_("Sessions tracked by"), "tracker", record_show_text },
    { N_("Thumbnails"), "display", record_show_switch },
};

#define LABEL_WIDTH 28

static void
append_row(GString *text, const char *label, const char *value)
{
    g_autofree char *visible = text_visible(value);

    g_string_append_printf(text, "%s:%*s%s\n", label,
                           (int) MAX(1, LABEL_WIDTH - (int) text_width(label)), "", visible);
}

static char *
format(GVariant *status)
{
    g_autofree const char **degraded = NULL;
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *value = rows[i].show(status, rows[i].key);

        append_row(text, _(rows[i].label), value);
    }
    g_variant_lookup(status, "degraded", "^a&s", &degraded);
    for (guint i = 0; degraded != NULL && degraded[i] != NULL; i++)
        append_row(text, _("Does not work now"), degraded[i]);
    return g_string_free(text, FALSE);
}

int
cmd_status(const Arguments *arguments, GError **error)
{
    g_autoptr(GVariant) status = manager_ask("GetStatus", NULL, error);
    g_autofree char *text = NULL;

    if (status == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json")) {
        json_print(status);
        return COMMAND_DONE;
    }
    text = format(status);
    report_print(text);
    return COMMAND_DONE;
}
