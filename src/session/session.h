/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session itself: everything between PAM's yes and the last goodbye. session.c starts it and holds its facts, ending.c
 * ends its processes, link.c talks to manyseatd about it.
 */
#pragma once

#include "account.h"
#include "display.h"
#include "order.h"
#include "pam-session.h"
#include "place.h"
#include "xsession.h"

typedef struct {
    char *id;
    Account *account;
    const Order *order; /* not owned */
    PamSession *pam;
    Xsession *xsession;
    Display *display;
    Place *place;
    GStrv environment;
    GArray *groups;  /* gid_t */
    char *logind_id; /* "" without logind */
    char *cgroup;    /* below the mount; "": none */
    /* The group that we made, of all that we start and without us: what is killed at once; "": none. */
    char *group;
    int procs; /* its cgroup.procs, or -1 */
    pid_t xvnc;
    pid_t leader;    /* of the desktop */
    int xvnc_status; /* of waitpid(); -1 as long as it runs */
    int leader_status;
    gint64 since; /* microseconds since 1970 */
} Session;

/* Digits only, as manyseatd makes them: the id becomes part of paths. */
gboolean session_id_is_valid(const char *id);

/* A session that is not started yet. Takes account and pam. */
Session *session_new(const char *id, Account *account, const Order *order, PamSession *pam);

/* PAM session, directories, Xvnc, keyboard, desktop. FALSE with a failure to tell the person and an error for the log; then
 * end what there is of it by ending.h, and free it. message (may stay NULL) is something to tell the person. Blocks. */
gboolean session_start(Session *session, char **ret_message, Failure *ret_failure, GError **error);

/* The facts of Launch.Started, floating; with user, uid, desktop, layout, since for Launch.Resume. */
GVariant *session_get_facts(const Session *session, gboolean for_resume);

/* Take the exit status of every child that has ended: the session is the reaper of all its orphans. */
void session_reap(Session *session);

/* "exit status 0", "signal 9". The caller frees it. */
char *session_describe_status(int status);

/* All its processes have ended: directories, display, cgroup, then PAM. What another record needs (place) stays. */
void session_clean(Session *session);

void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)
