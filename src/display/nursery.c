/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sanitizer.h"
#include "notice-worker.h"
#include "painter.h"
#include "worker.h"

#define DISPLAY_BYTES 16

/* Parent to nursery, with descriptors: the child's end, and unless it is a painter, X and cookie. */
typedef struct {
    guint64 birth;
    guint32 kind;
    char display[DISPLAY_BYTES];
} Request;

enum { FD_PARENT, FD_X, FD_COOKIE, N_FDS };

static const struct {
    const char *name; /* of the process */
    guint n_fds;
} kinds[N_CHILDREN] = {
    [CHILD_WORKER] = { "manyseat-worker", N_FDS },
    [CHILD_NOTICE] = { "manyseat-notice", N_FDS },
    [CHILD_PAINTER] = { "manyseat-paint", 1 },
};

struct Nursery {
    int socket;
    guint source;
    NurseryBornFunc on_born;
    NurseryGoneFunc on_gone;
    gpointer data;
};

/* Standard input, output and error go nowhere; a sanitizer's report is let through. */
static gboolean
silence(void)
{
#if !WITH_SANITIZER
    autofd nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int i = 0; i <= STDERR_FILENO; i++)
        if (nowhere < 0 || dup2(nowhere, i) < 0)
            return FALSE;
#endif
    return TRUE;
}

/* In the child: put the first n_fds descriptors at 3, 4, 5, and close all others. */
static gboolean
keep_only(const int *fds, guint n_fds)
{
    const int first = STDERR_FILENO + 1;
    int high[N_FDS];

    for (guint i = 0; i < n_fds; i++) {
        high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, first + N_FDS);
        if (high[i] < 0)
            return FALSE;
    }
    for (guint i = 0; i < n_fds; i++)
        if (dup3(high[i], first + (int) i, O_CLOEXEC) < 0)
            return FALSE;
    return close_range((unsigned) first + n_fds, ~0U, 0) == 0;
}

static int
run(const Request *request, const int *fds)
{
    switch (request->kind) {
    case CHILD_NOTICE:
        return notice_worker_run(fds[FD_X], fds[FD_COOKIE], fds[FD_PARENT], request->display);
    case CHILD_PAINTER:
        return painter_run(fds[FD_PARENT]);
    default:
        return worker_run(fds[FD_X], fds[FD_COOKIE], fds[FD_PARENT], request->display);
    }
}

static G_GNUC_NORETURN void
be_child(const Request *request, const int *fds, pid_t nursery)
{
    static const int kept[N_FDS] = { STDERR_FILENO + 1, STDERR_FILENO + 2, STDERR_FILENO + 3 };
    sigset_t none;

    (void) sigemptyset(&none);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != nursery ||
        sigprocmask(SIG_SETMASK, &none, NULL) < 0 || !silence() ||
        !keep_only(fds, kinds[request->kind].n_fds))
        _exit(EXIT_FAILURE);
    (void) prctl(PR_SET_NAME, kinds[request->kind].name, 0, 0, 0);
    _exit(run(request, kept));
}

static void
bear(int socket, const Request *request, const int *fds)
{
    pid_t nursery = getpid();
    pid_t worker = fork();
    autofd pidfd = -1;

    if (worker == 0)
        be_child(request, fds, nursery);
    if (worker > 0)
        pidfd = (int) syscall(SYS_pidfd_open, worker, 0);
    if (pidfd < 0) {
        g_warning("cannot start a worker: %s", g_strerror(errno));
        return; /* the parent sees the worker's socket close */
    }
    (void) fd_send_packet(socket, &request->birth, sizeof request->birth, &pidfd, 1, NULL);
}

/* FALSE: the parent is gone. */
static gboolean
serve(int socket)
{
    Request request;
    int fds[FD_PACKET_MAX_FDS];
    gssize length = fd_receive_packet(socket, &request, sizeof request, fds, NULL);

    if (length <= 0)
        return FALSE;
    if (length == sizeof request && request.kind < N_CHILDREN &&
        fds[kinds[request.kind].n_fds - 1] >= 0) {
        request.display[DISPLAY_BYTES - 1] = '\0';
        bear(socket, &request, fds);
    }
    for (guint i = 0; i < FD_PACKET_MAX_FDS; i++)
        fd_clear(&fds[i]);
    return TRUE;
}

