/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link.h"

#include <string.h>

#include "base/paths.h"
#include "bus/client.h"
#include "bus/error.h"
#include "bus/launch.h"

#define INTERFACE "org.manyseat.Launch"
#define RETRY_FIRST_MS 200
#define RETRY_MOST_MS 5000
#define CALL_TIMEOUT_MS 30000

struct Link {
    GDBusConnection *connection; /* NULL: none now */
    BusSession *skeleton;
    LinkHandlers handlers;
    gpointer data;
    GCancellable *cancellable;
    GFileMonitor *monitor;
    gboolean connecting;
    guint timer;
    guint delay; /* milliseconds until the next try */
};

typedef struct {
    Link *link;
    LinkCallback callback;
} Call;

static void try_connect(Link *link);

static gboolean
on_retry(gpointer data)
{
    Link *link = data;

    link->timer = 0;
    try_connect(link);
    return G_SOURCE_REMOVE;
}

static void
retry_later(Link *link)
{
    g_clear_handle_id(&link->timer, g_source_remove);
    link->timer = g_timeout_add(link->delay, on_retry, link);
    link->delay = MIN(link->delay * 2, RETRY_MOST_MS);
}

static void
drop_connection(Link *link)
{
    if (link->connection == NULL)
        return;
    g_signal_handlers_disconnect_by_data(link->connection, link);
    g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(link->skeleton));
    g_dbus_connection_close(link->connection, NULL, NULL, NULL);
    g_clear_object(&link->connection);
}

static void
on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    Link *link = data;

    (void) connection;
    (void) vanished;
    (void) error;
    drop_connection(link);
    link->delay = RETRY_FIRST_MS;
    try_connect(link);
}

static gboolean
take_connection(Link *link, GDBusConnection *connection, GError **error)
{
    if (!g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(link->skeleton), connection,
                                          BUS_PATH_SESSION, error))
        return FALSE;
    link->connection = g_object_ref(connection);
    g_signal_connect(connection, "closed", G_CALLBACK(on_closed), link);
    return TRUE;
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = client_connect_finish(result, &error);
    Link *link = data;

    (void) source;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the link is gone */
    link->connecting = FALSE;
    if (connection == NULL || !take_connection(link, connection, &error)) {
        g_debug("%s", error->message);
        retry_later(link);
        return;
    }
    g_dbus_connection_start_message_processing(connection);
    link->handlers.on_connected(link->data);
}

static void
try_connect(Link *link)
{
    if (link->connection != NULL || link->connecting)
        return;
    link->connecting = TRUE;
    client_connect_async(link->cancellable, on_connected, link);
}

static void
on_directory_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                     gpointer data)
{
    Link *link = data;
    g_autofree char *name = g_file_get_basename(file);

    (void) monitor;
    (void) other;
    if (event != G_FILE_MONITOR_EVENT_CREATED || g_strcmp0(name, "api.sock") != 0)
        return;
    link->delay = RETRY_FIRST_MS;
    try_connect(link);
}

static void
watch_directory(Link *link)
{
    g_autoptr(GFile) directory = g_file_new_for_path(PATH_RUN);
    g_autoptr(GError) error = NULL;

    link->monitor = g_file_monitor_directory(directory, G_FILE_MONITOR_NONE, NULL, &error);
    if (link->monitor == NULL) {
        g_message("cannot watch '%s', ignoring: %s", PATH_RUN, error->message);
        return;
    }
    g_signal_connect(link->monitor, "changed", G_CALLBACK(on_directory_changed), link);
}

static gboolean
handle_stop(BusSession *skeleton, GDBusMethodInvocation *invocation, const char *mode,
            guint timeout, gpointer data)
{
    Link *link = data;
    gboolean kill = strcmp(mode, "kill") == 0;

    if (!kill && strcmp(mode, "stop") != 0) {
        g_dbus_method_invocation_return_error(invocation, MANYSEAT_ERROR,
                                              MANYSEAT_ERROR_INVALID_ARGUMENT,
                                              "cannot stop: '%s' is no mode", mode);
        return TRUE;
    }
    bus_session_complete_stop(skeleton, invocation);
    link->handlers.on_stop(kill, timeout, link->data);
    return TRUE;
}

Link *
link_new(GDBusConnection *connection, const LinkHandlers *handlers, gpointer data)
{
    Link *link = g_new0(Link, 1);
    g_autoptr(GError) error = NULL;

    (void) MANYSEAT_ERROR; /* registers the names */
    link->handlers = *handlers;
    link->data = data;
    link->delay = RETRY_FIRST_MS;
    link->cancellable = g_cancellable_new();
    link->skeleton = bus_session_skeleton_new();
    g_signal_connect(link->skeleton, "handle-stop", G_CALLBACK(handle_stop), link);
    watch_directory(link);
    if (!take_connection(link, connection, &error)) {
        g_warning("%s", error->message);
        retry_later(link);
    }
    return link;
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree Call *call = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

    (void) answer; /* the methods called here return nothing */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the link is gone */
    if (error != NULL)
        g_dbus_error_strip_remote_error(error);
    call->callback(error, call->link->data);
}

gboolean
link_call(Link *link, const char *method, GVariant *parameters, LinkCallback callback)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(parameters);
    Call *call;

    if (link->connection == NULL || g_dbus_connection_is_closed(link->connection))
        return FALSE;
    call = g_new0(Call, 1);
    call->link = link;
    call->callback = callback;
    g_dbus_connection_call(link->connection, NULL, BUS_PATH_LAUNCH, INTERFACE, method, owned, NULL,
                           G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, link->cancellable, on_answer,
                           call);
    return TRUE;
}

void
link_retry(Link *link)
{
    drop_connection(link);
    retry_later(link);
}

void
link_free(Link *link)
{
    if (link == NULL)
        return;
    g_cancellable_cancel(link->cancellable);
    g_clear_handle_id(&link->timer, g_source_remove);
    drop_connection(link);
    if (link->monitor != NULL)
        g_signal_handlers_disconnect_by_data(link->monitor, link);
    g_clear_object(&link->monitor);
    g_signal_handlers_disconnect_by_data(link->skeleton, link);
    g_clear_object(&link->skeleton);
    g_clear_object(&link->cancellable);
    g_free(link);
}
