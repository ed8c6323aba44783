/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast pictures may come so that watching stays within the administrator's budget: one factor for all tiles, by which their
 * periods grow. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint cpu_permille;     /* of one core; 0: no limit */
    guint bytes_per_second; /* to all viewers together; 0: no limit */
} Use;

#define PACE_FULL 1000     /* periods as they are */
#define PACE_SLOWEST 60000 /* 60 times as long */

/* What the pace should be after a while at pace in which used was used: slower at once when that is too much, faster
 * again little by little. */
guint pace_next(guint pace, const Use *budget, const Use *used);
