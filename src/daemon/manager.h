/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of manyseatd, and what all who use them ask: who may do what, and the audit. What a thing does is in its own file; who
 * makes the tables is start.h. */
#pragma once

#include "base/settings.h"
#include "daemon.h"
#include "database.h"
#include "logind.h"
#include "policy.h"
#include "tally.h"
#include "throttle.h"
#include "user.h"

struct Manager {
    Settings *settings;
    UserDirectory *users;
    Database *database;
    Throttle *throttle;
    GHashTable *sessions; /* id -> Session, owned */
    const SessionKind *hosted, *foreign;
    const SessionListener *listener;
    GHashTable *jobs;    /* id -> Job, owned */
    GPtrArray *logins;   /* Login, owned */
    GPtrArray *launches; /* Launch, owned */
    GHashTable *tickets; /* hash (GBytes) -> Ticket, owned */
    GPtrArray *peers;    /* Peer, a reference each */
    GHashTable *glances; /* of viewers.c */
    Watch *watch;
    Looks *looks;
    Logind *logind;                                /* NULL on a host without it */
    uid_t dashboard_uid, station_uid, display_uid; /* accounts of our own programs */
    gint64 started;                                /* wall clock, microseconds */
    gint64 (*clock)(void); /* CLOCK_MONOTONIC, microseconds; a test has its own */
    guint prune_timer, refresh_timer;
    Tally *refusals; /* of an account or address */
    Tally *acts;     /* of an account that is no administrator's */
    char *host;
    char *run; /* PATH_RUN; a test has its own */
};

/* NULL and MANYSEAT_ERROR_NO_SUCH_SESSION when there is none. */
Session *manager_find_session(Manager *manager, const char *id, GError **error);

/* What the policy knows about a caller's account now; an unknown one is a standard user. */
Role manager_role_of(Manager *manager, uid_t uid);

/* What the policy knows about whom an act is for, but for what depends on the session (session_may() has that); an unknown account,
 * and one of the system's, counts as an administrator's: it fails closed. */
PolicyTarget manager_target(Manager *manager, uid_t uid);

/* How sessions are tracked: "logind" or "plain". */
const char *manager_tracker_name(const Manager *manager);

/* Ask the policy about an act without a target; about others session_may() does. */
gboolean manager_may(const Manager *manager, const PolicyCaller *caller, Verb verb);

/* Count an act that is written down. FALSE: the caller, who is no administrator, has had LIMIT_ACTS_A_MINUTE of them; each costs a
 * write to the disk, and the audit keeps so many rows only. */
gboolean manager_takes_act(Manager *manager, const PolicyCaller *caller);

/* Write an audit row; a row that can't be written is logged and FALSE. whom and session may be NULL. */
gboolean manager_audit(Manager *manager, const char *who, const char *act, const char *whom,
                       const char *session, const char *result, const char *detail,
                       const char *source);
