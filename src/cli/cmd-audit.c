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

static GVariant *
make_filter(gint64 since, gint64 before, const char *user)
{
    GVariantDict filter;

    g_variant_dict_init(&filter, NULL);
    g_variant_dict_insert(&filter, "since", "x", since);
    g_variant_dict_insert(&filter, "before", "x", before);
    g_variant_dict_insert(&filter, "limit", "u", (guint32) PAGE);
    if (user != NULL)
        g_variant_dict_insert(&filter, "user", "s", user);
    return g_variant_new("(@a{sv})", g_variant_dict_end(&filter));
}

/* Newest first. */
static gboolean
read_pages(GPtrArray *rows, gint64 since, const char *user, GError **error)
{
    g_autoptr(GDBusConnection) connection = manager_connect(error);
    gint64 before = 0;
    gsize n = PAGE;

    while (connection != NULL && n == PAGE) {
        g_autoptr(GVariant) answer =
            manager_call(connection, "FindAudit", make_filter(since, before, user), error);
        g_autoptr(GVariant) page = answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;

        if (page == NULL)
            return FALSE;
        n = g_variant_n_children(page);
        for (gsize i = 0; i < n; i++)
            g_ptr_array_add(rows, g_variant_get_child_value(page, i));
        if (n > 0)
            before = record_number(rows->pdata[rows->len - 1], "id");
    }
    return connection != NULL;
}

static GVariant *
read_all(gint64 since, const char *user, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify) g_variant_unref);
    GVariantBuilder oldest_first;

    if (!read_pages(rows, since, user, error))
        return NULL;
    g_variant_builder_init(&oldest_first, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = rows->len; i > 0; i--)
        g_variant_builder_add_value(&oldest_first, rows->pdata[i - 1]);
    return g_variant_ref_sink(g_variant_builder_end(&oldest_first));
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
    rows = read_all(when, arguments_text(arguments, "user"), error);
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
