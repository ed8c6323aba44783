/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a session still runs, asked of the kernel, and the means to end it when manyseat-session can't any more. */
#pragma once

#include "daemon.h"

/* SIGKILL to everything of the session but manyseat-session: by its cgroup; without one, by its user's processes that carry its
 * id in their environment. */
void tracker_kill(const Session *session);

/* "PID COMMAND" lines of what is left; "" when nothing is. The caller frees it. */
char *tracker_list(const Session *session);
