/* SPDX-License-Identifier: GPL-3.0-or-later */
/* systemd's manager of a user's own services. What a desktop starts through it (its message bus, settings, programs) is in no
 * session's scope, and would run on for seconds, or for ever. */
#pragma once

#include "daemon.h"
#include "logind.h"

typedef struct UserManager UserManager;

/* How long what is left has, in seconds: until SIGKILL, and from then until it counts as left over. */
typedef struct {
    guint kill;
    guint verify;
} UserManagerTimes;

/* Called once from the main context: "PID COMMAND" lines of what is left, "" when nothing of the user's slice is. It may free the
 * UserManager. */
typedef void (*UserManagerFunc)(const char *remaining, gpointer data);

/* End all that logind has of the user, sessions too, and see that nothing is left. */
UserManager *user_manager_end(Logind *logind, uid_t uid, const UserManagerTimes *times,
                              UserManagerFunc on_done, gpointer data);

/* Nothing is told any more. NULL is fine. */
void user_manager_free(UserManager *manager);
