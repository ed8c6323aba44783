/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who looks at a session so closely that its user is told: on a page that has it enlarged, or through a view. Found anew from
 * the connections each time; one's own looking at one's own session counts for nothing.
 */
#pragma once

#include "daemon.h"

/* The looks that go on, or have ended so lately that they may. */
GHashTable *viewers_new_glances(void);

/* A connection's viewer has, or goes on having, the session enlarged: note its id in enlarged (strings), unless it is his own.
 * Where it was not among before, and his account has not looked at it from the same address within LIMIT_ENLARGED_AGAIN_SECONDS, the
 * audit is written first; FALSE: it can't be, and the picture must not go out. */
gboolean viewers_enlarge(Peer *peer, const Session *session, const GPtrArray *before,
                         GPtrArray *enlarged);

/* What a connection, whose viewer is still known, has enlarged is not what it was: tell about the sessions that differ. Either array
 * may be NULL. */
void viewers_changed(Peer *peer, const GPtrArray *before, const GPtrArray *after);

/* The full names (account names where there is none) of who looks, each once, sorted: an "as", floating. */
GVariant *viewers_of(const Session *session);
