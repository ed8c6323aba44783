/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "thumbnail.h"

#include <libyuv/cpu_id.h>

#include "base/picture.h"
#include "jpeg.h"
#include "similarity.h"

#define SCREENSHOT_STEP 6   /* of the JPEG: nearly what is there */
#define PACKET_STEP_MAX 192 /* coarser makes no fewer bytes that count */

struct Thumbnail {
    PictureSize size;
    guint width, height;
    Average *average;
};

Thumbnail *
thumbnail_new(PictureSize size, guint screen_width, guint screen_height)
{
    Thumbnail *thumbnail = g_new0(Thumbnail, 1);

    thumbnail->size = size;
    picture_fit(size, screen_width, screen_height, &thumbnail->width, &thumbnail->height);
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

gsize
thumbnail_encode(Thumbnail *thumbnail, GByteArray *buffer, gsize jpeg_at, gsize max)
{
    const guint8 *pixels = average_get_pixels(thumbnail->average);
    gsize bound = jpeg_bound(thumbnail->width, thumbnail->height);
    gsize size = max == 0 ? bound : MIN(bound, max);
    gsize length = 0;
    guint step = thumbnail->size == PICTURE_FULL
                     ? SCREENSHOT_STEP
                     : similarity_find_step(pixels, thumbnail->width, thumbnail->height);

    if (bound == 0 || jpeg_at + size > G_MAXUINT)
        return 0;
    if (buffer->len < jpeg_at + size)
        g_byte_array_set_size(buffer, (guint) (jpeg_at + size));
    for (; length == 0 && step <= PACKET_STEP_MAX; step += step / 2)
        length = jpeg_encode(pixels, thumbnail->width, thumbnail->height, step,
                             buffer->data + jpeg_at, size);
    return length;
}

void
thumbnail_prepare(void)
{
    g_autoptr(Thumbnail) thumbnail = thumbnail_new(PICTURE_SMALL, 2, 2);
    g_autoptr(GByteArray) buffer = g_byte_array_new();

    (void) TestCpuFlag(kCpuInitialized);
    (void) thumbnail_encode(thumbnail, buffer, 0, 0);
}
