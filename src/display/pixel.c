/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pixel.h"

#include <libyuv/convert_argb.h>
#include <libyuv/convert_from_argb.h>

guint
pixel_format_bytes(PixelFormat format)
{
    return format == PIXELS_RGB565 ? 2 : 4;
}

void
pixel_format_to_bgrx(PixelFormat format, const guint8 *pixels, guint stride, guint width,
                     guint n_rows, guint8 *out)
{
    int from = (int) stride;
    int to = (int) width * BGRX_BYTES;

    /* libyuv names bytes from the high end: its ARGB is BGRX in memory. */
    if (format == PIXELS_RGB565)
        (void) RGB565ToARGB(pixels, from, out, to, (int) width, (int) n_rows);
    else if (format == PIXELS_AR30)
        (void) AR30ToARGB(pixels, from, out, to, (int) width, (int) n_rows);
    else
        (void) ARGBCopy(pixels, from, out, to, (int) width, (int) n_rows);
}

void
pixel_format_from_bgrx(PixelFormat format, const guint8 *pixels, guint from, guint width,
                       guint n_rows, guint8 *out, guint to)
{
    if (format == PIXELS_RGB565)
        (void) ARGBToRGB565(pixels, (int) from, out, (int) to, (int) width, (int) n_rows);
    else if (format == PIXELS_AR30)
        (void) ARGBToAR30(pixels, (int) from, out, (int) to, (int) width, (int) n_rows);
    else
        (void) ARGBCopy(pixels, (int) from, out, (int) to, (int) width, (int) n_rows);
}
