/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "json.h"
#include "listing.h"
#include "manager.h"
#include "report.h"
#include "when.h"

#define PAGE 1000 /* rows of one call */

static const Column columns[] = {
    { NC_("column", "WHEN"), "when", record_show_time },
    { NC_("column", "WHO"), "who", record_show_who },
    { NC_("column", "ACT"), "act", record_show_act },
    { NC_("column", "WHOM"), "whom", record_show_text },
    { NC_("column", "SESSION"), "session", record_show_text },
    { NC_("column", "RESULT"), "result", record_show_result },
    { NC_("column", "SOURCE"), "source", record_show_text },
    { NC_("column", "DETAIL"), "detail", record_show_text },
};

/* Where the reading is: a page begins at the last row's time, so its rows up to that row come twice. */
typedef struct {
    gint64 since;
    gint64 last_id;
} Position;

/* Add the rows of a page that are new; FALSE when it brought none. */
static gboolean
add_page(GVariant *page, Position *position, GVariantBuilder *rows)
{
    gboolean any = FALSE;
    GVariantIter iter;
    GVariant *row;

    g_variant_iter_init(&iter, page);
    while ((row = g_variant_iter_next_value(&iter)) != NULL) {
        if (record_number(row, "id") > position->last_id) {
            position->last_id = record_number(row, "id");
            position->since = record_number(row, "when");
            g_variant_builder_add_value(rows, row);
            any = TRUE;
        }
        g_variant_unref(row);
    }
    return any;
}

static GVariant *
read_all(gint64 since, GError **error)
{
    GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
    g_autoptr(GDBusConnection) connection = manager_connect(error);
    Position position = { since, G_MININT64 };
    gboolean more = connection != NULL;

    while (more) {
        g_autoptr(GVariant) answer = manager_call(
            connection, "GetAudit", g_variant_new("(xu)", position.since, PAGE), error);
        g_autoptr(GVariant) page = answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;

        if (page == NULL) {
            g_variant_builder_clear(&rows);
            return NULL;
        }
        more = add_page(page, &position, &rows) && g_variant_n_children(page) >= PAGE;
    }
    if (connection == NULL) {
        g_variant_builder_clear(&rows);
        return NULL;
    }
    return g_variant_ref_sink(g_variant_builder_end(&rows));
}

int
cmd_audit(const Arguments *arguments, GError **error)
{
    const char *since = arguments_text(arguments, "since");
    g_autoptr(GVariant) rows = NULL;
    g_autofree char *text = NULL;
    gint64 when = 0;

    if (since != NULL && !when_parse(since, g_get_real_time(), &when, error))
        return COMMAND_ERROR;
    rows = read_all(when, error);
    if (rows == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json")) {
        json_print(rows);
        return COMMAND_DONE;
    }
    text = listing_format(rows, columns, G_N_ELEMENTS(columns));
    report_print(text);
    return COMMAND_DONE;
}
