/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this process gives up before it serves anybody. */
#pragma once

#include <glib.h>

/* Refuse to run as root; no new privileges, no core, no ptrace; freed memory is overwritten, since passwords and tokens pass
 * through buffers of libraries. FALSE if any of it fails. */
gboolean sandbox_enter(GError **error);
