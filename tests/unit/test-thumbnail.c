/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a viewer gets: the JPEG, decoded, beside an area average of the screen that is computed pixel by pixel. */
#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>
#include <turbojpeg.h>

#include "base/picture.h"
#include "display/pixel.h"
#include "display/thumbnail.h"

#define WINDOW 8 /* of the comparison; every STEP pixels */
#define STEP 4
#define N_LETTERS 800

typedef cairo_surface_t Screen;

static Screen *
screen_new(guint width, guint height)
{
    return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int) width, (int) height);
}

/* Terminals: light on dark, dark on light, small letters. */
static void
draw_text(Screen *screen)
{
    static const char line[] =
        "drwxr-xr-x  2 ana ana   4096 nov 21 10:31 The quick brown fox, 0123456789 ";
    cairo_t *cairo = cairo_create(screen);
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    g_autoptr(GString) text = g_string_new(NULL);
    int width = cairo_image_surface_get_width(screen);

    for (guint i = 0; i < 400; i++)
        g_string_append(text, line);
    cairo_set_source_rgb(cairo, 0.1, 0.1, 0.12);
    cairo_paint(cairo);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_rectangle(cairo, width / 2.0, 40, width / 2.0 - 40, 2000);
    cairo_fill(cairo);
    pango_layout_set_text(layout, text->str, -1);
    pango_layout_set_wrap(layout, PANGO_WRAP_CHAR);
    pango_layout_set_width(layout, (width / 2 - 20) * PANGO_SCALE);
    cairo_set_source_rgb(cairo, 0.7, 0.9, 0.7);
    cairo_move_to(cairo, 10, 10);
    pango_cairo_show_layout(cairo, layout);
    cairo_set_source_rgb(cairo, 0.1, 0.1, 0.3);
    cairo_move_to(cairo, width / 2.0 + 4, 50);
    pango_cairo_show_layout(cairo, layout);
    g_object_unref(layout);
    cairo_destroy(cairo);
}

/* Something like a photograph: soft shades, edges, grain. */
static void
draw_photo(Screen *screen)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    int width = cairo_image_surface_get_width(screen);
    int height = cairo_image_surface_get_height(screen);
    guint8 *pixels = cairo_image_surface_get_data(screen);

    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double hill =
                height * (0.5 + 0.2 * sin(x * 6.0 / width) + 0.05 * sin(x * 40.0 / width));
            double light =
                y < hill ? 0.6 + 0.3 * y / hill : 0.5 * hill / y + 0.1 * sin(x * y * 1e-4);
            guint8 *pixel =
                pixels + (gsize) y * (gsize) cairo_image_surface_get_stride(screen) + (gsize) x * 4;

            light += g_rand_double_range(random, -0.015, 0.015);
            for (int i = 0; i < 3; i++)
                pixel[i] = (guint8) CLAMP(light * (y < hill ? 255 - 30 * i : 120 + 60 * i), 0, 255);
        }
    cairo_surface_mark_dirty(screen);
}

static void
draw_noise(Screen *screen)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(2);
    guint8 *pixels = cairo_image_surface_get_data(screen);
    gsize n = (gsize) cairo_image_surface_get_stride(screen) *
              (gsize) cairo_image_surface_get_height(screen);

    for (gsize i = 0; i < n; i++)
        pixels[i] = (guint8) g_rand_int(random);
}

/* An area of the screen is drawn anew. */
static void
look_again(Thumbnail *thumbnail, Screen *screen, const Rect *area)
{
    const Rect all = { 0, 0, (guint) cairo_image_surface_get_width(screen),
                       (guint) cairo_image_surface_get_height(screen) };
    Rect need = *area;

    cairo_surface_flush(screen);
    average_begin(thumbnail_get_average(thumbnail), area, &need);
    average_give(thumbnail_get_average(thumbnail), &all, cairo_image_surface_get_data(screen),
                 (guint) cairo_image_surface_get_stride(screen));
}

