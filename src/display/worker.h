/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that looks at one session: it holds the session's X connection and its end of a socket to the parent, and nothing
 * else. */
#pragma once

#include <glib.h>

/* Enter the sandbox, watch, and obey orders (order.h) from parent until it closes. x, cookie and display are as in
 * capture_open(); all descriptors are taken over. Returns the process's exit status; why it ended has been said to the parent. */
int worker_run(int x, int cookie, int parent, const char *display);
