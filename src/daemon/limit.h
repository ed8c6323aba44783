/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The idle and the suspended limit of [limits], by the role of a session's user.
 *
 *   idle       somebody is at the session, and there is no input: its station warns, then it is suspended
 *   suspended  nobody is at it: a job logs it off as any other does, with [log-off] warn, and asks for unsaved work. It forces
 *              nothing unless [log-off] force-suspended is set. What was held up is tried again after the limit's time.
 *
 * Times are CLOCK_MONOTONIC: they outlive manyseatd, whose files in /run end with the boot as that clock does, and neither a wall
 * clock that is set nor a host that sleeps ends anybody's session.
 */
#pragma once

#include "base/settings.h"
#include "daemon.h"

/* Who suspends, in the audit; who logs off is JOB_BY_SUSPENDED. No account can have a name with a colon. */
#define LIMIT_BY_IDLE "limit:idle"

/* What is known of a session; microseconds. */
typedef struct {
    gint64 now;
    gint64 last_input;
    gint64 viewer_left; /* read when nobody is at it */
    gint64 tried;       /* when the suspended limit last acted; 0: never */
    gboolean viewed;    /* somebody is at it */
} LimitFacts;

typedef enum { LIMIT_REST, LIMIT_WARN, LIMIT_SUSPEND, LIMIT_LOG_OFF } LimitStep;

/* What is to be done now, and in ret_next when to ask again (LIMIT_NEVER: not before a fact changes). After LIMIT_WARN that is
 * the moment of the suspension. Pure. */
#define LIMIT_NEVER G_MAXINT64
LimitStep limit_judge(const Settings *settings, Role role, const LimitFacts *facts,
                      gint64 *ret_next);

/* A fact of the session has changed: ask for its user's role, do what is due, and look again when the next is. */
void limit_check(Session *session);
