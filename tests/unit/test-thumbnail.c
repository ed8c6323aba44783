/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <turbojpeg.h>

#include "base/picture.h"
#include "display/thumbnail.h"

#define BAND 96

typedef struct {
    guint width, height;
    guint8 *pixels; /* BGRX */
} Screen;

/* Something like text: lines of dark strokes one pixel wide on a light ground, with colours here and there. */
static Screen
screen_new(guint width, guint height, guint32 seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    Screen screen = { width, height, g_malloc((gsize) width * height * 4) };

    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            guint8 *pixel = screen.pixels + ((gsize) y * width + x) * 4;
            gboolean ink = y % 16 < 11 && g_rand_int_range(random, 0, 3) == 0;

            pixel[0] = ink ? 20 : (guint8) (200 + y % 50);
            pixel[1] = ink ? 20 : (guint8) (x * 255 / width);
            pixel[2] = ink ? 40 : (guint8) (y * 255 / height);
            pixel[3] = 0;
        }
    return screen;
}

static void
update_band(Thumbnail *thumbnail, const Screen *screen, guint from, guint to)
{
    Strip strip = { 0 };
    guint first = from;
    guint end = to;

    thumbnail_widen(thumbnail, from, to, &first, &end);
    strip_begin(&strip, screen->width, first, end);
    strip_convert(&strip, PIXELS_BGRX, strip.first, end - strip.first,
                  screen->pixels + (gsize) strip.first * screen->width * 4, screen->width * 4);
    thumbnail_update(thumbnail, from, to, &strip);
    strip_clear(&strip);
}

static void
update_all(Thumbnail *thumbnail, const Screen *screen)
{
    for (guint row = 0; row < screen->height; row += BAND)
        update_band(thumbnail, screen, row, MIN(row + BAND, screen->height));
}

/* The mean of what a pixel of the picture covers, parts of pixels by their part. */
static double
area_mean(const guint8 *plane, guint width, guint height, guint x, guint y, guint of_width,
          guint of_height)
{
    double left = (double) x * width / of_width, right = (double) (x + 1) * width / of_width;
    double top = (double) y * height / of_height, bottom = (double) (y + 1) * height / of_height;
    double sum = 0;

    for (guint row = (guint) top; row < height && row < bottom; row++)
        for (guint column = (guint) left; column < width && column < right; column++)
            sum += plane[(gsize) row * width + column] * (fmin(bottom, row + 1) - fmax(top, row)) *
                   (fmin(right, column + 1) - fmax(left, column));
    return sum / ((right - left) * (bottom - top));
}

static void
compare_luma(Thumbnail *thumbnail, const Screen *screen, double *ret_mean, double *ret_most)
{
    Strip whole = { 0 };
    guint width, height, stride;
    const guint8 *plane = thumbnail_get_plane(thumbnail, 0, &stride);
    double sum = 0;

    thumbnail_get_size(thumbnail, &width, &height);
    strip_begin(&whole, screen->width, 0, screen->height);
    strip_convert(&whole, PIXELS_BGRX, 0, screen->height, screen->pixels, screen->width * 4);
    *ret_most = 0;
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            double wanted =
                area_mean(whole.planes[0], screen->width, screen->height, x, y, width, height);
            double off = fabs(wanted - plane[(gsize) y * stride + x]);

            sum += off;
            *ret_most = fmax(*ret_most, off);
        }
    *ret_mean = sum / (width * height);
    strip_clear(&whole);
}

static const struct {
    guint screen_width, screen_height;
    PictureSize size;
    double mean, most; /* allowed, of 255 */
} scales[] = {
    { 1920, 1080, PICTURE_SMALL, 1, 2 },   { 1920, 1080, PICTURE_MEDIUM, 1, 2 },
    { 1920, 1080, PICTURE_LARGE, 1, 2 },   { 1280, 800, PICTURE_LARGE, 1, 2 },
    { 640, 400, PICTURE_LARGE, 0, 0 },     { 3840, 2160, PICTURE_SMALL, 1, 2 },
    { 1366, 768, PICTURE_SMALL, 8, 160 },  { 1366, 768, PICTURE_MEDIUM, 9, 160 },
    { 1024, 768, PICTURE_SMALL, 9, 160 },  { 1023, 767, PICTURE_MEDIUM, 10, 160 },
    { 1024, 768, PICTURE_LARGE, 16, 160 }, { 97, 801, PICTURE_SMALL, 10, 160 },
    { 1921, 1081, PICTURE_FULL, 0, 0 },    { 1, 1, PICTURE_SMALL, 0, 0 },
};

static void
test_average(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        Screen screen = screen_new(scales[i].screen_width, scales[i].screen_height, 1);
        g_autoptr(Thumbnail) thumbnail = thumbnail_new(scales[i].size, screen.width, screen.height);
        double mean, most;

        update_all(thumbnail, &screen);
        compare_luma(thumbnail, &screen, &mean, &most);
        g_test_message("%ux%u %s: mean %.2f, most %.2f", screen.width, screen.height,
                       picture_size_to_name(scales[i].size), mean, most);
        g_assert_cmpfloat(mean, <=, scales[i].mean);
        g_assert_cmpfloat(most, <=, scales[i].most);
        g_free(screen.pixels);
    }
}

/* A row that two bands share is averaged together with the rows of either, which for odd scales differs a little from pixel
 * to pixel; its brightness does not. */
