/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

typedef struct {
    int pidfd;
    PidfdFunc on_end;
    gpointer data;
} Watch;

guint64
pidfd_start_time(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
    g_autofree char *text = NULL;
    g_auto(GStrv) fields = NULL;
    const char *rest;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    /* The command, in parentheses, may hold anything; what follows its last ")" is numbers. Field 3 is the first of them. */
    rest = strrchr(text, ')');
    if (rest == NULL)
        return 0;
    fields = g_strsplit(rest + 2, " ", 21);
    return g_strv_length(fields) < 20 ? 0 : g_ascii_strtoull(fields[19], NULL, 10);
}

int
pidfd_open_process(pid_t pid, guint64 start_time, GError **error)
{
    autofd pidfd = (int) syscall(SYS_pidfd_open, pid, 0);

    if (pidfd < 0) {
        int saved = errno;

        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved), "cannot open process '%d': %s",
                    pid, g_strerror(saved));
        return -1;
    }
    /* Compared after opening: from here on the pid can't be given away unseen. */
    if (start_time != 0 && pidfd_start_time(pid) != start_time) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "cannot open process '%d': it is another one by now", pid);
        return -1;
    }
    return fd_steal(&pidfd);
}

gboolean
pidfd_signal(int pidfd, int number, GError **error)
{
    if (syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) < 0 && errno != ESRCH) {
        int saved = errno;

        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved), "cannot send signal '%d': %s",
                    number, g_strerror(saved));
        return FALSE;
    }
    return TRUE;
}

gboolean
pidfd_has_ended(int pidfd)
{
    struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };

    return poll(&poll_fd, 1, 0) > 0;
}

static gboolean
on_pidfd_ready(int fd, GIOCondition condition, gpointer data)
{
    Watch *watch = data;

    (void) fd;
    (void) condition;
    watch->on_end(watch->data);
    return G_SOURCE_REMOVE;
}

static void
watch_free(gpointer data)
{
    Watch *watch = data;

    fd_clear(&watch->pidfd);
    g_free(watch);
}

guint
pidfd_watch(int pidfd, PidfdFunc on_end, gpointer data)
{
    Watch *watch = g_new0(Watch, 1);

    watch->pidfd = fcntl(pidfd, F_DUPFD_CLOEXEC, 3);
    watch->on_end = on_end;
    watch->data = data;
    return g_unix_fd_add_full(G_PRIORITY_DEFAULT, watch->pidfd, G_IO_IN, on_pidfd_ready, watch,
                              watch_free);
}
