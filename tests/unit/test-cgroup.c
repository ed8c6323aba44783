/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cgroup.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

#define DEADLINE_SECONDS 10

static char *
create_or_skip(void)
{
    g_autoptr(GError) error = NULL;
    char *cgroup = cgroup_create("test", &error);

    if (cgroup == NULL)
        g_test_skip(error->message);
    return cgroup;
}

static pid_t
start_sleeper(const char *cgroup)
{
    autofd procs = cgroup_open_procs(cgroup, NULL);
    pid_t pid = fork();

    g_assert_cmpint(procs, >=, 0);
    if (pid == 0) {
        if (write(procs, "0", 1) != 1)
            _exit(1);
        (void) fork(); /* two of them */
        (void) alarm(DEADLINE_SECONDS);
        pause();
        _exit(0);
    }
    g_assert_cmpint(pid, >, 0);
    return pid;
}

static void
test_names(void)
{
    static const char *const bad[] = { "", "/", "a//b", "..", "manyseat/../..", "./a", "/a", "a/" };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GArray) pids = cgroup_list(bad[i]);

        g_test_message("'%s'", bad[i]);
        g_assert_cmpuint(pids->len, ==, 0);
        g_assert_cmpint(cgroup_open_procs(bad[i], NULL), ==, -1);
        g_assert_false(cgroup_kill(bad[i], NULL));
        g_assert_false(cgroup_remove(bad[i], NULL));
        g_assert_false(cgroup_is_populated(bad[i]));
    }
}

static void
on_empty(gpointer data)
{
    g_main_loop_quit(data);
}

static gboolean
on_deadline(gpointer data)
{
    g_assert_not_reached();
    return G_SOURCE_REMOVE;
}

static void
wait_empty(const char *cgroup)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    guint deadline = g_timeout_add_seconds(DEADLINE_SECONDS, on_deadline, NULL);

    g_assert_cmpuint(cgroup_watch_empty(cgroup, on_empty, loop), >, 0);
    g_main_loop_run(loop);
    g_source_remove(deadline);
}

static void
test_life(void)
{
    g_autofree char *cgroup = create_or_skip();
    g_autofree char *found = NULL;
    g_autoptr(GArray) pids = NULL;
    g_autoptr(GError) error = NULL;
    pid_t pid;

    if (cgroup == NULL)
        return;
    g_assert_false(cgroup_is_populated(cgroup));
    pid = start_sleeper(cgroup);
    while (pids == NULL || pids->len < 2) {
        g_clear_pointer(&pids, g_array_unref);
        pids = cgroup_list(cgroup);
    }
    found = cgroup_of_process(pid);
    g_assert_cmpstr(found, ==, cgroup);
    g_assert_true(cgroup_is_populated(cgroup));
    g_assert_false(cgroup_remove(cgroup, NULL));
    g_assert_true(cgroup_kill(cgroup, &error));
    g_assert_no_error(error);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    wait_empty(cgroup);
    g_assert_true(cgroup_remove(cgroup, &error));
    g_assert_no_error(error);
    g_assert_cmpint(cgroup_open_procs(cgroup, NULL), ==, -1);
    wait_empty(cgroup); /* gone counts as empty */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cgroup/names", test_names);
    g_test_add_func("/cgroup/life", test_life);
    return g_test_run();
}
