/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a manyseat-session for each connection, as systemd does with a socket unit where there is systemd. */
#pragma once

/* Listen on PATH_LAUNCH_SOCKET until SIGTERM or SIGINT; sessions live on after that. Returns the exit status. */
int launcher_run(void);