static void
reap(int signals)
{
    struct signalfd_siginfo info;
    pid_t worker;
    int status;

    if (read(signals, &info, sizeof info) < 0)
        return;
    while ((worker = waitpid(-1, &status, WNOHANG)) > 0)
        if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
            g_message("worker '%d' was ended by signal %d%s", (int) worker, WTERMSIG(status),
                      WTERMSIG(status) == SIGALRM ? " (its X server is too slow)" : "");
}

static G_GNUC_NORETURN void
be_nursery(int socket)
{
    sigset_t children;
    int signals;

    (void) prctl(PR_SET_NAME, "manyseat-nurse", 0, 0, 0);
    (void) sigemptyset(&children);
    (void) sigaddset(&children, SIGCHLD);
    signals = sigprocmask(SIG_BLOCK, &children, NULL) == 0
                  ? signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK)
                  : -1;
    if (signals < 0)
        _exit(EXIT_FAILURE);
    for (;;) {
        struct pollfd fds[2] = { { .fd = socket, .events = POLLIN },
                                 { .fd = signals, .events = POLLIN } };

        if (poll(fds, 2, -1) < 0)
            continue;
        if (fds[1].revents != 0)
            reap(signals);
        if (fds[0].revents != 0 && !serve(socket))
            _exit(EXIT_SUCCESS);
    }
}

int
nursery_fork(GError **error)
{
    int ends[2];
    pid_t nursery;

    if (!fd_socketpair(ends, error))
        return -1;
    nursery = fork();
    if (nursery == 0) {
        (void) close(ends[0]);
        be_nursery(ends[1]);
    }
    (void) close(ends[1]);
    if (nursery < 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start the nursery: %s",
                    g_strerror(errno));
        (void) close(ends[0]);
        return -1;
    }
    return ends[0];
}

static gboolean
on_nursery(int socket, GIOCondition condition, gpointer data)
{
    Nursery *nursery = data;
    int fds[FD_PACKET_MAX_FDS];
    guint64 birth;
    gssize length = fd_receive_packet(socket, &birth, sizeof birth, fds, NULL);

    (void) condition;
    if (length <= 0) {
        nursery->source = 0;
        nursery->on_gone(nursery->data);
        return G_SOURCE_REMOVE;
    }
    if (length == sizeof birth && fds[0] >= 0)
        nursery->on_born(birth, fd_steal(&fds[0]), nursery->data);
    for (guint i = 0; i < FD_PACKET_MAX_FDS; i++)
        fd_clear(&fds[i]);
    return G_SOURCE_CONTINUE;
}

Nursery *
nursery_new(int socket, NurseryBornFunc on_born, NurseryGoneFunc on_gone, gpointer data)
{
    Nursery *nursery = g_new0(Nursery, 1);

    nursery->socket = socket;
    nursery->on_born = on_born;
    nursery->on_gone = on_gone;
    nursery->data = data;
    nursery->source = g_unix_fd_add(socket, G_IO_IN, on_nursery, nursery);
    return nursery;
}

void
nursery_free(Nursery *nursery)
{
    if (nursery == NULL)
        return;
    g_clear_handle_id(&nursery->source, g_source_remove);
    fd_clear(&nursery->socket);
    g_free(nursery);
}

gboolean
nursery_bear(Nursery *nursery, guint64 birth, const ChildOrder *order, GError **error)
{
    Request request = { .birth = birth, .kind = order->kind };
    const int fds[N_FDS] = {
        [FD_PARENT] = order->socket, [FD_X] = order->x, [FD_COOKIE] = order->cookie
    };

    if (g_strlcpy(request.display, order->display, DISPLAY_BYTES) >= DISPLAY_BYTES) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot use display '%s': that is no number", order->display);
        return FALSE;
    }
    return fd_send_packet(nursery->socket, &request, sizeof request, fds, kinds[order->kind].n_fds,
                          error);
}
