/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link.h"

#include "bus/client.h"
#include "bus/error.h"

#define INTERFACE_MANAGER "org.manyseat.Manager"
#define INTERFACE_LOGIN "org.manyseat.Login"
#define CALL_TIMEOUT_MS 60000

/* Counted: each callback that is under way holds one reference, so that one which comes late finds the link closed. */
struct Link {
    guint refs;
    gboolean closed;
    LinkHandlers handlers;
    gpointer data;
    GCancellable *cancellable;
    GDBusConnection *connection;
    guint signals;
    gulong gone;
    gboolean attaches;
    guint8 hash[SECRET_HASH_BYTES];
};

typedef struct {
    Link *link;
    LinkReply reply;
    gpointer data;
    GDestroyNotify release;
} Call;

static Link *
link_ref(Link *link)
{
    link->refs++;
    return link;
}

static void
link_unref(Link *link)
{
    if (--link->refs > 0)
        return;
    g_clear_object(&link->cancellable);
    g_free(link);
}

static void
fail(Link *link, const GError *error)
{
    if (!link->closed)
        link->handlers.on_failed(link, error, link->data);
}

static void
on_signal(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *name, GVariant *arguments, gpointer data)
{
    Link *link = data;

    if (!link->closed && link->handlers.on_signal != NULL)
        link->handlers.on_signal(link, name, arguments, link->data);
}

static void
on_gone(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    Link *link = data;

    if (!link->closed && link->handlers.on_gone != NULL)
        link->handlers.on_gone(link, link->data);
}

static void
on_attached(GVariant *answer, GUnixFDList *fds, const GError *error, gpointer data)
{
    Link *link = data;
    g_autoptr(GVariant) caller = NULL;

    if (error != NULL) {
        fail(link, error);
        return;
    }
    caller = g_variant_get_child_value(answer, 0);
    link->handlers.on_ready(link, caller, link->data);
}

static void
link_unref_data(gpointer data)
{
    link_unref(data);
}

static void
begin(Link *link)
{
    link->signals = g_dbus_connection_signal_subscribe(
        link->connection, NULL, INTERFACE_MANAGER, NULL, BUS_PATH_MANAGER, NULL,
        G_DBUS_SIGNAL_FLAGS_NONE, on_signal, link_ref(link), link_unref_data);
    link->gone = g_signal_connect(link->connection, "closed", G_CALLBACK(on_gone), link);
    g_dbus_connection_start_message_processing(link->connection);
    if (link->attaches)
        link_call_login(
            link, "Attach",
            g_variant_new("(@ay)", g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, link->hash,
                                                             SECRET_HASH_BYTES, 1)),
            on_attached, link, NULL);
    else
        link->handlers.on_ready(link, NULL, link->data);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    Link *link = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = client_connect_finish(result, &error);

    if (connection != NULL && link->closed)
        g_dbus_connection_close(connection, NULL, NULL, NULL);
    else if (connection == NULL)
        fail(link, error);
    if (connection != NULL && !link->closed) {
        link->connection = g_steal_pointer(&connection);
        begin(link);
    }
    link_unref(link);
}

Link *
link_open(const Secret *token, const LinkHandlers *handlers, gpointer data)
{
    Link *link = g_new0(Link, 1);

    (void) MANYSEAT_ERROR; /* registers the names, so that remote errors come back as ours */
    link->refs = 1;
    link->handlers = *handlers;
    link->data = data;
    link->cancellable = g_cancellable_new();
    link->attaches = token != NULL;
    if (token != NULL)
        secret_hash(token, link->hash);
    client_connect_async(link->cancellable, on_connected, link_ref(link));
    return link;
}

void
link_free(Link *link)
{
    if (link == NULL)
        return;
    link->closed = TRUE;
    g_cancellable_cancel(link->cancellable);
    if (link->connection != NULL) {
        g_dbus_connection_signal_unsubscribe(link->connection, link->signals);
        g_signal_handler_disconnect(link->connection, link->gone);
        g_dbus_connection_close(link->connection, NULL, NULL, NULL);
        g_clear_object(&link->connection);
    }
    link_unref(link);
}

static void
on_replied(GObject *source, GAsyncResult *result, gpointer data)
{
    Call *call = data;
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish(
        G_DBUS_CONNECTION(source), &fds, result, &error);

    if (error != NULL)
        g_dbus_error_strip_remote_error(error);
    if (!call->link->closed && call->reply != NULL)
        call->reply(answer, fds, error, call->data);
    if (call->release != NULL)
        call->release(call->data);
    link_unref(call->link);
    g_free(call);
}

static void
call_method(Link *link, const char *path, const char *interface, const char *method,
            GVariant *parameters, Call *call)
{
    call->link = link_ref(link);
    g_dbus_connection_call_with_unix_fd_list(
        link->connection, NULL, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE,
        CALL_TIMEOUT_MS, NULL, link->cancellable, on_replied, call);
}

static Call *
new_call(LinkReply reply, gpointer data, GDestroyNotify release)
{
    Call *call = g_new0(Call, 1);

    call->reply = reply;
    call->data = data;
    call->release = release;
    return call;
}

void
link_call(Link *link, const char *method, GVariant *parameters, LinkReply reply, gpointer call_data,
          GDestroyNotify release)
{
    call_method(link, BUS_PATH_MANAGER, INTERFACE_MANAGER, method, parameters,
                new_call(reply, call_data, release));
}

void
link_call_login(Link *link, const char *method, GVariant *parameters, LinkReply reply,
                gpointer call_data, GDestroyNotify release)
{
    call_method(link, BUS_PATH_LOGIN, INTERFACE_LOGIN, method, parameters,
                new_call(reply, call_data, release));
}

int
link_take_fd(GVariant *answer, guint i, GUnixFDList *fds, GError **error)
{
    gint32 handle = -1;

    if (g_variant_n_children(answer) > i)
        g_variant_get_child(answer, i, "h", &handle);
    if (fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length(fds)) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                            "manyseatd sent no descriptor");
        return -1;
    }
    return g_unix_fd_list_get(fds, handle, error);
}

GVariant *
link_hash(const Secret *secret)
{
    guint8 hash[SECRET_HASH_BYTES];

    secret_hash(secret, hash);
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, hash, sizeof hash, 1);
}
