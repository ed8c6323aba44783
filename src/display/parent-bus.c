/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parent-bus.h"

#include <gio/gunixfdlist.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/client.h"
#include "bus/display.h"
#include "bus/error.h"
#include "take.h"

#define INTERFACE_DISPLAY "org.manyseat.Display"
#define CALL_TIMEOUT_MS 10000
#define RECONNECT_MS 500

struct ParentBus {
    Parent *parent;
    GDBusConnection *connection; /* NULL: manyseatd is away */
    BusWatch *watch;             /* exported on connection */
    GCancellable *cancellable;   /* of everything under way on connection */
    guint reconnect;
    GQueue openings;     /* of OpenCall: X connections that wait for others to be opened */
    guint opening;       /* how many are asked for now */
    guint refuse;        /* idle: manyseatd is away, none can be opened */
    gboolean complained; /* about this absence */
};

static void connect_later(ParentBus *bus);

/* The descriptor that a handle means, duplicated; -1 and an answered invocation if there is none. */
static int
take_handle(GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *handle)
{
    int index = g_variant_get_handle(handle);
    int fd = fds != NULL && index >= 0 && index < g_unix_fd_list_get_length(fds)
                 ? g_unix_fd_list_get(fds, index, NULL)
                 : -1;

    if (fd < 0)
        g_dbus_method_invocation_return_error(invocation, MANYSEAT_ERROR,
                                              MANYSEAT_ERROR_INVALID_ARGUMENT,
                                              "the call brings no descriptor '%d'", index);
    return fd;
}

static gboolean
handle_add_stream(BusWatch *watch, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                  guint64 stream, GVariant *socket, gpointer data)
{
    ParentBus *bus = data;
    GError *error = NULL;
    int fd = take_handle(invocation, fds, socket);

    if (fd < 0)
        return TRUE;
    if (parent_add_stream(bus->parent, stream, fd, &error))
        bus_watch_complete_add_stream(watch, invocation, NULL);
    else
        g_dbus_method_invocation_take_error(invocation, error);
    return TRUE;
}

static gboolean
handle_set_stream(BusWatch *watch, GDBusMethodInvocation *invocation, guint64 stream,
                  GVariant *watched, gpointer data)
{
    ParentBus *bus = data;
    GError *error = NULL;

    if (parent_set_stream(bus->parent, stream, watched, &error))
        bus_watch_complete_set_stream(watch, invocation);
    else
        g_dbus_method_invocation_take_error(invocation, error);
    return TRUE;
}

static gboolean
handle_remove_stream(BusWatch *watch, GDBusMethodInvocation *invocation, guint64 stream,
                     gpointer data)
{
    ParentBus *bus = data;

    /* One that is gone by itself is gone as well. */
    (void) parent_remove_stream(bus->parent, stream, NULL);
    bus_watch_complete_remove_stream(watch, invocation);
    return TRUE;
}

typedef struct {
    GDBusMethodInvocation *invocation;
    int out;
} TakeCall;

static void
on_taken(int memory, Reason reason, gpointer data)
{
    TakeCall *call = data;

    if (memory >= 0) {
        take_write(memory, fd_steal(&call->out));
        g_dbus_method_invocation_return_value(call->invocation, NULL);
    } else {
        g_dbus_method_invocation_return_error(
            call->invocation, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
            "cannot take a picture of the session: %s", reason_to_name(reason));
    }
    fd_clear(&call->out);
    g_free(call);
}

static gboolean
handle_take(BusWatch *watch, GDBusMethodInvocation *invocation, GUnixFDList *fds,
            const char *session, const char *size, GVariant *out, gpointer data)
{
    ParentBus *bus = data;
    GError *error = NULL;
    autofd fd = take_handle(invocation, fds, out);
    TakeCall *call;

    (void) watch;
    if (fd < 0)
        return TRUE;
    call = g_new0(TakeCall, 1);
    call->invocation = invocation;
    call->out = fd_steal(&fd);
    if (!parent_take(bus->parent, session, size, on_taken, call, &error)) {
        fd_clear(&call->out);
        g_free(call);
        g_dbus_method_invocation_take_error(invocation, error);
    }
    return TRUE;
}

static void
on_use(const Use *used, guint pace, gpointer data)
{
    ParentBus *bus = data;

    if (bus->connection != NULL)
        g_dbus_connection_call(
            bus->connection, NULL, BUS_PATH_DISPLAY, INTERFACE_DISPLAY, "Used",
            g_variant_new("(uuu)", used->cpu_permille, used->bytes_per_second, pace), NULL,
            G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL, NULL, NULL);
}

static gboolean
handle_set_budget(BusWatch *watch, GDBusMethodInvocation *invocation, guint cpu_permille,
                  guint bytes_per_second, gpointer data)
{
    ParentBus *bus = data;
    const Use budget = { cpu_permille, bytes_per_second };

    parent_set_budget(bus->parent, &budget, on_use, bus);
    bus_watch_complete_set_budget(watch, invocation);
    return TRUE;
}

