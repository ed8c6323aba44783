/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"
#include "sessions.h"

#include "announce.h"
#include "base/cgroup.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/pidfd.h"
#include "bus/client.h"
#include "bus/error.h"
#include "bus/launch.h"
#include "job.h"
#include "limit.h"
#include "login.h"
#include "manager.h"
#include "notice.h"
#include "peer.h"
#include "session-store.h"
#include "tracker.h"
#include "viewers.h"
#include "watch.h"

/* What a killed manyseat-session left is killed again this often, until [log-off] verify is over. */
#define LOST_RETRY_MS 500

Session *
session_new(Manager *manager, guint64 number, const char *user, uid_t uid)
{
    Session *session = g_new0(Session, 1);

    session->manager = manager;
    session->kind = &hosted_kind;
    session->number = number;
    session->id = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    session->user = g_strdup(user);
    session->uid = uid;
    session->desktop = g_strdup("");
    session->layout = g_strdup("");
    session->display = g_strdup("");
    session->rfb = g_strdup("");
    session->xauthority = g_strdup("");
    session->logind_id = g_strdup("");
    session->cgroup = g_strdup("");
    session->since = g_get_real_time();
    session->last_input = session->viewer_left = manager->clock();
    session->pidfd = -1;
    return session;
}

void
session_free(Session *session)
{
    if (session == NULL)
        return;
    g_clear_handle_id(&session->pidfd_watch, g_source_remove);
    g_clear_handle_id(&session->empty_watch, g_source_remove);
    g_clear_handle_id(&session->lost_timer, g_source_remove);
    g_clear_handle_id(&session->announce, g_source_remove);
    limit_forget(session);
    if (session->introducing != NULL)
        g_cancellable_cancel(session->introducing);
    g_clear_object(&session->introducing);
    user_manager_free(session->user_manager);
    fd_clear(&session->pidfd);
    g_free(session->id);
    g_free(session->user);
    g_free(session->desktop);
    g_free(session->layout);
    g_free(session->display);
    g_free(session->rfb);
    g_free(session->xauthority);
    g_free(session->logind_id);
    g_free(session->cgroup);
    g_free(session->detail);
    g_free(session->seen_detail);
    g_free(session->job);
    g_clear_pointer(&session->notice, g_variant_unref);
    errand_cancel(session->language_errand);
    g_free(session->language);
    g_free(session);
}

SessionState
session_get_state(const Session *session)
{
    if (session->ended)
        return SESSION_ENDED;
    if (session->stopping)
        return SESSION_ENDING;
    if (!session->started)
        return SESSION_STARTING;
    return session->kind->get_state(session);
}

static SessionState
get_hosted_state(const Session *session)
{
    if (session->locked)
        return SESSION_LOCKED;
    return session->viewer != NULL ? SESSION_ACTIVE : SESSION_SUSPENDED;
}

SessionStation
session_get_station(const Session *session)
{
    return session->kind->get_station(session);
}

static SessionStation
get_hosted_station(const Session *session)
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
get_hosted_service(const Session *session)
{
    (void) session;
    return "";
}

static const char *
get_hosted_unwatched(const Session *session)
{
    return session->manager->settings->monitored ? "" : "setting";
}

gboolean
session_can(const Session *session, Verb verb, GError **error)
{
    if ((session->kind->verbs & 1U << verb) != 0)
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                "cannot %s session '%s': it is not hosted here", verb_to_name(verb), session->id);
    return FALSE;
}

gboolean
session_may(const Session *session, const PolicyCaller *caller, Verb verb)
{
    Manager *manager = session->manager;
    PolicyTarget target = manager_target(manager, session->uid);

    target.monitored = session->kind->get_unwatched(session)[0] == '\0';
    return policy_may(caller, verb, &target, manager->settings->dashboard_sees_all);
}

static gboolean
has_hosted_desktop(const Session *session)
{
    return session->started;
}

gboolean
session_has_desktop(const Session *session)
{
    return session->kind->has_desktop(session);
}

void
session_add_x(const Session *session, GVariantDict *arguments)
{
    g_variant_dict_insert(arguments, "display", "s", session->display);
    g_variant_dict_insert(arguments, "xauthority", "s", session->xauthority);
    g_variant_dict_insert(arguments, "session", "s",
                          session->kind->hosted ? session->id : session->cgroup);
}

static GVariant *
get_may(const Session *session, const PolicyCaller *caller)
{
    static const Verb shown[] = { VERB_VIEW,    VERB_SUSPEND, VERB_LOCK,     VERB_UNLOCK,
                                  VERB_LOG_OFF, VERB_GRANT,   VERB_THUMBNAIL };
    GVariantBuilder may;

    g_variant_builder_init(&may, G_VARIANT_TYPE_STRING_ARRAY);
    for (guint i = 0; i < G_N_ELEMENTS(shown); i++)
        if (session_can(session, shown[i], NULL) && session_may(session, caller, shown[i]))
            g_variant_builder_add(&may, "s", verb_to_name(shown[i]));
    return g_variant_builder_end(&may);
}

