/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session manager of a desktop, on the user's own bus: what inhibits a log-off there, and having it log off. Everything is
 * asynchronous; what is not answered within MANAGER_SECONDS counts as not there.
 */
#pragma once

#include <glib.h>

#define MANAGER_SECONDS 5

typedef struct Manager Manager;

/* From the main loop, whenever one of the answers below may have changed. */
typedef void (*ManagerFunc)(gpointer data);

/* Begin to look for it. Close it with manager_close(), after which changed is not called any more. */
Manager *manager_open(const char *session, ManagerFunc changed, gpointer data);
void manager_close(Manager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manager, manager_close)

/* Whether the search is over and inhibitors are known (the list is empty without a session manager). */
gboolean manager_is_ready(const Manager *manager);

/* What inhibits a log-off, an array of Blocker without windows; once XFCE's was called, whom that waits for (clients.h). Owned by
 * manager, valid until it changes. */
const GPtrArray *manager_inhibitors(const Manager *manager);

/* Have it log off, once manager_is_ready(). changed is called when manager_is_called() becomes true, which may be at once. */
void manager_log_out(Manager *manager);

/* A former errand has had it log off: as manager_log_out(), without the call. */
void manager_set_called(Manager *manager);

/* Whether manager_log_out() is done, successfully or not; manager_name() is then who took it: "none" if nobody did. */
gboolean manager_is_called(const Manager *manager);
const char *manager_name(const Manager *manager);

/* Whether the user has cancelled the log-off since. */
gboolean manager_is_cancelled(const Manager *manager);
