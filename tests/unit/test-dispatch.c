/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one connection may ask of manyseatd and leave unread: the caller is a plain socket that says what no client library would. */
#include "daemon/dispatch.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/client.h"
#include "bus/error.h"
#include "daemon-fixture.h"

/* The list of so many sessions is more than any socket holds. */
#define MANY_SESSIONS 1500

typedef struct {
    Fixture *fixture;
    Peer *peer;
    int caller; /* the other end */
    guint32 serial;
    GByteArray *read;
} Line;

static void
line_open(Line *line, uid_t uid)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) socket = NULL;
    g_autoptr(GSocketConnection) stream = NULL;
    GDBusConnection *connection;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    *line = (Line){ .fixture = fixture_new(), .caller = ends[1], .read = g_byte_array_new() };
    socket = g_socket_new_from_fd(ends[0], &error);
    stream = g_socket_connection_factory_create_connection(socket);
    connection = g_dbus_connection_new_sync(G_IO_STREAM(stream), NULL,
                                            G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING, NULL,
                                            NULL, &error);
    g_assert_no_error(error);
    g_dbus_connection_set_exit_on_close(connection, FALSE);
    line->peer = peer_new(line->fixture->manager, uid);
    peer_connected(line->peer, connection);
    dispatch_register(line->peer);
    g_dbus_connection_start_message_processing(connection);
}

static gboolean
is_closed(gpointer line)
{
    return g_dbus_connection_is_closed(((Line *) line)->peer->connection);
}

static void
line_close(Line *line)
{
    fd_clear(&line->caller);
    fixture_wait(is_closed, line);
    for (guint i = 0; i < 100; i++) /* what is queued of it */
        g_main_context_iteration(NULL, FALSE);
    peer_closed(line->peer);
    peer_unref(line->peer);
    g_byte_array_unref(line->read);
    fixture_free(line->fixture);
}

