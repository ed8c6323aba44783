/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines with journald fields. Plain lines: g_message(), g_warning(), g_debug(). Texts are English and never hold secrets. */
#pragma once

#include <glib.h>

/* Send this program's lines to the journal when stderr is connected to it, else to stderr, one line each. */
void log_init(const char *program);

/* A line about a session, a user, a job; NULL where there is none. Fields SESSION_ID, USER_NAME, JOB_ID. */
void log_about(GLogLevelFlags level, const char *session, const char *user, const char *job,
               const char *format, ...) G_GNUC_PRINTF(5, 6);
