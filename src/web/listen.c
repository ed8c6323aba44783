/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/fd.h"

#define HANDED_OVER_FD 3
#define SOCKET_MODE 0660

static gboolean
is_handed_over(void)
{
    const char *pid = g_getenv("LISTEN_PID"), *n = g_getenv("LISTEN_FDS");
    gint64 number = pid != NULL ? g_ascii_strtoll(pid, NULL, 10) : 0;

    return n != NULL && strcmp(n, "1") == 0 && number == getpid();
}

static int
failed(const char *path, GError **error)
{
    failure_set(error, "listen on", path);
    return -1;
}

int
listen_open(const char *path, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd fd = -1;

    if (is_handed_over())
        return fcntl(HANDED_OVER_FD, F_SETFD, FD_CLOEXEC) == 0 ? HANDED_OVER_FD
                                                               : failed("LISTEN_FDS", error);
    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return failed(path, error);
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Whoever listens here has the directory to himself: a file that is there is a leftover. */
    if (fd < 0 || (unlink(path) < 0 && errno != ENOENT) ||
        bind(fd, (struct sockaddr *) &address, sizeof address) < 0 ||
        chmod(path, SOCKET_MODE) < 0 || listen(fd, SOMAXCONN) < 0)
        return failed(path, error);
    return fd_steal(&fd);
}
