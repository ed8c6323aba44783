/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ending.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/process.h"

#define SOFT "echo; exec sleep 60"
#define SLOW "trap 'sleep 0.5; exit' TERM HUP; echo; while :; do sleep 0.1; done"
#define STUBBORN "trap '' TERM HUP; echo; while :; do sleep 60; done"
#define TELLING                                                                                    \
    "trap \"trap '' TERM HUP; %s >> %s; exit\" TERM HUP; echo; while :; do sleep 0.1; done"
#define DEADLINE_MS 10000
#define LONG_MS 60000

typedef struct {
    Session session;
    Account account;
    Ending *ending;
    gboolean is_done;
    gboolean is_late;
    guint most_watched;
} Room;

static void
on_done(gpointer data)
{
    ((Room *) data)->is_done = TRUE;
}

static gboolean
on_late(gpointer data)
{
    ((Room *) data)->is_late = TRUE;
    return G_SOURCE_REMOVE;
}

/* Below this process, as a desktop is below manyseat-session. It says an empty line when it has come up. */
static pid_t
start(const char *script)
{
    char *argv[] = { (char *) "/bin/sh", (char *) "-c", (char *) script, NULL };
    g_autoptr(GError) error = NULL;
    int out;
    char byte;
    GPid pid;

    (void) g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                                    NULL, &out, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(read(out, &byte, 1), ==, 1);
    (void) close(out);
    return pid;
}

static void
room_init(Room *room)
{
    *room = (Room){ .account = { .uid = getuid() } };
    room->session.id = (char *) "4711";
    room->session.account = &room->account;
    room->session.cgroup = (char *) "";
    room->session.group = (char *) "";
}

/* How many processes this one holds open at most. */
static guint
count_pidfds(void)
{
    g_autoptr(GDir) directory = g_dir_open("/proc/self/fd", 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *path = g_build_filename("/proc/self/fd", name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        n += g_strcmp0(target, "anon_inode:[pidfd]") == 0;
    }
    return n;
}

static void
wait_for_end(Room *room)
{
    guint late = g_timeout_add(DEADLINE_MS, on_late, room);

    while (!room->is_done && !room->is_late) {
        (void) g_main_context_iteration(NULL, TRUE);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        room->most_watched = MAX(room->most_watched, count_pidfds());
    }
    g_assert_false(room->is_late);
    g_source_remove(late);
}

/* Nothing that runs is left, and no child is forgotten: g_test's own are none. */
static void
room_clear(Room *room)
{
    g_autoptr(GArray) left = process_list_descendants(getpid());

    g_assert_cmpuint(left->len, ==, 0);
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    ending_free(room->ending);
}

static void
test_soft(void)
{
    Room room;

    room_init(&room);
    (void) start(SOFT);
    (void) start(SOFT);
    room.ending = ending_new(&room.session, LONG_MS, on_done, &room);
    wait_for_end(&room);
    g_assert_false(ending_was_forced(room.ending));
    g_assert_null(ending_get_remaining(room.ending)[0]);
    g_assert_cmpint(ending_get_took(room.ending), <, DEADLINE_MS * 1000);
    room_clear(&room);
}

static void
test_nobody_left(void)
{
    Room room;

    room_init(&room);
    room.ending = ending_new(&room.session, LONG_MS, on_done, &room);
    wait_for_end(&room);
    g_assert_false(ending_was_forced(room.ending));
    room_clear(&room);
}

static const struct {
    const char *what;
    guint timeout;
    gboolean is_killed, is_hurried; /* meanwhile */
} stubborn[] = {
    { "killed at the end of the time", 200, FALSE, FALSE },
    { "killed at once", 0, FALSE, FALSE },
    { "killed when told to", LONG_MS, TRUE, FALSE },
    { "hurried", LONG_MS, FALSE, TRUE },
};

static void
test_stubborn(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(stubborn); i++) {
        Room room;

        g_test_message("%s", stubborn[i].what);
        room_init(&room);
        (void) start(STUBBORN);
        (void) start(SOFT);
        room.ending = ending_new(&room.session, stubborn[i].timeout, on_done, &room);
        while (stubborn[i].timeout == LONG_MS && g_main_context_iteration(NULL, FALSE))
            continue;
        g_assert_false(room.is_done);
        if (stubborn[i].is_killed)
            ending_kill(room.ending, LONG_MS);
        if (stubborn[i].is_hurried)
            ending_hurry(room.ending, 100);
        wait_for_end(&room);
        g_assert_true(ending_was_forced(room.ending));
        g_assert_null(ending_get_remaining(room.ending)[0]);
        room_clear(&room);
    }
}

