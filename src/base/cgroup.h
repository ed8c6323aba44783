/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Control groups (version 2) that hold all processes of a session, whatever they fork. A group is named by its path below
 * the cgroup2 mount without a leading slash ("manyseat/session-17-9c0e41d2", "user.slice/user-1000.slice/session-3.scope"),
 * as it stands in the facts of org.manyseat.Launch; a name with "." or ".." as a part, or an empty one, is refused by all.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* The directory where cgroup2 is mounted (/sys/fs/cgroup, /sys/fs/cgroup/unified ...), or NULL. The caller frees it. */
char *cgroup_mount_point(void);

/* Make manyseat/NAME-RANDOM below the caller's own group, and return its path below the mount. NULL if there is no cgroup2, or
 * it is not writable. */
char *cgroup_create(const char *name, GError **error);

/* The group a process is in; NULL if there is no such process or no cgroup2. The root group is "". */
char *cgroup_of_process(pid_t pid);

/* Open cgroup.procs for writing: a process that writes "0" to it moves itself in. The caller owns the descriptor; -1. */
int cgroup_open_procs(const char *cgroup, GError **error);

/* All processes in the group and the groups below it, pid_t each, zombies too; empty if the group is gone. */
GArray *cgroup_list(const char *cgroup);

/* SIGKILL to all processes in the group and below, forks included. The caller must not be one of them. */
gboolean cgroup_kill(const char *cgroup, GError **error);

/* Whether a process that is not a zombie is in the group or below; FALSE if the group is gone. */
gboolean cgroup_is_populated(const char *cgroup);

/* Call on_empty once from the main context when the group has become empty or is gone (soon, if it is so already), then
 * drop the source. Returns its id for g_source_remove(). */
typedef void (*CgroupFunc)(gpointer data);
guint cgroup_watch_empty(const char *cgroup, CgroupFunc on_empty, gpointer data);

/* Remove the empty group and the empty groups below it; TRUE if it is gone. */
gboolean cgroup_remove(const char *cgroup, GError **error);
