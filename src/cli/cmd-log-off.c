/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "follow.h"
#include "json.h"
#include "log-off.h"
#include "manager.h"
#include "record.h"
#include "report.h"
#include "selection.h"

static GVariant *
options_new(const Arguments *arguments)
{
    GVariantBuilder options = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    arguments_add_to(arguments, "mode", &options);
    arguments_add_to(arguments, "warn", &options);
    arguments_add_to(arguments, "message", &options);
    return g_variant_builder_end(&options);
}

static GVariant *
ask_plan(GDBusConnection *connection, GVariant *selection, GError **error)
{
    g_autoptr(GVariant) answer =
        manager_call(connection, "PlanLogOff", g_variant_new("(@a{sv})", selection), error);

    return answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;
}

static GVariant *
look_for_unsaved(GDBusConnection *connection, GVariant *selection, GVariant *plan, GError **error)
{
    g_autoptr(GVariant) answer =
        manager_call(connection, "ListUnsaved", g_variant_new("(@a{sv})", selection), error);
    g_autoptr(GVariant) unsaved = answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;

    return unsaved != NULL ? g_variant_ref_sink(log_off_join(plan, unsaved)) : NULL;
}

/* The job's id, or NULL. */
static char *
order(GDBusConnection *connection, GVariant *selection, const Arguments *arguments, GError **error)
{
    g_autoptr(GVariant) answer =
        manager_call(connection, "LogOff",
                     g_variant_new("(@a{sv}@a{sv})", selection, options_new(arguments)), error);
    char *id = NULL;

    if (answer != NULL)
        g_variant_get(answer, "(s)", &id);
    return id;
}

static void
on_row(GVariant *row, gpointer data)
{
    const Arguments *arguments = data;
    g_autofree char *line = log_off_format_row(row);

    if (!arguments_has(arguments, "json"))
        report_text(line, COMMAND_DONE);
}

static void
print_json(GVariant *job, GVariant *plan)
{
    GVariantBuilder document = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    g_autoptr(GVariant) left_out = record_rows(plan, "left-out");

    g_variant_builder_add(&document, "{sv}", "job", job);
    g_variant_builder_add(&document, "{sv}", "left-out", left_out);
    json_print(g_variant_builder_end(&document));
}

/* --no-wait: the id for people, what the job is like now for scripts. */
static int
leave(GDBusConnection *connection, const char *id, GVariant *plan, const Arguments *arguments,
      GError **error)
{
    g_autofree char *line = g_strdup_printf("%s\n", id);
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GVariant) job = NULL;

    if (!arguments_has(arguments, "json")) {
        report_print(line);
        return COMMAND_DONE;
    }
    answer = manager_call(connection, "GetJob", g_variant_new("(s)", id), error);
    if (answer == NULL)
        return COMMAND_ERROR;
    job = g_variant_get_child_value(answer, 0);
    print_json(job, plan);
    return COMMAND_DONE;
}

static int
interrupted(const char *id, const Arguments *arguments)
{
    g_printerr(_("Job %s goes on. 'manyseat jobs' shows it, 'manyseat cancel %s' ends it.\n"), id,
               id);
    if (arguments_has(arguments, "json"))
        json_print(g_variant_new_parsed("{'job': <{'id': <%s>, 'state': <'running'>}>}", id));
    return COMMAND_NOT_DONE;
}

static int
wait_for(GDBusConnection *connection, const char *id, GVariant *plan, const Arguments *arguments,
         GError **error)
{
    g_autofree char *begun = log_off_format_begun(id, plan);
    g_autofree char *summary = NULL;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GVariant) job = NULL;
    gboolean json = arguments_has(arguments, "json");

    if (!json)
        report_text(begun, COMMAND_DONE);
    job = follow_job(connection, id, on_row, (gpointer) arguments, &failure);
    if (job == NULL && g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return interrupted(id, arguments);
    if (job == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return COMMAND_ERROR;
    }
    summary = log_off_format_summary(job);
    if (json)
        print_json(job, plan);
    else
        report_print(summary);
    return log_off_status(job, plan, !arguments_has(arguments, "all"));
}

static int
show_plan(GDBusConnection *connection, GVariant *selection, GVariant *plan,
          const Arguments *arguments, GError **error)
{
    g_autoptr(GVariant) joined = look_for_unsaved(connection, selection, plan, error);
    g_autofree char *text = joined != NULL ? log_off_format_plan(joined) : NULL;

    if (joined == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json"))
        json_print(joined);
    else
        report_print(text);
    return log_off_status(NULL, plan, !arguments_has(arguments, "all"));
}

int
cmd_log_off(const Arguments *arguments, GError **error)
{
    g_autoptr(GDBusConnection) connection = manager_connect(error);
    g_autoptr(GVariant) selection = NULL;
    g_autoptr(GVariant) plan = NULL;
    g_autofree char *id = NULL;

    if (connection == NULL)
        return COMMAND_ERROR;
    selection = g_variant_ref_sink(selection_new(arguments));
    plan = ask_plan(connection, selection, error);
    if (plan == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "dry-run"))
        return show_plan(connection, selection, plan, arguments, error);
    id = order(connection, selection, arguments, error);
    if (id == NULL)
        return COMMAND_ERROR;
    if (arguments_has(arguments, "no-wait"))
        return leave(connection, id, plan, arguments, error);
    return wait_for(connection, id, plan, arguments, error);
}
