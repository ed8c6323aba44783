/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "display/pace.h"

static const struct {
    const char *name;
    guint pace;
    Use budget, used;
    guint next;
} cases[] = {
    { "no budget", 1000, { 0, 0 }, { 900, 9000000 }, 1000 },
    { "no budget any more", 2000, { 0, 0 }, { 900, 9000000 }, 1700 },
    { "within", 1000, { 100, 1000 }, { 95, 100 }, 1000 },
    { "twice the processor", 1000, { 100, 0 }, { 200, 9000000 }, 2000 },
    { "three times the bytes", 1000, { 100, 1000 }, { 200, 3000 }, 3000 },
    { "as it should be", 4000, { 100, 1000 }, { 40, 950 }, 4000 },
    { "still desktops", 4000, { 100, 1000 }, { 0, 0 }, 3400 },
    { "still at full pace", 1000, { 100, 1000 }, { 0, 0 }, 1000 },
    { "hopeless", 50000, { 1, 1 }, { 1000, G_MAXUINT }, PACE_SLOWEST },
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        g_assert_cmpuint(pace_next(cases[i].pace, &cases[i].budget, &cases[i].used), ==,
                         cases[i].next);
    }
}

/* Desktops that would use `full` at full pace come to use about the budget, and stay there; then fewer, and the pace is full again. */
static void
test_settles(void)
{
    const Use budget = { 50, 0 };
    guint pace = PACE_FULL;

    for (guint step = 0; step < 60; step++) {
        guint full = step < 30 ? 400 : 40;
        Use used = { full * PACE_FULL / pace, 0 };

        if ((step > 3 && step < 30) || step > 50) {
            g_assert_cmpuint(used.cpu_permille, <=, 51);
            g_assert_cmpuint(used.cpu_permille, >=, MIN(full, 45) * 9 / 10);
        }
        pace = pace_next(pace, &budget, &used);
    }
    g_assert_cmpuint(pace, ==, PACE_FULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pace/cases", test_cases);
    g_test_add_func("/pace/settles", test_settles);
    return g_test_run();
}
