/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static guint
count_open(void)
{
    DIR *directory = opendir("/proc/self/fd");
    guint n = 0;

    while (readdir(directory) != NULL)
        n++;
    (void) closedir(directory);
    return n;
}

static gboolean
is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static int
open_null(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
test_owner(void)
{
    int fd = open_null();
    int same = fd;

    g_assert_cmpint(fd_steal(&fd), ==, same);
    g_assert_cmpint(fd, ==, -1);
    g_assert_true(is_open(same));
    {
        autofd scoped = same;

        g_assert_true(is_open(scoped));
    }
    g_assert_false(is_open(same));
    errno = EDOM;
    fd_clear(&fd);
    g_assert_cmpint(errno, ==, EDOM);
    g_assert_cmpint(fd, ==, -1);
}

typedef struct {
    int ends[2];
    guint n_open;
} Pair;

static void
set_up(Pair *pair, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    pair->n_open = count_open();
    g_assert_true(fd_socketpair(pair->ends, &error));
    g_assert_no_error(error);
}

static void
tear_down(Pair *pair, gconstpointer data)
{
    fd_clear(&pair->ends[0]);
    fd_clear(&pair->ends[1]);
    g_assert_cmpuint(count_open(), ==, pair->n_open);
}

static void
test_close_on_exec(Pair *pair, gconstpointer data)
{
    for (guint i = 0; i < 2; i++)
        g_assert_cmpint(fcntl(pair->ends[i], F_GETFD), ==, FD_CLOEXEC);
}

static void
test_packets(Pair *pair, gconstpointer data)
{
    char buffer[16];

    /* Borders are kept. */
    g_assert_true(fd_send_packet(pair->ends[0], "one", 3, NULL, 0, NULL));
    g_assert_true(fd_send_packet(pair->ends[0], "two!", 4, NULL, 0, NULL));
    g_assert_cmpint(fd_receive_packet(pair->ends[1], buffer, sizeof buffer, NULL, NULL), ==, 3);
    g_assert_cmpmem(buffer, 3, "one", 3);
    g_assert_cmpint(fd_receive_packet(pair->ends[1], buffer, 4, NULL, NULL), ==, 4);
    g_assert_cmpmem(buffer, 4, "two!", 4);
    fd_clear(&pair->ends[0]);
    g_assert_cmpint(fd_receive_packet(pair->ends[1], buffer, sizeof buffer, NULL, NULL), ==, 0);
}

static void
test_descriptors(Pair *pair, gconstpointer data)
{
    for (guint n = 0; n <= FD_PACKET_MAX_FDS; n++) {
        int sent[FD_PACKET_MAX_FDS], received[FD_PACKET_MAX_FDS];
        char byte;

        for (guint i = 0; i < n; i++)
            sent[i] = open_null();
        g_assert_true(fd_send_packet(pair->ends[0], "x", 1, sent, n, NULL));
        g_assert_cmpint(fd_receive_packet(pair->ends[1], &byte, 1, received, NULL), ==, 1);
        for (guint i = 0; i < FD_PACKET_MAX_FDS; i++) {
            g_assert_cmpint(received[i] >= 0, ==, i < n);
            if (i >= n)
                continue;
            g_assert_cmpint(fcntl(received[i], F_GETFD), ==, FD_CLOEXEC);
            g_assert_true(is_open(sent[i])); /* still the sender's */
            fd_clear(&received[i]);
            fd_clear(&sent[i]);
        }
    }
}

/* More than fit, by a peer that does not use fd_send_packet(). */
static void
send_many(int socket, guint n)
{
    char control[CMSG_SPACE(sizeof(int) * 16)] = { 0 };
    struct iovec vector = { .iov_base = (void *) "x", .iov_len = 1 };
    struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control };
    struct cmsghdr *header;
    int null = open_null();

    message.msg_controllen = CMSG_SPACE(sizeof(int) * n);
    header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * n);
    for (guint i = 0; i < n; i++)
        memcpy(CMSG_DATA(header) + i * sizeof(int), &null, sizeof null);
    g_assert_cmpint(sendmsg(socket, &message, 0), ==, 1);
    fd_clear(&null);
}

