/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture as a JPEG (4:2:0) whose steps are the same for every frequency, with codes made for small text. Pure. */
#pragma once

#include <glib.h>

/* Bytes that no JPEG of this size exceeds; 0 when there is no such number. */
gsize jpeg_bound(guint width, guint height);

/* Pixels of a unit of 4:2:0 either way: an area of a picture that begins and ends at multiples of it is encoded as in the whole. */
#define JPEG_UNIT 16

/* Nothing is left of a block but its mean then. Steps above 255 make an extended sequential JPEG (SOF1), which all that is used
 * here reads. */
#define JPEG_STEP_MAX 4096

/* pixels are BGRX, stride bytes from one row to the next; step is 1 to JPEG_STEP_MAX. Returns the JPEG's length; 0: it does not fit size. */
gsize jpeg_encode(const guint8 *pixels, guint stride, guint width, guint height, guint step,
                  guint8 *to, gsize size);
