/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How manyseatd begins: its tables are made, and what a former manyseatd left is taken up. */
#pragma once

#include "base/settings.h"
#include "daemon.h"

/* Empty tables, without a store; settings stay the caller's. What start_manager() and the tests begin with. */
Manager *start_tables(Settings *settings);

/* Open the store, read what a former manyseatd left in /run, look up our accounts. NULL with an error. */
Manager *start_manager(Settings *settings, GError **error);

/* Give up all that the tables hold; no session ends of it. NULL is fine. */
void start_undo(Manager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manager, start_undo)
