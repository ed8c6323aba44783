/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X cookie (MIT-MAGIC-COOKIE-1) that lets the session's programs, and nobody else, talk to its X server. */
#pragma once

#include <glib.h>

/* Write a fresh cookie for display :number to file, which is taken and closed. */
gboolean xauthority_write(int file, guint number, GError **error);
