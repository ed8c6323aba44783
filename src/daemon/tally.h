/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often somebody has done something in this minute. What is counted is in limits.h. */
#pragma once

#include <glib.h>

typedef struct Tally Tally;

Tally *tally_new(void);
void tally_free(Tally *tally);

/* Count one more of who, an account or an address, and say how many that makes since the minute began. When TALLY_MOST are known in
 * a minute, others always have one. */
#define TALLY_MOST 2048
guint tally_count(Tally *tally, const char *who);
