/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What manyseat-display asks of manyseatd, which is this test at the other end of a socket: how many X connections at once, and that each
 * is answered. The tables (src/display/parent.h) are stood in for; they only write down what they are told. */
#include "display/parent-bus.h"

#include <gio/gunixfdlist.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/client.h"
#include "bus/error.h"

#define DEADLINE_SECONDS 20
#define MANY (2 * LIMIT_OPENINGS + 10)

struct Parent {
    const ParentCalls *calls;
    gpointer data;
    GHashTable *told; /* session -> whether it was opened */
};

void
parent_set_calls(Parent *parent, const ParentCalls *calls, gpointer data)
{
    parent->calls = calls;
    parent->data = data;
}

void
parent_opened(Parent *parent, const char *session, Purpose purpose, const char *display, int x,
              int cookie)
{
    g_assert_true(g_hash_table_insert(parent->told, g_strdup(session), GUINT_TO_POINTER(TRUE)));
}

void
parent_refused(Parent *parent, const char *session, Purpose purpose, Reason reason)
{
    g_assert_true(g_hash_table_insert(parent->told, g_strdup(session), GUINT_TO_POINTER(FALSE)));
}

/* Nobody asks for the rest here. */
gboolean
parent_add_stream(Parent *parent, guint64 number, int socket, GError **error)
{
    g_assert_not_reached();
}

gboolean
parent_set_stream(Parent *parent, guint64 number, GVariant *watched, GError **error)
{
    g_assert_not_reached();
}

gboolean
parent_remove_stream(Parent *parent, guint64 number, GError **error)
{
    g_assert_not_reached();
}

gboolean
parent_take(Parent *parent, const char *session, const char *size, WatchedTakeFunc func,
            gpointer data, GError **error)
{
    g_assert_not_reached();
}

void
parent_set_budget(Parent *parent, const Use *budget, ParentUseFunc func, gpointer data)
{
    g_assert_not_reached();
}

gboolean
parent_show_notice(Parent *parent, const char *session, GVariant *notice, GError **error)
{
    g_assert_not_reached();
}

void
parent_hide_notice(Parent *parent, const char *session)
{
}

void
parent_forget(Parent *parent, const char *session)
{
}

/* manyseatd. */
static GDBusConnection *server;
static GQueue asked; /* of GDBusMessage: OpenX calls that wait */
static guint n_asked;
static GMutex lock; /* of these two: calls come in GDBus's thread */

/* In GDBus's thread. What is not OpenX is answered at once. */
static GDBusMessage *
on_message(GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
    g_autoptr(GDBusMessage) reply = NULL;

    if (!incoming || g_dbus_message_get_message_type(message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
        return message;
    if (g_strcmp0(g_dbus_message_get_member(message), "OpenX") == 0) {
        g_mutex_lock(&lock);
        g_queue_push_tail(&asked, message);
        n_asked++;
        g_mutex_unlock(&lock);
        g_main_context_wakeup(NULL);
        return NULL;
    }
    reply = g_dbus_message_new_method_reply(message);
    (void) g_dbus_connection_send_message(connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                          NULL);
    g_object_unref(message);
    return NULL;
}

static void
on_served(GObject *source, GAsyncResult *result, gpointer data)
{
    server = g_dbus_connection_new_finish(result, NULL);
    g_assert_nonnull(server);
    g_dbus_connection_set_exit_on_close(server, FALSE);
    g_dbus_connection_add_filter(server, on_message, NULL, NULL);
    g_dbus_connection_start_message_processing(server);
}

static GIOStream *
stream_on(int fd)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, NULL);

    return G_IO_STREAM(g_socket_connection_factory_create_connection(socket));
}

void
client_connect_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
    g_autofree char *guid = g_dbus_generate_guid();
    g_autoptr(GIOStream) mine = NULL;
    g_autoptr(GIOStream) theirs = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    mine = stream_on(ends[0]);
    theirs = stream_on(ends[1]);
    g_dbus_connection_new(mine, guid,
                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                              G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                          NULL, NULL, on_served, NULL);
    g_dbus_connection_new(theirs, NULL,
                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                              G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                          NULL, cancellable, callback, data);
}

GDBusConnection *
client_connect_finish(GAsyncResult *result, GError **error)
{
    GDBusConnection *connection = g_dbus_connection_new_finish(result, error);

    if (connection != NULL)
        g_dbus_connection_set_exit_on_close(connection, FALSE);
    return connection;
}

static gboolean late;

static gboolean
on_deadline(gpointer data)
{
    late = TRUE;
    return G_SOURCE_CONTINUE;
}

static guint
get_asked(void)
{
    guint n;

    g_mutex_lock(&lock);
    n = n_asked;
    g_mutex_unlock(&lock);
    return n;
}

static void
wait_for_asked(guint n)
{
    while (get_asked() < n) {
        g_assert_false(late);
        g_main_context_iteration(NULL, TRUE);
    }
}

