/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ending.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/fd.h"
#include "base/limits.h"
#include "base/pidfd.h"
#include "base/process.h"

#define LOOK_AGAIN_MS 20 /* when all that was listed ended before it could be waited for */

struct Ending {
    const Session *session;
    EndingFunc on_done;
    gpointer data;
    gint64 started;  /* monotonic, microseconds */
    gint64 deadline; /* when to kill */
    gint64 took;
    guint patience;    /* milliseconds from SIGKILL until what is left counts as left over */
    guint64 listed_at; /* ticks: when the processes were last listed */
    gboolean killing;
    gboolean forced;
    gboolean done;
    GHashTable *told;    /* pid -> pid: it got SIGTERM */
    GHashTable *watched; /* pid -> Watch */
    GStrv remaining, killed;
    guint again; /* source: look again */
    guint timer;
};

static void look(Ending *ending);

/* In the unit and on the clock of pidfd_start_time(). */
static guint64
get_ticks(void)
{
    struct timespec now = { 0 };

    (void) clock_gettime(CLOCK_BOOTTIME, &now);
    return (guint64) now.tv_sec * (guint64) sysconf(_SC_CLK_TCK) +
           (guint64) now.tv_nsec * (guint64) sysconf(_SC_CLK_TCK) / G_GUINT64_CONSTANT(1000000000);
}

static GArray *
list_processes(Ending *ending)
{
    const Session *session = ending->session;

    ending->listed_at = get_ticks();
    return process_list_of_session(session->id, session->account->uid, session->cgroup, getpid());
}

/* The pid comes from a list: a process that started after the list was made may be anybody's by now. (One of ours that is so
 * young is found by the next look.) */
static int
open_member(const Ending *ending, pid_t pid)
{
    autofd pidfd = pidfd_open_process(pid, 0, NULL);

    if (pidfd < 0 || pidfd_has_ended(pidfd) || pidfd_start_time(pid) > ending->listed_at)
        return -1;
    return fd_steal(&pidfd);
}

static gboolean
signal_process(const Ending *ending, pid_t pid, gboolean hard)
{
    static const int soft_signals[] = { SIGTERM, SIGHUP, SIGCONT };
    autofd pidfd = open_member(ending, pid);

    if (pidfd < 0)
        return FALSE;
    if (hard)
        return pidfd_signal(pidfd, SIGKILL, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(soft_signals); i++)
        if (!pidfd_signal(pidfd, soft_signals[i], NULL))
            return FALSE;
    return TRUE;
}

/* dbus-launch catches SIGTERM, goes on waiting for its X server to end, and then sleeps some seconds. */
static gboolean
waits_for_xvnc(pid_t pid)
{
    g_autofree char *command = process_command(pid);

    return g_strcmp0(command, "dbus-launch") == 0;
}

/* The X server's turn comes when nobody is left who could still save something. */
static gboolean
is_turn_of_xvnc(const Ending *ending, const GArray *pids)
{
    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);

        if (pid != ending->session->xvnc && !waits_for_xvnc(pid))
            return FALSE;
    }
    return TRUE;
}

static void
tell_to_end(Ending *ending, const GArray *pids)
{
    gboolean xvnc_too = is_turn_of_xvnc(ending, pids);

    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);

        if (pid == ending->session->xvnc && !xvnc_too)
            continue;
        if (!g_hash_table_contains(ending->told, GINT_TO_POINTER(pid)) &&
            signal_process(ending, pid, FALSE))
            (void) g_hash_table_add(ending->told, GINT_TO_POINTER(pid));
    }
}

/* Nothing is left but those whose X server is gone: they have nothing to save. */
static gboolean
is_over(const Ending *ending, const GArray *pids)
{
    return is_turn_of_xvnc(ending, pids) && !process_list_contains(pids, ending->session->xvnc);
}

static void
kill_all(Ending *ending, const GArray *pids)
{
    if (*ending->session->group != '\0')
        (void) cgroup_kill(ending->session->group, NULL);
    for (guint i = 0; i < pids->len; i++)
        (void) signal_process(ending, g_array_index(pids, pid_t, i), TRUE);
}

typedef struct {
    Ending *ending;
    pid_t pid;
    guint source;
} Watch;

static void
watch_nobody(Ending *ending)
{
    GHashTableIter iter;
    gpointer watch;

    g_hash_table_iter_init(&iter, ending->watched);
    while (g_hash_table_iter_next(&iter, NULL, &watch)) {
        (void) g_source_remove(((Watch *) watch)->source);
        g_hash_table_iter_remove(&iter);
    }
    g_clear_handle_id(&ending->again, g_source_remove);
}

/* As the reaper of all that it started manyseat-session has a child as long as any of it runs. */
static gboolean
has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* A list is made one by one: who forks and ends faster than that is in none. The kernel knows whether anybody is there. */
static gboolean
is_empty(const Ending *ending, const GArray *pids)
{
    const char *group = ending->session->group;

    return pids->len == 0 && !(*group != '\0' ? cgroup_is_populated(group) : has_children());
}

static GStrv
describe_left(const Ending *ending, const GArray *left)
{
    const char *const unknown[] = { "processes that end before they can be named", NULL };

    if (left->len > 0 || is_empty(ending, left))
        return process_describe(left);
    return g_strdupv((char **) unknown);
}

static void
finish(Ending *ending, const GArray *left)
{
    if (ending->done)
        return;
    ending->done = TRUE;
    ending->remaining = describe_left(ending, left);
    ending->took = g_get_monotonic_time() - ending->started;
    watch_nobody(ending);
    g_clear_handle_id(&ending->timer, g_source_remove);
    ending->on_done(ending->data);
}

