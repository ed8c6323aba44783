/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points in time and spans of it, as people write and read them. Times are microseconds since 1970 UTC. */
#pragma once

#include <glib.h>

/* A time that somebody typed: ISO 8601 ("2026-11-21T08:30", "2026-11-21"; local unless it names a zone), or that long before
 * now ("90s", "15m", "2h", "3d", "1w"). FALSE with G_OPTION_ERROR_BAD_VALUE when it is neither. */
gboolean when_parse(const char *text, gint64 now, gint64 *ret_when, GError **error);

/* "2026-11-21 08:30:00", local; "" for 0. */
char *when_format(gint64 when);

/* A span of seconds in its two largest units ("2 h 5 min"), translated; "" when negative (not known). */
char *when_format_span(gint64 seconds);
