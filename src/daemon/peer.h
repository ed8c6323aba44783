/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to manyseatd's socket, and who it is. */
#pragma once

#include "base/names.h"
#include "daemon.h"
#include "outbox.h"
#include "policy.h"

typedef enum {
    PEER_LOCAL,     /* a local account, root among them: the CLI, manyseat-session */
    PEER_DASHBOARD, /* manyseat-web, dashboard: nobody until attached to a login */
    PEER_STATION,   /* manyseat-web, station: the same */
    PEER_DISPLAY    /* manyseat-display */
} PeerKind;

struct Peer {
    grefcount references;
    Manager *manager;
    GDBusConnection *connection; /* NULL once closed */
    uid_t uid;                   /* as the kernel says */
    PeerKind kind;
    Login *login;    /* attached to, or NULL; the login lives in manager->logins */
    Launch *launch;  /* claimed on this connection, or NULL */
    char *worker_of; /* id of the session whose manyseat-session this is, or NULL */
    gboolean subscribed;
    char *view; /* id of the session seen on this connection, or NULL */
    ViewMode view_mode;
    guint64 stream;      /* of thumbnails; 0: none */
    GVariant *wanted;    /* a(ss): what its viewer asked to watch; the policy is asked each time */
    GPtrArray *enlarged; /* ids of those that its stream carries enlarged; NULL: none. viewers.h */
    guint calls;         /* not answered yet */
    Outbox *outbox;      /* answers and signals not written yet; NULL once closed */
};

Peer *peer_new(Manager *manager, uid_t uid);

/* It has its connection (taken). */
void peer_connected(Peer *peer, GDBusConnection *connection);

Peer *peer_ref(Peer *peer);
void peer_unref(Peer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_unref)

/* Whom the connection acts for. FALSE when it is nobody's (a web connection without a login, manyseat-display). */
gboolean peer_get_caller(const Peer *peer, PolicyCaller *ret_caller);

/* The same for a handler whose gate has let it pass; nobody is a standard user of no uid. */
PolicyCaller peer_caller(const Peer *peer);

/* The account's name ("uid 1234" when it has none). Borrowed until the next call from the main loop. */
const char *peer_get_user(const Peer *peer);

/* The address that its browser has, or "". */
const char *peer_get_source(const Peer *peer);

/* Write into the audit that an act on a session was refused, and give the error to answer with. */
GError *peer_refuse(const Peer *peer, const char *act, const Session *session);

/* The record of Manager.GetCaller, floating. */
GVariant *peer_get_record(const Peer *peer);

/* Emit a signal of org.manyseat.Manager to this connection alone; parameters is consumed if floating. */
void peer_emit(Peer *peer, const char *signal, GVariant *parameters);

/* Begin a stream of thumbnails, which carries nothing yet: its viewer's end, or -1, and then one that there was goes on. Else that
 * is closed. */
int peer_open_stream(Peer *peer, GError **error);

/* Take what the viewer wants to watch, an a(ss), and hand on what the policy passes; and ask the policy again. FALSE with
 * MANYSEAT_ERROR_LIMIT_REACHED: all but what viewers_enlarge() refuses for that is handed on. */
gboolean peer_watch(Peer *peer, GVariant *wanted, GError **error);
void peer_renew_stream(Peer *peer);

/* No pictures on this connection any more. */
void peer_close_stream(Peer *peer);

/* The view on this connection is over. Tells it, once. */
void peer_close_view(Peer *peer, const char *reason);

/* The connection is gone: give up what it held, but for a launch, which is launch_end()'s. */
void peer_closed(Peer *peer);
