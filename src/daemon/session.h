/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One user's desktop. Its state is computed from facts; see session_get_state(). */
#pragma once

#include "base/names.h"
#include "daemon.h"
#include "errand-call.h"
#include "policy.h"
#include "user-manager.h"

/* Where a person sits at it: the name that the place has, and browser, seat or rdp; both "" when that is not known, or nobody does. */
typedef struct {
    const char *name, *kind;
} SessionStation;

/* Seconds since its user did something; since nobody is at it, -1: somebody is. */
typedef struct {
    gint64 idle, suspended;
} SessionTimes;

/* What sessions do in ways of their own: those that we host (hosted.c), and foreign ones (foreign.c). Nothing of it is asked of one
 * that has ended. */
struct SessionKind {
    gboolean hosted;
    guint verbs; /* a bit for each Verb that there is for them, whoever asks */
    SessionState (*get_state)(const Session *session); /* once started, and not stopping */
    SessionStation (*get_station)(const Session *session);
    const char *(*get_service)(const Session *session);
    SessionTimes (*get_times)(const Session *session);
    const char *(*get_unwatched)(const Session *session); /* "": it may be watched */
    gboolean (*has_desktop)(const Session *session);      /* programs that can be asked */
    void (*stop)(Session *session);                       /* as stop_mode says */
    void (*process_ended)(Session *session);              /* the one of session_watch() */
};

/* What goes by the facts of sessions without their knowing of it: limits, jobs, notices. Set by start.c. */
struct SessionListener {
    void (*changed)(Session *session); /* something of its record; once a turn of the main loop */
    void (*visited)(Session *session); /* somebody has come to it */
    void (*job_changed)(Session *session); /* the one that is, or was, at it */
};

struct Session {
    Manager *manager;
    const SessionKind *kind;
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

    /* Facts that manyseat-session told, or logind; empty until it has started. */
    gboolean started;
    char *display, *rfb, *xauthority, *logind_id, *cgroup;
    pid_t pid; /* of manyseat-session; a foreign session has none */
    guint64 start_time;
    int pidfd; /* of that, or of a foreign session's leader */
    guint pidfd_watch;
    Peer *worker; /* its connection; NULL while manyseatd has just been restarted */

    Peer *viewer; /* who controls it now, or NULL: suspended */
    gboolean locked;
    gboolean stopping;     /* told to end, or lost */
    const char *stop_mode; /* stop, kill; NULL: not asked for */
    gboolean ended;
    Outcome outcome;
    char *detail;
    char *job;               /* id of the job that is at it, or NULL */
    GVariant *notice;        /* what a window in it says, see notice.h; NULL: there is none */
    char *language;          /* of that; NULL: not known yet */
    gboolean notice_left;    /* a former manyseatd's may be shown */
    Errand *language_errand; /* while it is asked for */
    guint empty_watch;       /* of cgroup, while it is being ended from here */
    guint lost_timer;
    gint64 lost_deadline;
    UserManager *user_manager; /* while his services are ended, after the desktop's processes */
    gboolean has_seen;         /* how the desktop ended: becomes outcome and detail */
    Outcome seen_outcome;
    char *seen_detail;
    GCancellable *introducing; /* while it is asked who a foreign one's user is */
    guint announce;            /* idle source of a pending SessionChanged */
};

Session *session_new(Manager *manager, const SessionKind *kind, guint64 number, const char *user,
                     uid_t uid);
void session_free(Session *session);

SessionState session_get_state(const Session *session);

SessionStation session_get_station(const Session *session);

/* Whether there is such an act for a session of its kind; FALSE with MANYSEAT_ERROR_NOT_AVAILABLE. */
gboolean session_can(const Session *session, Verb verb, GError **error);

/* Whether the policy lets the caller do it to the session. */
gboolean session_may(const Session *session, const PolicyCaller *caller, Verb verb);

/* Whether there are programs to be asked for unsaved work. */
gboolean session_has_desktop(const Session *session);

/* What an errand needs to find its X server: display, xauthority (both may be "") and session, as in base/errand.h. */
void session_add_x(const Session *session, GVariantDict *arguments);

/* The record of org.manyseat.Manager as caller may see it, floating. */
GVariant *session_get_record(Session *session, const PolicyCaller *caller);

/* Take a pidfd of its manyseat-session or leader, and notice when that ends. */
void session_watch(Session *session, int pidfd);

/* Somebody is at it from now on (viewer), or nobody is any more (NULL). */
void session_set_viewer(Session *session, Peer *viewer);

/* Its user has pressed a key, moved the pointer, or given his password for it. */
void session_note_input(Session *session);

/* Something of the record changed: tell subscribers, and whoever goes by it, once a turn of the main loop. */
void session_changed(Session *session);

/* Tell subscribers at once: "SessionChanged", or "SessionRemoved". */
void session_announce(Session *session, const char *signal);

/* All views of it are over, those of others than its user too. */
void session_close_views(Session *session, const char *reason);

/* No viewer any more, and no station's login. reason goes to both. */
void session_suspend(Session *session, const char *reason);

/* End it: mode "stop" (SIGTERM, and SIGKILL after the time of [log-off] stop) or "kill" (at once). kill may follow stop. */
void session_stop(Session *session, const char *mode);