static void
on_one_ended(gpointer data)
{
    Ending *ending = ((Watch *) data)->ending;
    pid_t pid = ((Watch *) data)->pid;

    (void) g_hash_table_remove(ending->watched, GINT_TO_POINTER(pid)); /* frees data */
    if (g_hash_table_size(ending->watched) == 0)
        look(ending);
}

static gboolean
on_look_again(gpointer data)
{
    Ending *ending = data;

    ending->again = 0;
    look(ending);
    return G_SOURCE_REMOVE;
}

static void
watch(Ending *ending, pid_t pid)
{
    autofd pidfd = open_member(ending, pid);
    Watch *watch;

    if (pidfd < 0)
        return;
    watch = g_new0(Watch, 1);
    watch->ending = ending;
    watch->pid = pid;
    watch->source = pidfd_watch(pidfd, on_one_ended, watch);
    (void) g_hash_table_insert(ending->watched, GINT_TO_POINTER(pid), watch);
}

/* We look again when all these have ended, not at each of them: there are many, and looking costs. Not the X server before its turn,
 * nor who waits for it before it is gone. */
static void
watch_all(Ending *ending, const GArray *pids)
{
    gboolean turn = is_turn_of_xvnc(ending, pids);
    gboolean over = is_over(ending, pids);

    watch_nobody(ending);
    for (guint i = 0; i < pids->len && g_hash_table_size(ending->watched) < LIMIT_PROCESSES_WATCHED;
         i++) {
        pid_t pid = g_array_index(pids, pid_t, i);

        if ((turn || pid != ending->session->xvnc) && (over || !waits_for_xvnc(pid)))
            watch(ending, pid);
    }
    if (g_hash_table_size(ending->watched) == 0)
        ending->again = g_timeout_add(LOOK_AGAIN_MS, on_look_again, ending);
}

static void
look(Ending *ending)
{
    g_autoptr(GArray) pids = list_processes(ending);

    if (is_empty(ending, pids)) {
        finish(ending, pids);
        return;
    }
    if (ending->killing || is_over(ending, pids))
        kill_all(ending, pids);
    else
        tell_to_end(ending, pids);
    watch_all(ending, pids);
}

static gboolean
on_last_timeout(gpointer data)
{
    Ending *ending = data;
    g_autoptr(GArray) left = list_processes(ending);

    ending->timer = 0;
    finish(ending, left);
    return G_SOURCE_REMOVE;
}

/* Who was told to end and has not: the X server, and who waits for it, were not as long as there is anybody else. */
static GStrv
describe_stubborn(const Ending *ending, const GArray *pids)
{
    g_autoptr(GArray) stubborn = g_array_new(FALSE, FALSE, sizeof(pid_t));
    gboolean alone = is_turn_of_xvnc(ending, pids);

    for (guint i = 0; i < pids->len && stubborn->len < ENDING_KILLED_MOST; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);

        if (alone || (pid != ending->session->xvnc && !waits_for_xvnc(pid)))
            g_array_append_val(stubborn, pid);
    }
    return process_describe(stubborn);
}

static gboolean
on_timeout(gpointer data)
{
    Ending *ending = data;
    g_autoptr(GArray) pids = list_processes(ending);

    ending->killing = TRUE;
    ending->forced = TRUE;
    ending->killed = describe_stubborn(ending, pids);
    ending->timer = g_timeout_add(ending->patience, on_last_timeout, ending);
    look(ending);
    return G_SOURCE_REMOVE;
}

Ending *
ending_new(const Session *session, guint timeout, EndingFunc on_done, gpointer data)
{
    Ending *ending = g_new0(Ending, 1);

    ending->session = session;
    ending->on_done = on_done;
    ending->data = data;
    ending->patience = ENDING_PATIENCE_MS;
    ending->told = g_hash_table_new(NULL, NULL);
    ending->watched = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    ending->started = g_get_monotonic_time();
    ending->deadline = ending->started + timeout * G_GINT64_CONSTANT(1000);
    ending->timer = g_timeout_add(timeout, on_timeout, ending);
    /* With no time at all only SIGKILL is meant. */
    if (timeout > 0)
        ending->again = g_idle_add(on_look_again, ending);
    return ending;
}

void
ending_hurry(Ending *ending, guint timeout)
{
    gint64 deadline = g_get_monotonic_time() + timeout * G_GINT64_CONSTANT(1000);

    if (ending->done || ending->killing || deadline >= ending->deadline)
        return;
    ending->deadline = deadline;
    g_clear_handle_id(&ending->timer, g_source_remove);
    ending->timer = g_timeout_add(timeout, on_timeout, ending);
}

void
ending_kill(Ending *ending, guint patience)
{
    if (ending->done)
        return;
    ending->patience = patience;
    g_clear_handle_id(&ending->timer, g_source_remove);
    ending->timer = ending->killing ? g_timeout_add(patience, on_last_timeout, ending)
                                    : g_timeout_add(0, on_timeout, ending);
}

gboolean
ending_was_forced(const Ending *ending)
{
    return ending->forced;
}

const char *const *
ending_get_remaining(const Ending *ending)
{
    return (const char *const *) ending->remaining;
}

const char *const *
ending_get_killed(const Ending *ending)
{
    return (const char *const *) ending->killed;
}

gint64
ending_get_took(const Ending *ending)
{
    return ending->took;
}

void
ending_free(Ending *ending)
{
    if (ending == NULL)
        return;
    watch_nobody(ending);
    g_clear_handle_id(&ending->timer, g_source_remove);
    g_hash_table_unref(ending->told);
    g_hash_table_unref(ending->watched);
    g_strfreev(ending->remaining);
    g_strfreev(ending->killed);
    g_free(ending);
}
