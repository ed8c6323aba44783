/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the pixels of an X server lie in memory, and the one way that the rest of the program knows: BGRX, 32 bits, blue first.
 * Pure. */
#pragma once

#include <glib.h>

typedef enum {
    PIXELS_BGRX,   /* 32 bits, blue first: depth 24 and 32 */
    PIXELS_RGB565, /* 16 bits: depth 16 */
    PIXELS_AR30    /* 32 bits, 10 for each colour: depth 30 */
} PixelFormat;

#define BGRX_BYTES 4

guint pixel_format_bytes(PixelFormat format);

/* Write n_rows rows of width pixels to out, without gaps (width * BGRX_BYTES each). */
void pixel_format_to_bgrx(PixelFormat format, const guint8 *pixels, guint stride, guint width,
                          guint n_rows, guint8 *out);

/* The other way: n_rows rows of width pixels of pixels (from bytes apart) to out, in the format (to bytes apart). */
void pixel_format_from_bgrx(PixelFormat format, const guint8 *pixels, guint from, guint width,
                            guint n_rows, guint8 *out, guint to);
