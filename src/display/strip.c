/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strip.h"

#include <libyuv/convert_argb.h>
#include <libyuv/convert_from_argb.h>

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

/* To full-range planes, as JPEG has them (and I420 has not). */
static void
convert_bgrx(const Strip *strip, guint at, guint n_rows, const guint8 *pixels, guint stride)
{
    (void) ARGBToJ420(
        pixels, (int) stride, strip->planes[0] + (gsize) at * (guint) strip->strides[0],
        strip->strides[0], strip->planes[1] + (gsize) at / 2 * (guint) strip->strides[1],
        strip->strides[1], strip->planes[2] + (gsize) at / 2 * (guint) strip->strides[2],
        strip->strides[2], (int) strip->width, (int) n_rows);
}

/* The other formats go by way of a pair of rows of BGRX. */
static void
convert_pairs(Strip *strip, PixelFormat format, guint at, guint n_rows, const guint8 *pixels,
              guint stride)
{
    int width = (int) strip->width;

    for (guint row = 0; row < n_rows; row += 2) {
        guint rows = MIN(n_rows - row, 2);
        const guint8 *from = pixels + (gsize) row * stride;

        if (format == PIXELS_RGB565)
            (void) RGB565ToARGB(from, (int) stride, strip->wide, width * 4, width, (int) rows);
        else
            (void) AR30ToARGB(from, (int) stride, strip->wide, width * 4, width, (int) rows);
        convert_bgrx(strip, at + row, rows, strip->wide, strip->width * 4);
    }
}

void
strip_convert(Strip *strip, PixelFormat format, guint row, guint n_rows, const guint8 *pixels,
              guint stride)
{
    guint at = row - strip->first;

    g_return_if_fail(row >= strip->first && at % 2 == 0 && row + n_rows <= strip->end);
    if (format == PIXELS_BGRX) {
        convert_bgrx(strip, at, n_rows, pixels, stride);
        return;
    }
    strip->wide = g_realloc(strip->wide, (gsize) strip->width * 8);
    convert_pairs(strip, format, at, n_rows, pixels, stride);
}

void
strip_clear(Strip *strip)
{
    g_free(strip->memory);
    g_free(strip->wide);
    *strip = (Strip){ 0 };
}
