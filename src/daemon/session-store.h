/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's disk form: PATH_SESSIONS/ID.session, private to manyseatd, gone with the next boot. */
#pragma once

#include "daemon.h"

/* Write or replace it (a rename, so that there is never half a file). A failure is logged: the session goes on. */
void session_store(const Session *session);

/* Forget it, and what a manyseat-session that was killed left in /run and /tmp. */
void session_store_remove(const Session *session);

/* Read all of them into the manager's table. What is no session file is logged and left alone. */
void session_store_load(Manager *manager);