static gboolean
handle_show_notice(BusWatch *watch, GDBusMethodInvocation *invocation, const char *session,
                   GVariant *notice, gpointer data)
{
    ParentBus *bus = data;
    GError *error = NULL;

    if (parent_show_notice(bus->parent, session, notice, &error))
        bus_watch_complete_show_notice(watch, invocation);
    else
        g_dbus_method_invocation_take_error(invocation, error);
    return TRUE;
}

static gboolean
handle_hide_notice(BusWatch *watch, GDBusMethodInvocation *invocation, const char *session,
                   gpointer data)
{
    ParentBus *bus = data;

    parent_hide_notice(bus->parent, session);
    bus_watch_complete_hide_notice(watch, invocation);
    return TRUE;
}

static gboolean
handle_forget(BusWatch *watch, GDBusMethodInvocation *invocation, const char *session,
              gpointer data)
{
    ParentBus *bus = data;

    parent_forget(bus->parent, session);
    bus_watch_complete_forget(watch, invocation);
    return TRUE;
}

typedef struct {
    ParentBus *bus;
    char *session;
    Purpose purpose;
} OpenCall;

static void
open_call_free(OpenCall *call)
{
    g_free(call->session);
    g_free(call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OpenCall, open_call_free)

/* Answer of OpenX: the display's number and two descriptors. FALSE if it is not that. */
static gboolean
take_opened(OpenCall *call, GVariant *answer, GUnixFDList *fds)
{
    const char *display;
    int x_handle, cookie_handle;
    autofd x = -1;
    autofd cookie = -1;

    g_variant_get(answer, "(&shh)", &display, &x_handle, &cookie_handle);
    if (fds == NULL || x_handle < 0 || x_handle >= g_unix_fd_list_get_length(fds) ||
        cookie_handle < 0 || cookie_handle >= g_unix_fd_list_get_length(fds))
        return FALSE;
    x = g_unix_fd_list_get(fds, x_handle, NULL);
    cookie = g_unix_fd_list_get(fds, cookie_handle, NULL);
    if (x < 0 || cookie < 0)
        return FALSE;
    parent_opened(call->bus->parent, call->session, call->purpose, display, x, cookie);
    return TRUE;
}

static void open_next(ParentBus *bus);

static void
on_opened(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(OpenCall) call = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish(
        G_DBUS_CONNECTION(source), &fds, result, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the bus object is gone */
    call->bus->opening--;
    open_next(call->bus);
    if (answer != NULL && take_opened(call, answer, fds))
        return;
    if (g_error_matches(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_SESSION))
        parent_hide_notice(call->bus->parent, call->session); /* it ended while we were apart */
    if (error != NULL)
        g_message("cannot open the X server of session '%s': %s", call->session, error->message);
    parent_refused(call->bus->parent, call->session, call->purpose, REASON_NO_X);
}

/* A room that is looked at is many at once; each is a process of manyseatd's for a moment. */
static void
open_next(ParentBus *bus)
{
    while (bus->connection != NULL && bus->opening < LIMIT_OPENINGS &&
           !g_queue_is_empty(&bus->openings)) {
        OpenCall *call = g_queue_pop_head(&bus->openings);

        bus->opening++;
        g_dbus_connection_call_with_unix_fd_list(
            bus->connection, NULL, BUS_PATH_DISPLAY, INTERFACE_DISPLAY, "OpenX",
            g_variant_new("(s)", call->session), G_VARIANT_TYPE("(shh)"), G_DBUS_CALL_FLAGS_NONE,
            CALL_TIMEOUT_MS, NULL, bus->cancellable, on_opened, call);
    }
}

/* While manyseatd is away nobody opens anything. */
static gboolean
refuse_openings(gpointer data)
{
    ParentBus *bus = data;
    GQueue refused = bus->openings;
    OpenCall *next;

    bus->refuse = 0;
    g_queue_init(&bus->openings);
    while ((next = g_queue_pop_head(&refused)) != NULL) {
        g_autoptr(OpenCall) call = next;

        parent_refused(bus->parent, call->session, call->purpose, REASON_NO_X);
    }
    return G_SOURCE_REMOVE;
}

static void
open_x(const char *session, Purpose purpose, gpointer data)
{
    ParentBus *bus = data;
    OpenCall *call = g_new0(OpenCall, 1);

    call->bus = bus;
    call->session = g_strdup(session);
    call->purpose = purpose;
    g_queue_push_tail(&bus->openings, call);
    if (bus->connection != NULL)
        open_next(bus);
    else if (bus->refuse == 0)
        bus->refuse = g_idle_add(refuse_openings, bus);
}

static void
on_told(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

    (void) data;
    if (answer == NULL)
        g_message("the answer to a notice was not taken: %s (ignoring)", error->message);
}

/* While manyseatd is away nobody takes it: the user presses again. */
static void
tell_pressed(const char *session, NoticeAnswer answer, gpointer data)
{
    static const char *const methods[N_NOTICE_ANSWERS] = {
        [NOTICE_PROCEED] = "Proceed", [NOTICE_REQUEST_TIME] = "RequestTime"
    };
    ParentBus *bus = data;

    if (bus->connection != NULL)
        g_dbus_connection_call(bus->connection, NULL, BUS_PATH_DISPLAY, INTERFACE_DISPLAY,
                               methods[answer], g_variant_new("(s)", session), NULL,
                               G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, bus->cancellable, on_told,
                               NULL);
}

static void
disconnect(ParentBus *bus)
{
    if (bus->watch != NULL)
        g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(bus->watch));
    g_clear_object(&bus->watch);
    if (bus->connection != NULL)
        (void) g_signal_handlers_disconnect_by_data(bus->connection, bus);
    g_clear_object(&bus->connection);
    if (bus->refuse == 0 && !g_queue_is_empty(&bus->openings))
        bus->refuse = g_idle_add(refuse_openings, bus);
}

static void
on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    (void) connection;
    (void) vanished;
    (void) error;
    g_message("manyseatd is away: streams go on");
    disconnect(data);
    connect_later(data);
}

