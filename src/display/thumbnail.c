/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "thumbnail.h"

#include <libyuv/cpu_id.h>
#include <turbojpeg.h>

#include "base/picture.h"
#include "pixel.h"

/* What small letters need to look like themselves (structural similarity of 0.97; tests/unit/test-thumbnail.c); fewer bytes
 * where letters are large. */
static const int best_qualities[N_PICTURE_SIZES] = {
    [PICTURE_SMALL] = 85, [PICTURE_MEDIUM] = 82,   [PICTURE_LARGE] = 80,
    [PICTURE_FULL] = 85,  [PICTURE_ENLARGED] = 75,
};

/* Where the best one makes too many bytes. */
static const int lower_qualities[] = { 50, 25, 10 };

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

static gsize
encode(Thumbnail *thumbnail, tjhandle encoder, guint8 *to, gsize size, int quality)
{
    unsigned long length = size;

    if (tjCompress2(encoder, average_get_pixels(thumbnail->average), (int) thumbnail->width,
                    (int) thumbnail->width * BGRX_BYTES, (int) thumbnail->height, TJPF_BGRX, &to,
                    &length, TJSAMP_420, quality, TJFLAG_NOREALLOC) != 0)
        return 0;
    return length;
}

gsize
thumbnail_encode(Thumbnail *thumbnail, GByteArray *buffer, gsize jpeg_at, gsize max)
{
    gsize size = tjBufSize((int) thumbnail->width, (int) thumbnail->height, TJSAMP_420);
    tjhandle encoder = tjInitCompress();
    int quality = best_qualities[thumbnail->size];
    gsize length = 0;

    if (encoder == NULL || size == (gsize) -1 || jpeg_at + size > G_MAXUINT) {
        (void) tjDestroy(encoder);
        return 0;
    }
    if (buffer->len < jpeg_at + size)
        g_byte_array_set_size(buffer, (guint) (jpeg_at + size));
    for (gsize i = 0; i <= G_N_ELEMENTS(lower_qualities); quality = lower_qualities[i++]) {
        length = encode(thumbnail, encoder, buffer->data + jpeg_at, size, quality);
        if (max == 0 || length <= max || i == G_N_ELEMENTS(lower_qualities))
            break;
    }
    (void) tjDestroy(encoder);
    return max == 0 || length <= max ? length : 0;
}

void
thumbnail_prepare(void)
{
    g_autoptr(Thumbnail) thumbnail = thumbnail_new(PICTURE_SMALL, 2, 2);
    g_autoptr(GByteArray) buffer = g_byte_array_new();

    (void) TestCpuFlag(kCpuInitialized);
    (void) thumbnail_encode(thumbnail, buffer, 0, 0);
}
