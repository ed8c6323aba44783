/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "limit.h"

#include "base/log.h"
#include "job.h"
#include "manager.h"
#include "session-store.h"
#include "session.h"

static gint64
to_us(guint seconds)
{
    return (gint64) seconds * G_USEC_PER_SEC;
}

static LimitStep
judge_idle(const Settings *settings, guint limit, const LimitFacts *facts, gint64 *ret_next)
{
    gint64 due = facts->last_input + to_us(limit);
    gint64 warn = due - MIN(to_us(settings->idle_warn), to_us(limit) / 2);

    *ret_next = facts->now < warn ? warn : due;
    if (facts->now >= due)
        return LIMIT_SUSPEND;
    return facts->now >= warn ? LIMIT_WARN : LIMIT_REST;
}

LimitStep
limit_judge(const Settings *settings, Role role, const LimitFacts *facts, gint64 *ret_next)
{
    guint limit = facts->viewed ? settings->idle[role] : settings->suspended[role];

    *ret_next = LIMIT_NEVER;
    if (limit == 0)
        return LIMIT_REST;
    if (facts->viewed)
        return judge_idle(settings, limit, facts, ret_next);
    *ret_next = MAX(facts->viewer_left, facts->tried) + to_us(limit);
    return facts->now >= *ret_next ? LIMIT_LOG_OFF : LIMIT_REST;
}

static void
warn_until(Session *session, gint64 suspends_at)
{
    if (session->suspends_at == suspends_at)
        return;
    session->suspends_at = suspends_at;
    session_changed(session);
}

static void
suspend(Session *session)
{
    log_about(G_LOG_LEVEL_MESSAGE, session->id, session->user, NULL,
              "session %s is suspended: there was no input", session->id);
    (void) manager_audit(session->manager, LIMIT_BY_IDLE, "suspend", session->user, session->id,
                         "done", "", "");
    session_suspend(session, "idle");
}

/* Unsaved work stays, unless the settings let a timer take it. */
static void
log_off(Session *session)
{
    Manager *manager = session->manager;
    EndMode mode = manager->settings->force_suspended ? END_ASK_THEN_FORCE : END_ASK;
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) options =
        g_variant_ref_sink(g_variant_new_parsed("{'mode': <%s>}", end_mode_to_name(mode)));

    session->limit_tried = manager->clock();
    session_store(session);
    g_ptr_array_add(sessions, session);
    if (job_new(manager, JOB_BY_SUSPENDED, 0, sessions, options, &error) != NULL)
        return;
    log_about(G_LOG_LEVEL_WARNING, session->id, session->user, NULL,
              "cannot log session %s off at its limit: %s (tried again later)", session->id,
              error->message);
    limit_check(session);
}

static gboolean
on_time(gpointer data)
{
    Session *session = data;

    session->limit_timer = 0;
    limit_check(session);
    return G_SOURCE_REMOVE;
}

/* A role may change meanwhile without our hearing of it: the shortest limit of any role is when to look at the latest. */
static gint64
latest_check(const Session *session)
{
    const Settings *settings = session->manager->settings;
    const guint *limits = session->viewer != NULL ? settings->idle : settings->suspended;
    guint shortest = 0;

    for (Role role = 0; role < N_ROLES; role++)
        if (limits[role] != 0 && (shortest == 0 || limits[role] < shortest))
            shortest = limits[role];
    return shortest != 0 ? session->manager->clock() + to_us(shortest) : LIMIT_NEVER;
}

static void
check_at(Session *session, gint64 when)
{
    gint64 us = MIN(when, latest_check(session)) - session->manager->clock();

    g_clear_handle_id(&session->limit_timer, g_source_remove);
    if (when != LIMIT_NEVER || latest_check(session) != LIMIT_NEVER)
        session->limit_timer = g_timeout_add((guint) (MAX(0, us) / 1000) + 1, on_time, session);
}

static void
act(Session *session, LimitStep step, gint64 next)
{
    switch (step) {
    case LIMIT_REST:
        warn_until(session, 0);
        break;
    case LIMIT_WARN:
        warn_until(session, next);
        break;
    case LIMIT_SUSPEND:
        warn_until(session, 0);
        suspend(session);
        return; /* which is a change, and checked */
    case LIMIT_LOG_OFF:
        log_off(session);
        return;
    }
    check_at(session, next);
}

static gboolean
is_limited(const Session *session)
{
    /* Nobody can suspend a foreign one, and whether somebody is at it is not known of each. */
    return session->kind->hosted && session->started && !session->stopping && !session->ended &&
           session->job == NULL;
}

static void
judge(Session *session)
{
    const User *user = user_directory_peek_uid(session->manager->users, session->uid);
    LimitFacts facts = { session->manager->clock(), session->last_input, session->viewer_left,
                         session->limit_tried, session->viewer != NULL };
    LimitStep step;
    gint64 next;

    /* Of whom nobody knows what he is, nothing is taken away. */
    if (user == NULL) {
        act(session, LIMIT_REST, LIMIT_NEVER);
        return;
    }
    step = limit_judge(session->manager->settings, user->role, &facts, &next);
    act(session, step, next);
}

/* Cancelled when the session is gone, or looked at anew: nothing of data is read before that is known. */
static void
on_role_known(GObject *source, GAsyncResult *result, gpointer data)
{
    Session *session = data;

    if (!user_directory_ensure_finish(NULL, result, NULL))
        return;
    g_clear_object(&session->limit_checking);
    if (is_limited(session))
        judge(session);
}

/* Of what was to be looked at. */
static void
forget(Session *session)
{
    g_clear_handle_id(&session->limit_timer, g_source_remove);
    if (session->limit_checking != NULL)
        g_cancellable_cancel(session->limit_checking);
    g_clear_object(&session->limit_checking);
}

void
limit_check(Session *session)
{
    forget(session);
    if (!is_limited(session) || latest_check(session) == LIMIT_NEVER) {
        warn_until(session, 0);
        return;
    }
    session->limit_checking = g_cancellable_new();
    user_directory_ensure_async(session->manager->users, &session->uid, 1, session->limit_checking,
                                on_role_known, session);
}
