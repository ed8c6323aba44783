/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WebSocket against a peer that does what it likes: the peer's end is a plain socket, its frames are written by hand. */
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "clock.h"
#include "web/socket.h"

#define MESSAGE_MAX 1000
#define DEADLINE_SECONDS 300 /* the clock is put forward */

typedef struct {
    Socket *socket;
    GSocket *peer;
    guint texts, drained, closed;
    gsize last_length;
    gboolean late; /* the deadline has passed */
    guint deadline;
} Fixture;

static void
on_text(Socket *socket, const char *text, gsize length, gpointer data)
{
    Fixture *fixture = data;

    g_assert_cmpuint(strlen(text), ==, length);
    fixture->texts++;
    fixture->last_length = length;
}

static void
on_drained(Socket *socket, gpointer data)
{
    ((Fixture *) data)->drained++;
}

static void
on_closed(Socket *socket, gpointer data)
{
    ((Fixture *) data)->closed++;
}

static gboolean
on_deadline(gpointer data)
{
    Fixture *fixture = data;

    fixture->late = TRUE;
    fixture->deadline = 0;
    return G_SOURCE_REMOVE;
}

/* Turn the main loop until the condition holds. */
#define WAIT_FOR(fixture, condition)                                                               \
    G_STMT_START                                                                                   \
    {                                                                                              \
        while (!(condition) && !(fixture)->late)                                                   \
            g_main_context_iteration(NULL, TRUE);                                                  \
        g_assert_true(condition);                                                                  \
    }                                                                                              \
    G_STMT_END

static void
set_up(Fixture *fixture, gconstpointer data)
{
    static const SocketHandlers handlers = { on_text, NULL, on_drained, on_closed };
    g_autoptr(GSocket) mine = NULL;
    g_autoptr(GSocketConnection) stream = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    mine = g_socket_new_from_fd(ends[0], NULL);
    fixture->peer = g_socket_new_from_fd(ends[1], NULL);
    g_socket_set_blocking(fixture->peer, FALSE);
    stream = g_socket_connection_factory_create_connection(mine);
    fixture->socket = socket_new(G_IO_STREAM(stream), MESSAGE_MAX);
    socket_set_handlers(fixture->socket, &handlers, fixture);
    fixture->deadline = g_timeout_add_seconds(DEADLINE_SECONDS, on_deadline, fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    if (fixture->closed == 0)
        socket_close(fixture->socket, SOCKET_CLOSE_NORMAL, NULL);
    WAIT_FOR(fixture, fixture->closed == 1);
    g_socket_close(fixture->peer, NULL);
    WAIT_FOR(fixture, socket_count() == 0);
    g_clear_object(&fixture->peer);
    g_clear_handle_id(&fixture->deadline, g_source_remove);
}

/* One frame of the peer, its mask all zeros. FALSE if its kernel buffer is full. */
static gboolean
send_frame(Fixture *fixture, guint8 first, gsize length)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    const guint8 small[] = { first, (guint8) (0x80 | length) };
    const guint8 large[] = { first, 0x80 | 126, (guint8) (length >> 8), (guint8) length };
    const guint8 mask[4] = { 0 };
    gsize head;

    if (length < 126)
        g_byte_array_append(frame, small, sizeof small);
    else
        g_byte_array_append(frame, large, sizeof large);
    g_byte_array_append(frame, mask, sizeof mask);
    head = frame->len;
    g_byte_array_set_size(frame, (guint) (head + length));
    memset(frame->data + head, 'x', length);
    return g_socket_send(fixture->peer, (const char *) frame->data, frame->len, NULL, NULL) ==
           (gssize) frame->len;
}

/* The peer reads all that is there. Returns how much. */
static gsize
drain(Fixture *fixture, guint8 *ret_tail, gsize tail)
{
    static char buffer[1024 * 1024];
    gsize all = 0;
    gssize n;

    while ((n = g_socket_receive(fixture->peer, buffer, sizeof buffer, NULL, NULL)) > 0) {
        all += (gsize) n;
        if (ret_tail != NULL && (gsize) n >= tail)
            memcpy(ret_tail, buffer, tail);
    }
    return all;
}

