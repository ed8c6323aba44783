/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What logind knows, and what systemd does with a session's scope. A client of the system bus that comes back by itself when the
 * bus or logind was restarted, and that listens to the bus name's owner alone. Everything happens in the main context of
 * the thread that called logind_new(); nothing blocks.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

typedef struct {
    char *id; /* logind's own id ("c3", "17"), not ours */
    uid_t uid;
    char *user;
    char *type;        /* x11, wayland, tty, unspecified ... */
    char *klass;       /* user, greeter, manager ... */
    char *state;       /* online, active, closing */
    char *display;     /* ":10", "" unknown */
    char *scope;       /* "session-17.scope" */
    char *seat;        /* "" none */
    char *service;     /* PAM service */
    char *desktop;     /* "xfce", "" unknown */
    char *remote_host; /* "" none, or not told */
    pid_t leader;      /* 0: none (any more) */
    gboolean active;
    gboolean remote;
    gboolean locked;   /* the hint of its locker */
    gboolean idle;     /* the hint of its desktop */
    gint64 idle_since; /* microseconds since 1970 UTC, when idle */
    gint64 since;      /* microseconds since 1970 UTC */
} LogindSession;

typedef struct Logind Logind;

/* What the owner of a Logind is told; any may be NULL. A callback must not call logind_free(). A session is good during the
 * call. */
typedef struct {
    /* A session that was there already, is new, or has changed. */
    void (*changed)(Logind *logind, const LogindSession *session, gpointer data);
    /* It is gone; this is how it was last known. */
    void (*removed)(Logind *logind, const LogindSession *session, gpointer data);
    /* connected: all sessions that are there have been told by changed(), those that went meanwhile by removed(). Not
     * connected: logind does not answer; the sessions known stay as they were. */
    void (*connected)(Logind *logind, gboolean connected, gpointer data);
} LogindEvents;

/* Whether this host was booted with systemd and runs logind. */
gboolean logind_is_there(void);

/* Starts to connect at once; address is that of a message bus, NULL: the system's. events is copied. */
Logind *logind_new(const char *address, const LogindEvents *events, gpointer data);

/* No event is told any more; calls under way end with G_IO_ERROR_CANCELLED. NULL is fine. */
void logind_free(Logind *logind);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Logind, logind_free)

gboolean logind_is_connected(const Logind *logind);

/* The sessions known, from memory: array of const LogindSession that the caller owns, its elements good until the main loop runs
 * again. And one of them, NULL if there is none. */
GPtrArray *logind_list(Logind *logind);
const LogindSession *logind_find(Logind *logind, const char *id);

/* Let systemd stop a unit (SIGTERM, SIGKILL after its TimeoutStopSec): done when the stop is queued. FALSE with
 * G_IO_ERROR_NOT_CONNECTED, G_IO_ERROR_TIMED_OUT, or systemd's error; a unit that is gone already is no error. */
void logind_stop_scope_async(Logind *logind, const char *scope, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
gboolean logind_stop_scope_finish(Logind *logind, GAsyncResult *result, GError **error);

/* Let logind end all sessions of a user and his own service manager, which so ends even with lingering on (a StopUnit of it would
 * leave logind believing that it runs). Done when that is queued; a user who is gone already is no error. The rest as above. */
void logind_end_user_async(Logind *logind, uid_t uid, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
gboolean logind_end_user_finish(GAsyncResult *result, GError **error);
