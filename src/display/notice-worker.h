/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that shows a notice in one session: it holds the session's X connection and its end of a socket to the parent, and
 * nothing else. What is shown it is handed as a picture. */
#pragma once

#include <glib.h>

/* Enter the sandbox, and show what ORDER_SHOW (order.h) brings until parent closes. x, cookie and display are as in
 * x_screen_open(); all descriptors are taken over. Returns the process's exit status; why it ended has been said to the parent. */
int notice_worker_run(int x, int cookie, int parent, const char *display);
