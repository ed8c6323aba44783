/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what: one table, asked for lists, thumbnails, events, history and acts alike. Pure; knows nothing but what it is
 * handed. */
#pragma once

#include <sys/types.h>

#include "base/names.h"

typedef enum {
    VERB_LIST,      /* know that the session is there */
    VERB_THUMBNAIL, /* its picture, small */
    VERB_VIEW,      /* its picture, live, without input */
    VERB_SUSPEND,
    VERB_LOCK,
    VERB_UNLOCK, /* without the user's password: never one's own */
    VERB_LOG_OFF,
    VERB_GRANT,       /* more time to somebody whose session is being ended */
    VERB_CONTROL,     /* type and point in it: one's own only */
    VERB_AUTO_LOG_ON, /* start a session for anybody without a password; no target */
    VERB_LIST_USERS,  /* all accounts, not just one's own; no target */
    VERB_AUDIT_ALL,   /* all rows, not just those about oneself; no target */
    N_VERBS
} Verb;

typedef struct {
    uid_t uid;
    Role role;
} PolicyCaller;

/* The session that it is about. */
typedef struct {
    uid_t uid;
    Role role;
    gboolean monitored; /* others than its user may look at it */
} PolicyTarget;

/* Whether caller may do it. target is ignored by the verbs without one; the others are refused when it is NULL. A session of
 * the caller's uid is his own, whatever the roles. dashboard_sees_all is the setting of that name. */
gboolean policy_may(const PolicyCaller *caller, Verb verb, const PolicyTarget *target,
                    gboolean dashboard_sees_all);

/* "list", "log-off" ... as in the session record's "may"; a value out of range is a programmer's error. */
const char *verb_to_name(Verb verb);
