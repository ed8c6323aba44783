/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of a system call that has just failed. */
#pragma once

#include <gio/gio.h>

/* "cannot WHAT 'ON': " and what errno means, in G_IO_ERROR with errno's code. errno stays as it is. Returns FALSE. */
gboolean failure_set(GError **error, const char *what, const char *on);
