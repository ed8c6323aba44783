/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "display/damage.h"

#define N_MOST 4

static const struct {
    const char *name;
    Rect added[N_MOST]; /* up to one without columns */
    Rect taken[N_MOST];
} cases[] = {
    { "nothing", { { 0 } }, { { 0 } } },
    { "one", { { 10, 20, 30, 40 } }, { { 10, 20, 30, 40 } } },
    { "over the edge", { { 990, 690, 2000, 2000 } }, { { 990, 690, 1000, 700 } } },
    { "outside", { { 1000, 0, 1010, 10 } }, { { 0 } } },
    { "turned round", { { 30, 40, 10, 20 } }, { { 0 } } },
    { "across bands", { { 10, 60, 20, 140 } }, { { 10, 60, 20, 140 } } },
    { "all", { { 0, 0, 1000, 700 } }, { { 0, 0, 1000, 700 } } },
    { "two corners",
      { { 990, 690, 1000, 700 }, { 0, 0, 10, 10 } },
      { { 0, 0, 10, 10 }, { 990, 690, 1000, 700 } } },
    { "one band, one area", { { 0, 10, 10, 20 }, { 500, 5, 510, 15 } }, { { 0, 5, 510, 20 } } },
    { "bands of other columns",
      { { 0, 0, 100, 64 }, { 600, 64, 700, 128 } },
      { { 0, 0, 100, 64 }, { 600, 64, 700, 128 } } },
    { "bands that nearly match",
      { { 0, 0, 100, 64 }, { 4, 64, 104, 128 } },
      { { 0, 0, 104, 128 } } },
};

static void
assert_rect(const Rect *rect, const Rect *wanted)
{
    g_test_message("%u %u %u %u", rect->left, rect->top, rect->right, rect->bottom);
    g_assert_cmpmem(rect, sizeof *rect, wanted, sizeof *wanted);
}

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Damage *damage = damage_new(1000, 700);
        Rect rect;
        guint n;

        g_test_message("%s", cases[i].name);
        g_assert_true(damage_is_empty(damage));
        for (n = 0; n < N_MOST && cases[i].added[n].right > 0; n++)
            damage_add(damage, &cases[i].added[n]);
        g_assert_true(damage_is_empty(damage) == (cases[i].taken[0].right == 0));
        for (n = 0; n < N_MOST && cases[i].taken[n].right > 0; n++) {
            g_assert_true(damage_take(damage, &rect));
            assert_rect(&rect, &cases[i].taken[n]);
        }
        g_assert_false(damage_take(damage, &rect));
        g_assert_true(damage_is_empty(damage));
        damage_free(damage);
    }
}

/* Whatever is added is in what is taken, and what is taken is on the screen. */
static void
test_cover(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    for (guint round = 0; round < 200; round++) {
        guint width = (guint) g_rand_int_range(random, 1, 300);
        guint height = (guint) g_rand_int_range(random, 1, 300);
        g_autofree guint8 *left = g_malloc0((gsize) width * height);
        Damage *damage = damage_new(width, height);
        Rect rect;

        for (guint i = 0; i < 5; i++) {
            rect.left = (guint) g_rand_int_range(random, 0, 300);
            rect.top = (guint) g_rand_int_range(random, 0, 300);
            rect.right = rect.left + (guint) g_rand_int_range(random, 0, 100);
            rect.bottom = rect.top + (guint) g_rand_int_range(random, 0, 100);
            damage_add(damage, &rect);
            for (guint y = rect.top; y < MIN(rect.bottom, height); y++)
                for (guint x = rect.left; x < MIN(rect.right, width); x++)
                    left[(gsize) y * width + x] = 1;
        }
        while (damage_take(damage, &rect)) {
            g_assert_cmpuint(rect.left, <, rect.right);
            g_assert_cmpuint(rect.top, <, rect.bottom);
            g_assert_cmpuint(rect.right, <=, width);
            g_assert_cmpuint(rect.bottom, <=, height);
            for (guint y = rect.top; y < rect.bottom; y++)
                for (guint x = rect.left; x < rect.right; x++)
                    left[(gsize) y * width + x] = 0;
        }
        for (gsize i = 0; i < (gsize) width * height; i++)
            g_assert_cmpuint(left[i], ==, 0);
        damage_free(damage);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/damage/cases", test_cases);
    g_test_add_func("/damage/cover", test_cover);
    return g_test_run();
}
