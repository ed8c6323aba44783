/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <glib/gi18n.h>

#include "json.h"
#include "listing.h"
#include "manager.h"
#include "report.h"

static const Column columns[] = {
    { NC_("column", "JOB"), "id", record_show_text },
    { NC_("column", "BY"), "by", record_show_who },
    { NC_("column", "MODE"), "mode", record_show_mode },
    { NC_("column", "CREATED"), "created", record_show_time },
    { NC_("column", "SESSION"), "session", record_show_text },
    { NC_("column", "USER"), "user", record_show_text },
    { NC_("column", "STAGE"), "stage", record_show_stage },
    { NC_("column", "UNTIL"), "deadline", record_show_time },
    { NC_("column", "OUTCOME"), "outcome", record_show_outcome },
};

/* The job's own keys (but rows) and the row's in one record. */
static GVariant *
job_with_row(GVariant *job, GVariant *row)
{
    static const char *const keys[] = { "id", "by", "mode", "created" };
    GVariantDict dict;

    g_variant_dict_init(&dict, row);
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autoptr(GVariant) value = g_variant_lookup_value(job, keys[i], NULL);

        if (value != NULL)
            g_variant_dict_insert_value(&dict, keys[i], value);
    }
    return g_variant_dict_end(&dict);
}

/* One record for each row of each job; a job without rows stands alone. */
static GVariant *
flatten(GVariant *jobs)
{
    GVariantBuilder flat = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));

    for (gsize i = 0; i < g_variant_n_children(jobs); i++) {
        g_autoptr(GVariant) job = g_variant_get_child_value(jobs, i);
        g_autoptr(GVariant) rows = record_rows(job, "rows");
        gsize n = g_variant_n_children(rows);

        for (gsize j = 0; j < n; j++) {
            g_autoptr(GVariant) row = g_variant_get_child_value(rows, j);

            g_variant_builder_add_value(&flat, job_with_row(job, row));
        }
        if (n == 0)
            g_variant_builder_add_value(&flat, job_with_row(job, NULL));
    }
    return g_variant_ref_sink(g_variant_builder_end(&flat));
}

int
cmd_jobs(const Arguments *arguments, GError **error)
{
    g_autoptr(GVariant) jobs = manager_ask("ListJobs", NULL, error);
    g_autoptr(GVariant) flat = NULL;
    g_autofree char *text = NULL;

    if (jobs == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json")) {
        json_print(jobs);
        return COMMAND_DONE;
    }
    flat = flatten(jobs);
    text = listing_format(flat, columns, G_N_ELEMENTS(columns));
    report_print(text);
    return COMMAND_DONE;
}
