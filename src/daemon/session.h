/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One user's desktop. Its state is computed from facts; see session_get_state(). */
#pragma once

#include "base/names.h"
#include "daemon.h"
#include "policy.h"
#include "user-manager.h"

struct Session {
    Manager *manager;
    guint64 number;
    char *id; /* number in decimal; never used again */
    char *user;
    uid_t uid;
    char *desktop, *layout;
    gint64 since; /* wall clock, microseconds */

    /* What the limits go by, CLOCK_MONOTONIC, microseconds; see limit.h. */
    gint64 last_input;  /* key or pointer of who is at it, or the log-on or resume */
    gint64 viewer_left; /* when it was last left, or began; of no meaning while somebody is at it */
    gint64 limit_tried; /* when its suspended limit last acted; 0: never */
    gint64 suspends_at; /* it is warned, and suspended then; 0: not */
    guint limit_timer;
    GCancellable *limit_checking; /* while its user's role is asked for */

    /* Facts that manyseat-session told; empty until it has started. */
    gboolean started;
    char *display, *rfb, *xauthority, *logind_id, *cgroup;
    pid_t pid; /* of manyseat-session */
    guint64 start_time;
    int pidfd;
    guint pidfd_watch;
    Peer *worker; /* its connection; NULL while manyseatd has just been restarted */

    Peer *viewer; /* who controls it now, or NULL: suspended */
    gboolean locked;
    gboolean stopping;     /* told to end, or lost */
    const char *stop_mode; /* stop, kill; NULL: not asked for */
    gboolean ended;
    Outcome outcome;
    char *detail;
    char *job; /* id of the job that is at it, or NULL */
    guint lost_watch, lost_timer;
    gint64 lost_deadline;
    UserManager *
        user_manager; /* while the user's services are being ended, after the desktop's processes */
    gboolean has_seen; /* how the desktop ended: becomes outcome and detail */
    Outcome seen_outcome;
    char *seen_detail;
    guint announce; /* idle source of a pending SessionChanged */
};

Session *session_new(Manager *manager, guint64 number, const char *user, uid_t uid);
void session_free(Session *session);

SessionState session_get_state(const Session *session);

/* The name of the station it is at, or "". */
const char *session_get_station(const Session *session);

/* The record of org.manyseat.Manager as caller may see it, floating. */
GVariant *session_get_record(Session *session, const PolicyCaller *caller);

/* Take the facts of Launch.Started or Launch.Resume, given on peer. */
gboolean session_take_facts(Session *session, Peer *peer, GVariant *facts, GError **error);

/* Take a pidfd of its manyseat-session, and notice when that ends. */
void session_watch(Session *session, int pidfd);

/* Somebody is at it from now on (viewer), or nobody is any more (NULL). */
void session_set_viewer(Session *session, Peer *viewer);

/* Its user has pressed a key, moved the pointer, or given his password for it. */
void session_note_input(Session *session);

/* Something of the record changed: tell subscribers, once a turn of the main loop. */
void session_changed(Session *session);

/* All views of it are over, those of others than its user too. */
void session_close_views(Session *session, const char *reason);

/* No viewer any more, and no station's login. reason goes to both. */
void session_suspend(Session *session, const char *reason);

/* End it: mode "stop" (SIGTERM, and SIGKILL after the time of [log-off] stop) or "kill" (at once). kill may follow stop. */
void session_stop(Session *session, const char *mode);

/* manyseat-session's process has ended: by Launch.Ended, or the hard way; then its leftovers are ended and it has failed. */
void session_lost(Session *session);

/* The desktop's processes have ended like this: with the user's last session his services end too, then session_end() follows,
 * soon or at once, with what was left of them if anything was. */
void session_finish(Session *session, Outcome outcome, const char *detail);

/* It is over. Tells everybody, ends its logins, removes it from the tables and frees it. detail may be NULL. */
void session_end(Session *session, Outcome outcome, const char *detail);
