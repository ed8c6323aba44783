/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window that manyseat-display shows a user in his session while that is about to be ended, or while somebody looks at it closely: for
 * who sees it by something else than our station page, which says the same ([log-off] notice-window). What it says follows from the
 * session's row of a job, and from viewers.h.
 */
#pragma once

#include "daemon.h"

/* The row of the session, the session itself, or who looks at it has changed: have the window shown, changed or hidden. */
void notice_update(Session *session);

/* manyseat-display has begun anew: tell it of all. */
void notice_tell_all(Manager *manager);

/* Whether its user can have answered one. */
gboolean notice_is_shown(const Session *session);
