/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "foreign.h"

#include "base/cgroup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/pidfd.h"
#include "manager.h"
#include "session-end.h"
#include "session-store.h"
#include "sessions.h"
#include "tracker.h"
#include "watch.h"

/* What logind says of it now; NULL when it has not spoken yet, or does not list it any more. */
static const LogindSession *
get_known(const Session *session)
{
    Logind *logind = session->manager->logind;
    const LogindSession *known = logind != NULL ? logind_find(logind, session->logind_id) : NULL;

    return known != NULL && known->since == session->since ? known : NULL;
}

/* Its leader has ended, or has said that it is over. logind tells nobody when a session becomes "closing": the leader's end does. */
static gboolean
is_closing(const Session *session)
{
    const LogindSession *known = get_known(session);
    gboolean leader_ended = session->pidfd >= 0 && session->pidfd_watch == 0;

    return leader_ended || (known != NULL && g_strcmp0(known->state, "closing") == 0);
}

/* ---- what a session of this kind says of itself ---- */

static SessionState
get_state(const Session *session)
{
    const LogindSession *known = get_known(session);

    if (is_closing(session))
        return SESSION_ENDING;
    if (session->locked)
        return SESSION_LOCKED;
    return known == NULL || known->active ? SESSION_ACTIVE : SESSION_SUSPENDED;
}

static SessionStation
get_station(const Session *session)
{
    const LogindSession *known = get_known(session);

    if (known == NULL || !known->active || is_closing(session))
        return (SessionStation){ "", "" };
    if (known->seat[0] != '\0')
        return (SessionStation){ known->seat, "seat" };
    if (known->remote || g_str_has_prefix(known->service, "xrdp"))
        return (SessionStation){ known->remote_host[0] != '\0' ? known->remote_host : "RDP",
                                 "rdp" };
    return (SessionStation){ "", "" };
}

static const char *
get_service(const Session *session)
{
    const LogindSession *known = get_known(session);

    return known != NULL ? known->service : "";
}

static SessionTimes
get_times(const Session *session)
{
    const LogindSession *known = get_known(session);
    SessionTimes times = { 0, -1 };

    if (known != NULL && known->idle)
        times.idle = MAX(0, (g_get_real_time() - known->idle_since) / G_USEC_PER_SEC);
    if (session->viewer_left != 0)
        times.suspended = (session->manager->clock() - session->viewer_left) / G_USEC_PER_SEC;
    return times;
}

static const char *
get_unwatched(const Session *session)
{
    const Settings *settings = session->manager->settings;
    const LogindSession *known = get_known(session);

    if (known != NULL && g_strcmp0(known->type, "wayland") == 0)
        return "wayland";
    return settings->monitored && settings->foreign_monitored ? "" : "setting";
}

static gboolean
has_desktop(const Session *session)
{
    return !is_closing(session);
}

/* ---- its end ---- */

static gboolean
is_killed(const Session *session)
{
    return g_strcmp0(session->stop_mode, "kill") == 0;
}

static void
finish_stopped(Session *session)
{
    g_autofree char *killed = g_strdup(session->detail);

    session_finish(session, is_killed(session) ? OUTCOME_FORCED : OUTCOME_CLEAN, killed);
}

static void
on_empty(gpointer data)
{
    Session *session = data;

    session->empty_watch = 0;
    finish_stopped(session);
}

static void
kill_rest(Session *session)
{
    g_autofree char *list = tracker_list(session);
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    g_autofree char *names = g_strjoinv(", ", lines);

    g_free(session->detail);
    session->detail = g_strconcat("killed: ", names, NULL);
    tracker_kill(session);
}

static void
on_scope_stopped(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;

    if (!logind_stop_scope_finish(data, result, &error) &&
        !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning("%s (what is left is killed in time, ignoring)", error->message);
}

/* The scope is stopped, not the session terminated: that does nothing for one that is closing already. Until logind is there
 * again nobody hears it; on_connected() says it once more. */
static void
stop(Session *session)
{
    Logind *logind = session->manager->logind;
    g_autofree char *scope = g_path_get_basename(session->cgroup);
    g_autofree char *mount_point = cgroup_mount_point();

    /* Where there are no groups to look at, logind says when it has ended. */
    if (session->empty_watch == 0 && mount_point != NULL)
        session->empty_watch = cgroup_watch_empty(session->cgroup, on_empty, session);
    if (is_killed(session))
        kill_rest(session);
    else if (logind != NULL && logind_is_connected(logind))
        logind_stop_scope_async(logind, scope, NULL, on_scope_stopped, logind);
}

/* logind lists it no more: nothing runs in its scope, or else its group tells when. A log-off includes its user's services; when
 * nobody here has asked for its end, they are none of our business. */
static void
end(Session *session)
{
    if (session->empty_watch != 0 && cgroup_is_populated(session->cgroup))
        return;
    g_clear_handle_id(&session->empty_watch, g_source_remove);
    if (session->has_seen)
        session_finish(session, session->seen_outcome, session->seen_detail);
    else if (session->stopping)
        finish_stopped(session);
    else if (session->job != NULL)
        session_finish(session, OUTCOME_ENDED_BY_USER, NULL);
    else
        session_end(session, OUTCOME_ENDED_BY_USER, NULL);
}

static void
on_leader_ended(Session *session)
{
    /* What its desktop left behind holds up no log-off. */
    if (session->job != NULL && !session->stopping)
        session_stop(session, "stop");
    session_changed(session);
}

#define VERB(verb) (1U << (verb))

const SessionKind foreign_kind = {
    .hosted = FALSE,
    .verbs = VERB(VERB_LIST) | VERB(VERB_THUMBNAIL) | VERB(VERB_LOG_OFF) | VERB(VERB_GRANT),
    .get_state = get_state,
    .get_station = get_station,
    .get_service = get_service,
    .get_times = get_times,
    .get_unwatched = get_unwatched,
    .has_desktop = has_desktop,
    .stop = stop,
    .process_ended = on_leader_ended,
};

/* ---- what logind tells ---- */

/* A person's graphical one, and not ours. */
static gboolean
is_foreign(Manager *manager, const LogindSession *known)
{
    Session *session = sessions_find_logind(manager, known->id);
    gboolean graphical =
        g_strcmp0(known->type, "x11") == 0 || g_strcmp0(known->type, "wayland") == 0;

    /* A session that is starting is ours too, but its logind id is not told yet: our PAM services are. */
    return graphical && g_strcmp0(known->klass, "user") == 0 &&
           !g_str_has_prefix(known->service, "manyseat") &&
           (session == NULL || !session->kind->hosted);
}

/* One user's, whom logind lets call any session of his a graphical one, must not take the place of all others'. */
static gboolean
are_too_many(Manager *manager, uid_t uid)
{
    GHashTableIter iter;
    gpointer value;
    guint all = 0, own = 0;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Session *session = value;

        all += session->kind->hosted ? 0 : 1;
        own += !session->kind->hosted && session->uid == uid ? 1 : 0;
    }
    return all >= LIMIT_FOREIGN_SESSIONS || own >= LIMIT_FOREIGN_SESSIONS_PER_USER;
}