static Thumbnail *
thumbnail_of(Screen *screen, PictureSize size)
{
    const Rect all = { 0, 0, (guint) cairo_image_surface_get_width(screen),
                       (guint) cairo_image_surface_get_height(screen) };
    Thumbnail *thumbnail = thumbnail_new(size, all.right, all.bottom);

    look_again(thumbnail, screen, &all);
    return thumbnail;
}

static double
get_luma(const guint8 *bgrx)
{
    return 0.114 * bgrx[0] + 0.587 * bgrx[1] + 0.299 * bgrx[2];
}

/* The mean of what a pixel of the picture covers, parts of pixels by their part. */
static double
area_luma(Screen *screen, guint x, guint y, guint of_width, guint of_height)
{
    int width = cairo_image_surface_get_width(screen);
    int height = cairo_image_surface_get_height(screen);
    const guint8 *pixels = cairo_image_surface_get_data(screen);
    double left = (double) x * width / of_width, right = (double) (x + 1) * width / of_width;
    double top = (double) y * height / of_height, bottom = (double) (y + 1) * height / of_height;
    double sum = 0;

    for (int row = (int) top; row < height && row < bottom; row++)
        for (int column = (int) left; column < width && column < right; column++)
            sum += get_luma(pixels + (gsize) row * (gsize) cairo_image_surface_get_stride(screen) +
                            (gsize) column * 4) *
                   (fmin(bottom, row + 1) - fmax(top, row)) *
                   (fmin(right, column + 1) - fmax(left, column));
    return sum / ((right - left) * (bottom - top));
}

/* Structural similarity of one window: 1 is the same. */
static double
window_similarity(const double *one, const double *other, guint stride)
{
    const double n = WINDOW * WINDOW, c1 = 0.01 * 255 * 0.01 * 255, c2 = 0.03 * 255 * 0.03 * 255;
    double a = 0, b = 0, aa = 0, bb = 0, ab = 0;

    for (guint y = 0; y < WINDOW; y++)
        for (guint x = 0; x < WINDOW; x++) {
            double p = one[(gsize) y * stride + x], q = other[(gsize) y * stride + x];

            a += p, b += q, aa += p * p, bb += q * q, ab += p * q;
        }
    a /= n, b /= n;
    aa = aa / n - a * a, bb = bb / n - b * b, ab = ab / n - a * b;
    return (2 * a * b + c1) * (2 * ab + c2) / ((a * a + b * b + c1) * (aa + bb + c2));
}

static double
get_similarity(const double *one, const double *other, guint width, guint height)
{
    double sum = 0;
    guint n = 0;

    for (guint y = 0; y + WINDOW <= height; y += STEP)
        for (guint x = 0; x + WINDOW <= width; x += STEP, n++)
            sum += window_similarity(one + (gsize) y * width + x, other + (gsize) y * width + x,
                                     width);
    return sum / n;
}

/* What a viewer sees: each JPEG on what was there. */
static void
show(const guint8 *jpeg, gsize length, const Rect *area, guint8 *seen, guint width)
{
    tjhandle decoder = tjInitDecompress();

    g_assert_cmpint(tjDecompress2(decoder, jpeg, length,
                                  seen + ((gsize) area->top * width + area->left) * 4,
                                  (int) (area->right - area->left), (int) width * 4,
                                  (int) (area->bottom - area->top), TJPF_BGRX, 0),
                    ==, 0);
    (void) tjDestroy(decoder);
}

/* The luma of what is seen beside the exact one. */
static double
compare_seen(Screen *screen, const guint8 *decoded, guint width, guint height)
{
    g_autofree double *seen = g_new(double, (gsize) width *height);
    g_autofree double *exact = g_new(double, (gsize) width *height);

    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            seen[(gsize) y * width + x] = get_luma(decoded + ((gsize) y * width + x) * 4);
            exact[(gsize) y * width + x] = area_luma(screen, x, y, width, height);
        }
    return get_similarity(seen, exact, width, height);
}

