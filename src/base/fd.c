/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "failure.h"

void
fd_clear(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        (void) close(*fd);
    *fd = -1;
    errno = saved;
}

int
fd_steal(int *fd)
{
    int stolen = *fd;

    *fd = -1;
    return stolen;
}

gboolean
fd_socketpair(int ret_ends[2], GError **error)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return failure_set(error, "make", "socket pair");
    ret_ends[0] = ends[0];
    ret_ends[1] = ends[1];
    return TRUE;
}

static gboolean
fill_address(struct sockaddr_un *address, const char *path, GError **error)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                    "cannot use socket '%s': longer than %zu bytes", path,
                    sizeof address->sun_path - 1);
        return FALSE;
    }
    memcpy(address->sun_path, path, strlen(path));
    return TRUE;
}

int
fd_listen_seqpacket(const char *path, mode_t mode, GError **error)
{
    struct sockaddr_un address;
    autofd listener = -1;

    if (!fill_address(&address, path, error))
        return -1;
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    /* A file that is there is a leftover: whoever listens there has the directory to himself. */
    if (listener < 0 || (unlink(path) < 0 && errno != ENOENT) ||
        bind(listener, (struct sockaddr *) &address, sizeof address) < 0 || chmod(path, mode) < 0 ||
        listen(listener, SOMAXCONN) < 0) {
        failure_set(error, "listen on", path);
        return -1;
    }
    return fd_steal(&listener);
}

int
fd_connect_seqpacket(const char *path, GError **error)
{
    struct sockaddr_un address;
    autofd client = -1;

    if (!fill_address(&address, path, error))
        return -1;
    client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (client < 0 || connect(client, (struct sockaddr *) &address, sizeof address) < 0) {
        failure_set(error, "connect to", path);
        return -1;
    }
    return fd_steal(&client);
}

gboolean
fd_send_packet(int socket, const void *data, gsize length, const int *fds, guint n_fds,
               GError **error)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * FD_PACKET_MAX_FDS)];
    } control = { 0 };
    struct iovec vector = { .iov_base = (void *) data, .iov_len = length };
    struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
    ssize_t sent;

    g_return_val_if_fail(n_fds <= FD_PACKET_MAX_FDS, FALSE);
    if (n_fds > 0) {
        struct cmsghdr *header;

        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
        header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * n_fds);
    }
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return failure_set(error, "send on", "socket");
    return TRUE;
}

static guint
take_fds(struct msghdr *message, int *fds)
{
    guint n_fds = 0;

    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        gsize n;

        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds + n_fds, CMSG_DATA(header), n * sizeof(int));
        n_fds += (guint) n;
    }
    return n_fds;
}

gssize
fd_receive_packet(int socket, void *data, gsize size, int *ret_fds, GError **error)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * FD_PACKET_MAX_FDS)];
    } control = { 0 };
    struct iovec vector = { .iov_base = data, .iov_len = size };
    struct msghdr message = { .msg_iov = &vector,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    int fds[FD_PACKET_MAX_FDS + 1];
    ssize_t received;
    guint n_fds;

    do
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0) {
        failure_set(error, "receive from", "socket");
        return -1;
    }
    n_fds = take_fds(&message, fds);
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || (n_fds > 0 && ret_fds == NULL)) {
        for (guint i = 0; i < n_fds; i++)
            fd_clear(&fds[i]);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "cannot take a packet: longer than %" G_GSIZE_FORMAT
                    " bytes, or with descriptors that nobody asked for",
                    size);
        return -1;
    }
    for (guint i = 0; ret_fds != NULL && i < FD_PACKET_MAX_FDS; i++)
        ret_fds[i] = i < n_fds ? fds[i] : -1;
    return received;
}

gboolean
fd_peer_uid(int socket, uid_t *ret_uid, pid_t *ret_pid, GError **error)
{
    struct ucred peer;
    socklen_t length = sizeof peer;

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
        return failure_set(error, "ask for the peer of", "socket");
    *ret_uid = peer.uid;
    if (ret_pid != NULL)
        *ret_pid = peer.pid;
    return TRUE;
}

DIR *
fd_read_directory(int directory)
{
    autofd own = fcntl(directory, F_DUPFD_CLOEXEC, 3);
    DIR *entries = own >= 0 ? fdopendir(own) : NULL;

    if (entries == NULL)
        return NULL;
    (void) fd_steal(&own);
    /* The place is the caller's descriptor's too, and may be at the end. */
    rewinddir(entries);
    return entries;
}
