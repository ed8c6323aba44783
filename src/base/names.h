/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enums that have a name outside the program (D-Bus, CLI, pages), and the names. */
#pragma once

#include <glib.h>

typedef enum { ROLE_STANDARD, ROLE_DASHBOARD, ROLE_ADMINISTRATOR } Role;
#define N_ROLES 3

typedef enum {
    SESSION_STARTING,
    SESSION_ACTIVE,
    SESSION_SUSPENDED,
    SESSION_LOCKED,
    SESSION_ENDING,
    SESSION_ENDED
} SessionState;
#define N_SESSION_STATES 6

typedef enum {
    OUTCOME_NONE, /* "": not known yet */
    OUTCOME_CLEAN,
    OUTCOME_ENDED_BY_USER,
    OUTCOME_CANCELLED,
    OUTCOME_HELD_UP,
    OUTCOME_FORCED,
    OUTCOME_LEFTOVERS,
    OUTCOME_FAILED
} Outcome;
#define N_OUTCOMES 8

typedef enum { END_ASK, END_ASK_THEN_FORCE, END_FORCE } EndMode;
#define N_END_MODES 3

/* Whom a window in his own session tells that it is being ended, and who looks at it. */
typedef enum {
    NOTICE_WINDOW_FOREIGN, /* whose session no station page of ours shows */
    NOTICE_WINDOW_ALWAYS,
    NOTICE_WINDOW_NEVER
} NoticeWindow;
#define N_NOTICE_WINDOWS 3

/* What ends with a desktop. */
typedef enum {
    EXTENT_DESKTOP,   /* what belongs to the session alone */
    EXTENT_SERVICES,  /* with the user's last session his own services, lingering ones too */
    EXTENT_EVERYTHING /* when a log-off ends it, his text sessions here (ssh ...) too */
} Extent;
#define N_EXTENTS 3

typedef enum {
    STAGE_WARN,
    STAGE_ASK,
    STAGE_GRACE,
    STAGE_STOP,
    STAGE_KILL,
    STAGE_VERIFY,
    STAGE_DONE
} Stage;
#define N_STAGES 7

typedef enum { VIEW_MODE_VIEW, VIEW_MODE_CONTROL } ViewMode;
#define N_VIEW_MODES 2

typedef enum {
    PICTURE_SMALL,
    PICTURE_MEDIUM,
    PICTURE_LARGE,
    PICTURE_FULL,    /* taken once only, never watched */
    PICTURE_ENLARGED /* one tile in place of all, watched closely */
} PictureSize;
#define N_PICTURE_SIZES 5

/* Why a log-on or a sign-in did not succeed. The same words go to browsers, which translate them. */
typedef enum {
    FAILURE_DENIED, /* wrong name or password; nothing more is said */
    FAILURE_ACCOUNT, /* the account is locked, expired, or may not log on now (PAM account management) */
    FAILURE_NO_LOGINS, /* pam_nologin: the system takes no log-ons now; its text came as a message */
    FAILURE_PASSWORD,  /* the expired password was not changed */
    FAILURE_NOT_PERMITTED, /* root, a system account, or an act that is not the caller's */
    FAILURE_ELSEWHERE,     /* the user has a graphical session that is not ours */
    FAILURE_LIMIT,         /* too many sessions, or too many tries under way */
    FAILURE_NO_DESKTOP,    /* the desktop asked for is not installed */
    FAILURE_NO_XVNC,       /* the X server is not installed or does not start */
    FAILURE_ENDING,        /* the user's session is being ended */
    FAILURE_TIMEOUT,       /* no answer in time */
    FAILURE_CANCELLED,     /* by the person */
    FAILURE_INTERNAL       /* anything else; the log says what */
} Failure;
#define N_FAILURES 13

/* The name of a value; a value out of range is a programmer's error. */
const char *role_to_name(Role role);
const char *session_state_to_name(SessionState state);
const char *outcome_to_name(Outcome outcome);
const char *end_mode_to_name(EndMode mode);
const char *notice_window_to_name(NoticeWindow whom);
const char *extent_to_name(Extent extent);
const char *stage_to_name(Stage stage);
const char *view_mode_to_name(ViewMode mode);
const char *picture_size_to_name(PictureSize size);
const char *failure_to_name(Failure failure);

/* The value of a name; FALSE and *ret untouched when there is no such name. */
gboolean role_from_name(const char *name, Role *ret);
gboolean session_state_from_name(const char *name, SessionState *ret);
gboolean outcome_from_name(const char *name, Outcome *ret);
gboolean end_mode_from_name(const char *name, EndMode *ret);
gboolean notice_window_from_name(const char *name, NoticeWindow *ret);
gboolean extent_from_name(const char *name, Extent *ret);
gboolean stage_from_name(const char *name, Stage *ret);
gboolean view_mode_from_name(const char *name, ViewMode *ret);
gboolean picture_size_from_name(const char *name, PictureSize *ret);
gboolean failure_from_name(const char *name, Failure *ret);