/* The close code that the peer is sent first of all. */
static guint
close_code(Fixture *fixture)
{
    guint8 frame[4] = { 0 };

    while (!fixture->late && drain(fixture, frame, sizeof frame) == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(frame[0], ==, 0x88);
    return (guint) frame[2] << 8 | frame[3];
}

static void
test_messages(Fixture *fixture, gconstpointer data)
{
    g_assert_true(send_frame(fixture, 0x81, 5));
    g_assert_true(send_frame(fixture, 0x81, MESSAGE_MAX));
    g_assert_true(send_frame(fixture, 0x01, 500));
    g_assert_true(send_frame(fixture, 0x80, 500));
    WAIT_FOR(fixture, fixture->texts == 3);
    g_assert_cmpuint(fixture->last_length, ==, MESSAGE_MAX);
}

static void
test_too_long(Fixture *fixture, gconstpointer data)
{
    g_assert_true(send_frame(fixture, 0x81, MESSAGE_MAX + 1));
    g_assert_cmpuint(close_code(fixture), ==, SOCKET_CLOSE_TOO_LONG);
    WAIT_FOR(fixture, fixture->closed == 1);
    g_assert_cmpuint(fixture->texts, ==, 0);
}

/* Fragments without end: no single one is too long. */
static void
test_too_long_in_fragments(Fixture *fixture, gconstpointer data)
{
    g_assert_true(send_frame(fixture, 0x01, 100));
    for (guint i = 0; i < 10; i++)
        g_assert_true(send_frame(fixture, 0x00, 100));
    g_assert_cmpuint(close_code(fixture), ==, SOCKET_CLOSE_TOO_LONG);
    WAIT_FOR(fixture, fixture->closed == 1);
}

static void
test_wrong_type(Fixture *fixture, gconstpointer data)
{
    g_assert_true(send_frame(fixture, 0x82, 5));
    g_assert_cmpuint(close_code(fixture), ==, SOCKET_CLOSE_WRONG_TYPE);
    WAIT_FOR(fixture, fixture->closed == 1);
}

static void
test_unmasked(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_socket_send(fixture->peer, "\x81\x01x", 3, NULL, NULL), ==, 3);
    g_assert_cmpuint(close_code(fixture), ==, SOCKET_CLOSE_MALFORMED);
}

static void
test_peer_leaves(Fixture *fixture, gconstpointer data)
{
    g_socket_close(fixture->peer, NULL);
    WAIT_FOR(fixture, fixture->closed == 1);
}

/* Nobody reads: what is unsent is counted exactly, and when the peer reads again all of it arrives. */
static void
test_back_pressure(Fixture *fixture, gconstpointer data)
{
    static const guint8 chunk[16 * 1024];
    gsize sent = 0, frames = 0, got;

    while (!socket_is_above(fixture->socket, LIMIT_WEB_UNSENT_VIEW)) {
        socket_send_binary(fixture->socket, chunk, sizeof chunk);
        sent += sizeof chunk;
        frames++;
        while (g_main_context_iteration(NULL, FALSE)) {
        }
    }
    g_assert_cmpuint(socket_unsent(fixture->socket), <=, LIMIT_WEB_UNSENT_VIEW + sizeof chunk);
    g_assert_cmpuint(fixture->drained, ==, 0);
    got = drain(fixture, NULL, 0);
    while (socket_unsent(fixture->socket) > 0 && !fixture->late) {
        g_main_context_iteration(NULL, TRUE);
        got += drain(fixture, NULL, 0);
    }
    WAIT_FOR(fixture, fixture->drained == 1);
    got += drain(fixture, NULL, 0);
    g_assert_cmpuint(got, ==, sent + 4 * frames);
}