static double
compare(Screen *screen, PictureSize size)
{
    g_autoptr(Thumbnail) thumbnail = thumbnail_of(screen, size);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    g_autofree guint8 *decoded = NULL;
    guint width, height;
    Rect area;
    gsize max = size == PICTURE_FULL ? 0 : PICTURE_PACKET_MAX - PICTURE_HEADER_BYTES;
    gsize length = thumbnail_encode(thumbnail, jpeg, 0, max, &area);

    thumbnail_get_size(thumbnail, &width, &height);
    decoded = g_malloc((gsize) width * height * 4);
    show(jpeg->data, length, &area, decoded, width);
    return compare_seen(screen, decoded, width, height);
}

static void
test_similar(void)
{
    static const struct {
        guint width, height;
    } screens[] = { { 1920, 1080 }, { 1366, 768 }, { 1024, 768 }, { 641, 479 } };
    static const struct {
        const char *name;
        void (*draw)(Screen *screen);
        double least[N_PICTURE_SIZES];
    } pictures[] = {
        /* Small letters all over the screen, enlarged, do not fit a packet as fine as they should be. */
        { "text", draw_text, { 0.97, 0.97, 0.97, 0.97, [PICTURE_ENLARGED] = 0.91 } },
        { "photo", draw_photo, { 0.97, 0.97, 0.97, 0.97, [PICTURE_ENLARGED] = 0.97 } },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(screens) * G_N_ELEMENTS(pictures); i++) {
        gsize at = i / G_N_ELEMENTS(pictures), which = i % G_N_ELEMENTS(pictures);
        Screen *screen = screen_new(screens[at].width, screens[at].height);

        pictures[which].draw(screen);
        for (PictureSize size = 0; size < N_PICTURE_SIZES; size++) {
            double similarity = compare(screen, size);

            g_test_message("%s, %ux%u, %s: SSIM %.4f", pictures[which].name, screens[at].width,
                           screens[at].height, picture_size_to_name(size), similarity);
            g_assert_cmpfloat(similarity, >=, pictures[which].least[size]);
        }
        cairo_surface_destroy(screen);
    }
}

