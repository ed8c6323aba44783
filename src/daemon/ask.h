/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ask the programs of a session to close, each in its own way of asking for unsaved work, and when nothing unsaved is left the
 * desktop's own session manager to end the session. manyseat-errand does it, as the session's user.
 */
#pragma once

#include "daemon.h"

typedef struct Ask Ask;

typedef enum {
    ASK_ASKING,      /* blockers has changed */
    ASK_LOGGING_OUT, /* nothing unsaved is left, the session manager was called */
    ASK_NOBODY,      /* nothing unsaved is left, and there is no session manager to call */
    ASK_CANCELLED,   /* the user called the log-out off */
    ASK_OVER,        /* the time is up; blockers is what stands; empty: nothing does */
    ASK_FAILED /* it could not be asked; detail says why, or is "" when the session has gone */
} AskState;

typedef struct {
    AskState state;
    GVariant *blockers; /* a(ss) of application and title */
    GVariant *closed;   /* as: applications that were asked and have closed */
    const char *detail; /* English, or "" */
} AskNews;

/* The news are borrowed. After OVER and FAILED no more is told. */
typedef void (*AskFunc)(const AskNews *news, gpointer data);

/* Ask for seconds. The session must have started. token is what this asking is called: windows that were asked under that token are
 * not asked again. */
Ask *ask_new(const Session *session, const char *token, guint seconds, AskFunc func, gpointer data);

/* Stop asking; what has closed stays closed. NULL is fine; may be called from within func. */
void ask_free(Ask *ask);
