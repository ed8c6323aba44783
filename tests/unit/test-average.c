/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "display/average.h"

/* Sides of screens and of their pictures: whole ratios, odd ones, none, the widest that there may be. */
static const struct {
    guint screen_width, screen_height, width, height;
} scales[] = {
    { 1920, 1080, 240, 135 }, { 1366, 768, 240, 134 }, { 1024, 768, 533, 400 },
    { 97, 801, 18, 150 },     { 640, 401, 638, 400 },  { 31, 17, 31, 17 },
    { 7, 5, 7, 1 },           { 7, 5, 1, 5 },          { 1, 1, 1, 1 },
    { 13, 11, 12, 10 },       { 16384, 3, 240, 1 },    { 3, 16384, 1, 150 },
    { 2, 600, 1, 2 }, /* more rows to one than are added up at once */
};

static guint8 *
noise_new(guint width, guint height, guint32 seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    gsize n = (gsize) width * height * 4;
    guint8 *pixels = g_malloc(n);

    for (gsize i = 0; i < n; i++)
        pixels[i] = (guint8) (g_rand_int(random) & 1 ? 255 : g_rand_int(random));
    return pixels;
}

/* Give what is needed in strips of n_rows, out of a screen of width; memory of the very size, so that a sanitizer sees
 * every byte too many. */
static void
update(Average *average, const guint8 *screen, guint width, const Rect *changed, guint n_rows)
{
    Rect need = *changed;
    Rect part;

    average_begin(average, changed, &need);
    for (part = need; part.top < need.bottom; part.top = part.bottom) {
        gsize stride = (gsize) (need.right - need.left) * 4;
        g_autofree guint8 *strip = NULL;

        part.bottom = MIN(part.top + n_rows, need.bottom);
        strip = g_malloc(stride * (part.bottom - part.top));
        for (guint row = part.top; row < part.bottom; row++)
            memcpy(strip + stride * (row - part.top),
                   screen + ((gsize) row * width + part.left) * 4, stride);
        average_give(average, &part, strip, (guint) stride);
    }
}

/* What of a pixel of the screen lies in one of the picture, along one side, in parts of 1 / picture. */
static guint64
get_share(guint at, guint screen, guint to, guint picture)
{
    guint64 begin = MAX((guint64) at * picture, (guint64) to * screen);
    guint64 end = MIN((guint64) (at + 1) * picture, (guint64) (to + 1) * screen);

    return end > begin ? end - begin : 0;
}

static guint
get_mean(const guint8 *screen, gsize scale, guint x, guint y, guint colour)
{
    const guint screen_width = scales[scale].screen_width, width = scales[scale].width;
    const guint screen_height = scales[scale].screen_height, height = scales[scale].height;
    guint64 area = (guint64) screen_width * screen_height;
    guint64 sum = 0;

    for (guint row = y * screen_height / height; row * height < (y + 1) * screen_height; row++)
        for (guint at = x * screen_width / width; at * width < (x + 1) * screen_width; at++)
            sum += get_share(row, screen_height, y, height) *
                   get_share(at, screen_width, x, width) *
                   screen[((gsize) row * screen_width + at) * 4 + colour];
    return (guint) ((sum + area / 2) / area);
}

/* As computed in whole numbers; a half may be rounded the other way. */
static void
test_exact(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        const Rect whole = { 0, 0, scales[i].screen_width, scales[i].screen_height };
        g_autofree guint8 *screen = noise_new(whole.right, whole.bottom, 1);
        g_autoptr(Average) average =
            average_new(whole.right, whole.bottom, scales[i].width, scales[i].height);
        const guint8 *pixels = average_get_pixels(average);
        guint n_off = 0;

        update(average, screen, whole.right, &whole, 10);
        for (guint y = 0; y < scales[i].height; y++)
            for (guint x = 0; x < scales[i].width; x++)
                for (guint colour = 0; colour < 3; colour++) {
                    int off = pixels[((gsize) y * scales[i].width + x) * 4 + colour] -
                              (int) get_mean(screen, i, x, y, colour);

                    g_assert_cmpint(ABS(off), <=, 1);
                    n_off += off != 0;
                }
        g_test_message("%ux%u: %u are not as computed", whole.right, whole.bottom, n_off);
        g_assert_cmpuint(n_off, <=, 1 + scales[i].width * scales[i].height * 3 / 100);
    }
}