/* Each change of such a session comes here: once a minute is enough to say so. */
static void
warn_of(Manager *manager, const LogindSession *known, const char *why)
{
    g_autofree char *who = g_strdup_printf("foreign session of %u", (guint) known->uid);

    if (tally_count(manager->refusals, who) == 1)
        g_warning("cannot list session '%s' of logind, of '%s': %s", known->id, known->user, why);
}

static Session *
add(Manager *manager, const LogindSession *known)
{
    g_autoptr(GError) error = NULL;
    guint64 number = 0;
    Session *session;

    if (!are_too_many(manager, known->uid))
        number = database_next_session_id(manager->database, &error);
    if (number == 0) {
        warn_of(manager, known, error != NULL ? error->message : "there are too many");
        return NULL;
    }
    session = session_new(manager, manager->foreign, number, known->user, known->uid);
    session->started = TRUE;
    session->since = known->since;
    session->viewer_left = 0;
    g_free(session->logind_id);
    session->logind_id = g_strdup(known->id);
    g_hash_table_replace(manager->sessions, session->id, session);
    log_about(G_LOG_LEVEL_MESSAGE, session->id, session->user, NULL,
              "session %s is logind's '%s', begun by '%s'", session->id, known->id, known->service);
    return session;
}

static void
set_text(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

static void
watch_leader(Session *session, const LogindSession *known)
{
    int pidfd = -1;

    if (session->pidfd < 0 && known->leader > 0)
        pidfd = pidfd_open_process(known->leader, 0, NULL);
    if (pidfd >= 0)
        session_watch(session, pidfd);
}

/* Cancelled when the session is gone: nothing of data is read before that is known. */
static void
on_user_known(GObject *source, GAsyncResult *result, gpointer data)
{
    Session *session = data;

    (void) source;
    if (!user_directory_ensure_finish(NULL, result, NULL))
        return;
    g_clear_object(&session->introducing);
    session_changed(session);
}

/* Nobody has asked NSS for him yet, and until then he is nobody that a dashboard user may see. */
static void
introduce(Session *session)
{
    if (session->introducing != NULL)
        return;
    session->introducing = g_cancellable_new();
    user_directory_ensure_async(session->manager->users, &session->uid, 1, session->introducing,
                                on_user_known, session);
}

static void
take(Session *session, const LogindSession *known)
{
    g_autofree char *cgroup =
        g_strdup_printf("user.slice/user-%u.slice/%s", (guint) known->uid, known->scope);

    set_text(&session->display, known->display);
    set_text(&session->desktop, known->desktop);
    set_text(&session->cgroup, cgroup);
    if (known->locked && !session->locked)
        watch_forget(session->manager->watch, session->id);
    session->locked = known->locked;
    if (known->active)
        session->viewer_left = 0;
    else if (session->viewer_left == 0)
        session->viewer_left = session->manager->clock();
    watch_leader(session, known);
    session_store(session);
    introduce(session);
}

static void
on_changed(Logind *logind, const LogindSession *known, gpointer data)
{
    Manager *manager = data;
    Session *session = sessions_find_logind(manager, known->id);

    (void) logind;
    if (!is_foreign(manager, known))
        return;
    /* logind gives its ids again. */
    if (session != NULL && session->since != known->since) {
        end(session);
        session = NULL;
    }
    if (session == NULL)
        session = add(manager, known);
    if (session != NULL)
        take(session, known);
}

static void
on_removed(Logind *logind, const LogindSession *known, gpointer data)
{
    Session *session = sessions_find_logind(data, known->id);

    (void) logind;
    if (session != NULL && !session->kind->hosted)
        end(session);
}

static void
take_up(Session *session)
{
    if (get_known(session) == NULL)
        end(session);
    else if (session->stopping)
        stop(session);
}

/* After a restart, logind's or ours: some have gone meanwhile, and some were being stopped. */
static void
on_connected(Logind *logind, gboolean connected, gpointer data)
{
    g_autoptr(GPtrArray) sessions = sessions_list(data);

    (void) logind;
    for (guint i = 0; connected && i < sessions->len; i++)
        if (!((Session *) sessions->pdata[i])->kind->hosted)
            take_up(sessions->pdata[i]);
}

const LogindEvents foreign_events = {
    .changed = on_changed,
    .removed = on_removed,
    .connected = on_connected,
};
