/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "user-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/fd.h"

static int
failed(GError **error, const char *what, const char *on)
{
    failure_set(error, what, on);
    return -1;
}

static gboolean
refuse(GError **error, const char *path, const char *why)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "cannot use '%s': %s", path, why);
    return FALSE;
}

static gboolean
is_good_owner(uid_t uid, ServedBy served_by)
{
    return uid == geteuid() || (served_by == SERVED_BY_USER_OR_ROOT && uid == 0);
}

static gboolean
check_file(int fd, const char *path, mode_t type, ServedBy served_by, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return failure_set(error, "look at", path);
    if ((status.st_mode & S_IFMT) != type)
        return refuse(error, path, "it is not of the kind that was asked for");
    return is_good_owner(status.st_uid, served_by) ||
           refuse(error, path, "it belongs to somebody else");
}

static gboolean
check_length(int fd, const char *path, goffset max, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return failure_set(error, "look at", path);
    return status.st_size <= max || refuse(error, path, "it is too long");
}

static gboolean
check_server(int fd, const char *path, ServedBy served_by, GError **error)
{
    uid_t uid;

    if (!fd_peer_uid(fd, &uid, NULL, error))
        return FALSE;
    return is_good_owner(uid, served_by) || refuse(error, path, "it is served by somebody else");
}

static int
connect_address(const struct sockaddr_un *address, socklen_t length, const char *path,
                ServedBy served_by, GError **error)
{
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (const struct sockaddr *) address, length) < 0)
        return failed(error, "connect to", path);
    return check_server(fd, path, served_by, error) ? fd_steal(&fd) : -1;
}

int
user_file_connect(const char *path, ServedBy served_by, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd file = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

    if (file < 0)
        return failed(error, "open", path);
    if (!check_file(file, path, S_IFSOCK, served_by, error))
        return -1;
    /* Through the descriptor: the very file that was checked, whatever the path means by now. */
    g_snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", file);
    return connect_address(&address, sizeof address, path, served_by, error);
}

int
user_file_connect_abstract(const char *name, ServedBy served_by, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    gsize length = strlen(name);

    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return failed(error, "connect to", name);
    }
    memcpy(address.sun_path + 1, name, length);
    return connect_address(&address,
                           (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 + length), name,
                           served_by, error);
}

int
user_file_open(const char *path, goffset max, GError **error)
{
    /* Not blocking: a pipe put there must not hold us up. */
    autofd file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (file < 0)
        return failed(error, "open", path);
    if (!check_file(file, path, S_IFREG, SERVED_BY_USER, error) ||
        !check_length(file, path, max, error))
        return -1;
    return fd_steal(&file);
}
