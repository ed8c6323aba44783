/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/process.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_SECONDS 10
#define ODD_NAME "a) R 1 \x01\n"

/* A child that has a child; the younger one tells that both are there. */
static pid_t
start_family(void)
{
    int ends[2];
    char byte;
    pid_t pid;

    g_assert_cmpint(pipe(ends), ==, 0);
    pid = fork();
    if (pid == 0) {
        (void) prctl(PR_SET_NAME, ODD_NAME);
        (void) alarm(DEADLINE_SECONDS);
        if (fork() == 0)
            (void) !write(ends[1], "x", 1);
        (void) alarm(DEADLINE_SECONDS);
        pause();
        _exit(0);
    }
    g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
    (void) close(ends[0]);
    (void) close(ends[1]);
    return pid;
}

static void
test_family(void)
{
    pid_t pid = start_family();
    g_autoptr(GArray) all = process_list_descendants(getpid());
    g_autoptr(GArray) below = process_list_descendants(pid);
    g_autoptr(GArray) of_uid = process_list_of_uid(getuid());
    g_autoptr(GArray) of_session = process_list_of_session("no-such", getuid(), NULL, getpid());
    g_autofree char *command = process_command(pid);
    uid_t uid = (uid_t) -1;

    g_assert_cmpuint(below->len, ==, 1);
    g_assert_true(process_list_contains(all, pid));
    g_assert_true(process_list_contains(all, g_array_index(below, pid_t, 0)));
    g_assert_false(process_list_contains(all, getpid()));
    g_assert_true(process_list_contains(of_uid, pid) && process_list_contains(of_uid, getpid()));
    g_assert_true(process_list_contains(of_session, pid));
    g_assert_false(process_list_contains(of_session, getpid()));
    g_assert_true(process_uid(pid, &uid) && uid == getuid());
    g_assert_true(g_str_has_prefix(command, "a) R 1 ?"));
    g_assert_true(process_is_alive(pid));
    kill(g_array_index(below, pid_t, 0), SIGKILL);
    kill(pid, SIGKILL);
    while (process_is_alive(pid))
        continue;
    g_assert_true(process_uid(pid, &uid)); /* a zombie: there, but not alive */
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    g_assert_false(process_uid(pid, &uid));
}

static void
test_environment(void)
{
    char *argv[] = { (char *) "/bin/sleep", (char *) "10", NULL };
    char *environment[] = { (char *) "A=1", (char *) "MANYSEAT_SESSION=17", NULL };
    static const struct {
        const char *assignment;
        gboolean has;
    } cases[] = {
        { "MANYSEAT_SESSION=17", TRUE }, { "A=1", TRUE }, { "MANYSEAT_SESSION=1", FALSE },
        { "SESSION=17", FALSE },         { "A=", FALSE }, { "MANYSEAT_SESSION=170", FALSE }
    };
    g_autoptr(GArray) found = NULL;
    g_autoptr(GArray) others = NULL;
    GPid pid;

    g_assert_true(
        g_spawn_async(NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL));
    while (!process_has_environment(pid, "A=1"))
        g_usleep(1000); /* until exec */
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(process_has_environment(pid, cases[i].assignment), ==, cases[i].has);
    found = process_list_of_session("17", getuid(), "", 0);
    others = process_list_of_session("17", getuid() + 1, "", 0);
    g_assert_true(process_list_contains(found, pid));
    g_assert_false(process_list_contains(others, pid));
    kill(pid, SIGKILL);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static gboolean
is_zombie(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", pid);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && strstr(text, "State:\tZ") != NULL;
}

static void *
stay(void *data)
{
    (void) !write(*(int *) data, "x", 1);
    pause();
    return NULL;
}

/* Its first thread has ended, another runs on: it shows as a zombie, and is none. */
static void
test_headless(void)
{
    int ends[2];
    char byte;
    pid_t pid;

    g_assert_cmpint(pipe(ends), ==, 0);
    pid = fork();
    if (pid == 0) {
        pthread_t thread;

        (void) alarm(DEADLINE_SECONDS);
        (void) pthread_create(&thread, NULL, stay, &ends[1]);
        pthread_exit(NULL);
    }
    g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
    (void) close(ends[0]);
    (void) close(ends[1]);
    while (!is_zombie(pid))
        g_usleep(1000);
    g_assert_true(process_is_alive(pid));
    kill(pid, SIGKILL);
    while (process_is_alive(pid))
        g_usleep(1000);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
test_nobody(void)
{
    pid_t nobody = 0x3fffffff; /* above every pid_max */
    g_autofree char *command = process_command(nobody);
    uid_t uid = 7;

    g_assert_cmpstr(command, ==, "?");
    g_assert_false(process_uid(nobody, &uid));
    g_assert_cmpuint(uid, ==, 7);
    g_assert_false(process_is_alive(nobody));
    g_assert_false(process_has_environment(nobody, "A=1"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process/family", test_family);
    g_test_add_func("/process/environment", test_environment);
    g_test_add_func("/process/headless", test_headless);
    g_test_add_func("/process/nobody", test_nobody);
    return g_test_run();
}
