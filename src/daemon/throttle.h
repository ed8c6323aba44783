/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a refusal of a log-on or sign-in takes to be said. It grows with the failures of the name and of the source (the
 * client's address or account), the longer of the two counts; names that exist and names that do not are treated alike.
 * Nobody can lock anybody out: the name's part stays below LIMIT_REFUSAL_DELAY_USER_MS.
 */
#pragma once

#include <glib.h>

#define THROTTLE_FORGET_SECONDS (15 * 60) /* after the last failure */
#define THROTTLE_ENTRIES 4096 /* of each table; the one that failed longest ago makes room */

typedef struct Throttle Throttle;

/* now gives monotonic microseconds (g_get_monotonic_time). */
Throttle *throttle_new(gint64 (*now)(void));

void throttle_free(Throttle *throttle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Throttle, throttle_free)

/* Milliseconds that a refusal now takes; ask before throttle_failed() counts it. At least LIMIT_REFUSAL_DELAY_LEAST_MS,
 * doubled with each failure that is remembered. */
guint throttle_delay(Throttle *throttle, const char *user, const char *source);

void throttle_failed(Throttle *throttle, const char *user, const char *source);

/* Forgets what this source got wrong about this name, and nothing else: neither what other sources tried on the name, nor
 * what this source tried on other names (a guesser may well own one good password). */
void throttle_succeeded(Throttle *throttle, const char *user, const char *source);
