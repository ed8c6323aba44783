/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of manyseatd. It looks up and hands on; what a thing does is in its own file. */
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
    GHashTable *jobs;     /* id -> Job, owned */
    GPtrArray *logins;    /* Login, owned */
    GPtrArray *launches;  /* Launch, owned */
    GHashTable *tickets;  /* hash (GBytes) -> Ticket, owned */
    GPtrArray *peers;     /* Peer, a reference each */
    Watch *watch;
    Looks *looks;
    Logind *logind;                                /* NULL on a host without it */
    uid_t dashboard_uid, station_uid, display_uid; /* accounts of our own programs */
    gint64 started;                                /* wall clock, microseconds */
    gint64 (*clock)(void); /* CLOCK_MONOTONIC, microseconds; a test has its own */
    guint prune_timer, refresh_timer;
    Tally *refusals; /* of an account or address */
    Tally *enlarged; /* of an account and a session */
    Tally *acts;     /* of an account that is no administrator's */
    char *host;
    char *run; /* PATH_RUN; a test has its own */
};

/* Empty tables, without a store; settings stay the caller's. What manager_new() and the tests begin with. */
Manager *manager_alloc(Settings *settings);

/* Open the store, read what a former manyseatd left in /run, look up our accounts. NULL with an error. */
Manager *manager_new(Settings *settings, GError **error);
void manager_free(Manager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manager, manager_free)

/* NULL and MANYSEAT_ERROR_NO_SUCH_SESSION when there is none. */
Session *manager_find_session(Manager *manager, const char *id, GError **error);

/* The one that logind knows by that id, or NULL. */
Session *manager_find_logind_session(Manager *manager, const char *logind_id);

/* The account's hosted session that has not ended, or NULL. */
Session *manager_find_session_of(Manager *manager, uid_t uid);

/* The account's foreign session (a local seat, xrdp ...) with a desktop, or that is being ended; or NULL. */
Session *manager_find_foreign_session_of(Manager *manager, uid_t uid);

/* Whether logind tracks the session, and by [log-off] extent all that the user runs on this host ends with it: because he has no
 * other session here, ours or not (ssh ...), or none that the setting does not give to a log-off too. */
gboolean manager_is_last_session(Manager *manager, const Session *session);

guint manager_count_hosted(const Manager *manager);

/* Sessions in the order of their ids; the array owns nothing. */
GPtrArray *manager_list_sessions(Manager *manager);

/* What the policy knows about a caller's account now; an unknown one is a standard user. */
Role manager_role_of(Manager *manager, uid_t uid);

/* What the policy knows about whom an act is for, but for what depends on the session (manager_may() has that); an unknown account,
 * and one of the system's, counts as an administrator's: it fails closed. */
PolicyTarget manager_target(Manager *manager, uid_t uid);

/* How sessions are tracked: "logind" or "plain". */
const char *manager_tracker_name(const Manager *manager);

/* Ask the policy. */
gboolean manager_may(Manager *manager, const PolicyCaller *caller, Verb verb,
                     const Session *session);

/* Count an act that is written down. FALSE: the caller, who is no administrator, has had LIMIT_ACTS_A_MINUTE of them; each costs a
 * write to the disk, and the audit keeps so many rows only. */
gboolean manager_takes_act(Manager *manager, const PolicyCaller *caller);

/* Write an audit row; a row that can't be written is logged and FALSE. whom and session may be NULL. */
gboolean manager_audit(Manager *manager, const char *who, const char *act, const char *whom,
                       const char *session, const char *result, const char *detail,
                       const char *source);
