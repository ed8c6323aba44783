/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/paths.h"
#include "dispatch.h"
#include "launch.h"
#include "manager.h"
#include "peer.h"

#define AUTHENTICATION_SECONDS 10

struct Server {
    Manager *manager;
    GSocketService *service;
    char *guid;
    GHashTable *opening; /* uid -> number of connections that are not authenticated yet */
};

typedef struct {
    Server *server;
    uid_t uid;
    GCancellable *cancellable;
    guint timer;
} Opening;

static guint
count_opening(Server *server, uid_t uid)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(server->opening, GUINT_TO_POINTER(uid)));
}

static void
set_opening(Server *server, uid_t uid, guint n)
{
    if (n > 0)
        g_hash_table_replace(server->opening, GUINT_TO_POINTER(uid), GUINT_TO_POINTER(n));
    else
        g_hash_table_remove(server->opening, GUINT_TO_POINTER(uid));
}

/* manyseat-session runs as root, one a session: root is not limited here, it can do worse things anyway. */
static guint
limit_of(const Manager *manager, uid_t uid)
{
    if (uid == 0)
        return G_MAXUINT;
    return uid == manager->dashboard_uid || uid == manager->station_uid ? LIMIT_CONNECTIONS_PER_WEB
                                                                        : LIMIT_CONNECTIONS_PER_UID;
}

static gboolean
has_room(Server *server, uid_t uid)
{
    GPtrArray *peers = server->manager->peers;
    guint n = count_opening(server, uid);

    for (guint i = 0; i < peers->len; i++)
        n += ((Peer *) peers->pdata[i])->uid == uid;
    return n < limit_of(server->manager, uid);
}

static gboolean
allow_mechanism(GDBusAuthObserver *observer, const char *mechanism, gpointer data)
{
    return g_strcmp0(mechanism, "EXTERNAL") == 0;
}

/* Everybody may knock; GDBus has checked that the credentials are the socket's. */
static gboolean
authorize_peer(GDBusAuthObserver *observer, GIOStream *stream, GCredentials *credentials,
               gpointer data)
{
    return credentials != NULL;
}

static void
on_connection_closed(GDBusConnection *connection, gboolean by_peer, GError *error, gpointer data)
{
    Peer *peer = data;
    Manager *manager = peer->manager;

    g_signal_handlers_disconnect_by_data(connection, peer);
    if (peer->launch != NULL)
        launch_end(peer->launch);
    peer_closed(peer);
    g_ptr_array_remove(manager->peers, peer);
}

static gboolean
on_opening_too_long(gpointer data)
{
    Opening *opening = data;

    opening->timer = 0;
    g_cancellable_cancel(opening->cancellable);
    return G_SOURCE_REMOVE;
}

static void
opening_free(Opening *opening)
{
    set_opening(opening->server, opening->uid, count_opening(opening->server, opening->uid) - 1);
    g_clear_handle_id(&opening->timer, g_source_remove);
    g_object_unref(opening->cancellable);
    g_free(opening);
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer data)
{
    Opening *opening = data;
    Manager *manager = opening->server->manager;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = g_dbus_connection_new_finish(result, &error);
    Peer *peer;

    if (connection == NULL) {
        g_debug("a connection of uid %u was not opened: %s", (guint) opening->uid, error->message);
        opening_free(opening);
        return;
    }
    peer = peer_new(manager, opening->uid);
    opening_free(opening);
    g_dbus_connection_set_exit_on_close(connection, FALSE);
    peer_connected(peer, g_steal_pointer(&connection));
    g_ptr_array_add(manager->peers, peer);
    g_signal_connect(peer->connection, "closed", G_CALLBACK(on_connection_closed), peer);
    dispatch_register(peer);
    g_dbus_connection_start_message_processing(peer->connection);
}

static gboolean
on_incoming(GSocketService *service, GSocketConnection *stream, GObject *object, gpointer data)
{
    Server *server = data;
    g_autoptr(GDBusAuthObserver) observer = NULL;
    g_autoptr(GError) error = NULL;
    Opening *opening;
    uid_t uid;

    if (!fd_peer_uid(g_socket_get_fd(g_socket_connection_get_socket(stream)), &uid, NULL, &error) ||
        !has_room(server, uid)) {
        g_message("a connection is refused: %s",
                  error != NULL ? error->message : "its account has too many");
        (void) g_io_stream_close(G_IO_STREAM(stream), NULL, NULL);
        return TRUE;
    }
    opening = g_new0(Opening, 1);
    opening->server = server;
    opening->uid = uid;
    opening->cancellable = g_cancellable_new();
    opening->timer = g_timeout_add_seconds(AUTHENTICATION_SECONDS, on_opening_too_long, opening);
    set_opening(server, uid, count_opening(server, uid) + 1);
    observer = g_dbus_auth_observer_new();
    g_signal_connect(observer, "allow-mechanism", G_CALLBACK(allow_mechanism), NULL);
    g_signal_connect(observer, "authorize-authenticated-peer", G_CALLBACK(authorize_peer), NULL);
    g_dbus_connection_new(G_IO_STREAM(stream), server->guid,
                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                              G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                          observer, opening->cancellable, on_opened, opening);
    return TRUE;
}

Server *
server_new(Manager *manager, GError **error)
{
    g_autoptr(Server) server = g_new0(Server, 1);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(PATH_API_SOCKET);

    server->manager = manager;
    server->guid = g_dbus_generate_guid();
    server->opening = g_hash_table_new(NULL, NULL);
    server->service = g_socket_service_new();
    (void) unlink(PATH_API_SOCKET);
    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), address,
                                       G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                       error))
        return NULL;
    if (chmod(PATH_API_SOCKET, 0666) < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot open '%s' to all: %s",
                    PATH_API_SOCKET, g_strerror(errno));
        return NULL;
    }
    g_signal_connect(server->service, "incoming", G_CALLBACK(on_incoming), server);
    g_socket_service_start(server->service);
    return g_steal_pointer(&server);
}

void
server_free(Server *server)
{
    if (server == NULL)
        return;
    if (server->service != NULL)
        g_socket_service_stop(server->service);
    g_clear_object(&server->service);
    g_clear_pointer(&server->opening, g_hash_table_unref);
    g_free(server->guid);
    g_free(server);
}
