/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tracker.h"

#include <signal.h>

#include "base/cgroup.h"
#include "base/fd.h"
#include "base/pidfd.h"
#include "base/process.h"
#include "session.h"

static GArray *
list(const Session *session)
{
    /* manyseat-session's own descendants are of no use here: it is asked about when it can't be asked. */
    return process_list_of_session(session->id, session->uid, session->cgroup, 0);
}

/* One process, if it still is the session's: a pid may be given away between the list and here. */
static void
kill_process(const Session *session, pid_t pid)
{
    autofd pidfd = pidfd_open_process(pid, 0, NULL);
    uid_t uid;

    if (pidfd >= 0 && process_uid(pid, &uid) && uid == session->uid)
        (void) pidfd_signal(pidfd, SIGKILL, NULL);
}

void
tracker_kill(const Session *session)
{
    g_autoptr(GArray) pids = NULL;
    g_autoptr(GError) error = NULL;

    if (session->cgroup[0] != '\0' && cgroup_kill(session->cgroup, &error))
        return;
    pids = list(session);
    for (guint i = 0; i < pids->len; i++)
        kill_process(session, g_array_index(pids, pid_t, i));
}

char *
tracker_list(const Session *session)
{
    g_autoptr(GArray) pids = list(session);
    g_auto(GStrv) lines = process_describe(pids);

    return g_strjoinv("\n", lines);
}
