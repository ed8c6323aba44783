/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosted sessions: manyseat-session began each, tells its facts and its end, and is told to stop. */
#pragma once

#include "session.h"

extern const SessionKind hosted_kind;

/* Take the facts of Launch.Started or Launch.Resume, given on peer. */
gboolean hosted_take_facts(Session *session, Peer *peer, GVariant *facts, GError **error);

/* manyseat-session's process has ended: by Launch.Ended, or the hard way; then its leftovers are ended and it has failed. */
void hosted_lost(Session *session);
