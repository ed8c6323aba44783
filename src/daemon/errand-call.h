/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Have manyseat-errand do one task as a user. */
#pragma once

#include <gio/gio.h>

/* Called once: error is NULL when done; fds has n_fds entries that the callee takes over (set them to -1). */
typedef void (*ErrandFunc)(int *fds, guint n_fds, const GError *error, gpointer data);

#define ERRAND_DEADLINE_SECONDS 6

/* Start it; arguments is a floating a{sv}. The answer comes from the main loop, in time or as TIMED_OUT. */
void errand_call(const char *task, uid_t uid, GVariant *arguments, ErrandFunc func, gpointer data);
