/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ending a session's processes: SIGTERM and SIGHUP to all but the X server, which goes when it is alone; SIGKILL to what is left
 * after the time that was given; at last a look at what even that did not end.
 */
#pragma once

#include "session.h"

/* From SIGKILL until what is left counts as left over, unless ending_kill() says. */
#define ENDING_PATIENCE_MS 5000

typedef struct Ending Ending;

/* Called once, from the main context, when nothing is left or nothing more can be done. */
typedef void (*EndingFunc)(gpointer data);

/* Begin at once; kill after timeout milliseconds, with 0 without a word before. The session is not touched, and must live as long. */
Ending *ending_new(const Session *session, guint timeout, EndingFunc on_done, gpointer data);

/* Shorten the wait: kill after timeout milliseconds from now, if that is sooner. */
void ending_hurry(Ending *ending, guint timeout);

/* Kill now; what is left patience milliseconds later is left over. */
void ending_kill(Ending *ending, guint patience);

/* Once it is done: whether SIGKILL was needed, and how long it took in microseconds. */
gboolean ending_was_forced(const Ending *ending);
gint64 ending_get_took(const Ending *ending);

/* Once it is done: what is left, as "PID COMMAND". Owned by ending. */
const char *const *ending_get_remaining(const Ending *ending);

/* What ran when SIGKILL was sent, as "PID COMMAND", at most ENDING_KILLED_MOST; NULL when it was not. Owned by ending. */
#define ENDING_KILLED_MOST 20
const char *const *ending_get_killed(const Ending *ending);

void ending_free(Ending *ending);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ending, ending_free)