static void
wait_for_told(const Parent *parent, guint n)
{
    while (g_hash_table_size(parent->told) < n) {
        g_assert_false(late);
        g_main_context_iteration(NULL, TRUE);
    }
}

/* The call that has waited longest is answered; well, or with an error. */
static void
answer(gboolean well)
{
    g_autoptr(GDBusMessage) call = NULL;
    g_autoptr(GDBusMessage) reply = NULL;

    g_mutex_lock(&lock);
    call = g_queue_pop_head(&asked);
    g_mutex_unlock(&lock);
    g_assert_nonnull(call);
    if (well) {
        autofd null = memfd_create("x", MFD_CLOEXEC);
        g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();

        g_assert_cmpint(g_unix_fd_list_append(fds, null, NULL), ==, 0);
        g_assert_cmpint(g_unix_fd_list_append(fds, null, NULL), ==, 1);
        reply = g_dbus_message_new_method_reply(call);
        g_dbus_message_set_body(reply, g_variant_new("(shh)", "7", 0, 1));
        g_dbus_message_set_unix_fd_list(reply, fds);
    } else {
        reply = g_dbus_message_new_method_error_literal(call, "org.manyseat.Error.NotAvailable",
                                                        "no X server");
    }
    g_assert_true(
        g_dbus_connection_send_message(server, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL));
}

static Parent *
parent_new_for_test(void)
{
    Parent *parent = g_new0(Parent, 1);

    parent->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    n_asked = 0;
    return parent;
}

static void
open_many(Parent *parent)
{
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *session = g_strdup_printf("%u", i + 1);

        parent->calls->open(session, FOR_PICTURES, parent->data);
    }
}

static void
on_hidden(GObject *source, GAsyncResult *result, gpointer hidden)
{
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);

    g_assert_nonnull(answer);
    *(gboolean *) hidden = TRUE;
}

/* A call there and back: whatever was asked before it has come. */
static void
go_there_and_back(void)
{
    gboolean hidden = FALSE;

    g_dbus_connection_call(server, NULL, BUS_PATH_WATCH, "org.manyseat.Watch", "HideNotice",
                           g_variant_new("(s)", "1"), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                           on_hidden, &hidden);
    while (!hidden) {
        g_assert_false(late);
        g_main_context_iteration(NULL, TRUE);
    }
}

static ParentBus *
connect_bus(Parent *parent)
{
    ParentBus *bus = parent_bus_new(parent);

    while (server == NULL)
        g_main_context_iteration(NULL, TRUE);
    go_there_and_back();
    return bus;
}

static void
disconnect_bus(Parent *parent, ParentBus *bus)
{
    parent_bus_free(bus);
    g_clear_object(&server);
    g_hash_table_unref(parent->told);
    g_free(parent);
}

/* So many at once, the next when one is answered, however; none is forgotten. */
static void
test_openings(void)
{
    Parent *parent = parent_new_for_test();
    ParentBus *bus = connect_bus(parent);

    open_many(parent);
    wait_for_asked(LIMIT_OPENINGS);
    for (guint i = 0; i < MANY; i++) {
        go_there_and_back();
        g_assert_cmpuint(get_asked(), ==, MIN(LIMIT_OPENINGS + i, MANY));
        answer(i % 2 == 0);
        wait_for_told(parent, i + 1);
    }
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *session = g_strdup_printf("%u", i + 1);

        g_assert_true(GPOINTER_TO_UINT(g_hash_table_lookup(parent->told, session)) == (i % 2 == 0));
    }
    disconnect_bus(parent, bus);
}

/* manyseatd dies with some asked for and others waiting: all are refused, and when it is back all may be asked for again. */
static void
test_manyseatd_dies(void)
{
    Parent *parent = parent_new_for_test();
    ParentBus *bus = connect_bus(parent);

    open_many(parent);
    wait_for_asked(LIMIT_OPENINGS);
    g_assert_true(g_dbus_connection_close_sync(server, NULL, NULL));
    g_queue_clear_full(&asked, g_object_unref);
    wait_for_told(parent, MANY);
    g_hash_table_remove_all(parent->told);
    n_asked = 0;
    g_clear_object(&server);
    while (server == NULL)
        g_main_context_iteration(NULL, TRUE);
    go_there_and_back();
    open_many(parent);
    for (guint i = 0; i < MANY; i++) {
        wait_for_asked(i + 1);
        answer(TRUE);
        wait_for_told(parent, i + 1);
    }
    disconnect_bus(parent, bus);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    (void) MANYSEAT_ERROR; /* registers the names */
    g_timeout_add_seconds(DEADLINE_SECONDS, on_deadline, NULL);
    g_test_add_func("/parent-bus/openings", test_openings);
    g_test_add_func("/parent-bus/manyseatd-dies", test_manyseatd_dies);
    return g_test_run();
}
