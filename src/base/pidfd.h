/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes by pidfd: a pid in a file or a message may by now be another process, a pidfd never is. */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* When a process started, in clock ticks since boot (/proc/PID/stat, field 22, see proc(5)); 0 if there is none. Together with
 * the pid it names a process until the next boot. */
guint64 pidfd_start_time(pid_t pid);

/* A close-on-exec pidfd that the caller owns, or -1: no such process, or (start_time not 0) it is another one. */
int pidfd_open_process(pid_t pid, guint64 start_time, GError **error);

/* Send a signal; TRUE also if the process has ended already. */
gboolean pidfd_signal(int pidfd, int number, GError **error);

/* Whether the process has ended (also if it waits to be reaped). */
gboolean pidfd_has_ended(int pidfd);

/* Call on_end once from the main context when the process ends, then drop the source. Duplicates pidfd. Remove the source
 * with g_source_remove() to forget about it. */
typedef void (*PidfdFunc)(gpointer data);
guint pidfd_watch(int pidfd, PidfdFunc on_end, gpointer data);
