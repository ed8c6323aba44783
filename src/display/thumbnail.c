/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "thumbnail.h"

#include <libyuv/cpu_id.h>

#include "base/picture.h"
#include "jpeg.h"
#include "pixel.h"
#include "similarity.h"

#define SCREENSHOT_STEP 5        /* of the JPEG: nearly what is there */
#define FINEST_STEP 12           /* where many pixels have become one */
#define FINEST_OF_ALL 5          /* where none has: grain is still grain */
#define PART_MOST 4              /* of the picture one in so many */
#define PACKET_STEP_MAX 192      /* coarser makes no fewer bytes that count, but for */
#define MEANS_STEP JPEG_STEP_MAX /* the means of blocks alone, which always fit */

struct Thumbnail {
    PictureSize size;
    guint width, height;
    guint finest;
    guint fitted; /* the step that the last whole one took */
    Average *average;
    gboolean changed; /* since the last one that was encoded, or none was */
    Rect part; /* what has changed since the whole one, in units of the JPEG's; empty: nothing */
    gsize whole_length; /* of the last whole one; 0: none yet */
    gsize parts_length; /* of all parts since then */
};

Thumbnail *
thumbnail_new(PictureSize size, guint screen_width, guint screen_height)
{
    Thumbnail *thumbnail = g_new0(Thumbnail, 1);

    thumbnail->size = size;
    thumbnail->changed = TRUE;
    picture_fit(size, screen_width, screen_height, &thumbnail->width, &thumbnail->height);
    thumbnail->finest = thumbnail->width == screen_width ? FINEST_OF_ALL : FINEST_STEP;
    thumbnail->average =
        average_new(screen_width, screen_height, thumbnail->width, thumbnail->height);
    return thumbnail;
}

void
thumbnail_free(Thumbnail *thumbnail)
{
    if (thumbnail == NULL)
        return;
    average_free(thumbnail->average);
    g_free(thumbnail);
}

void
thumbnail_get_size(const Thumbnail *thumbnail, guint *ret_width, guint *ret_height)
{
    *ret_width = thumbnail->width;
    *ret_height = thumbnail->height;
}

Average *
thumbnail_get_average(const Thumbnail *thumbnail)
{
    return thumbnail->average;
}

static guint
round_up(guint at, guint end)
{
    return MIN((at + JPEG_UNIT - 1) / JPEG_UNIT * JPEG_UNIT, end);
}

gboolean
thumbnail_has_changed(Thumbnail *thumbnail)
{
    Rect changed;

    if (!average_take_changed(thumbnail->average, &changed))
        return thumbnail->changed;
    thumbnail->changed = TRUE;
    changed.left -= changed.left % JPEG_UNIT;
    changed.top -= changed.top % JPEG_UNIT;
    changed.right = round_up(changed.right, thumbnail->width);
    changed.bottom = round_up(changed.bottom, thumbnail->height);
    rect_grow(&thumbnail->part, &changed);
    return TRUE;
}

/* Parts grow, as each has all that changed since the whole one. When together they have cost what that one did it is time for
 * another: so all of it costs at most twice what it would if one knew what comes. */
static gboolean
is_part_enough(const Thumbnail *thumbnail)
{
    guint64 area = rect_area(&thumbnail->part);

    return area > 0 && thumbnail->parts_length < thumbnail->whole_length &&
           area <= (guint64) thumbnail->width * thumbnail->height / PART_MOST;
}

static guint
next_step(guint step)
{
    return step < PACKET_STEP_MAX ? MIN(step + step / 2, PACKET_STEP_MAX) : MEANS_STEP;
}

static gsize
encode_area(Thumbnail *thumbnail, const Rect *area, GByteArray *buffer, gsize jpeg_at, gsize max)
{
    const guint width = area->right - area->left, height = area->bottom - area->top;
    const guint stride = thumbnail->width * BGRX_BYTES;
    const gboolean is_whole = width == thumbnail->width && height == thumbnail->height;
    const guint8 *pixels = average_get_pixels(thumbnail->average) + (gsize) area->top * stride +
                           (gsize) area->left * BGRX_BYTES;
    gsize bound = jpeg_bound(width, height);
    gsize size = max == 0 ? bound : MIN(bound, max);
    gsize length;
    guint step = thumbnail->size == PICTURE_FULL
                     ? SCREENSHOT_STEP
                     : similarity_find_step(pixels, stride, width, height, thumbnail->finest);

    if (bound == 0 || jpeg_at + size > G_MAXUINT)
        return 0;
    if (buffer->len < jpeg_at + size)
        g_byte_array_set_size(buffer, (guint) (jpeg_at + size));
    /* What did not fit just now will not fit again: one finer than what did is where to begin. */
    while (is_whole && next_step(step) < thumbnail->fitted)
        step = next_step(step);
    while ((length = jpeg_encode(pixels, stride, width, height, step, buffer->data + jpeg_at,
                                 size)) == 0 &&
           step < MEANS_STEP)
        step = next_step(step);
    if (is_whole)
        thumbnail->fitted = step;
    return length;
}

gsize
thumbnail_encode(Thumbnail *thumbnail, GByteArray *buffer, gsize jpeg_at, gsize max, Rect *ret_area)
{
    gboolean part = thumbnail_has_changed(thumbnail) && is_part_enough(thumbnail);
    const Rect whole = { 0, 0, thumbnail->width, thumbnail->height };
    gsize length;

    *ret_area = part ? thumbnail->part : whole;
    length = encode_area(thumbnail, ret_area, buffer, jpeg_at, max);
    thumbnail->changed = FALSE;
    if (length == 0)
        return 0;
    if (part) {
        thumbnail->parts_length += length;
    } else {
        thumbnail->whole_length = length;
        thumbnail->parts_length = 0;
        thumbnail->part = (Rect){ 0 };
    }
    return length;
}

void
thumbnail_prepare(void)
{
    g_autoptr(Thumbnail) thumbnail = thumbnail_new(PICTURE_SMALL, 2, 2);
    g_autoptr(GByteArray) buffer = g_byte_array_new();
    Rect area;

    (void) TestCpuFlag(kCpuInitialized);
    (void) thumbnail_encode(thumbnail, buffer, 0, 0, &area);
}