static void
on_registered(GObject *source, GAsyncResult *result, gpointer data)
{
    ParentBus *bus = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (answer != NULL) {
        bus->complained = FALSE;
        g_message("registered with manyseatd");
        return;
    }
    g_warning("cannot register with manyseatd: %s", error->message);
    if (bus->connection == G_DBUS_CONNECTION(source))
        (void) g_dbus_connection_close(bus->connection, NULL, NULL, NULL);
}

static gboolean
export_watch(ParentBus *bus, GError **error)
{
    static const struct {
        const char *signal;
        GCallback handler;
    } handlers[] = {
        { "handle-add-stream", G_CALLBACK(handle_add_stream) },
        { "handle-set-stream", G_CALLBACK(handle_set_stream) },
        { "handle-remove-stream", G_CALLBACK(handle_remove_stream) },
        { "handle-take", G_CALLBACK(handle_take) },
        { "handle-set-budget", G_CALLBACK(handle_set_budget) },
        { "handle-show-notice", G_CALLBACK(handle_show_notice) },
        { "handle-hide-notice", G_CALLBACK(handle_hide_notice) },
        { "handle-forget", G_CALLBACK(handle_forget) },
    };

    bus->watch = bus_watch_skeleton_new();
    for (gsize i = 0; i < G_N_ELEMENTS(handlers); i++)
        (void) g_signal_connect(bus->watch, handlers[i].signal, handlers[i].handler, bus);
    return g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(bus->watch), bus->connection,
                                            BUS_PATH_WATCH, error);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    ParentBus *bus = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = client_connect_finish(result, &error);

    (void) source;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    bus->connection = g_steal_pointer(&connection);
    if (bus->connection == NULL || !export_watch(bus, &error)) {
        if (!bus->complained)
            g_message("%s (trying again)", error->message);
        bus->complained = TRUE;
        disconnect(bus);
        connect_later(bus);
        return;
    }
    (void) g_signal_connect(bus->connection, "closed", G_CALLBACK(on_closed), bus);
    g_dbus_connection_start_message_processing(bus->connection);
    g_dbus_connection_call(bus->connection, NULL, BUS_PATH_DISPLAY, INTERFACE_DISPLAY, "Register",
                           NULL, NULL, G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, bus->cancellable,
                           on_registered, bus);
}

static gboolean
on_reconnect(gpointer data)
{
    ParentBus *bus = data;

    bus->reconnect = 0;
    client_connect_async(bus->cancellable, on_connected, bus);
    return G_SOURCE_REMOVE;
}

static void
connect_later(ParentBus *bus)
{
    if (bus->reconnect == 0)
        bus->reconnect = g_timeout_add(RECONNECT_MS, on_reconnect, bus);
}

ParentBus *
parent_bus_new(Parent *parent)
{
    static const ParentCalls calls = { open_x, tell_pressed };
    ParentBus *bus = g_new0(ParentBus, 1);

    bus->parent = parent;
    bus->cancellable = g_cancellable_new();
    parent_set_calls(parent, &calls, bus);
    client_connect_async(bus->cancellable, on_connected, bus);
    return bus;
}

void
parent_bus_free(ParentBus *bus)
{
    if (bus == NULL)
        return;
    g_cancellable_cancel(bus->cancellable);
    g_clear_handle_id(&bus->reconnect, g_source_remove);
    disconnect(bus);
    g_clear_handle_id(&bus->refuse, g_source_remove);
    g_queue_clear_full(&bus->openings, (GDestroyNotify) open_call_free);
    g_object_unref(bus->cancellable);
    g_free(bus);
}