static void
assert_same_rows(Thumbnail *one, Thumbnail *other, guint most)
{
    guint width, height, stride;

    thumbnail_get_size(one, &width, &height);
    for (guint plane = 0; plane < 3; plane++) {
        const guint8 *left = thumbnail_get_plane(one, plane, &stride);
        const guint8 *right = thumbnail_get_plane(other, plane, &stride);
        guint columns = plane == 0 ? width : (width + 1) / 2;

        for (guint y = 0; y < (plane == 0 ? height : (height + 1) / 2); y++) {
            gint64 difference = 0;

            for (guint x = 0; x < columns; x++)
                difference += left[(gsize) y * stride + x] - right[(gsize) y * stride + x];
            g_assert_cmpint(ABS(difference), <=, columns * most);
        }
    }
}

/* Bands that did not change need not be looked at: the planes are those of a whole update. */
static void
test_partial(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        guint height = scales[i].screen_height;
        guint row = height / 3;
        guint band = row / BAND * BAND;
        Screen screen = screen_new(scales[i].screen_width, height, 2);
        g_autoptr(Thumbnail) partial = thumbnail_new(scales[i].size, screen.width, height);
        g_autoptr(Thumbnail) whole = thumbnail_new(scales[i].size, screen.width, height);
        gsize row_bytes = (gsize) screen.width * 4;

        update_all(partial, &screen);
        memset(screen.pixels + row * row_bytes, 0, row_bytes * MIN(9, height - row));
        update_band(partial, &screen, band, MIN(band + BAND, height));
        if (row + 9 > band + BAND)
            update_band(partial, &screen, band + BAND, MIN(band + 2 * BAND, height));
        update_all(whole, &screen);
        assert_same_rows(partial, whole, scales[i].most > 2 ? 24 : 1);
        g_free(screen.pixels);
    }
}

static void
test_encode(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        Screen screen = screen_new(scales[i].screen_width, scales[i].screen_height, 3);
        g_autoptr(Thumbnail) thumbnail = thumbnail_new(scales[i].size, screen.width, screen.height);
        g_autoptr(GByteArray) jpeg = g_byte_array_new();
        tjhandle decoder = tjInitDecompress();
        int width = 0, height = 0, subsampling = 0, colours = 0;
        guint wanted_width, wanted_height;
        gsize length;

        update_all(thumbnail, &screen);
        length = thumbnail_encode(thumbnail, jpeg, 24, 0);
        g_assert_cmpuint(length, >, 0);
        g_assert_cmpuint(length, <=, jpeg->len - 24);
        g_assert_cmpint(tjDecompressHeader3(decoder, jpeg->data + 24, length, &width, &height,
                                            &subsampling, &colours),
                        ==, 0);
        thumbnail_get_size(thumbnail, &wanted_width, &wanted_height);
        g_assert_cmpint(width, ==, wanted_width);
        g_assert_cmpint(height, ==, wanted_height);
        g_assert_cmpint(subsampling, ==, TJSAMP_420);
        (void) tjDestroy(decoder);
        g_free(screen.pixels);
    }
}

/* Noise does not fit a packet at the usual quality: it must get worse, not too long. */
static void
test_limit(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(4);
    Screen screen = screen_new(640, 400, 5);
    g_autoptr(Thumbnail) thumbnail = thumbnail_new(PICTURE_LARGE, 642, 1280);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    gsize free_length, length;

    for (gsize i = 0; i < (gsize) 640 * 400 * 4; i++)
        screen.pixels[i] = (guint8) g_rand_int_range(random, 0, 256);
    update_all(thumbnail, &screen);
    free_length = thumbnail_encode(thumbnail, jpeg, 0, 0);
    length = thumbnail_encode(thumbnail, jpeg, 0, free_length - 1);
    g_test_message("%" G_GSIZE_FORMAT " bytes, limited %" G_GSIZE_FORMAT, free_length, length);
    g_assert_cmpuint(length, >, 0);
    g_assert_cmpuint(length, <, free_length);
    g_assert_cmpuint(thumbnail_encode(thumbnail, jpeg, 0, PICTURE_PACKET_MAX), >, 0);
    g_assert_cmpuint(thumbnail_encode(thumbnail, jpeg, 0, 100), ==, 0);
    g_free(screen.pixels);
}

/* The same grey in each pixel format gives the same planes. */
static void
test_formats(void)
{
    static const struct {
        PixelFormat format;
        guint32 grey; /* one pixel, about 128 of 255 in each colour */
    } cases[] = {
        { PIXELS_BGRX, 0x00808080 },
        { PIXELS_RGB565, 0x8410 },
        { PIXELS_AR30, 0x200u << 20 | 0x200u << 10 | 0x200u },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint bytes = pixel_format_bytes(cases[i].format);
        guint8 pixels[5 * 3 * 4];
        Strip strip = { 0 };

        for (guint at = 0; at < 15; at++)
            memcpy(pixels + at * bytes, &cases[i].grey, bytes); /* little endian */
        strip_begin(&strip, 5, 0, 3);
        strip_convert(&strip, cases[i].format, 0, 3, pixels, 5 * bytes);
        for (guint at = 0; at < 15; at++)
            g_assert_cmpint(ABS(strip.planes[0][at] - 128), <=, 4);
        for (guint at = 0; at < 6; at++) {
            g_assert_cmpint(ABS(strip.planes[1][at] - 128), <=, 2);
            g_assert_cmpint(ABS(strip.planes[2][at] - 128), <=, 2);
        }
        strip_clear(&strip);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thumbnail/average", test_average);
    g_test_add_func("/thumbnail/partial", test_partial);
    g_test_add_func("/thumbnail/encode", test_encode);
    g_test_add_func("/thumbnail/limit", test_limit);
    g_test_add_func("/thumbnail/formats", test_formats);
    return g_test_run();
}
