/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "thumbnail.h"

#include <libyuv/cpu_id.h>
#include <libyuv/scale.h>
#include <string.h>
#include <turbojpeg.h>

#include "base/picture.h"

#define BLACK_LUMA 0
#define GREY_CHROMA 128

typedef struct {
    guint8 *pixels;
    guint stride;
    guint width, height;           /* of the picture's plane */
    guint from_width, from_height; /* of the screen's plane */
} Plane;

struct Thumbnail {
    guint width, height;
    guint screen_height;
    Plane planes[3];
};

/* The encoder insists on whole pairs of columns and rows: planes have room for them. */
static void
plane_init(Plane *plane, guint width, guint height, guint from_width, guint from_height, int colour)
{
    gsize size;

    plane->width = width;
    plane->height = height;
    plane->from_width = from_width;
    plane->from_height = from_height;
    plane->stride = (width + 1) & ~1U;
    size = (gsize) plane->stride * ((height + 1) & ~1U);
    plane->pixels = g_malloc(size);
    memset(plane->pixels, colour, size);
}

Thumbnail *
thumbnail_new(PictureSize size, guint screen_width, guint screen_height)
{
    Thumbnail *thumbnail = g_new0(Thumbnail, 1);
    guint width, height;

    picture_fit(size, screen_width, screen_height, &width, &height);
    thumbnail->width = width;
    thumbnail->height = height;
    thumbnail->screen_height = screen_height;
    plane_init(&thumbnail->planes[0], width, height, screen_width, screen_height, BLACK_LUMA);
    for (guint i = 1; i < 3; i++)
        plane_init(&thumbnail->planes[i], (width + 1) / 2, (height + 1) / 2, (screen_width + 1) / 2,
                   (screen_height + 1) / 2, GREY_CHROMA);
    return thumbnail;
}

void
thumbnail_free(Thumbnail *thumbnail)
{
    if (thumbnail == NULL)
        return;
    for (guint i = 0; i < 3; i++)
        g_free(thumbnail->planes[i].pixels);
    g_free(thumbnail);
}

void
thumbnail_get_size(const Thumbnail *thumbnail, guint *ret_width, guint *ret_height)
{
    *ret_width = thumbnail->width;
    *ret_height = thumbnail->height;
}

const guint8 *
thumbnail_get_plane(const Thumbnail *thumbnail, guint plane, guint *ret_stride)
{
    *ret_stride = thumbnail->planes[plane].stride;
    return thumbnail->planes[plane].pixels;
}

/* Where row of the picture's plane begins on the screen's plane. */
static guint
row_begin(const Plane *plane, guint row)
{
    return (guint) ((guint64) row * plane->from_height / plane->height);
}

/* The row of the picture's plane that row of the screen's plane is part of. */
static guint
row_of(const Plane *plane, guint row)
{
    guint64 scaled = ((guint64) row + 1) * plane->height;

    return (guint) ((scaled + plane->from_height - 1) / plane->from_height) - 1;
}

/* The pairs of the picture's rows (rows of its chroma) that rows from to to of the screen are part of. */
static void
touched_pairs(const Thumbnail *thumbnail, guint from, guint to, guint *ret_first, guint *ret_end)
{
    const Plane *luma = &thumbnail->planes[0];
    const Plane *chroma = &thumbnail->planes[1];

    *ret_first = MIN(row_of(luma, from) / 2, row_of(chroma, from / 2));
    *ret_end = MAX(row_of(luma, to - 1) / 2, row_of(chroma, (to - 1) / 2)) + 1;
}

void
thumbnail_widen(const Thumbnail *thumbnail, guint from, guint to, guint *first, guint *end)
{
    const Plane *luma = &thumbnail->planes[0];
    const Plane *chroma = &thumbnail->planes[1];
    guint begin_pair, end_pair, last;

    touched_pairs(thumbnail, from, to, &begin_pair, &end_pair);
    *first = MIN(*first, MIN(row_begin(luma, begin_pair * 2), row_begin(chroma, begin_pair) * 2));
    last = MAX(row_begin(luma, MIN(end_pair * 2, luma->height)), row_begin(chroma, end_pair) * 2);
    *end = MAX(*end, MIN(last, thumbnail->screen_height));
}

static void
plane_update(Plane *plane, guint first, guint end, const guint8 *from, guint from_first, int stride)
{
    guint source = row_begin(plane, first);
    guint rows = row_begin(plane, end) - source;

    ScalePlane(from + (gsize) (source - from_first) * (guint) stride, stride,
               (int) plane->from_width, (int) rows, plane->pixels + (gsize) first * plane->stride,
               (int) plane->stride, (int) plane->width, (int) (end - first), kFilterBox);
}

void
thumbnail_update(Thumbnail *thumbnail, guint from, guint to, const Strip *strip)
{
    guint first, end;

    touched_pairs(thumbnail, from, to, &first, &end);
    plane_update(&thumbnail->planes[0], first * 2, MIN(end * 2, thumbnail->height),
                 strip->planes[0], strip->first, strip->strides[0]);
    for (guint i = 1; i < 3; i++)
        plane_update(&thumbnail->planes[i], first, end, strip->planes[i], strip->first / 2,
                     strip->strides[i]);
}

/* Repeat the last column and row of the luma where their number is odd. */
static void
pad_luma(Plane *plane)
{
    if (plane->width % 2 == 1)
        for (guint row = 0; row < plane->height; row++)
            plane->pixels[(gsize) row * plane->stride + plane->width] =
                plane->pixels[(gsize) row * plane->stride + plane->width - 1];
    if (plane->height % 2 == 1)
        memcpy(plane->pixels + (gsize) plane->height * plane->stride,
               plane->pixels + (gsize) (plane->height - 1) * plane->stride, plane->stride);
}

static gsize
encode(Thumbnail *thumbnail, tjhandle encoder, guint8 *to, gsize size, int quality)
{
    const guint8 *planes[3];
    int strides[3];
    unsigned long length = size;

    for (guint i = 0; i < 3; i++) {
        planes[i] = thumbnail->planes[i].pixels;
        strides[i] = (int) thumbnail->planes[i].stride;
    }
    if (tjCompressFromYUVPlanes(encoder, planes, (int) thumbnail->width, strides,
                                (int) thumbnail->height, TJSAMP_420, &to, &length, quality,
                                TJFLAG_NOREALLOC) != 0)
        return 0;
    return length;
}

gsize
thumbnail_encode(Thumbnail *thumbnail, GByteArray *buffer, gsize jpeg_at, gsize max)
{
    static const int qualities[] = { 75, 50, 25 };
    gsize size = tjBufSize((int) thumbnail->width, (int) thumbnail->height, TJSAMP_420);
    tjhandle encoder = tjInitCompress();
    gsize length = 0;

    if (encoder == NULL || size == (gsize) -1 || jpeg_at + size > G_MAXUINT) {
        (void) tjDestroy(encoder);
        return 0;
    }
    if (buffer->len < jpeg_at + size)
        g_byte_array_set_size(buffer, (guint) (jpeg_at + size));
    pad_luma(&thumbnail->planes[0]);
    for (gsize i = 0; i < G_N_ELEMENTS(qualities); i++) {
        length = encode(thumbnail, encoder, buffer->data + jpeg_at, size, qualities[i]);
        if (max == 0 || length <= max)
            break;
        length = 0;
    }
    (void) tjDestroy(encoder);
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