/* As long as somebody could still save something, he has an X server to do it on. */
static void
test_xvnc_goes_last(void)
{
    char path[] = "/tmp/manyseat-test-ending-XXXXXX";
    g_autofree char *script = NULL;
    g_autofree char *server = NULL;
    g_autofree char *order = NULL;
    Room room;

    g_assert_cmpint(close(g_mkstemp(path)), ==, 0);
    script = g_strdup_printf(TELLING, "sleep 0.3; echo desktop", path);
    server = g_strdup_printf(TELLING, "echo server", path);
    room_init(&room);
    room.session.xvnc = start(server);
    (void) start(script);
    room.ending = ending_new(&room.session, LONG_MS, on_done, &room);
    wait_for_end(&room);
    g_assert_true(g_file_get_contents(path, &order, NULL, NULL));
    g_assert_cmpstr(order, ==, "desktop\nserver\n");
    g_assert_false(ending_was_forced(room.ending));
    (void) unlink(path);
    room_clear(&room);
}

static void
test_more_than_are_watched(void)
{
    Room room;

    room_init(&room);
    for (guint i = 0; i < LIMIT_PROCESSES_WATCHED + 10; i++)
        (void) start(SLOW);
    room.ending = ending_new(&room.session, LONG_MS, on_done, &room);
    wait_for_end(&room);
    g_assert_cmpuint(room.most_watched, <=, LIMIT_PROCESSES_WATCHED);
    g_assert_cmpuint(room.most_watched, >, 0);
    g_assert_false(ending_was_forced(room.ending));
    room_clear(&room);
}

/* Each forks its successor and ends, for some seconds: in no list, or gone when it is read. */
static void
run_relay(gint64 until)
{
    while (g_get_monotonic_time() < until) {
        if (fork() > 0)
            _exit(0);
        (void) usleep(500);
    }
    _exit(0);
}

static gboolean
has_children(void)
{
    siginfo_t info;

    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Who can't be named is not taken for gone: the end is told when nobody is there, or as leftovers. (Without a control group a relay
 * may well outrun the signals.) */
static void
test_relay(void)
{
    gint64 until = g_get_monotonic_time() + 2 * G_USEC_PER_SEC;
    Room room;

    room_init(&room);
    g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 1), ==, 0);
    if (fork() == 0)
        run_relay(until);
    room.ending = ending_new(&room.session, 100, on_done, &room);
    ending_kill(room.ending, 500);
    wait_for_end(&room);
    g_assert_true(!has_children() || ending_get_remaining(room.ending)[0] != NULL);
    while (has_children())
        (void) waitpid(-1, NULL, 0);
    room_clear(&room);
    g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 0), ==, 0);
}

/* Forget about it in the middle: nothing is called any more. */
static void
test_free_early(void)
{
    Room room;

    room_init(&room);
    (void) start(STUBBORN);
    room.ending = ending_new(&room.session, LONG_MS, on_done, &room);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    ending_free(room.ending);
    room.is_done = FALSE;
    room.ending = ending_new(&room.session, 0, on_done, &room);
    wait_for_end(&room);
    room_clear(&room);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ending/soft", test_soft);
    g_test_add_func("/ending/nobody-left", test_nobody_left);
    g_test_add_func("/ending/stubborn", test_stubborn);
    g_test_add_func("/ending/xvnc-goes-last", test_xvnc_goes_last);
    g_test_add_func("/ending/more-than-are-watched", test_more_than_are_watched);
    g_test_add_func("/ending/relay", test_relay);
    g_test_add_func("/ending/free-early", test_free_early);
    return g_test_run();
}
