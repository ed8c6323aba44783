/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the end of a session goes on, of either kind, when the processes of its desktop have ended. */
#pragma once

#include "session.h"

/* The desktop's processes have ended like this: with the user's last session his services end too, then session_end() follows,
 * soon or at once, with what was left of them if anything was. */
void session_finish(Session *session, Outcome outcome, const char *detail);

/* It is over. Tells everybody, ends its logins, removes it from the tables and frees it. detail may be NULL. */
void session_end(Session *session, Outcome outcome, const char *detail);
