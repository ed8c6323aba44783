/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launcher.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/paths.h"
#include "child.h"

#define SESSION_PROGRAM MANYSEAT_LIBEXECDIR "/manyseat-session"

static void
start_session_program(int connection)
{
    static const char *const argv[] = { SESSION_PROGRAM, NULL };
    static const char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", NULL
    };
    g_autoptr(Child) child = child_new(argv, environment);
    g_autoptr(GError) error = NULL;

    child_add_fd(child, connection, STDIN_FILENO);
    child_add_fd(child, STDERR_FILENO, STDOUT_FILENO);
    child_add_fd(child, STDERR_FILENO, STDERR_FILENO);
    if (child_start(child, &error) < 0)
        g_warning("%s", error->message);
}

static void
accept_one(int listener)
{
    autofd connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    g_autoptr(GError) error = NULL;
    uid_t uid;

    if (connection < 0) {
        g_message("cannot accept, ignoring: %s", g_strerror(errno));
        return;
    }
    if (!fd_peer_uid(connection, &uid, NULL, &error))
        g_message("%s", error->message);
    else if (uid != 0)
        g_warning("uid %u must not start sessions", (guint) uid);
    else
        start_session_program(connection);
}

/* FALSE: it is time to go. */
static gboolean
take_signals(int signals)
{
    struct signalfd_siginfo info;
    gboolean stay = TRUE;

    while (read(signals, &info, sizeof info) == sizeof info)
        stay = stay && info.ssi_signo == SIGCHLD;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    return stay;
}

static int
open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
serve(int listener, int signals)
{
    struct pollfd poll_fds[] = { { .fd = signals, .events = POLLIN },
                                 { .fd = listener, .events = POLLIN } };

    for (;;) {
        if (poll(poll_fds, G_N_ELEMENTS(poll_fds), -1) < 0 && errno != EINTR)
            return 1;
        if (poll_fds[0].revents != 0 && !take_signals(signals))
            return 0;
        if (poll_fds[1].revents != 0)
            accept_one(listener);
    }
}

int
launcher_run(void)
{
    g_autoptr(GError) error = NULL;
    autofd signals = open_signals();
    autofd listener = -1;
    int status;

    if (signals < 0 || (mkdir(PATH_RUN, 0755) < 0 && errno != EEXIST)) {
        g_warning("cannot make '%s': %s", PATH_RUN, g_strerror(errno));
        return 1;
    }
    listener = fd_listen_seqpacket(PATH_LAUNCH_SOCKET, 0600, &error);
    if (listener < 0) {
        g_warning("%s", error->message);
        return 1;
    }
    status = serve(listener, signals);
    (void) unlink(PATH_LAUNCH_SOCKET);
    return status;
}
