/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log-on or a sign-in under way: from LogOn() or SignIn() until manyseat-session has decided. */
#pragma once

#include "daemon.h"
#include "peer.h"

struct Launch {
    Manager *manager;
    guint64 number; /* unguessable */
    gboolean check; /* a bare password check */
    gboolean automatic;
    PeerKind kind;  /* who asked */
    uid_t asked_by; /* the account behind who asked: the source of local log-ons */
    char *by;       /* name, for the audit */
    char *user, *source, *desktop, *layout, *station;
    char *source_key; /* what source counts as: an IPv6 host has a whole /64 to choose from */
    guint width, height;
    GBytes *token_hash;  /* or NULL */
    GBytes *former_hash; /* of the browser's former login, or NULL */
    Peer *worker;        /* manyseat-session, once it has claimed */
    char *session;       /* the session it starts, once decided */
    guint timer;
};

/* Take a request (a{sv} of Manager.LogOn or Login.SignIn) of peer, start manyseat-session, and give the conversation's near
 * end. -1 with an error. */
int launch_new(Peer *peer, gboolean check, GVariant *request, GError **error);

/* The launch that nobody has claimed yet; or NULL with MANYSEAT_ERROR_NO_SUCH_LAUNCH. */
Launch *launch_claim(Manager *manager, guint64 number, Peer *worker, GError **error);

/* The order of Launch.Claim, floating. */
GVariant *launch_get_order(const Launch *launch);

/* It is decided, given up, or its manyseat-session is gone. Frees it. */
void launch_end(Launch *launch);
void launch_free(gpointer launch);
