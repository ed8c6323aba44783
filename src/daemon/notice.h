/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window that manyseat-display shows a user in his session while that is about to be ended: for who looks at it by something else
 * than our station page, which says the same ([log-off] notice-window). What it says follows from the session's row of a job.
 */
#pragma once

#include "daemon.h"

/* The row of the session, or the session itself, has changed: have the window shown, changed or hidden. */
void notice_update(Session *session);

/* manyseat-display has begun anew: tell it of all. */
void notice_tell_all(Manager *manager);

/* Whether its user can have answered one. */
gboolean notice_is_shown(const Session *session);
