/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Becoming a user, for good. */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

/* Give up root for uid: the user's groups, group id and user id (all three of each), no new privileges by execution, memory
 * that nobody may look at. Every step is checked, and afterwards verified: on FALSE the process may be half way, and must
 * do nothing more but say so and end. uid 0 and uids without an account are refused. */
gboolean identity_become(uid_t uid, GError **error);
