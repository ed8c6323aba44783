/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-worker.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "notice-window.h"
#include "order.h"
#include "sandbox.h"
#include "x-screen.h"

#define ASSERT_US (G_USEC_PER_SEC / LIMIT_NOTICE_RAISES_A_SECOND)

typedef struct {
    int parent;
    NoticeWindow *window;
    gboolean disturbed; /* windows are to be put right */
    gint64 asserted;    /* when they were last, monotonic */
} NoticeWorker;

/* What is done between two waits has a deadline that no X server can put off: the timer's signal ends us. */
static void
set_timer(guint seconds)
{
    const struct itimerval timer = { .it_value = { .tv_sec = seconds } };

    (void) setitimer(ITIMER_REAL, &timer, NULL);
}

static gboolean
say(const NoticeWorker *worker, WordKind kind, guint8 argument, guint32 serial)
{
    const Word word = { .kind = (guint8) kind, .argument = argument, .serial = serial };

    return fd_send_packet(worker->parent, &word, sizeof word, NULL, 0, NULL);
}

static gboolean
say_screen(const NoticeWorker *worker)
{
    guint width, height;

    notice_window_get_size(worker->window, &width, &height);
    return say(worker, WORD_SCREEN, 0, ORDER_SIZE(width, height));
}

/* A picture that is none is not shown; the last one stays. */
static void
show(NoticeWorker *worker, int memory)
{
    struct stat status;
    void *bytes;

    if (fstat(memory, &status) < 0 || status.st_size <= 0)
        return;
    bytes = mmap(NULL, (gsize) status.st_size, PROT_READ, MAP_PRIVATE, memory, 0);
    if (bytes == MAP_FAILED)
        return;
    (void) notice_window_show(worker->window, bytes, (gsize) status.st_size);
    (void) munmap(bytes, (gsize) status.st_size);
}

/* FALSE: closed, nobody needs us. */
static gboolean
take_order(NoticeWorker *worker)
{
    int fds[FD_PACKET_MAX_FDS];
    Order order;
    gssize length = fd_receive_packet(worker->parent, &order, sizeof order, fds, NULL);
    gboolean good = length == sizeof order && order.kind == ORDER_SHOW && fds[0] >= 0;

    if (good)
        show(worker, fds[0]);
    for (guint i = 0; length > 0 && i < FD_PACKET_MAX_FDS; i++)
        fd_clear(&fds[i]);
    return good && say(worker, WORD_DONE, 0, order.serial);
}

/* Whoever raises himself again and again gets an answer so many times a second and no more. */
static int
wait_milliseconds(const NoticeWorker *worker)
{
    gint64 left = worker->asserted + ASSERT_US - g_get_monotonic_time();

    if (!worker->disturbed)
        return -1;
    return (int) (MAX(left, 0) + 999) / 1000;
}

static void
put_right(NoticeWorker *worker)
{
    gint64 now = g_get_monotonic_time();

    if (!worker->disturbed || now < worker->asserted + ASSERT_US)
        return;
    worker->asserted = now;
    worker->disturbed = !notice_window_assert(worker->window);
}

/* FALSE with error: the screen; without: the parent is gone. */
static gboolean
work(NoticeWorker *worker, GError **error)
{
    NoticeEvents events;

    if (!notice_window_take_events(worker->window, &events, error))
        return FALSE;
    worker->disturbed = worker->disturbed || events.disturbed || events.resized;
    if (events.resized && (!notice_window_resize(worker->window, error) || !say_screen(worker)))
        return FALSE;
    if (events.pressed >= 0 && !say(worker, WORD_PRESSED, (guint8) events.pressed, 0))
        return FALSE;
    put_right(worker);
    return TRUE;
}

/* Until the parent has closed (no error) or the screen is no longer to be had. */
static void
run(NoticeWorker *worker, GError **error)
{
    for (;;) {
        struct pollfd fds[2] = { { .fd = worker->parent, .events = POLLIN },
                                 { .fd = notice_window_get_fd(worker->window), .events = POLLIN } };

        set_timer(0);
        if (poll(fds, 2, wait_milliseconds(worker)) < 0 && errno != EINTR)
            return;
        set_timer(WORKER_SECONDS);
        if (fds[0].revents != 0 && !take_order(worker))
            return;
        if (!work(worker, error))
            return;
    }
}

static Reason
reason_of(const GError *error)
{
    return g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_ENDED) ? REASON_ENDED
                                                                      : REASON_REFUSED;
}

int
notice_worker_run(int x, int cookie, int parent, const char *display)
{
    NoticeWorker worker = { .parent = parent };
    g_autoptr(GError) error = NULL;
    int status;

    set_timer(WORKER_SECONDS);
    if (sandbox_enter(&error))
        worker.window = notice_window_open(x, cookie, display, &error);
    if (worker.window != NULL && say(&worker, WORD_READY, 0, 0) && say_screen(&worker))
        run(&worker, &error);
    if (error != NULL)
        (void) say(&worker, WORD_GONE, (guint8) reason_of(error), 0);
    status = error != NULL ? EXIT_FAILURE : EXIT_SUCCESS;
    set_timer(WORKER_SECONDS);
    notice_window_free(worker.window);
    fd_clear(&worker.parent);
    return status;
}
