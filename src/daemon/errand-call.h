/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Have manyseat-errand do one task as a user. */
#pragma once

#include <gio/gio.h>

typedef struct Errand Errand;

/* Called from the main loop for each reply: result is set, and fds has n_fds descriptors that the callee may take over (set them
 * to -1). Then once with error: the errand's own words, G_IO_ERROR_CLOSED when it has ended, TIMED_OUT at the deadline; the
 * Errand is freed after that call. */
typedef void (*ErrandFunc)(GVariant *result, int *fds, guint n_fds, const GError *error,
                           gpointer data);

/* Start it; arguments is a floating a{sv}. It has seconds from now. */
Errand *errand_start(const char *task, uid_t uid, GVariant *arguments, guint seconds,
                     ErrandFunc func, gpointer data);

/* End it without another call of its function, and free it. NULL is fine. */
void errand_cancel(Errand *errand);

/* The same for a task that answers once: func is called exactly once, with a result or with an error. */
#define ERRAND_DEADLINE_SECONDS 6
void errand_call(const char *task, uid_t uid, GVariant *arguments, ErrandFunc func, gpointer data);
