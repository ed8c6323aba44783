/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed-in browsers. The dashboard's and the station's are told apart by the account that made them. */
#pragma once

#include "base/secret.h"
#include "daemon.h"

typedef enum { LOGIN_DASHBOARD, LOGIN_STATION } LoginKind;

struct Login {
    Manager *manager;
    LoginKind kind;
    guint8 hash[SECRET_HASH_BYTES];
    char *user;
    uid_t uid;
    char *source;
    char *session; /* station: the session's id */
    char *station; /* station: its name, unique among the stations */
    gint64 since;  /* wall clock, microseconds */
    guint peers;   /* connections attached */
    guint timer;   /* absence (station), age (dashboard) */
};

/* Make one; the oldest of the account's goes when it has LIMIT_LOGINS_PER_USER of the kind. session and station are
 * NULL for the dashboard. */
Login *login_new(Manager *manager, LoginKind kind, const guint8 *hash, const char *user, uid_t uid,
                 const char *source, const char *session, const char *station);

/* The one with this hash and kind, or NULL. */
Login *login_find(Manager *manager, LoginKind kind, const guint8 *hash);

/* The same browser has given the password again: another token, everything else stays. */
void login_renew(Login *login, const guint8 *hash);

/* Attach and detach a connection. */
void login_attach(Login *login, Peer *peer);
void login_detach(Login *login, Peer *peer);

/* End it: its connections are told why and are nobody's from now on. Frees it. */
void login_end(Login *login, const char *reason);

/* End all station logins of a session but except (may be NULL). */
void login_end_of_session(Manager *manager, const char *session, const char *reason,
                          const Login *except);

/* The record of a station, floating. */
GVariant *login_get_station_record(Login *login);

/* The logins of a former manyseatd, from PATH_RUN/logins. */
void login_load_all(Manager *manager);
void login_free(gpointer login);
