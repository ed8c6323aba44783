/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pidfd.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

/* A child that waits to be killed; its command holds what a reader of /proc may trip over. */
static pid_t
start_child(void)
{
    int ends[2];
    char byte;
    pid_t child;

    g_assert_cmpint(pipe(ends), ==, 0);
    child = fork();
    if (child == 0) {
        (void) prctl(PR_SET_NAME, ") S 1 (x) ");
        if (write(ends[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            (void) pause();
    }
    g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
    (void) close(ends[0]);
    (void) close(ends[1]);
    return child;
}

static void
end_child(pid_t child)
{
    g_assert_cmpint(kill(child, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
}

static void
test_start_time(void)
{
    pid_t child = start_child();
    guint64 own = pidfd_start_time(getpid());
    guint64 childs = pidfd_start_time(child);

    g_assert_cmpuint(own, >, 0);
    g_assert_cmpuint(childs, >=, own);
    g_assert_cmpuint(childs, <=, own + 60 * (guint64) sysconf(_SC_CLK_TCK));
    end_child(child);
    g_assert_cmpuint(pidfd_start_time(child), ==, 0);
    g_assert_cmpuint(pidfd_start_time(-1), ==, 0);
}

static void
test_open(void)
{
    pid_t child = start_child();
    g_autoptr(GError) error = NULL;
    autofd any = pidfd_open_process(child, 0, &error);
    autofd this = pidfd_open_process(child, pidfd_start_time(child), &error);

    g_assert_no_error(error);
    g_assert_cmpint(any, >=, 0);
    g_assert_cmpint(this, >=, 0);
    g_assert_cmpint(pidfd_open_process(child, pidfd_start_time(child) + 1, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_clear_error(&error);
    end_child(child);
    g_assert_cmpint(pidfd_open_process(child, 0, &error), ==, -1);
    g_assert_nonnull(error);
}

static void
test_signal(void)
{
    pid_t child = start_child();
    g_autoptr(GError) error = NULL;
    autofd pidfd = pidfd_open_process(child, 0, NULL);
    int status;

    g_assert_false(pidfd_has_ended(pidfd));
    g_assert_true(pidfd_signal(pidfd, 0, &error));
    g_assert_false(pidfd_signal(pidfd, 4711, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_true(pidfd_signal(pidfd, SIGTERM, &error));
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    g_assert_true(pidfd_has_ended(pidfd));
    /* Gone is what was asked for. */
    g_assert_true(pidfd_signal(pidfd, SIGKILL, &error));
    g_assert_no_error(error);
}

/* Ended also while nobody has reaped it. */
static void
test_zombie(void)
{
    pid_t child = start_child();
    autofd pidfd = pidfd_open_process(child, 0, NULL);
    siginfo_t about;

    g_assert_cmpint(kill(child, SIGKILL), ==, 0);
    g_assert_cmpint(waitid(P_PID, (id_t) child, &about, WEXITED | WNOWAIT), ==, 0);
    g_assert_true(pidfd_has_ended(pidfd));
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
}

static void
count(gpointer data)
{
    ++*(guint *) data;
}

static void
test_watch(void)
{
    pid_t child = start_child();
    int pidfd = pidfd_open_process(child, 0, NULL);
    guint ended = 0, forgotten = 0;
    guint watch = pidfd_watch(pidfd, count, &forgotten);

    g_assert_cmpuint(pidfd_watch(pidfd, count, &ended), >, 0);
    fd_clear(&pidfd); /* the watch has its own */
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(ended, ==, 0);
    g_assert_true(g_source_remove(watch));
    end_child(child);
    while (ended == 0)
        g_main_context_iteration(NULL, TRUE);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(ended, ==, 1);
    g_assert_cmpuint(forgotten, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pidfd/start-time", test_start_time);
    g_test_add_func("/pidfd/open", test_open);
    g_test_add_func("/pidfd/signal", test_signal);
    g_test_add_func("/pidfd/zombie", test_zombie);
    g_test_add_func("/pidfd/watch", test_watch);
    return g_test_run();
}
