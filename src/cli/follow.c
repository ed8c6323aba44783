/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "follow.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bus/error.h"
#include "manager.h"
#include "record.h"

#define SILENCE_SECONDS 90 /* past a job's last deadline: more than its last stages take */

typedef struct {
    GDBusConnection *connection;
    const char *id;
    GMainLoop *loop;
    GVariant *job;    /* the last record */
    GHashTable *told; /* sessions whose row was handed to on_row */
    FollowRow on_row;
    gpointer data;
    guint timer;
    GError *error;
} Follow;

static void
give_up(Follow *follow, GError *error)
{
    if (follow->error == NULL)
        follow->error = error;
    else
        g_error_free(error);
    g_main_loop_quit(follow->loop);
}

static gboolean
on_silence(gpointer data)
{
    Follow *follow = data;

    follow->timer = 0;
    give_up(follow, g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_TIMED_OUT,
                                _("nothing was heard of job %s for too long"), follow->id));
    return G_SOURCE_REMOVE;
}

/* How long the job may take to say something: its latest deadline, and some more. */
static guint
patience(GVariant *rows)
{
    gint64 latest = g_get_real_time();

    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);

        latest = MAX(latest, record_number(row, "deadline"));
    }
    return (guint) MIN((latest - g_get_real_time()) / G_USEC_PER_SEC + SILENCE_SECONDS, 24 * 3600);
}

static void
tell_rows(Follow *follow, GVariant *rows)
{
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
        const char *session = record_text(row, "session");

        if (record_text(row, "outcome")[0] != '\0' &&
            g_hash_table_add(follow->told, g_strdup(session)) && follow->on_row != NULL)
            follow->on_row(row, follow->data);
    }
}

static void
take_job(Follow *follow, GVariant *job)
{
    g_autoptr(GVariant) rows = record_rows(job, "rows");

    g_clear_pointer(&follow->job, g_variant_unref);
    follow->job = job;
    tell_rows(follow, rows);
    g_clear_handle_id(&follow->timer, g_source_remove);
    if (strcmp(record_text(job, "state"), "done") == 0)
        g_main_loop_quit(follow->loop);
    else
        follow->timer = g_timeout_add_seconds(patience(rows), on_silence, follow);
}

static gboolean
is_done(const Follow *follow)
{
    return follow->job != NULL && strcmp(record_text(follow->job, "state"), "done") == 0;
}

static void
on_job_changed(GDBusConnection *connection, const char *sender, const char *path,
               const char *interface, const char *signal, GVariant *parameters, gpointer data)
{
    Follow *follow = data;
    g_autoptr(GVariant) job = NULL;

    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(a{sv})")))
        return;
    job = g_variant_get_child_value(parameters, 0);
    if (strcmp(record_text(job, "id"), follow->id) == 0 && !is_done(follow))
        take_job(follow, g_steal_pointer(&job));
}

static void
on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    Follow *follow = data;

    give_up(follow, g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_UNREACHABLE,
                                _("it went away; job %s goes on when it is back"), follow->id));
}

static gboolean
on_signal(gpointer data)
{
    Follow *follow = data;

    give_up(follow, g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, _("interrupted")));
    return G_SOURCE_CONTINUE;
}

static gboolean
begin(Follow *follow)
{
    g_autoptr(GVariant) answer = NULL;

    if (!manager_subscribe(follow->connection, "JobChanged", on_job_changed, follow,
                           &follow->error))
        return FALSE;
    answer = manager_call(follow->connection, "GetJob", g_variant_new("(s)", follow->id),
                          &follow->error);
    if (answer == NULL)
        return FALSE;
    take_job(follow, g_variant_get_child_value(answer, 0));
    return TRUE;
}

static void
end(Follow *follow, const guint *signals)
{
    g_source_remove(signals[0]);
    g_source_remove(signals[1]);
    g_clear_handle_id(&follow->timer, g_source_remove);
    g_main_loop_unref(follow->loop);
    g_hash_table_unref(follow->told);
}

GVariant *
follow_job(GDBusConnection *connection, const char *id, FollowRow on_row, gpointer data,
           GError **error)
{
    Follow follow = { .connection = connection, .id = id, .on_row = on_row, .data = data };
    gulong closed = g_signal_connect(connection, "closed", G_CALLBACK(on_closed), &follow);
    guint signals[] = { g_unix_signal_add(SIGINT, on_signal, &follow),
                        g_unix_signal_add(SIGTERM, on_signal, &follow) };

    follow.loop = g_main_loop_new(NULL, FALSE);
    follow.told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (begin(&follow) && !is_done(&follow))
        g_main_loop_run(follow.loop);
    g_signal_handler_disconnect(connection, closed);
    end(&follow, signals);
    if (is_done(&follow)) {
        g_clear_error(&follow.error);
        return follow.job;
    }
    g_clear_pointer(&follow.job, g_variant_unref);
    g_propagate_error(error, follow.error);
    return NULL;
}