static void
test_encode(void)
{
    static const struct {
        guint width, height;
        PictureSize size;
    } cases[] = {
        { 1920, 1080, PICTURE_SMALL }, { 1023, 767, PICTURE_MEDIUM }, { 97, 801, PICTURE_LARGE },
        { 1921, 1081, PICTURE_FULL },  { 1, 1, PICTURE_SMALL },       { 16384, 1, PICTURE_SMALL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Screen *screen = screen_new(cases[i].width, cases[i].height);
        g_autoptr(Thumbnail) thumbnail = thumbnail_of(screen, cases[i].size);
        g_autoptr(GByteArray) jpeg = g_byte_array_new();
        tjhandle decoder = tjInitDecompress();
        int width = 0, height = 0, subsampling = 0, colours = 0;
        guint wanted_width, wanted_height;
        Rect area;
        gsize length = thumbnail_encode(thumbnail, jpeg, 24, 0, &area);

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
        cairo_surface_destroy(screen);
    }
}

/* A letter at a time, left to right, line by line, on a page of text. */
static Rect
type_letter(Screen *screen, guint letter)
{
    cairo_t *cairo = cairo_create(screen);
    const Rect area = { 40 + letter % 80 * 11, 600 + letter / 80 * 22, 51 + letter % 80 * 11,
                        622 + letter / 80 * 22 };

    cairo_set_source_rgb(cairo, 0.9, 0.9, 0.9);
    cairo_rectangle(cairo, area.left + 2, area.top + 3, 3 + letter * 7 % 6, 4 + letter * 5 % 13);
    cairo_fill(cairo);
    cairo_destroy(cairo);
    return area;
}

/* Typing costs a tenth of what whole pictures would, at most, and looks as they do. */
static void
test_parts(void)
{
    Screen *screen = screen_new(1920, 1080);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    g_autoptr(Thumbnail) thumbnail = NULL;
    g_autofree guint8 *seen = NULL;
    gsize whole_length, bytes = 0;
    guint width, height, n_wholes = 0;
    double similarity;
    Rect area;

    draw_text(screen);
    thumbnail = thumbnail_of(screen, PICTURE_MEDIUM);
    thumbnail_get_size(thumbnail, &width, &height);
    seen = g_malloc((gsize) width * height * 4);
    whole_length = thumbnail_encode(thumbnail, jpeg, 0, 0, &area);
    show(jpeg->data, whole_length, &area, seen, width);
    for (guint letter = 0; letter < N_LETTERS; letter++) {
        Rect changed = type_letter(screen, letter);
        gsize length;

        look_again(thumbnail, screen, &changed);
        length = thumbnail_encode(thumbnail, jpeg, 0, 0, &area);
        show(jpeg->data, length, &area, seen, width);
        bytes += length;
        n_wholes += area.right - area.left == width;
    }
    similarity = compare_seen(screen, seen, width, height);
    g_test_message("%u letters: %" G_GSIZE_FORMAT " bytes each, a whole picture %" G_GSIZE_FORMAT
                   " (%u of them); SSIM %.4f",
                   N_LETTERS, bytes / N_LETTERS, whole_length, n_wholes, similarity);
    g_assert_cmpuint(bytes, <, whole_length * N_LETTERS / 10);
    g_assert_cmpfloat(similarity, >=, 0.97);
    cairo_surface_destroy(screen);
}

static void
fill(Screen *screen, const Rect *area, double grey)
{
    cairo_t *cairo = cairo_create(screen);

    cairo_set_source_rgb(cairo, grey, grey, grey);
    cairo_rectangle(cairo, area->left, area->top, area->right - area->left,
                    area->bottom - area->top);
    cairo_fill(cairo);
    cairo_destroy(cairo);
}

/* What is drawn again, and what of it is another picture than before. */
static void
test_changed(void)
{
    static const struct {
        Rect drawn;
        double grey;
        gboolean changed;
        Rect area; /* of the picture, half the screen's size: what is encoded */
    } cases[] = {
        { { 0, 0, 1280, 720 }, 0, FALSE, { 0 } }, /* as it was */
        { { 100, 100, 102, 102 }, 1, TRUE, { 48, 48, 64, 64 } },
        { { 100, 100, 102, 102 }, 1, FALSE, { 0 } },
        { { 200, 40, 202, 42 }, 0.5, TRUE, { 48, 16, 112, 64 } },  /* with what changed before */
        { { 1270, 710, 1280, 720 }, 1, TRUE, { 0, 0, 640, 360 } }, /* too large for a part */
        { { 1270, 710, 1280, 720 },
          0,
          TRUE,
          { 624, 352, 640, 360 } }, /* nothing before it counts */
        { { 0, 0, 1280, 720 }, 0.7, TRUE, { 0, 0, 640, 360 } },
    };
    Screen *screen = screen_new(1280, 720);
    g_autoptr(Thumbnail) thumbnail = thumbnail_of(screen, PICTURE_LARGE);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    Rect area;

    g_assert_true(thumbnail_has_changed(thumbnail)); /* black, but nobody has seen it */
    g_assert_cmpuint(thumbnail_encode(thumbnail, jpeg, 0, 0, &area), >, 0);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %u", i);
        fill(screen, &cases[i].drawn, cases[i].grey);
        look_again(thumbnail, screen, &cases[i].drawn);
        g_assert_cmpint(thumbnail_has_changed(thumbnail), ==, cases[i].changed);
        if (!cases[i].changed)
            continue;
        g_assert_cmpuint(thumbnail_encode(thumbnail, jpeg, 0, 0, &area), >, 0);
        g_assert_cmpmem(&area, sizeof area, &cases[i].area, sizeof area);
        g_assert_false(thumbnail_has_changed(thumbnail));
    }
    cairo_surface_destroy(screen);
}

