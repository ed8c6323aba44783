/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include "base/limits.h"
#include "bus/client.h"
#include "bus/error.h"
#include "login.h"
#include "manager.h"
#include "session.h"
#include "viewers.h"
#include "watch.h"

#define INTERFACE_MANAGER "org.manyseat.Manager"

static PeerKind
kind_of(const Manager *manager, uid_t uid)
{
    if (uid == manager->dashboard_uid)
        return PEER_DASHBOARD;
    if (uid == manager->station_uid)
        return PEER_STATION;
    if (uid == manager->display_uid)
        return PEER_DISPLAY;
    return PEER_LOCAL;
}

Peer *
peer_new(Manager *manager, uid_t uid)
{
    Peer *peer = g_new0(Peer, 1);

    g_ref_count_init(&peer->references);
    peer->manager = manager;
    peer->uid = uid;
    peer->kind = kind_of(manager, uid);
    return peer;
}

void
peer_connected(Peer *peer, GDBusConnection *connection)
{
    peer->connection = connection;
    peer->outbox = outbox_new(connection);
}

Peer *
peer_ref(Peer *peer)
{
    g_ref_count_inc(&peer->references);
    return peer;
}

void
peer_unref(Peer *peer)
{
    if (peer == NULL || !g_ref_count_dec(&peer->references))
        return;
    g_free(peer->worker_of);
    g_free(peer->view);
    g_clear_pointer(&peer->wanted, g_variant_unref);
    g_clear_pointer(&peer->enlarged, g_ptr_array_unref);
    g_clear_object(&peer->connection);
    g_clear_pointer(&peer->outbox, outbox_free);
    g_free(peer);
}

gboolean
peer_get_caller(const Peer *peer, PolicyCaller *ret_caller)
{
    uid_t uid = peer->login != NULL ? peer->login->uid : peer->uid;

    if (peer->kind == PEER_DISPLAY || (peer->kind != PEER_LOCAL && peer->login == NULL))
        return FALSE;
    *ret_caller = (PolicyCaller){ .uid = uid, .role = manager_role_of(peer->manager, uid) };
    return TRUE;
}

PolicyCaller
peer_caller(const Peer *peer)
{
    PolicyCaller caller = { .uid = (uid_t) -1, .role = ROLE_STANDARD };

    (void) peer_get_caller(peer, &caller);
    return caller;
}

const char *
peer_get_user(const Peer *peer)
{
    User *user;

    if (peer->login != NULL)
        return peer->login->user;
    user = user_directory_peek_uid(peer->manager->users, peer->uid);
    return user != NULL ? user->name : "unknown";
}

const char *
peer_get_source(const Peer *peer)
{
    return peer->login != NULL ? peer->login->source : "";
}

GError *
peer_refuse(const Peer *peer, const char *act, const Session *session)
{
    (void) manager_audit(peer->manager, peer_get_user(peer), act, session->user, session->id,
                         "refused", "", peer_get_source(peer));
    return g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                       "not permitted: %s session '%s'", act, session->id);
}

GVariant *
peer_get_record(const Peer *peer)
{
    static const char *const via[] = { "local", "dashboard", "station", "display" };
    PolicyCaller caller = { 0 };
    User *user;
    GVariantDict record;

    (void) peer_get_caller(peer, &caller);
    user = user_directory_peek_uid(peer->manager->users, caller.uid);
    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "user", "s", peer_get_user(peer));
    g_variant_dict_insert(&record, "full-name", "s",
                          user != NULL ? user->full_name : peer_get_user(peer));
    g_variant_dict_insert(&record, "uid", "u", (guint32) caller.uid);
    g_variant_dict_insert(&record, "role", "s", role_to_name(caller.role));
    g_variant_dict_insert(&record, "via", "s", via[peer->kind]);
    g_variant_dict_insert(&record, "session", "s",
                          peer->login != NULL && peer->login->session != NULL ? peer->login->session
                                                                              : "");
    return g_variant_dict_end(&record);
}