static SessionTimes
get_hosted_times(const Session *session)
{
    gint64 now = session->manager->clock();

    return (SessionTimes){ (now - session->last_input) / G_USEC_PER_SEC,
                           session->viewer != NULL
                               ? -1
                               : (now - session->viewer_left) / G_USEC_PER_SEC };
}

static void
add_times(GVariantDict *record, const Session *session)
{
    SessionTimes times = session->kind->get_times(session);
    gint64 suspends = session->suspends_at != 0
                          ? g_get_real_time() + session->suspends_at - session->manager->clock()
                          : 0;

    g_variant_dict_insert(record, "since", "x", session->since);
    g_variant_dict_insert(record, "idle", "x", times.idle);
    g_variant_dict_insert(record, "suspended", "x", times.suspended);
    g_variant_dict_insert(record, "suspends", "x", suspends);
}

static void
add_place(GVariantDict *record, const Session *session, const PolicyCaller *caller)
{
    SessionStation station = session_get_station(session);
    const char *unwatched = session->kind->get_unwatched(session);

    g_variant_dict_insert(record, "station", "s", station.name);
    g_variant_dict_insert(record, "station-kind", "s", station.kind);
    g_variant_dict_insert(record, "service", "s", session->kind->get_service(session));
    g_variant_dict_insert(record, "display", "s", session->display);
    g_variant_dict_insert(record, "host", "s", session->manager->host);
    g_variant_dict_insert(record, "hosted", "b", session->kind->hosted);
    g_variant_dict_insert(record, "own", "b", session->uid == caller->uid);
    g_variant_dict_insert(record, "monitored", "b", unwatched[0] == '\0');
    g_variant_dict_insert(record, "unwatched", "s", unwatched);
    g_variant_dict_insert_value(record, "may", get_may(session, caller));
    g_variant_dict_insert_value(record, "viewers", viewers_of(session));
    g_variant_dict_insert(record, "job", "s", session->job != NULL ? session->job : "");
    g_variant_dict_insert(record, "outcome", "s", outcome_to_name(session->outcome));
    g_variant_dict_insert(record, "detail", "s", session->detail != NULL ? session->detail : "");
}

GVariant *
session_get_record(Session *session, const PolicyCaller *caller)
{
    User *user = user_directory_peek_uid(session->manager->users, session->uid);
    Role role = manager_role_of(session->manager, session->uid);
    GVariantDict record;

    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "id", "s", session->id);
    g_variant_dict_insert(&record, "user", "s", session->user);
    g_variant_dict_insert(&record, "full-name", "s",
                          user != NULL ? user->full_name : session->user);
    g_variant_dict_insert(&record, "uid", "u", (guint32) session->uid);
    g_variant_dict_insert(&record, "role", "s", role_to_name(role));
    g_variant_dict_insert(&record, "state", "s", session_state_to_name(session_get_state(session)));
    g_variant_dict_insert(&record, "desktop", "s", session->desktop);
    g_variant_dict_insert(&record, "layout", "s", session->layout);
    add_times(&record, session);
    add_place(&record, session, caller);
    return g_variant_dict_end(&record);
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

static void
on_pid_ended(gpointer data)
{
    Session *session = data;

    session->pidfd_watch = 0;
    session->kind->process_ended(session);
}

void
session_watch(Session *session, int pidfd)
{
    g_clear_handle_id(&session->pidfd_watch, g_source_remove);
    fd_clear(&session->pidfd);
    session->pidfd = pidfd;
    session->pidfd_watch = pidfd_watch(pidfd, on_pid_ended, session);
}

gboolean
session_take_facts(Session *session, Peer *peer, GVariant *facts, GError **error)
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

static gboolean
may_see(gpointer session, const PolicyCaller *caller)
{
    return session_may(session, caller, VERB_LIST);
}

static GVariant *
make_record(gpointer session, const PolicyCaller *caller)
{
    return g_variant_new("(@a{sv})", session_get_record(session, caller));
}

static void
tell(Session *session, const char *signal)
{
    announce(session->manager, signal, session, may_see, make_record);
}

static gboolean
on_announce(gpointer data)
{
    Session *session = data;

    session->announce = 0;
    tell(session, "SessionChanged");
    limit_check(session);
    notice_update(session);
    /* What may be watched may have changed with it: a lock. */
    for (guint i = 0; i < session->manager->peers->len; i++)
        peer_renew_stream(session->manager->peers->pdata[i]);
    return G_SOURCE_REMOVE;
}

