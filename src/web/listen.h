/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The socket that manyseat-front connects to. */
#pragma once

#include <gio/gio.h>

/* The socket that was handed over (LISTEN_FDS=1 for this process), else a new one at path: mode 0660, with the group of its
 * setgid directory. A stale file is replaced. Returns a listening, close-on-exec descriptor, or -1. */
int listen_open(const char *path, GError **error);
