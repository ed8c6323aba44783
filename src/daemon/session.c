/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include "announce.h"
#include "base/fd.h"
#include "base/pidfd.h"
#include "bus/error.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session-store.h"
#include "viewers.h"

Session *
session_new(Manager *manager, const SessionKind *kind, guint64 number, const char *user, uid_t uid)
{
    Session *session = g_new0(Session, 1);

    session->manager = manager;
    session->kind = kind;
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

static void
cancel(GCancellable **question)
{
    if (*question != NULL)
        g_cancellable_cancel(*question);
    g_clear_object(question);
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
    g_clear_handle_id(&session->limit_timer, g_source_remove);
    cancel(&session->limit_checking);
    cancel(&session->introducing);
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

SessionStation
session_get_station(const Session *session)
{
    return session->kind->get_station(session);
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

void
session_announce(Session *session, const char *signal)
{
    announce(session->manager, signal, session, may_see, make_record);
}

static gboolean
on_announce(gpointer data)
{
    Session *session = data;

    session->announce = 0;
    session_announce(session, "SessionChanged");
    session->manager->listener->changed(session);
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
        session->manager->listener->visited(session);
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
