/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results.h"

#include <glib/gi18n.h>

#include "json.h"
#include "manager.h"
#include "record.h"
#include "report.h"
#include "selection.h"
#include "text.h"
#include "words.h"

int
results_status(GVariant *results)
{
    gsize n = g_variant_n_children(results);
    gsize failed = 0;
    int status = COMMAND_NOT_DONE;

    for (gsize i = 0; i < n; i++) {
        g_autoptr(GVariant) result = g_variant_get_child_value(results, i);
        int own = manyseat_error_exit_status(words_error_code(record_text(result, "error")));

        if (record_switch(result, "done"))
            continue;
        status = failed == 0 || status == own ? own : COMMAND_NOT_DONE;
        failed++;
    }
    if (failed == 0)
        return COMMAND_DONE;
    return failed == n ? status : COMMAND_NOT_DONE;
}

static void
append_result(GString *text, GVariant *result, const char *done)
{
    const char *detail = record_text(result, "detail");
    g_autofree char *line = NULL;
    g_autofree char *visible = NULL;

    if (record_switch(result, "done"))
        line = g_strdup_printf("%s %s: %s", record_text(result, "session"),
                               record_text(result, "user"), done);
    else
        line = g_strdup_printf("%s %s: %s%s%s", record_text(result, "session"),
                               record_text(result, "user"),
                               words_error(words_error_code(record_text(result, "error"))),
                               detail[0] != '\0' ? ": " : "", detail);
    visible = text_visible(line);
    g_string_append_printf(text, "%s\n", visible);
}

char *
results_format(GVariant *results, const char *done)
{
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    GVariant *result;

    g_variant_iter_init(&iter, results);
    while ((result = g_variant_iter_next_value(&iter)) != NULL) {
        append_result(text, result, done);
        g_variant_unref(result);
    }
    return g_string_free(text, FALSE);
}

int
results_print(const Arguments *arguments, GVariant *results, const char *done)
{
    g_autofree char *text = NULL;

    if (arguments_has(arguments, "json")) {
        json_print(results);
        return results_status(results);
    }
    text = results_format(results, done);
    report_print(text);
    if (g_variant_n_children(results) == 0)
        g_printerr("manyseat: %s\n", _("there is no session to act on"));
    return results_status(results);
}

int
results_run(const Arguments *arguments, const char *method, const char *done, GError **error)
{
    g_autoptr(GVariant) results =
        manager_ask(method, g_variant_new("(@a{sv})", selection_new(arguments)), error);

    return results == NULL ? COMMAND_ERROR : results_print(arguments, results, done);
}
