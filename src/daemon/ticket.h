/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One use of one view, for LIMIT_TICKET_SECONDS. */
#pragma once

#include "base/names.h"
#include "daemon.h"
#include "peer.h"

struct Ticket {
    guint8 login[32]; /* hash of the login that asked */
    PeerKind kind;    /* good on the same instance only */
    char *session;
    ViewMode mode;
    gint64 deadline; /* monotonic, microseconds */
};

/* Register a ticket for peer's login. */
gboolean ticket_new(Peer *peer, GVariant *hash, const Session *session, ViewMode mode,
                    GError **error);

/* Take it out of the table; MANYSEAT_ERROR_NO_SUCH_TICKET if it is unknown, spent, too old, or another login's. */
Ticket *ticket_spend(Peer *peer, GVariant *hash, GError **error);
void ticket_free(gpointer ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ticket, ticket_free)
