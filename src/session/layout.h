/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keyboard layouts: "us", "es", "us,ru" (several are switched with Alt+Shift). */
#pragma once

#include <glib.h>

/* Two or three small letters, up to four times, separated by commas. */
gboolean layout_is_valid(const char *layout);

/* The command that sets it on the X server of DISPLAY. The caller frees it. */
GStrv layout_command(const char *layout);
