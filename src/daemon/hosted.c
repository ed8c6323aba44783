/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hosted.h"

#include "base/cgroup.h"
#include "base/log.h"
#include "base/pidfd.h"
#include "bus/client.h"
#include "bus/error.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session-end.h"
#include "session-store.h"
#include "tracker.h"

/* What a killed manyseat-session left is killed again this often, until [log-off] verify is over. */
#define LOST_RETRY_MS 500

static SessionState
get_state(const Session *session)
{
    if (session->locked)
        return SESSION_LOCKED;
    return session->viewer != NULL ? SESSION_ACTIVE : SESSION_SUSPENDED;
}

static SessionStation
get_station(const Session *session)
{
    GPtrArray *logins = session->manager->logins;

    for (guint i = 0; i < logins->len; i++) {
        const Login *login = logins->pdata[i];

        if (login->kind == LOGIN_STATION && g_strcmp0(login->session, session->id) == 0)
            return (SessionStation){ login->station, "browser" };
    }
    return (SessionStation){ "", "" };
}

static const char *
get_service(const Session *session)
{
    (void) session;
    return "";
}

static const char *
get_unwatched(const Session *session)
{
    return session->manager->settings->monitored ? "" : "setting";
}

static gboolean
has_desktop(const Session *session)
{
    return session->started;
}

static SessionTimes
get_times(const Session *session)
{
    gint64 now = session->manager->clock();

    return (SessionTimes){ (now - session->last_input) / G_USEC_PER_SEC,
                           session->viewer != NULL
                               ? -1
                               : (now - session->viewer_left) / G_USEC_PER_SEC };
}

static void
take_text(char **field, GVariantDict *facts, const char *key)
{
    const char *text;

    if (!g_variant_dict_lookup(facts, key, "&s", &text))
        return;
    g_free(*field);
    *field = g_strdup(text);
}

gboolean
hosted_take_facts(Session *session, Peer *peer, GVariant *facts, GError **error)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(facts);
    guint32 pid = 0;
    int pidfd;

    if (!g_variant_dict_lookup(&dict, "pid", "u", &pid) || pid == 0) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                            "cannot take the facts of a session: no pid");
        return FALSE;
    }
    pidfd = pidfd_open_process((pid_t) pid, 0, error);
    if (pidfd < 0)
        return FALSE;
    take_text(&session->display, &dict, "display");
    take_text(&session->rfb, &dict, "rfb");
    take_text(&session->xauthority, &dict, "xauthority");
    take_text(&session->logind_id, &dict, "logind-id");
    take_text(&session->cgroup, &dict, "cgroup");
    session->pid = (pid_t) pid;
    session->start_time = pidfd_start_time(session->pid);
    session_watch(session, pidfd);
    session->started = TRUE;
    session->worker = peer;
    g_free(peer->worker_of);
    peer->worker_of = g_strdup(session->id);
    session_store(session);
    session_changed(session);
    return TRUE;
}

static void
on_stop_called(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

    if (answer == NULL)
        g_message("cannot tell a manyseat-session to stop: %s (its end is watched, ignoring)",
                  error->message);
}

static guint
get_stop_seconds(const Session *session, const char *mode)
{
    const Settings *settings = session->manager->settings;

    return g_strcmp0(mode, "kill") == 0 ? settings->kill : settings->stop;
}

static void
stop(Session *session)
{
    const char *mode = session->stop_mode;

    /* Without a connection it has yet to come back after a restart of ours, and is told then. */
    if (session->worker == NULL || session->worker->connection == NULL)
        return;
    g_dbus_connection_call(session->worker->connection, NULL, BUS_PATH_SESSION,
                           "org.manyseat.Session", "Stop",
                           g_variant_new("(su)", mode, get_stop_seconds(session, mode) * 1000),
                           NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL, on_stop_called, NULL);
}

static void
end_lost(Session *session)
{
    g_autofree char *remaining = tracker_list(session);

    g_clear_handle_id(&session->empty_watch, g_source_remove);
    g_clear_handle_id(&session->lost_timer, g_source_remove);
    /* A scope is systemd's to remove. */
    if (session->cgroup[0] != '\0' && session->logind_id[0] == '\0')
        (void) cgroup_remove(session->cgroup, NULL);
    if (remaining[0] != '\0')
        session_finish(session, OUTCOME_LEFTOVERS, remaining);
    else
        session_finish(session, OUTCOME_FAILED, "manyseat-session has ended unexpectedly");
}

static void
on_lost_empty(gpointer data)
{
    Session *session = data;

    session->empty_watch = 0;
    end_lost(session);
}

/* Without a control group there is no event to wait for; and what forks while it is killed is killed again. */
static gboolean
on_lost_retry(gpointer data)
{
    Session *session = data;
    g_autofree char *remaining = NULL;

    tracker_kill(session);
    remaining = tracker_list(session);
    if (remaining[0] != '\0' && g_get_monotonic_time() < session->lost_deadline)
        return G_SOURCE_CONTINUE;
    session->lost_timer = 0;
    end_lost(session);
    return G_SOURCE_REMOVE;
}

void
hosted_lost(Session *session)
{
    g_autofree char *detail = NULL;
    Outcome outcome;

    if (session->ended || session->lost_timer != 0 || session->user_manager != NULL)
        return;
    /* It may have ended as it should, while nobody listened. */
    if (session_store_read_end(session, &outcome, &detail)) {
        session_finish(session, outcome, detail);
        return;
    }
    log_about(G_LOG_LEVEL_WARNING, session->id, session->user, NULL,
              "manyseat-session of session %s has ended unexpectedly; ending what it left",
              session->id);
    session->stopping = TRUE;
    session->worker = NULL;
    session->lost_deadline =
        g_get_monotonic_time() + (gint64) session->manager->settings->verify * G_TIME_SPAN_SECOND;
    tracker_kill(session);
    if (session->cgroup[0] != '\0')
        session->empty_watch = cgroup_watch_empty(session->cgroup, on_lost_empty, session);
    session->lost_timer = g_timeout_add(LOST_RETRY_MS, on_lost_retry, session);
    session_changed(session);
}

const SessionKind hosted_kind = {
    .hosted = TRUE,
    .verbs = ~0U,
    .get_state = get_state,
    .get_station = get_station,
    .get_service = get_service,
    .get_times = get_times,
    .get_unwatched = get_unwatched,
    .has_desktop = has_desktop,
    .stop = stop,
    .process_ended = hosted_lost,
};