void
peer_emit(Peer *peer, const char *signal, GVariant *parameters)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(parameters);

    if (peer->connection == NULL ||
        outbox_count(peer->outbox, OUTBOX_SIGNALS) >= LIMIT_SIGNALS_UNREAD)
        return;
    (void) g_dbus_connection_emit_signal(peer->connection, NULL, BUS_PATH_MANAGER,
                                         INTERFACE_MANAGER, signal, owned, NULL);
    outbox_note(peer->outbox, OUTBOX_SIGNALS);
    if (outbox_count(peer->outbox, OUTBOX_SIGNALS) == LIMIT_SIGNALS_UNREAD) {
        g_message("a connection of uid %u does not read: closing it", (guint) peer->uid);
        g_dbus_connection_close(peer->connection, NULL, NULL, NULL);
    }
}

/* Whether the stream may carry a session in a size now. What it has enlarged is noted. */
static gboolean
may_watch(Peer *peer, const GPtrArray *before, const char *id, const char *size_name,
          GError **error)
{
    Session *session = g_hash_table_lookup(peer->manager->sessions, id);
    PolicyCaller caller = peer_caller(peer);
    PictureSize size;

    if (session == NULL || session->locked || !picture_size_from_name(size_name, &size) ||
        size == PICTURE_FULL || !session_may(session, &caller, VERB_THUMBNAIL))
        return FALSE;
    return size != PICTURE_ENLARGED ||
           viewers_enlarge(peer, session, before, peer->enlarged, error);
}

/* error, where there is none yet, says why something is left out that its caller is to know of. */
static void
renew_stream(Peer *peer, GError **error)
{
    g_autoptr(GPtrArray) before = NULL;
    GVariantBuilder watched;
    GVariantIter iter;
    const char *id, *size;

    if (peer->stream == 0 || peer->wanted == NULL)
        return;
    before = g_steal_pointer(&peer->enlarged);
    peer->enlarged = g_ptr_array_new_with_free_func(g_free);
    g_variant_builder_init(&watched, G_VARIANT_TYPE("a(ss)"));
    g_variant_iter_init(&iter, peer->wanted);
    while (g_variant_iter_next(&iter, "(&s&s)", &id, &size))
        if (may_watch(peer, before, id, size, *error == NULL ? error : NULL))
            g_variant_builder_add(&watched, "(ss)", id, size);
    watch_set_stream(peer->manager->watch, peer->stream, g_variant_builder_end(&watched));
    viewers_changed(peer, before, peer->enlarged);
}

void
peer_renew_stream(Peer *peer)
{
    g_autoptr(GError) ignored = NULL;

    renew_stream(peer, &ignored);
}

gboolean
peer_watch(Peer *peer, GVariant *wanted, GError **error)
{
    GError *failure = NULL;

    g_clear_pointer(&peer->wanted, g_variant_unref);
    peer->wanted = g_variant_ref(wanted);
    renew_stream(peer, &failure);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

int
peer_open_stream(Peer *peer, GError **error)
{
    guint64 stream;
    int end = watch_open_stream(peer->manager->watch, &stream, error);

    if (end < 0)
        return -1;
    peer_close_stream(peer);
    peer->stream = stream;
    return end;
}

void
peer_close_stream(Peer *peer)
{
    if (peer->stream != 0)
        watch_close_stream(peer->manager->watch, peer->stream);
    peer->stream = 0;
    g_clear_pointer(&peer->wanted, g_variant_unref);
    viewers_changed(peer, peer->enlarged, NULL);
    g_clear_pointer(&peer->enlarged, g_ptr_array_unref);
}

void
peer_close_view(Peer *peer, const char *reason)
{
    Session *session;

    if (peer->view == NULL)
        return;
    session = g_hash_table_lookup(peer->manager->sessions, peer->view);
    g_clear_pointer(&peer->view, g_free);
    peer_emit(peer, "ViewClosed", g_variant_new("(s)", reason));
    if (session == NULL)
        return;
    if (peer->view_mode == VIEW_MODE_VIEW)
        viewers_left(peer, session);
    if (session->viewer == peer)
        session_set_viewer(session, NULL);
    session_changed(session);
}

void
peer_closed(Peer *peer)
{
    Session *session;

    peer_close_view(peer, "signed-out");
    peer_close_stream(peer);
    if (peer->login != NULL)
        login_detach(peer->login, peer);
    watch_closed(peer->manager->watch, peer->connection);
    session = peer->worker_of != NULL
                  ? g_hash_table_lookup(peer->manager->sessions, peer->worker_of)
                  : NULL;
    if (session != NULL && session->worker == peer)
        session->worker = NULL;
    g_clear_object(&peer->connection);
    g_clear_pointer(&peer->outbox, outbox_free);
}
