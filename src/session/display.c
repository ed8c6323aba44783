/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "display.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/fd.h"
#include "base/paths.h"

#define LOCKS PATH_RUN "/displays"
#define SOCKETS "/tmp/.X11-unix"

/* Anybody may have made it before us: it counts only if it is root's, a directory, and sticky. */
static gboolean
check_socket_directory(GError **error)
{
    struct stat status;

    if (mkdir(SOCKETS, 01777) == 0 && chmod(SOCKETS, 01777) < 0)
        return failure_set(error, "set the mode of", SOCKETS);
    if (lstat(SOCKETS, &status) < 0)
        return failure_set(error, "look at", SOCKETS);
    if (S_ISDIR(status.st_mode) && status.st_uid == 0 && (status.st_mode & 01777) == 01777)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                "cannot use '%s': it is not a directory of root with mode 1777", SOCKETS);
    return FALSE;
}

static int
lock_number(guint number)
{
    g_autofree char *path = g_strdup_printf(LOCKS "/%u", number);
    autofd lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0)
        return -1;
    return fd_steal(&lock);
}

static socklen_t
fill_address(struct sockaddr_un *address, guint number, gboolean abstract)
{
    int length;

    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    length = g_snprintf(address->sun_path + (abstract ? 1 : 0), sizeof address->sun_path - 1,
                        SOCKETS "/X%u", number);
    return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + (gsize) length + 1);
}

/* Other mount namespaces have another /tmp, but the same abstract names: who can bind this one is alone with the number. */
static int
hold_abstract_name(guint number)
{
    struct sockaddr_un address;
    socklen_t length = fill_address(&address, number, TRUE);
    autofd holder = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (holder < 0 || bind(holder, (struct sockaddr *) &address, length) < 0)
        return -1;
    return fd_steal(&holder);
}

/* Of anybody's when nobody can connect (a dead server's), else only what belongs to the owner. */
static void
remove_own(const char *path, const uid_t *owner)
{
    struct stat status;

    if (owner == NULL || (lstat(path, &status) == 0 && status.st_uid == *owner))
        (void) unlink(path);
}

static void
remove_sockets(guint number, const uid_t *owner)
{
    g_autofree char *socket_path = g_strdup_printf(SOCKETS "/X%u", number);
    g_autofree char *lock_path = g_strdup_printf("/tmp/.X%u-lock", number);

    remove_own(socket_path, owner);
    remove_own(lock_path, owner);
}

static gboolean
is_path_free(guint number)
{
    struct sockaddr_un address;
    socklen_t length = fill_address(&address, number, FALSE);
    autofd probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (probe < 0 || connect(probe, (struct sockaddr *) &address, length) == 0)
        return FALSE;
    if (errno == ECONNREFUSED)
        remove_sockets(number, NULL);
    return errno == ECONNREFUSED || errno == ENOENT;
}

static Display *
try_number(guint number)
{
    autofd lock = lock_number(number);
    autofd holder = lock >= 0 ? hold_abstract_name(number) : -1;
    Display *display;

    if (holder < 0 || !is_path_free(number))
        return NULL;
    display = g_new0(Display, 1);
    display->number = number;
    display->name = g_strdup_printf(":%u", number);
    display->lock = fd_steal(&lock);
    display->holder = fd_steal(&holder);
    return display;
}

Display *
display_reserve(GError **error)
{
    if (!check_socket_directory(error))
        return NULL;
    if (mkdir(LOCKS, 0700) < 0 && errno != EEXIST) {
        failure_set(error, "make", LOCKS);
        return NULL;
    }
    for (guint number = DISPLAY_FIRST; number <= DISPLAY_LAST; number++) {
        Display *display = try_number(number);

        if (display != NULL)
            return display;
    }
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_BUSY,
                        "cannot reserve an X display: all numbers are taken");
    return NULL;
}

void
display_hand_over(Display *display, uid_t owner)
{
    display->owner = owner;
    fd_clear(&display->holder);
}

void
display_free(Display *display)
{
    g_autofree char *path = NULL;

    if (display == NULL)
        return;
    if (display->holder < 0)
        remove_sockets(display->number, &display->owner);
    path = g_strdup_printf(LOCKS "/%u", display->number);
    (void) unlink(path);
    fd_clear(&display->holder);
    fd_clear(&display->lock);
    g_free(display->name);
    g_free(display);
}
