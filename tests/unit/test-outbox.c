/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/outbox.h"

#include <sys/socket.h>
#include <unistd.h>

#define PATH "/org/manyseat/Test"
#define INTERFACE "org.manyseat.Test"
#define DEADLINE_SECONDS 20
#define MANY 2000 /* of 1 KB: no socket takes them all */

typedef struct {
    int reader; /* the other end */
    GDBusConnection *connection;
    Outbox *outbox;
} Line;

static void
line_open(Line *line)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) socket = NULL;
    g_autoptr(GSocketConnection) stream = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    line->reader = ends[1];
    socket = g_socket_new_from_fd(ends[0], &error);
    g_assert_no_error(error);
    stream = g_socket_connection_factory_create_connection(socket);
    /* Without a word of authentication. */
    line->connection = g_dbus_connection_new_sync(G_IO_STREAM(stream), NULL,
                                                  G_DBUS_CONNECTION_FLAGS_NONE, NULL, NULL, &error);
    g_assert_no_error(error);
    g_dbus_connection_set_exit_on_close(line->connection, FALSE);
    line->outbox = outbox_new(line->connection);
}

static void
line_close(Line *line)
{
    outbox_free(line->outbox);
    g_object_unref(line->connection);
    (void) close(line->reader);
}

static void
send_one(Line *line, OutboxKind kind)
{
    g_autofree char *text = g_strnfill(1000, 'x');

    g_assert_true(g_dbus_connection_emit_signal(line->connection, NULL, PATH, INTERFACE, "Said",
                                                g_variant_new("(s)", text), NULL));
    outbox_note(line->outbox, kind);
}

/* Takes what there is to read, until nothing of a kind waits. */
static void
read_until_empty(Line *line, OutboxKind kind)
{
    const gint64 deadline = g_get_monotonic_time() + DEADLINE_SECONDS * G_USEC_PER_SEC;
    char bytes[4096];

    while (outbox_count(line->outbox, kind) > 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        if (recv(line->reader, bytes, sizeof bytes, MSG_DONTWAIT) < 0)
            g_usleep(1000);
    }
}

/* Whoever reads owes nothing; whoever does not, all but what the socket holds. */
static void
test_reader(void)
{
    Line line;

    line_open(&line);
    g_assert_cmpuint(outbox_count(line.outbox, OUTBOX_SIGNALS), ==, 0);
    send_one(&line, OUTBOX_ANSWERS);
    read_until_empty(&line, OUTBOX_ANSWERS);
    for (guint i = 0; i < MANY; i++)
        send_one(&line, OUTBOX_SIGNALS);
    g_assert_cmpuint(outbox_count(line.outbox, OUTBOX_SIGNALS), >, MANY / 2);
    g_assert_cmpuint(outbox_count(line.outbox, OUTBOX_ANSWERS), ==, 0);
    send_one(&line, OUTBOX_ANSWERS);
    g_assert_cmpuint(outbox_count(line.outbox, OUTBOX_ANSWERS), ==, 1);
    read_until_empty(&line, OUTBOX_SIGNALS);
    read_until_empty(&line, OUTBOX_ANSWERS);
    line_close(&line);
}

static void
test_gone(void)
{
    outbox_note(NULL, OUTBOX_ANSWERS);
    g_assert_cmpuint(outbox_count(NULL, OUTBOX_ANSWERS), ==, 0);
    outbox_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outbox/reader", test_reader);
    g_test_add_func("/outbox/gone", test_gone);
    return g_test_run();
}
