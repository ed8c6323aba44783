/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"

#include <gio/gunixfdlist.h>

#include "base/fd.h"
#include "base/paths.h"
#include "bus/error.h"

#define CALL_TIMEOUT_MS 60000

static GDBusConnectionFlags
connection_flags(void)
{
    return G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
           G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING;
}

/* Whoever squats the path while manyseatd is away must not be taken for it (compare CVE-2020-4044). */
static gboolean
check_server(GDBusConnection *connection, GError **error)
{
    GSocket *socket = g_socket_connection_get_socket(
        G_SOCKET_CONNECTION(g_dbus_connection_get_stream(connection)));
    uid_t uid;

    if (!fd_peer_uid(g_socket_get_fd(socket), &uid, NULL, error))
        return FALSE;
    if (uid != 0) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_UNREACHABLE,
                    "cannot trust '%s': it is served by uid %u", PATH_API_SOCKET, (guint) uid);
        return FALSE;
    }
    g_dbus_connection_set_exit_on_close(connection, FALSE);
    return TRUE;
}

static GDBusConnection *
checked(GDBusConnection *connection, GError *failure, GError **error)
{
    g_autoptr(GDBusConnection) owned = connection;
    g_autoptr(GError) cause = failure;

    if (owned == NULL) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_UNREACHABLE,
                    "cannot reach manyseatd at '%s': %s", PATH_API_SOCKET, cause->message);
        return NULL;
    }
    return check_server(owned, error) ? g_steal_pointer(&owned) : NULL;
}

GDBusConnection *
client_connect(GCancellable *cancellable, GError **error)
{
    GError *failure = NULL;
    GDBusConnection *connection = g_dbus_connection_new_for_address_sync(
        "unix:path=" PATH_API_SOCKET, connection_flags(), NULL, cancellable, &failure);

    return checked(connection, failure, error);
}

void
client_connect_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
    g_dbus_connection_new_for_address("unix:path=" PATH_API_SOCKET, connection_flags(), NULL,
                                      cancellable, callback, data);
}

GDBusConnection *
client_connect_finish(GAsyncResult *result, GError **error)
{
    GError *failure = NULL;
    GDBusConnection *connection = g_dbus_connection_new_for_address_finish(result, &failure);

    return checked(connection, failure, error);
}

GVariant *
client_call(GDBusConnection *connection, const char *path, const char *interface,
            const char *method, GVariant *parameters, GUnixFDList **ret_fds, GError **error)
{
    GError *failure = NULL;
    GVariant *answer;

    (void) MANYSEAT_ERROR; /* registers the names, so that remote errors come back as ours */
    answer = g_dbus_connection_call_with_unix_fd_list_sync(
        connection, NULL, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE,
        CALL_TIMEOUT_MS, NULL, ret_fds, NULL, &failure);
    if (answer == NULL) {
        g_dbus_error_strip_remote_error(failure);
        g_propagate_error(error, failure);
    }
    return answer;
}
