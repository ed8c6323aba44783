/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One log-on: from the packet that names it to the end of the session that may come of it. */
#pragma once

/* Carry it out; socket is where the packet comes from, and is taken. Returns the exit status: 0 when the log-on was decided,
 * whichever way. */
int launch_run(int socket);
