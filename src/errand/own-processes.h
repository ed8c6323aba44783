/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's own processes of a session, and what they were started with. Runs as the user; what it finds is the user's word. */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* session is the id of a hosted session, whose processes carry it in their environment, or the control group of a foreign one (which
 * has a '/'). pid_t each, of the user alone, at most OWN_PROCESSES_MAX; the caller unrefs the array. */
#define OWN_PROCESSES_MAX 200
GArray *own_processes_list(const char *session);

/* What a variable was when the process was started; NULL without it. The caller frees it. */
char *own_processes_get(pid_t pid, const char *name);

/* The value of a variable in the text of a /proc/PID/environ, length bytes and a NUL behind them; NULL without it. */
const char *own_processes_find(const char *environment, gsize length, const char *name);
