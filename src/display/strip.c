/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strip.h"

#include <libyuv/convert.h>
#include <libyuv/convert_argb.h>

guint
pixel_format_bytes(PixelFormat format)
{
    return format == PIXELS_RGB565 ? 2 : 4;
}

void
strip_begin(Strip *strip, guint width, guint first, guint end)
{
    guint rows, half_width;
    gsize luma, chroma;

    g_return_if_fail(width > 0 && first < end);
    strip->width = width;
    strip->first = first & ~1U;
    strip->end = end;
    rows = end - strip->first;
    half_width = (width + 1) / 2;
    luma = (gsize) width * rows;
    chroma = (gsize) half_width * ((rows + 1) / 2);
    if (luma + 2 * chroma > strip->size) {
        g_free(strip->memory);
        strip->size = luma + 2 * chroma;
        strip->memory = g_malloc(strip->size);
    }
    strip->planes[0] = strip->memory;
    strip->planes[1] = strip->memory + luma;
    strip->planes[2] = strip->memory + luma + chroma;
    strip->strides[0] = (int) width;
    strip->strides[1] = strip->strides[2] = (int) half_width;
}

/* libyuv has no direct way from 30 bits: by way of a pair of rows with 8 bits a colour. */
static void
convert_ar30(Strip *strip, guint8 *const *to, guint n_rows, const guint8 *pixels, guint stride)
{
    int width = (int) strip->width;

    g_free(strip->wide);
    strip->wide = g_malloc((gsize) width * 8);
    for (guint row = 0; row < n_rows; row += 2) {
        int rows = (int) MIN(n_rows - row, 2);

        AR30ToARGB(pixels + (gsize) row * stride, (int) stride, strip->wide, width * 4, width,
                   rows);
        ARGBToI420(strip->wide, width * 4, to[0] + (gsize) row * (guint) strip->strides[0],
                   strip->strides[0], to[1] + (gsize) row / 2 * (guint) strip->strides[1],
                   strip->strides[1], to[2] + (gsize) row / 2 * (guint) strip->strides[2],
                   strip->strides[2], width, rows);
    }
}

void
strip_convert(Strip *strip, PixelFormat format, guint row, guint n_rows, const guint8 *pixels,
              guint stride)
{
    gsize at = row - strip->first;
    guint8 *to[3];

    g_return_if_fail(row >= strip->first && at % 2 == 0 && row + n_rows <= strip->end);
    to[0] = strip->planes[0] + at * (guint) strip->strides[0];
    to[1] = strip->planes[1] + at / 2 * (guint) strip->strides[1];
    to[2] = strip->planes[2] + at / 2 * (guint) strip->strides[2];
    if (format == PIXELS_AR30)
        convert_ar30(strip, to, n_rows, pixels, stride);
    else
        (format == PIXELS_BGRX ? ARGBToI420 : RGB565ToI420)(
            pixels, (int) stride, to[0], strip->strides[0], to[1], strip->strides[1], to[2],
            strip->strides[2], (int) strip->width, (int) n_rows);
}

void
strip_clear(Strip *strip)
{
    g_free(strip->memory);
    g_free(strip->wide);
    *strip = (Strip){ 0 };
}