/* Send a call; its serial. */
static guint32
call(Line *line, const char *method, GVariant *parameters)
{
    g_autoptr(GDBusMessage) message =
        g_dbus_message_new_method_call(NULL, BUS_PATH_MANAGER, "org.manyseat.Manager", method);
    g_autofree guchar *blob = NULL;
    gsize length;

    g_dbus_message_set_serial(message, ++line->serial);
    if (parameters != NULL)
        g_dbus_message_set_body(message, parameters);
    blob = g_dbus_message_to_blob(message, &length, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
    g_assert_cmpint(send(line->caller, blob, length, MSG_NOSIGNAL), ==, (gssize) length);
    return line->serial;
}

/* The message that the bytes read begin with, taken from them; NULL: it is not whole yet. */
static GDBusMessage *
take_message(Line *line)
{
    gssize needed = line->read->len < 16
                        ? -1
                        : g_dbus_message_bytes_needed(line->read->data, line->read->len, NULL);
    GDBusMessage *message;

    if (needed < 0 || (gsize) needed > line->read->len)
        return NULL;
    message = g_dbus_message_new_from_blob(line->read->data, (gsize) needed,
                                           G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
    g_byte_array_remove_range(line->read, 0, (guint) needed);
    return message;
}

/* Wait for the answer to the call of that serial, which is the next that comes: "" or the short name of its error; text: its words. */
static char *
take_answer(Line *line, guint32 serial, char **ret_text)
{
    g_autoptr(GDBusMessage) message = NULL;
    static guint8 buffer[256 * 1024];
    g_autofree char *name = NULL;

    while ((message = take_message(line)) == NULL) {
        gssize n = recv(line->caller, buffer, sizeof buffer, MSG_DONTWAIT);

        if (n > 0)
            g_byte_array_append(line->read, buffer, (guint) n);
        else if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(500); /* the library writes in a thread of its own */
        g_assert_cmpint(n, !=, 0);
    }
    g_assert_cmpuint(g_dbus_message_get_reply_serial(message), ==, serial);
    if (g_dbus_message_get_error_name(message) == NULL)
        return g_strdup("");
    if (ret_text != NULL)
        *ret_text = g_strdup(g_dbus_message_get_arg0(message));
    name = g_path_get_basename(g_dbus_message_get_error_name(message));
    return g_strdup(strrchr(name, '.') + 1);
}

static void
assert_answer(Line *line, guint32 serial, const char *wanted)
{
    g_autofree char *got = take_answer(line, serial, NULL);

    g_assert_cmpstr(got, ==, wanted);
}

/* An answer that is begun, and not wholly written while nobody reads: all that follow wait. Its serial. */
static guint32
stop_reading(Line *line)
{
    guint32 serial;
    char byte;

    for (guint i = 0; i < MANY_SESSIONS; i++)
        (void) fixture_session(line->fixture, i + 1, UID_STANDARD);
    serial = call(line, "ListSessions", NULL);
    while (recv(line->caller, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 1)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(500);
    g_assert_cmpuint(outbox_count(line->peer->outbox, OUTBOX_ANSWERS), ==, 0);
    return serial;
}

/* So many calls, one after the other; the serial of the first. */
static guint32
call_often(Line *line, guint n)
{
    guint32 first = line->serial + 1;

    for (guint i = 1; i <= n; i++) {
        (void) call(line, "GetStatus", NULL);
        while (outbox_count(line->peer->outbox, OUTBOX_ANSWERS) < i)
            g_main_context_iteration(NULL, TRUE);
    }
    return first;
}

/* All of those are answered when somebody reads again, and then there is room. */
static void
test_calls(void)
{
    guint32 stopped, first;
    Line line;

    line_open(&line, UID_STANDARD);
    stopped = stop_reading(&line);
    first = call_often(&line, LIMIT_CALLS_PER_CONNECTION + 1);
    assert_answer(&line, stopped, "");
    for (guint32 i = 0; i < LIMIT_CALLS_PER_CONNECTION; i++)
        assert_answer(&line, first + i, "");
    assert_answer(&line, first + LIMIT_CALLS_PER_CONNECTION, "LimitReached");
    assert_answer(&line, call(&line, "GetStatus", NULL), "");
    line_close(&line);
}

static void
test_calls_unread(void)
{
    Line line;

    line_open(&line, UID_STANDARD);
    (void) stop_reading(&line);
    (void) call_often(&line, LIMIT_CALLS_UNREAD);
    g_assert_false(is_closed(&line));
    (void) call(&line, "GetStatus", NULL);
    fixture_wait(is_closed, &line);
    line_close(&line);
}

static void
test_signals_unread(void)
{
    Line line;

    line_open(&line, UID_STANDARD);
    (void) stop_reading(&line);
    for (guint i = 0; i < LIMIT_SIGNALS_UNREAD - 1; i++)
        peer_emit(line.peer, "SessionRemoved", g_variant_new("(s)", "1"));
    g_test_expect_message("manyseat", G_LOG_LEVEL_MESSAGE, "*does not read: closing it*");
    g_assert_false(is_closed(&line));
    peer_emit(line.peer, "SessionRemoved", g_variant_new("(s)", "1"));
    g_test_assert_expected_messages();
    fixture_wait(is_closed, &line);
    line_close(&line);
}

/* A call of so many bytes, about a session that is not there. */
static guint32
call_of_bytes(Line *line, gsize bytes)
{
    const gsize offset = bytes <= G_MAXUINT16 ? 2 : 4; /* of where the size begins */
    const gsize others = 1 + sizeof "small" + offset;
    g_autofree char *id = g_strnfill(bytes - others, '7');
    GVariant *parameters = g_variant_new("(ss)", id, "small");

    g_assert_cmpuint(g_variant_get_size(parameters), ==, bytes);
    return call(line, "TakeThumbnail", parameters);
}

static void
test_message_bytes(void)
{
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;
    Line line;

    line_open(&line, UID_STANDARD);
    /* Such a tuple has no size in between. */
    name = take_answer(&line, call_of_bytes(&line, LIMIT_MESSAGE_BYTES - 1), &text);
    g_assert_cmpstr(name, ==, "NoSuchSession");
    g_assert_cmpuint(strlen(text), <=, LIMIT_ERROR_BYTES); /* it names the session only so far */
    g_assert_cmpuint(strlen(text), >, LIMIT_ERROR_BYTES - 4);
    assert_answer(&line, call_of_bytes(&line, LIMIT_MESSAGE_BYTES + 2), "LimitReached");
    line_close(&line);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    (void) MANYSEAT_ERROR; /* registers the names */
    g_test_add_func("/dispatch/calls", test_calls);
    g_test_add_func("/dispatch/calls-unread", test_calls_unread);
    g_test_add_func("/dispatch/signals-unread", test_signals_unread);
    g_test_add_func("/dispatch/message-bytes", test_message_bytes);
    return g_test_run();
}