void
session_changed(Session *session)
{
    if (session->announce == 0 && !session->ended)
        session->announce = g_idle_add(on_announce, session);
}

void
session_set_viewer(Session *session, Peer *viewer)
{
    session->viewer = viewer;
    if (viewer != NULL)
        limit_call_off(session);
    else
        session->viewer_left = session->manager->clock();
    session_store(session);
    session_changed(session);
}

void
session_note_input(Session *session)
{
    session->last_input = session->manager->clock();
    session_store(session);
    if (session->suspends_at != 0)
        session_changed(session);
}

void
session_close_views(Session *session, const char *reason)
{
    GPtrArray *peers = session->manager->peers;

    for (guint i = 0; i < peers->len; i++) {
        Peer *peer = peers->pdata[i];

        if (g_strcmp0(peer->view, session->id) == 0)
            peer_close_view(peer, reason);
    }
}

void
session_suspend(Session *session, const char *reason)
{
    if (session->viewer != NULL)
        peer_close_view(session->viewer, reason);
    login_end_of_session(session->manager, session->id, reason, NULL);
    session_changed(session);
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

void
session_stop(Session *session, const char *mode)
{
    session->stopping = TRUE;
    session->stop_mode = mode;
    session_close_views(session, "ending");
    session_store(session);
    session_changed(session);
    session->kind->stop(session);
}

static void
stop_hosted(Session *session)
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
session_lost(Session *session)
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
    .get_state = get_hosted_state,
    .get_station = get_hosted_station,
    .get_service = get_hosted_service,
    .get_times = get_hosted_times,
    .get_unwatched = get_hosted_unwatched,
    .has_desktop = has_hosted_desktop,
    .stop = stop_hosted,
    .process_ended = session_lost,
};

static void
on_user_ended(const char *remaining, gpointer data)
{
    Session *session = data;

    if (remaining[0] != '\0')
        session_end(session, OUTCOME_LEFTOVERS, remaining);
    else if (session->seen_outcome == OUTCOME_LEFTOVERS)
        session_end(session, OUTCOME_FORCED, session->seen_detail); /* they are gone since */
    else
        session_end(session, session->seen_outcome, session->seen_detail);
}

void
session_finish(Session *session, Outcome outcome, const char *detail)
{
    const Settings *settings = session->manager->settings;
    UserManagerTimes times = { .kill = settings->kill, .verify = MAX(1, settings->verify / 3) };
    g_autofree char *kept = g_strdup(detail); /* it may be our own */

    if (session->ended || session->user_manager != NULL)
        return;
    if (!sessions_is_last(session->manager, session)) {
        session_end(session, outcome, detail);
        return;
    }
    session->stopping = TRUE;
    session->has_seen = TRUE;
    session->seen_outcome = outcome;
    g_free(session->seen_detail);
    session->seen_detail = g_steal_pointer(&kept);
    session_store(session);
    job_session_emptied(session, outcome);
    session_changed(session);
    session->user_manager =
        user_manager_end(session->manager->logind, session->uid, &times, on_user_ended, session);
}

typedef struct {
    const Session *session;
    JobRow *row; /* or NULL */
} End;

/* The end, and what it makes of its job: a manyseatd killed between the two would tell one of them twice or wrongly. */
static gboolean
write_end(gpointer data)
{
    const End *end = data;
    const Session *session = end->session;
    gboolean kept = manager_audit(session->manager, session->user, "session-end", session->user,
                                  session->id, "done", outcome_to_name(session->outcome), "");

    return (end->row == NULL || row_write_outcome(end->row)) && kept;
}

void
session_end(Session *session, Outcome outcome, const char *detail)
{
    Manager *manager = session->manager;
    End end = { session, job_find_row_of(session) };

    if (session->ended)
        return;
    session->ended = TRUE;
    session->outcome = outcome;
    g_free(session->detail);
    session->detail = g_strdup(detail);
    session_close_views(session, "ended");
    if (end.row != NULL && !row_session_ended(end.row, outcome, session->detail))
        end.row = NULL;
    if (!database_together(manager->database, write_end, &end))
        (void) write_end(&end);
    log_about(G_LOG_LEVEL_MESSAGE, session->id, session->user, session->job,
              "session %s has ended: %s%s%s", session->id, outcome_to_name(outcome),
              session->detail != NULL && session->detail[0] != '\0' ? ", " : "",
              session->detail != NULL ? session->detail : "");
    tell(session, "SessionRemoved");
    if (end.row != NULL)
        job_tell(end.row->job);
    login_end_of_session(manager, session->id, "ended", NULL);
    watch_forget(manager->watch, session->id);
    session_store_remove(session);
    g_hash_table_remove(manager->sessions, session->id); /* frees it */
}
