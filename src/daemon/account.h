/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each account was when its user last came: so the audit tells of a change of his role or number, and when it was first seen
 * here. Who changed it is the system's to say. */
#pragma once

#include "daemon.h"
#include "user.h"

/* The user logs on or signs in: an audit row "role" ("standard, dashboard") or "account" ("uid 1001, uid 1002") if he is not what
 * he was, none if he comes for the first time. What cannot be read or kept is logged and ignored. */
void account_note(Manager *manager, const User *user);
