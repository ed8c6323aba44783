/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event.h"

#include <glib/gi18n.h>
#include <string.h>

#include "record.h"
#include "text.h"
#include "when.h"
#include "words.h"

static char *
format_session(GVariant *session)
{
    const char *station = record_text(session, "station");
    g_autofree char *at = station[0] != '\0' ? g_strdup_printf(_(", station %s"), station) : NULL;

    return g_strdup_printf(_("session %s %s: %s%s"), record_text(session, "id"),
                           record_text(session, "user"), words_state(record_text(session, "state")),
                           at != NULL ? at : "");
}

static char *
format_session_end(GVariant *session)
{
    g_autofree char *outcome = record_show_outcome(session, "outcome");

    return g_strdup_printf(_("session %s %s has ended: %s"), record_text(session, "id"),
                           record_text(session, "user"), outcome);
}

static char *
format_station(GVariant *station)
{
    const char *session = record_text(station, "session");

    if (session[0] == '\0')
        return g_strdup_printf(_("station %s: free"), record_text(station, "name"));
    return g_strdup_printf(_("station %s: session %s %s"), record_text(station, "name"), session,
                           record_text(station, "user"));
}

static char *
format_job(GVariant *job)
{
    g_autoptr(GVariant) rows = record_rows(job, "rows");
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, _("job %s: %s"), record_text(job, "id"),
                           words_job_state(record_text(job, "state")));
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
        g_autofree char *outcome = record_show_outcome(row, "outcome");

        g_string_append_printf(
            text, "; %s %s: %s", record_text(row, "session"), record_text(row, "user"),
            outcome[0] != '\0' ? outcome : words_stage(record_text(row, "stage")));
    }
    return g_string_free(text, FALSE);
}

static const struct {
    const char *signal;
    const char *argument;
    char *(*format)(GVariant *record); /* NULL: the argument is a text */
} events[] = {
    { "SessionChanged", "session", format_session },
    { "SessionRemoved", "session", format_session_end },
    { "StationChanged", "station", format_station },
    { "JobChanged", "job", format_job },
    { "StationRemoved", "name", NULL },
    { "ViewClosed", "reason", NULL },
    { "LoginEnded", "reason", NULL },
};

static char *
format_argument(const char *signal, GVariant *argument)
{
    for (guint i = 0; i < G_N_ELEMENTS(events); i++)
        if (strcmp(events[i].signal, signal) == 0 && events[i].format != NULL)
            return g_variant_is_of_type(argument, G_VARIANT_TYPE_VARDICT)
                       ? events[i].format(argument)
                       : NULL;
    if (strcmp(signal, "StationRemoved") == 0 &&
        g_variant_is_of_type(argument, G_VARIANT_TYPE_STRING))
        return g_strdup_printf(_("station %s is gone"), g_variant_get_string(argument, NULL));
    return NULL;
}

char *
event_format(const char *signal, GVariant *parameters, gint64 when)
{
    g_autoptr(GVariant) argument =
        g_variant_n_children(parameters) > 0 ? g_variant_get_child_value(parameters, 0) : NULL;
    g_autofree char *text = argument != NULL ? format_argument(signal, argument) : NULL;
    g_autofree char *visible = text != NULL ? text_visible(text) : NULL;
    g_autofree char *time = when_format(when);

    return visible != NULL ? g_strdup_printf("%s %s\n", time, visible) : NULL;
}

GVariant *
event_to_record(const char *signal, GVariant *parameters, gint64 when)
{
    GVariantBuilder record = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    const char *name = "arguments";

    g_variant_builder_add(&record, "{sv}", "event", g_variant_new_string(signal));
    g_variant_builder_add(&record, "{sv}", "when", g_variant_new_int64(when));
    for (guint i = 0; i < G_N_ELEMENTS(events); i++)
        if (strcmp(events[i].signal, signal) == 0)
            name = events[i].argument;
    if (g_variant_n_children(parameters) == 1) {
        g_autoptr(GVariant) argument = g_variant_get_child_value(parameters, 0);

        g_variant_builder_add(&record, "{sv}", name, argument);
    } else {
        g_variant_builder_add(&record, "{sv}", name, parameters);
    }
    return g_variant_builder_end(&record);
}
