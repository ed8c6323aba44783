/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who looks at a session so closely that its user is told: on a page that has it enlarged, or through a view; now, or less than
 * LIMIT_LOOKED_SECONDS ago, so that nobody looks for an instant unseen. Who looks now is found anew from the connections each time;
 * one's own looking at one's own session counts for nothing.
 */
#pragma once

#include "daemon.h"

/* The looks that go on, or have ended so lately that they may. */
GHashTable *viewers_new_glances(void);

/* A connection's viewer has, or goes on having, the session enlarged: note its id in enlarged (strings), unless it is his own. A
 * row of the audit is written first where his account has not looked at it from the same address within
 * LIMIT_ENLARGED_AGAIN_SECONDS, and each LIMIT_LOOK_ROW_SECONDS of a look that goes on. FALSE: the picture must not go out, since
 * that row can't be written or, with MANYSEAT_ERROR_LIMIT_REACHED, would be one act too many of his. No other error is set. */
gboolean viewers_enlarge(Peer *peer, const Session *session, const GPtrArray *before,
                         GPtrArray *enlarged, GError **error);

/* What a connection, whose viewer is still known, has enlarged is not what it was: tell about the sessions that are new in it at
 * once, and about those that it has no more when their lookers have ceased to count. Either array may be NULL. */
void viewers_changed(Peer *peer, const GPtrArray *before, const GPtrArray *after);

/* The connection's viewer, who is still known, has had a view of the session until now. */
void viewers_left(Peer *peer, const Session *session);

/* The full names (account names where there is none) of who looks, each once, sorted: an "as", floating. */
GVariant *viewers_of(const Session *session);