/* What is refused leaves nothing open: tear_down() counts. */
static void
test_refused(Pair *pair, gconstpointer data)
{
    static const struct {
        guint n_fds;
        gsize size; /* of the receiver's buffer */
        gboolean takes_fds;
    } cases[] = {
        { 5, 8, TRUE }, { 16, 8, TRUE }, { 1, 8, FALSE }, { 4, 8, FALSE }, { 2, 0, TRUE }
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        int received[FD_PACKET_MAX_FDS] = { -2, -2, -2, -2 };
        char buffer[8];

        send_many(pair->ends[0], cases[i].n_fds);
        g_assert_cmpint(fd_receive_packet(pair->ends[1], buffer, cases[i].size,
                                          cases[i].takes_fds ? received : NULL, &error),
                        ==, -1);
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_cmpint(received[0], ==, -2); /* untouched */
        g_assert_cmpuint(count_open(), ==, pair->n_open + 2);
    }
}

static void
test_truncated(Pair *pair, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    char buffer[4];

    g_assert_true(fd_send_packet(pair->ends[0], "12345", 5, NULL, 0, NULL));
    g_assert_cmpint(fd_receive_packet(pair->ends[1], buffer, 4, NULL, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* No SIGPIPE, no waiting. */
static void
test_peer_gone_or_full(Pair *pair, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    char byte;

    g_assert_cmpint(fcntl(pair->ends[0], F_SETFL, O_NONBLOCK), ==, 0);
    g_assert_cmpint(fd_receive_packet(pair->ends[0], &byte, 1, NULL, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    g_clear_error(&error);
    while (fd_send_packet(pair->ends[0], "x", 1, NULL, 0, &error))
        ;
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    g_clear_error(&error);
    fd_clear(&pair->ends[1]);
    g_assert_false(fd_send_packet(pair->ends[0], "x", 1, NULL, 0, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
test_peer(Pair *pair, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    autofd null = open_null();
    uid_t uid = 77;
    pid_t pid = 0;

    g_assert_true(fd_peer_uid(pair->ends[0], &uid, &pid, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(uid, ==, getuid());
    g_assert_cmpint(pid, ==, getpid());
    g_assert_true(fd_peer_uid(pair->ends[0], &uid, NULL, NULL));
    g_assert_false(fd_peer_uid(null, &uid, NULL, &error));
    g_assert_nonnull(error);
}

static void
test_listen(void)
{
    g_autofree char *directory = g_dir_make_tmp("manyseat-fd-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "socket", NULL);
    g_autoptr(GError) error = NULL;
    struct stat there;

    g_assert_cmpint(fd_connect_seqpacket(path, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, path));
    for (guint i = 0; i < 2; i++) { /* the second time over the first one's leftover */
        autofd listener = fd_listen_seqpacket(path, 0620, NULL);
        autofd client = fd_connect_seqpacket(path, NULL);

        g_assert_cmpint(listener, >=, 0);
        g_assert_cmpint(client, >=, 0);
        g_assert_cmpint(fcntl(listener, F_GETFD), ==, FD_CLOEXEC);
        g_assert_cmpint(stat(path, &there), ==, 0);
        g_assert_cmpuint(there.st_mode & 07777, ==, 0620);
    }
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

static void
test_long_path(void)
{
    g_autofree char *path = g_strdup_printf("/%0200d", 0);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(fd_listen_seqpacket(path, 0600, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG);
    g_clear_error(&error);
    g_assert_cmpint(fd_connect_seqpacket(path, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG);
}

#define ADD(name, function) g_test_add("/fd/" name, Pair, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fd/owner", test_owner);
    ADD("close-on-exec", test_close_on_exec);
    ADD("packets", test_packets);
    ADD("descriptors", test_descriptors);
    ADD("refused", test_refused);
    ADD("truncated", test_truncated);
    ADD("peer-gone-or-full", test_peer_gone_or_full);
    ADD("peer", test_peer);
    g_test_add_func("/fd/listen", test_listen);
    g_test_add_func("/fd/long-path", test_long_path);
    return g_test_run();
}
