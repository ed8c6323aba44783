/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's disk form: PATH_SESSIONS/ID.session, private to manyseatd, gone with the next boot. */
#pragma once

#include "base/names.h"
#include "daemon.h"

/* Write or replace it (a rename, so that there is never half a file). A failure is logged: the session goes on. */
void session_store(const Session *session);

/* Forget it, and what a manyseat-session that was killed left in /run and /tmp. */
void session_store_remove(const Session *session);

/* Read all of them into the manager's table. What is no session file is logged and left alone. */
void session_store_load(Manager *manager);

/* How the session ended, if its manyseat-session could not tell and has left a note (PATH_SESSIONS/ID/ended). The caller frees
 * ret_detail. */
gboolean session_store_read_end(const Session *session, Outcome *ret_outcome, char **ret_detail);
