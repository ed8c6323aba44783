/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relay between two peers made of plain sockets: an Xvnc that is no such thing, and a browser that does not read. */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "web/rfb-relay.h"

#define DEADLINE_SECONDS 20
#define HELLO "RFB 003.008\n\x01\x00"
#define SERVER_HELLO                                                                               \
    "RFB 003.008\n\x01\x01\0\0\0\0\x04\0\x03\0\x20\x18\0\x01\0\xff\0\xff\0\xff\x10\x08\0\0\0\0"    \
    "\0\0\0\0"
#define KEY "\x04\x01\0\0\0\0\xff\x0d"

typedef struct {
    Socket *socket;
    RfbRelay *relay;
    int browser, xvnc; /* the peers' ends, non-blocking */
    gboolean ended, closed, late;
    RfbRelayEnd how;
    guint deadline;
} Fixture;

static void
on_binary(Socket *socket, const guint8 *bytes, gsize length, gpointer data)
{
    rfb_relay_from_client(((Fixture *) data)->relay, bytes, length);
}

static void
on_drained(Socket *socket, gpointer data)
{
    rfb_relay_drained(((Fixture *) data)->relay);
}

static void
on_closed(Socket *socket, gpointer data)
{
    ((Fixture *) data)->closed = TRUE;
}

static void
on_end(RfbRelayEnd how, const GError *error, gpointer data)
{
    Fixture *fixture = data;

    g_assert_false(fixture->ended);
    g_assert_true((error != NULL) == (how == RFB_RELAY_MALFORMED));
    fixture->ended = TRUE;
    fixture->how = how;
}

static gboolean
on_deadline(gpointer data)
{
    Fixture *fixture = data;

    fixture->late = TRUE;
    fixture->deadline = 0;
    return G_SOURCE_REMOVE;
}

static void
turn(Fixture *fixture)
{
    g_assert_false(fixture->late);
    g_main_context_iteration(NULL, TRUE);
}

/* All that is due now. */
static void
settle(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    static const SocketHandlers handlers = { NULL, on_binary, on_drained, on_closed };
    const ViewMode mode = (ViewMode) GPOINTER_TO_INT(data);
    g_autoptr(GSocket) mine = NULL;
    g_autoptr(GSocketConnection) stream = NULL;
    int web[2], rfb[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, web), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, rfb), ==, 0);
    fixture->browser = web[1];
    fixture->xvnc = rfb[1];
    g_assert_cmpint(fcntl(fixture->browser, F_SETFL, O_NONBLOCK), ==, 0);
    g_assert_cmpint(fcntl(fixture->xvnc, F_SETFL, O_NONBLOCK), ==, 0);
    mine = g_socket_new_from_fd(web[0], NULL);
    stream = g_socket_connection_factory_create_connection(mine);
    fixture->socket = socket_new(G_IO_STREAM(stream), LIMIT_WEB_MESSAGE);
    socket_set_handlers(fixture->socket, &handlers, fixture);
    fixture->relay = rfb_relay_new(fixture->socket, rfb[0], mode, on_end, fixture);
    fixture->deadline = g_timeout_add_seconds(DEADLINE_SECONDS, on_deadline, fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    socket_close(fixture->socket, SOCKET_CLOSE_NORMAL, NULL);
    while (!fixture->closed)
        turn(fixture);
    rfb_relay_free(fixture->relay);
    fd_clear(&fixture->browser);
    fd_clear(&fixture->xvnc);
    while (socket_count() > 0)
        turn(fixture);
    g_clear_handle_id(&fixture->deadline, g_source_remove);
}

/* One binary frame of at most 125 bytes from the browser; FALSE if it does not fit any more. */
static gboolean
type(Fixture *fixture, const void *bytes, gsize length)
{
    guint8 frame[6 + 125] = { 0x82, (guint8) (0x80 | length) };

    memcpy(frame + 6, bytes, length);
    return write(fixture->browser, frame, 6 + length) == (gssize) (6 + length);
}

/* What has come at a peer's end, thrown away. */
static gsize
drain(int fd)
{
    static guint8 buffer[1024 * 1024];
    gsize all = 0;
    gssize n;

    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        all += (gsize) n;
    return all;
}

/* Wait for exactly these bytes at a peer's end. */
static void
expect(Fixture *fixture, int fd, const void *bytes, gsize length)
{
    guint8 buffer[1024];
    gsize have = 0;

    g_assert_cmpuint(length, <=, sizeof buffer);
    while (have < length) {
        gssize n = read(fd, buffer + have, sizeof buffer - have);

        if (n > 0)
            have += (gsize) n;
        else
            turn(fixture);
    }
    g_assert_cmpmem(buffer, have, bytes, length);
}