/* Areas that changed bring the picture to what a whole new one is, to the last bit, whatever the strips are. */
static void
test_partial(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(2);

    for (guint round = 0; round < 20 * G_N_ELEMENTS(scales); round++) {
        gsize i = round % G_N_ELEMENTS(scales);
        const Rect all = { 0, 0, scales[i].screen_width, scales[i].screen_height };
        g_autofree guint8 *screen = noise_new(all.right, all.bottom, round);
        g_autoptr(Average) partial =
            average_new(all.right, all.bottom, scales[i].width, scales[i].height);
        g_autoptr(Average) whole =
            average_new(all.right, all.bottom, scales[i].width, scales[i].height);
        gsize size = (gsize) scales[i].width * scales[i].height * 4;
        Rect changed;

        update(partial, screen, all.right, &all, 64);
        changed.left = (guint) g_rand_int_range(random, 0, (int) all.right);
        changed.top = (guint) g_rand_int_range(random, 0, (int) all.bottom);
        changed.right =
            (guint) g_rand_int_range(random, (int) changed.left + 1, (int) all.right + 1);
        changed.bottom =
            (guint) g_rand_int_range(random, (int) changed.top + 1, (int) all.bottom + 1);
        for (guint row = changed.top; row < changed.bottom; row++)
            memset(screen + ((gsize) row * all.right + changed.left) * 4, (int) (row % 200),
                   (gsize) (changed.right - changed.left) * 4);
        update(partial, screen, all.right, &changed, (guint) g_rand_int_range(random, 1, 40));
        update(whole, screen, all.right, &all, 1000);
        g_assert_cmpmem(average_get_pixels(partial), size, average_get_pixels(whole), size);
    }
}

/* More is given than is needed, as for another size that is watched, too; one that was begun is given up. */
static void
test_wider(void)
{
    const Rect all = { 0, 0, 96, 60 };
    const Rect changed = { 30, 20, 40, 30 };
    g_autofree guint8 *screen = noise_new(96, 60, 3);
    g_autoptr(Average) wide = average_new(96, 60, 13, 7);
    g_autoptr(Average) exact = average_new(96, 60, 13, 7);
    Rect need = changed;
    Rect rest = all;

    average_begin(wide, &all, &need);
    g_assert_cmpmem(&need, sizeof need, &all, sizeof all);
    rest.bottom = 25;
    average_give(wide, &rest, screen, 96 * 4);
    average_begin(wide, &all, &need);
    average_give(wide, &all, screen, 96 * 4);
    update(exact, screen, 96, &all, 60);
    memset(screen, 0, 96 * 60 * 4);
    average_begin(wide, &changed, &need);
    average_give(wide, &all, screen, 96 * 4);
    update(exact, screen, 96, &changed, 3);
    g_assert_cmpmem(average_get_pixels(wide), 13 * 7 * 4, average_get_pixels(exact), 13 * 7 * 4);
}

/* Not a test of speed: it says what it is. */
static void
test_cost(void)
{
    for (gsize i = 0; i < 2; i++) {
        const Rect all = { 0, 0, scales[i].screen_width, scales[i].screen_height };
        g_autofree guint8 *screen = noise_new(all.right, all.bottom, 4);
        g_autoptr(Average) average =
            average_new(all.right, all.bottom, scales[i].width, scales[i].height);
        Rect need = all;
        clock_t start = clock();

        for (guint round = 0; round < 20; round++) {
            average_begin(average, &all, &need);
            average_give(average, &all, screen, all.right * 4);
        }
        g_test_message("%ux%u: %.2f ms", all.right, all.bottom,
                       (double) (clock() - start) * 1000 / CLOCKS_PER_SEC / 20);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/average/exact", test_exact);
    g_test_add_func("/average/partial", test_partial);
    g_test_add_func("/average/wider", test_wider);
    g_test_add_func("/average/cost", test_cost);
    return g_test_run();
}
