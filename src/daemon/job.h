/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request to end sessions. Each row is a session; rows go on independently:
 *
 *   warn    the user is warned; can be cancelled, and put off by Grant
 *   stop    SIGTERM and SIGHUP to everything of the session, SIGKILL to what is left after the time of [log-off] stop
 *   verify  stop, kill and verify are over and it is still there: what is left is reported
 *   done    with an outcome that was seen
 *
 * Asking the programs to save (stages ask and grace) is not there yet. Jobs are stored at each step, and go on after a restart.
 */
#pragma once

#include "base/names.h"
#include "daemon.h"
#include "policy.h"

typedef struct {
    Job *job;
    char *session, *user;
    uid_t uid;
    Stage stage;
    gint64 deadline; /* wall clock, microseconds; 0: none */
    guint timer;
    Outcome outcome;
    char *detail;
} JobRow;

struct Job {
    Manager *manager;
    guint64 number;
    char *id;
    char *by;
    uid_t by_uid;
    EndMode mode;
    char *message;
    gint64 created;
    guint warn;
    GPtrArray *rows; /* JobRow */
};

/* Begin one for the sessions; the sessions' own job is set. options: as Manager.LogOff. */
Job *job_new(Manager *manager, const char *by, uid_t by_uid, GPtrArray *sessions, GVariant *options,
             GError **error);
void job_free(gpointer job);

gboolean job_is_done(const Job *job);

/* The record as caller may see it: rows of sessions that he may not list are left out. Floating. */
GVariant *job_get_record(Job *job, const PolicyCaller *caller);

/* Whether caller may see it at all. */
gboolean job_may_see(Job *job, const PolicyCaller *caller);

/* Cancel a row that still counts down. */
gboolean job_cancel(Job *job, JobRow *row, GError **error);
JobRow *job_find_row(Job *job, const char *session);

/* Give a row that counts down more time. */
gboolean job_grant(Job *job, JobRow *row, guint minutes, GError **error);

/* Called by the session when it is over. */
void job_session_ended(Session *session, Outcome outcome, const char *detail);

/* Take up the stored jobs again; call it after the sessions are loaded. */
void job_load_all(Manager *manager);
