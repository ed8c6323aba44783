/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One session of a job, on its way to an outcome. Rows go on independently:
 *
 *   warn    the user is warned; his own "go on" ends it early, a grant puts it off
 *   ask     the programs are asked to close, each asks for its unsaved work itself; then the session manager ends the session
 *   grace   in ask-then-force: what holds it up was shown, force comes next
 *   stop    SIGTERM and SIGHUP to everything of the session
 *   kill    [log-off] stop is over: SIGKILL to what is left
 *   verify  its processes have ended, what else its user had is looked at; or [log-off] kill is over, and it has not been told
 *           that they have. At the end of [log-off] verify (what stop and kill did not use of their times is added to it) what is
 *           still there is reported
 *   done    with an outcome that was seen
 *
 * Mode force skips ask and grace. In mode ask nothing is forced: what holds the session up at the end of the ask time is named, and
 * the session stays. In ask-then-force a session that nobody looks at is not forced either, unless [log-off] force-suspended says so.
 */
#pragma once

#include "ask.h"
#include "base/names.h"
#include "daemon.h"

typedef struct {
    Job *job;
    char *session, *user;
    uid_t uid;
    Stage stage;
    gint64 deadline; /* wall clock, microseconds; 0: none */
    guint timer;
    Ask *ask;
    gboolean logging_out; /* the session manager was called: nothing unsaved was left */
    gboolean forced;      /* stopped although something held it up */
    gboolean wants_time;
    gboolean refused;   /* he asked for more time, and was told no */
    GVariant *blockers; /* a(ss) */
    GStrv closed;       /* applications that were asked and have closed; NULL: none */
    Outcome judged; /* in verify: what it comes to if nothing is left; OUTCOME_NONE: not told yet */
    Outcome outcome;
    char *detail;
} JobRow;

/* A row that has not begun, in job->rows. */
JobRow *row_new(Job *job, const char *session, const char *user, uid_t uid);
void row_free(gpointer row);

/* Warn, or if there is no time for that, go on. */
void row_begin(JobRow *row);

/* Whether it is not too late: to call it off; for what may be said only while it warns. */
gboolean row_may_cancel(const JobRow *row, GError **error);
gboolean row_is_warning(const JobRow *row, GError **error);

/* Call it off while it counts down (warn, ask before the session manager was called, grace). */
gboolean row_cancel(JobRow *row, GError **error);

/* The user asks for more time (once: a no is a no), or for none, while it warns. */
gboolean row_request_time(JobRow *row, GError **error);
gboolean row_proceed(JobRow *row, GError **error);

/* The answers to that: more minutes, while it warns, asked for or not; none, when they were asked for. */
gboolean row_grant(JobRow *row, guint minutes, GError **error);
gboolean row_refuse(JobRow *row, GError **error);

/* The session's own processes have ended like this; its end follows when nothing else is left either. */
void row_session_emptied(JobRow *row, Outcome outcome);

/* The session is over, and this was seen of it; FALSE when the row was done before. It is the caller's to write it down, together with
 * the end itself, and to tell of it by job_tell(). */
gboolean row_session_ended(JobRow *row, Outcome outcome, const char *detail);
gboolean row_write_outcome(JobRow *row);

/* Its record, floating; and a row of the job from a record. */
GVariant *row_get_record(const JobRow *row);
JobRow *row_load(Job *job, GVariant *record);

/* Go on where a former manyseatd left it. */
void row_resume(JobRow *row);
