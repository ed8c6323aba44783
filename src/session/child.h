/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program to start with less than root. Between fork and exec only what was listed before happens: few typed steps, in a
 * fixed order, none of which takes memory or locks. Everything else that was inherited is put back: signals to their
 * defaults, descriptors closed, a session (setsid) of its own.
 */
#pragma once

#include "account.h"

typedef struct Child Child;

/* argv[0] is an absolute path. Both lists are copied. */
Child *child_new(const char *const *argv, const char *const *environment);
void child_free(Child *child);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Child, child_free)

/* The child's descriptor target (0 to 9) is a copy of source, which stays the caller's. Others from 0 to 2 are /dev/null. */
void child_add_fd(Child *child, int source, int target);

/* Move into the control group whose cgroup.procs is open as procs, which stays the caller's until child_start(). */
void child_set_cgroup(Child *child, int procs);

/* Become the user with these groups, for good. Checked, then verified; the child ends if anything of root is left. */
void child_set_account(Child *child, const Account *account, const gid_t *groups, gsize n_groups);

/* Go there as the user, or to "/" if that fails. */
void child_set_directory(Child *child, const char *path);

/* The signal to get when manyseat-session ends. */
void child_set_death_signal(Child *child, int number);

/* Start it. The pid, reaped by the caller; -1 with an error that names the step that failed. */
pid_t child_start(Child *child, GError **error);
