/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-end.h"

#include "base/log.h"
#include "job.h"
#include "login.h"
#include "manager.h"
#include "session-store.h"
#include "sessions.h"
#include "watch.h"

static void
on_user_ended(const char *remaining, gpointer data)
{
    Session *session = data;

    if (remaining[0] != '\0')
        session_end(session, OUTCOME_LEFTOVERS, remaining);
    else if (session->seen_outcome == OUTCOME_LEFTOVERS)
        session_end(session, OUTCOME_FORCED, session->seen_detail); /* they are gone since */
    else
        session_end(session, session->seen_outcome, session->seen_detail);
}

void
session_finish(Session *session, Outcome outcome, const char *detail)
{
    const Settings *settings = session->manager->settings;
    UserManagerTimes times = { .kill = settings->kill, .verify = MAX(1, settings->verify / 3) };
    g_autofree char *kept = g_strdup(detail); /* it may be our own */

    if (session->ended || session->user_manager != NULL)
        return;
    if (!sessions_is_last(session->manager, session)) {
        session_end(session, outcome, detail);
        return;
    }
    session->stopping = TRUE;
    session->has_seen = TRUE;
    session->seen_outcome = outcome;
    g_free(session->seen_detail);
    session->seen_detail = g_steal_pointer(&kept);
    session_store(session);
    job_session_emptied(session, outcome);
    session_changed(session);
    session->user_manager =
        user_manager_end(session->manager->logind, session->uid, &times, on_user_ended, session);
}

typedef struct {
    const Session *session;
    JobRow *row; /* or NULL */
} End;

/* The end, and what it makes of its job: a manyseatd killed between the two would tell one of them twice or wrongly. */
static gboolean
write_end(gpointer data)
{
    const End *end = data;
    const Session *session = end->session;
    gboolean kept = manager_audit(session->manager, session->user, "session-end", session->user,
                                  session->id, "done", outcome_to_name(session->outcome), "");

    return (end->row == NULL || row_write_outcome(end->row)) && kept;
}

void
session_end(Session *session, Outcome outcome, const char *detail)
{
    Manager *manager = session->manager;
    End end = { session, job_find_row_of(session) };

    if (session->ended)
        return;
    session->ended = TRUE;
    session->outcome = outcome;
    g_free(session->detail);
    session->detail = g_strdup(detail);
    session_close_views(session, "ended");
    if (end.row != NULL && !row_session_ended(end.row, outcome, session->detail))
        end.row = NULL;
    if (!database_together(manager->database, write_end, &end))
        (void) write_end(&end);
    log_about(G_LOG_LEVEL_MESSAGE, session->id, session->user, session->job,
              "session %s has ended: %s%s%s", session->id, outcome_to_name(outcome),
              session->detail != NULL && session->detail[0] != '\0' ? ", " : "",
              session->detail != NULL ? session->detail : "");
    session_announce(session, "SessionRemoved");
    if (end.row != NULL)
        job_tell(end.row->job);
    login_end_of_session(manager, session->id, "ended", NULL);
    watch_forget(manager->watch, session->id);
    session_store_remove(session);
    g_hash_table_remove(manager->sessions, session->id); /* frees it */
}
