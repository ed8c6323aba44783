/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a session's own D-Bus is, as its processes were told. Runs as the user; what it finds is the user's word. */
#pragma once

#include <glib.h>

/* The addresses to try, best first: those in the environment of the session's processes, then the user manager's bus if it is
 * there. Local sockets only. The caller frees it; empty when there are none. */
GStrv user_bus_addresses(const char *session);

/* What XDG_CURRENT_DESKTOP is in the session's processes, "" if nowhere. The caller frees it. */
char *user_bus_desktop(const char *session);

/* Whether an address may be used: one address, and of a Unix socket (never a command, a network, a launcher). */
gboolean user_bus_may_use(const char *address);
