/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manager's table of sessions, looked through; by an id, see manager_find_session(). */
#pragma once

#include "daemon.h"

/* All of them in the order of their ids; the array owns nothing. */
GPtrArray *sessions_list(Manager *manager);

guint sessions_count_hosted(const Manager *manager);

/* The one that logind knows by that id, or NULL. */
Session *sessions_find_logind(Manager *manager, const char *logind_id);

/* The account's hosted session that has not ended, or NULL. */
Session *sessions_find_hosted(Manager *manager, uid_t uid);

/* The account's foreign session (a local seat, xrdp ...) with a desktop, or that is being ended; or NULL. */
Session *sessions_find_foreign(Manager *manager, uid_t uid);

/* Whether logind tracks the session, and by [log-off] extent all that the user runs on this host ends with it: because he has no
 * other session here, ours or not (ssh ...), or none that the setting does not give to a log-off too. */
gboolean sessions_is_last(Manager *manager, const Session *session);