/* Noise does not fit a packet at the usual quality: it must get worse, not too long. */
static void
test_limit(void)
{
    Screen *screen = screen_new(640, 400);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    g_autoptr(Thumbnail) thumbnail = NULL;
    gsize free_length, length;
    Rect area;

    draw_noise(screen);
    thumbnail = thumbnail_of(screen, PICTURE_LARGE);
    free_length = thumbnail_encode(thumbnail, jpeg, 0, 0, &area);
    length = thumbnail_encode(thumbnail, jpeg, 0, free_length - 1, &area);
    g_test_message("%" G_GSIZE_FORMAT " bytes, limited %" G_GSIZE_FORMAT, free_length, length);
    g_assert_cmpuint(length, >, 0);
    g_assert_cmpuint(length, <, free_length);
    g_assert_cmpuint(thumbnail_encode(thumbnail, jpeg, 0, PICTURE_PACKET_MAX, &area), >, 0);
    g_assert_cmpuint(thumbnail_encode(thumbnail, jpeg, 0, 100, &area), ==, 0);
    cairo_surface_destroy(screen);
}

/* Black and white noise does not fit a packet at any step that leaves more than means; of a screen of it there is a picture all the
 * same, and a second one does not cost all the tries again. */
static void
test_always_fits(void)
{
    const Rect all = { 0, 0, 1280, 800 };
    Screen *screen = screen_new(1280, 800);
    guint8 *pixels = cairo_image_surface_get_data(screen);
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    g_autoptr(Thumbnail) thumbnail = thumbnail_new(PICTURE_ENLARGED, 1280, 800);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    g_autofree guint8 *seen = g_malloc(1280 * 800 * 4);
    double sum = 0;
    Rect area;

    for (guint round = 0; round < 12; round++) {
        gsize length;

        for (gsize i = 0; i < 1280 * 800; i++)
            memset(pixels + 4 * i, g_rand_boolean(random) ? 255 : 0, 4);
        look_again(thumbnail, screen, &all);
        length = thumbnail_encode(thumbnail, jpeg, 0, PICTURE_PACKET_MAX, &area);
        g_assert_cmpuint(length, >, 0);
        g_assert_cmpuint(length, <=, PICTURE_PACKET_MAX);
        show(jpeg->data, length, &area, seen, 1280);
    }
    for (gsize i = 0; i < 1280 * 800; i++)
        sum += get_luma(seen + 4 * i);
    g_assert_cmpfloat(fabs(sum / (1280 * 800) - 127.5), <, 4);
    cairo_surface_destroy(screen);
}

/* The same grey in each pixel format gives the same picture. */
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
        guint8 pixels[5 * 3 * BGRX_BYTES];
        guint8 bgrx[5 * 3 * BGRX_BYTES];

        for (guint at = 0; at < 15; at++)
            memcpy(pixels + at * bytes, &cases[i].grey, bytes); /* little endian */
        pixel_format_to_bgrx(cases[i].format, pixels, 5 * bytes, 5, 3, bgrx);
        for (guint at = 0; at < 15 * BGRX_BYTES; at++)
            if (at % BGRX_BYTES != 3)
                g_assert_cmpint(ABS(bgrx[at] - 128), <=, 4);
    }
}

/* What Pango's fonts keep until the process ends is fontconfig's. LeakSanitizer asks for this by its name. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thumbnail/similar", test_similar);
    g_test_add_func("/thumbnail/encode", test_encode);
    g_test_add_func("/thumbnail/parts", test_parts);
    g_test_add_func("/thumbnail/changed", test_changed);
    g_test_add_func("/thumbnail/limit", test_limit);
    g_test_add_func("/thumbnail/always fits", test_always_fits);
    g_test_add_func("/thumbnail/formats", test_formats);
    return g_test_run();
}
