/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wait for a job, hearing of each step. */
#pragma once

#include <gio/gio.h>

/* Called once for each row of a job that has its outcome. */
typedef void (*FollowRow)(GVariant *row, gpointer data);

/* Run a main loop until the job is done; returns its last record. NULL with G_IO_ERROR_CANCELLED when SIGINT or SIGTERM came
 * (the job goes on), MANYSEAT_ERROR_UNREACHABLE when manyseatd went away (the job goes on when it is back),
 * MANYSEAT_ERROR_TIMED_OUT when the job is well past its own deadlines without a word. */
GVariant *follow_job(GDBusConnection *connection, const char *id, FollowRow on_row, gpointer data,
                     GError **error);