static void
say_hello(Fixture *fixture)
{
    g_assert_cmpint(write(fixture->xvnc, SERVER_HELLO, sizeof SERVER_HELLO - 1), >, 0);
    g_assert_true(type(fixture, HELLO, sizeof HELLO - 1));
    expect(fixture, fixture->xvnc, "RFB 003.008\n\x01\x01", 14);
}

static void
test_control(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    g_assert_true(type(fixture, KEY, 8));
    expect(fixture, fixture->xvnc, KEY, 8);
}

static void
test_view(Fixture *fixture, gconstpointer data)
{
    static const char request[10] = { 3 };

    say_hello(fixture);
    g_assert_true(type(fixture, KEY, 8));
    g_assert_true(type(fixture, request, sizeof request));
    expect(fixture, fixture->xvnc, request, sizeof request);
}

static void
test_malformed(Fixture *fixture, gconstpointer data)
{
    g_assert_true(type(fixture, "GET / HTTP/1.1", 14));
    while (!fixture->ended)
        turn(fixture);
    g_assert_cmpint(fixture->how, ==, RFB_RELAY_MALFORMED);
    g_assert_cmpuint(drain(fixture->xvnc), ==, 0);
}

static void
test_malformed_server(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(write(fixture->xvnc, "SSH-2.0-OpenSSH", 15), ==, 15);
    while (!fixture->ended)
        turn(fixture);
    g_assert_cmpint(fixture->how, ==, RFB_RELAY_MALFORMED);
}

static void
test_xvnc_leaves(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    fd_clear(&fixture->xvnc);
    while (!fixture->ended)
        turn(fixture);
    g_assert_cmpint(fixture->how, ==, RFB_RELAY_CLOSED);
}

/* A browser that does not read: Xvnc has to wait, and nothing is lost when it reads again. */
static void
test_browser_does_not_read(Fixture *fixture, gconstpointer data)
{
    static const guint8 pixels[16 * 1024];
    gsize sent = 0, got = 0;

    say_hello(fixture);
    settle();
    (void) drain(fixture->browser);
    for (guint idle = 0; idle < 3;) {
        gssize n = write(fixture->xvnc, pixels, sizeof pixels);

        sent += n > 0 ? (gsize) n : 0;
        idle = n > 0 ? 0 : idle + 1;
        g_assert_cmpuint(sent, <, 16 * 1024 * 1024);
        settle();
    }
    g_assert_cmpuint(socket_unsent(fixture->socket), <, LIMIT_WEB_UNSENT_VIEW + 2 * 64 * 1024);
    while (got < sent) {
        got += drain(fixture->browser);
        if (got < sent)
            turn(fixture);
    }
    g_assert_cmpuint(socket_unsent(fixture->socket), ==, 0);
    g_assert_false(fixture->ended);
}

/* An Xvnc that does not read: the browser has to wait, and every key arrives when it reads again. */
static void
test_xvnc_does_not_read(Fixture *fixture, gconstpointer data)
{
    gsize sent = 0, got = 0;

    say_hello(fixture);
    for (guint idle = 0; idle < 3;) {
        gboolean fits = type(fixture, KEY, 8);

        sent += fits ? 8 : 0;
        idle = fits ? 0 : idle + 1;
        g_assert_cmpuint(sent, <, 16 * 1024 * 1024);
        settle();
    }
    while (got < sent) {
        got += drain(fixture->xvnc);
        if (got < sent)
            turn(fixture);
    }
    g_assert_cmpuint(got, ==, sent);
    g_assert_false(fixture->ended);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        ViewMode mode;
        void (*test)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        { "/rfb-relay/control", VIEW_MODE_CONTROL, test_control },
        { "/rfb-relay/view", VIEW_MODE_VIEW, test_view },
        { "/rfb-relay/malformed", VIEW_MODE_CONTROL, test_malformed },
        { "/rfb-relay/malformed server", VIEW_MODE_CONTROL, test_malformed_server },
        { "/rfb-relay/xvnc leaves", VIEW_MODE_VIEW, test_xvnc_leaves },
        { "/rfb-relay/browser does not read", VIEW_MODE_CONTROL, test_browser_does_not_read },
        { "/rfb-relay/xvnc does not read", VIEW_MODE_CONTROL, test_xvnc_does_not_read },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, GINT_TO_POINTER(tests[i].mode), set_up, tests[i].test,
                   tear_down);
    return g_test_run();
}
