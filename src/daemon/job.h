/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request to end sessions, a row a session (row.h). Stored at each step, so that it goes on after a restart. */
#pragma once

#include "base/names.h"
#include "daemon.h"
#include "policy.h"
#include "row.h"

/* The "by" of a job that the suspended limit (limit.h) and no person began. No account can have a name with a colon. */
#define JOB_BY_SUSPENDED "limit:suspended"

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
    GPtrArray *rows; /* JobRow, owned */
    guint news;      /* what job_changed_soon() waits for; 0: nothing */
};

/* Begin one for the sessions; the sessions' own job is set. options: as Manager.LogOff. */
Job *job_new(Manager *manager, const char *by, uid_t by_uid, GPtrArray *sessions, GVariant *options,
             GError **error);
void job_free(gpointer job);

gboolean job_is_done(const Job *job);

gboolean job_is_by_limit(const Job *job);

/* The record as caller may see it: rows of sessions that he may not list are left out. NULL: all rows, for the store. Floating. */
GVariant *job_get_record(Job *job, const PolicyCaller *caller);

/* Whether caller may see it at all. */
gboolean job_may_see(Job *job, const PolicyCaller *caller);

JobRow *job_find_row(Job *job, const char *session);

/* The row of the job that is at the session, or NULL. */
JobRow *job_find_row_of(Session *session);

/* The same while it warns the session's user, else NULL with an error: an answer that comes too late is not one, and is not to be
 * written down as done. */
JobRow *job_find_countdown(Session *session, GError **error);

/* A row has changed: store it (FALSE: it could not be, and that is logged), and tell subscribers. */
gboolean job_store(Job *job);
void job_tell(Job *job);

/* Both. */
void job_changed(Job *job);

/* Both within LIMIT_JOB_NEWS_MS, once for all changes until then: for what programs show, which may change without end. */
void job_changed_soon(Job *job);

/* Whether what ends the session is a job of the suspended limit that can still be called off; and call it off: somebody is at the
 * session again, or a person ends it. */
gboolean job_gives_way(Session *session);
void job_give_way(Session *session);

/* Called by the session: the desktop's processes have ended like this, other things of its user may still run. */
void job_session_emptied(Session *session, Outcome outcome);

/* Take up the stored jobs again; call it after the sessions are loaded. */
void job_load_all(Manager *manager);