static void
test_too_slow(Fixture *fixture, gconstpointer data)
{
    static const guint8 chunk[1024 * 1024];

    for (guint i = 0; i < 2 * LIMIT_WEB_UNSENT_ANY / sizeof chunk; i++) {
        socket_send_binary(fixture->socket, chunk, sizeof chunk);
        g_assert_cmpuint(socket_unsent(fixture->socket), <=, LIMIT_WEB_UNSENT_ANY);
    }
    WAIT_FOR(fixture, fixture->closed == 1);
}

/* While paused the peer cannot push more than the kernel holds. */
static void
test_pause(Fixture *fixture, gconstpointer data)
{
    guint sent = 0;

    socket_pause(fixture->socket, TRUE);
    while (send_frame(fixture, 0x81, 900)) {
        sent++;
        g_assert_cmpuint(sent, <, 10000);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
    }
    g_assert_cmpuint(fixture->texts, ==, 0);
    socket_pause(fixture->socket, FALSE);
    WAIT_FOR(fixture, fixture->texts >= sent - 1);
}

/* Each ping would make the library queue a pong for a peer that reads nothing. */
static void
test_ping_flood(Fixture *fixture, gconstpointer data)
{
    static const guint8 chunk[1024 * 1024];

    socket_send_binary(fixture->socket, chunk, sizeof chunk);
    for (guint i = 0; i < 1000 && fixture->closed == 0; i++) {
        (void) send_frame(fixture, 0x89, 100);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
    }
    g_assert_cmpuint(fixture->closed, ==, 1);
}

/* Pings are answered as long as the peer reads the answers. */
static void
test_pings(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < 1000; i++) {
        gsize got = 0;

        g_assert_true(send_frame(fixture, 0x89, 10));
        while (got == 0 && !fixture->late) {
            g_main_context_iteration(NULL, TRUE);
            got = drain(fixture, NULL, 0);
        }
    }
    g_assert_cmpuint(fixture->closed, ==, 0);
}

/* A peer that reads in each of those spans what the kernel holds for it stays; one that reads nothing in one is closed. */
static void
test_stall(Fixture *fixture, gconstpointer data)
{
    static const guint8 chunk[1024 * 1024];

    socket_send_binary(fixture->socket, chunk, sizeof chunk);
    for (guint i = 0; i < 3; i++) {
        clock_forward((LIMIT_WEB_STALL_SECONDS - 2) * 1000);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        g_assert_cmpuint(fixture->closed, ==, 0);
        g_assert_cmpuint(drain(fixture, NULL, 0), >, 0);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        clock_forward(2000);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        g_assert_cmpuint(fixture->closed, ==, 0);
    }
    clock_forward(LIMIT_WEB_STALL_SECONDS * 1000);
    WAIT_FOR(fixture, fixture->closed == 1);
}

/* nginx drops a connection on which nothing moves. */
static void
test_ping_seconds(Fixture *fixture, gconstpointer data)
{
    guint8 frame[2] = { 0 };

    clock_forward((LIMIT_WEB_PING_SECONDS - 2) * 1000);
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    g_assert_cmpuint(drain(fixture, NULL, 0), ==, 0);
    clock_forward(2000);
    while (!fixture->late && drain(fixture, frame, sizeof frame) == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(frame[0], ==, 0x89);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        { "/web-socket/messages", test_messages },
        { "/web-socket/too long", test_too_long },
        { "/web-socket/too long in fragments", test_too_long_in_fragments },
        { "/web-socket/wrong type", test_wrong_type },
        { "/web-socket/unmasked", test_unmasked },
        { "/web-socket/peer leaves", test_peer_leaves },
        { "/web-socket/back-pressure", test_back_pressure },
        { "/web-socket/too slow", test_too_slow },
        { "/web-socket/pause", test_pause },
        { "/web-socket/ping flood", test_ping_flood },
        { "/web-socket/stall", test_stall },
        { "/web-socket/ping seconds", test_ping_seconds },
        { "/web-socket/pings", test_pings },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}
