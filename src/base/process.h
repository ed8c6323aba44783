/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What /proc says about processes. Every answer may be old by the time it is read: open a pidfd (base/pidfd.h) before you
 * act, and ask again after opening it.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Live processes (no zombies) as pid_t; the caller unrefs the array. */
GArray *process_list_of_uid(uid_t uid);           /* by real uid */
GArray *process_list_descendants(pid_t ancestor); /* children, their children ...; not itself */
GArray *process_list_with_environment(uid_t uid, const char *assignment); /* of uid, see below */

gboolean process_list_contains(const GArray *pids, pid_t pid);

/* Of a session by every sign there is, without the caller itself: in its cgroup, whose members can't leave it; or, where there is
 * none ("" or NULL), below manyseat-session (0: it is gone); and of the user with MANYSEAT_SESSION=ID in the environment they were
 * started with. */
GArray *process_list_of_session(const char *session, uid_t uid, const char *cgroup, pid_t ancestor);

/* Whether the process was started with this assignment ("MANYSEAT_SESSION=17") in its environment. */
gboolean process_has_environment(pid_t pid, const char *assignment);

/* The real uid; FALSE if there is no such process. */
gboolean process_uid(pid_t pid, uid_t *ret_uid);

/* FALSE for a zombie too, TRUE for one of which threads still run. */
gboolean process_is_alive(pid_t pid);

/* The short name of the program, printable UTF-8; "?" if there is no such process. The caller frees it. */
char *process_command(pid_t pid);

/* "PID COMMAND" lines for people, one a process. */
GStrv process_describe(const GArray *pids);
