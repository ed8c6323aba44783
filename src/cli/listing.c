/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "listing.h"

#include <glib/gi18n.h>

#include "json.h"
#include "manager.h"
#include "report.h"
#include "table.h"

char *
listing_format(GVariant *records, const Column *columns, guint n)
{
    g_autofree const char **headings = g_new0(const char *, n);
    g_autoptr(Table) table = NULL;
    GVariantIter iter;
    GVariant *record;

    for (guint i = 0; i < n; i++)
        headings[i] = g_dpgettext2(NULL, "column", columns[i].heading);
    table = table_new(headings, n);
    g_variant_iter_init(&iter, records);
    while ((record = g_variant_iter_next_value(&iter)) != NULL) {
        char **cells = g_new0(char *, n + 1);

        for (guint i = 0; i < n; i++)
            cells[i] = columns[i].show(record, columns[i].key);
        table_take_row(table, cells);
        g_variant_unref(record);
    }
    return table_format(table);
}

int
listing_run(const Arguments *arguments, const char *method, const Column *columns, guint n,
            GError **error)
{
    g_autoptr(GVariant) records = manager_ask(method, NULL, error);
    g_autofree char *text = NULL;

    if (records == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json")) {
        json_print(records);
        return COMMAND_DONE;
    }
    text = listing_format(records, columns, n);
    report_print(text);
    return COMMAND_DONE;
}
