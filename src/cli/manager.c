/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manager.h"

#include "base/fd.h"
#include "bus/client.h"
#include "bus/error.h"

#define INTERFACE "org.manyseat.Manager"

GDBusConnection *
manager_connect(GError **error)
{
    GDBusConnection *connection = client_connect(NULL, error);

    if (connection != NULL)
        g_dbus_connection_start_message_processing(connection);
    return connection;
}

GVariant *
manager_call(GDBusConnection *connection, const char *method, GVariant *parameters, GError **error)
{
    return client_call(connection, BUS_PATH_MANAGER, INTERFACE, method, parameters, NULL, error);
}

int
manager_call_for_fd(GDBusConnection *connection, const char *method, GVariant *parameters,
                    GError **error)
{
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GVariant) answer =
        client_call(connection, BUS_PATH_MANAGER, INTERFACE, method, parameters, &fds, error);
    int index;

    if (answer == NULL)
        return -1;
    if (!g_variant_is_of_type(answer, G_VARIANT_TYPE("(h)")) || fds == NULL) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                    "%s() was answered without a descriptor", method);
        return -1;
    }
    g_variant_get(answer, "(h)", &index);
    return g_unix_fd_list_get(fds, index, error);
}

GVariant *
manager_ask(const char *method, GVariant *parameters, GError **error)
{
    g_autoptr(GDBusConnection) connection = manager_connect(error);
    g_autoptr(GVariant) answer =
        connection != NULL ? manager_call(connection, method, parameters, error) : NULL;

    if (connection == NULL && parameters != NULL)
        g_variant_unref(g_variant_ref_sink(parameters));
    return answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;
}

gboolean
manager_subscribe(GDBusConnection *connection, const char *name, GDBusSignalCallback on_signal,
                  gpointer data, GError **error)
{
    g_autoptr(GVariant) answer = NULL;

    g_dbus_connection_signal_subscribe(connection, NULL, INTERFACE, name, BUS_PATH_MANAGER, NULL,
                                       G_DBUS_SIGNAL_FLAGS_NONE, on_signal, data, NULL);
    answer = manager_call(connection, "Subscribe", NULL, error);
    return answer != NULL;
}
