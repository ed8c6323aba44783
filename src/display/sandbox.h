/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker gives up before it reads the first byte from an X server. */
#pragma once

#include <gio/gio.h>

/* No files, no network, no processes, no new privileges, no core dumps, little memory; any other system call than those that
 * waiting, talking on open descriptors, memory and memfds take ends the process. For good. With AddressSanitizer, which needs
 * more calls at its end, the list is left out. */
gboolean sandbox_enter(GError **error);
