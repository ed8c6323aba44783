/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs of a desktop leave in the directories that everybody shares, when they are killed or never clean up. */
#pragma once

#include <glib.h>
#include <sys/types.h>

#define LITTER_DIRECTORY "/tmp"

/* Remove of the user's, in directory and its .ICE-unix: sockets of session managers and buses that do not run any more, and what
 * xfce4-session, if none of his runs, has made since then (microseconds since 1970). At most LIMIT_LITTER files, with his rights and no others;
 * nothing is followed. Directories must be sticky and root's. What can't be removed stays. */
void litter_remove(const char *directory, uid_t uid, gint64 since);
