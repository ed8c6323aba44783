/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Some rows of a screen in 4:2:0 planes: what lies between the pixels of an X server and the planes of a thumbnail. Pure. */
#pragma once

#include <glib.h>

typedef enum {
    PIXELS_BGRX,   /* 32 bits, blue first: depth 24 and 32 */
    PIXELS_RGB565, /* 16 bits: depth 16 */
    PIXELS_AR30    /* 32 bits, 10 for each colour: depth 30 */
} PixelFormat;

guint pixel_format_bytes(PixelFormat format);

/* Rows first (even) to end of a screen of width; planes are y, u, v. */
typedef struct {
    guint width;
    guint first, end;
    guint8 *planes[3];
    int strides[3];
    guint8 *memory;
    gsize size;   /* of memory */
    guint8 *wide; /* one row pair as BGRX, for the other formats */
} Strip;

/* Make room for rows first to end; what was in it is gone. first is rounded down to an even row. */
void strip_begin(Strip *strip, guint width, guint first, guint end);

/* Fill n_rows rows from row (even, in the strip) on; n_rows is even, or the strip's last are odd. */
void strip_convert(Strip *strip, PixelFormat format, guint row, guint n_rows, const guint8 *pixels,
                   guint stride);

/* Free what it holds; it may be used again. */
void strip_clear(Strip *strip);
