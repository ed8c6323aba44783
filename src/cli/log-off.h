/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What "manyseat log-off" says, and its exit status: pure functions of the records. Free the texts. */
#pragma once

#include <glib.h>

/* A plan whose hit records have "unsaved", "unknown" and "unsaved-known" of the records of ListUnsaved. Floating. */
GVariant *log_off_join(GVariant *plan, GVariant *unsaved);

/* The plan: who is hit and what of his work is known to be unsaved, who is left out and why. */
char *log_off_format_plan(GVariant *plan);

/* Before the waiting: the job's id, how many sessions, who is left out and why. */
char *log_off_format_begun(const char *id, GVariant *plan);

/* "17 ana: clean", a row that has its outcome; of a session that stays, with the programs that have closed all the same. */
char *log_off_format_row(GVariant *row);

/* "3 sessions were ended, 1 was not."; "" for a job without rows. */
char *log_off_format_summary(GVariant *job);

/* Done if each row of the job (NULL: not begun) was ended, and, when the selection named its sessions, nothing was left out. */
int log_off_status(GVariant *job, GVariant *plan, gboolean named);
