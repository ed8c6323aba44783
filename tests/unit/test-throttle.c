/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/limits.h"
#include "daemon/throttle.h"

#define MINUTES (60 * G_USEC_PER_SEC)

static gint64 clock_now = 1;

static gint64
read_clock(void)
{
    return clock_now;
}

static void
fail_times(Throttle *throttle, const char *user, const char *source, guint times)
{
    for (guint i = 0; i < times; i++)
        throttle_failed(throttle, user, source);
}

/* The delay of the n-th refusal in a row. */
static void
test_growth(void)
{
    static const struct {
        guint failures;
        guint same_source;   /* ms; both grow, the source's part goes higher */
        guint other_sources; /* ms; each from another source: only the user's part grows */
    } cases[] = {
        { 0, 1000, 1000 },   { 1, 2000, 2000 },    { 2, 4000, 4000 },  { 3, 8000, 5000 },
        { 4, 16000, 5000 },  { 5, 30000, 5000 },   { 6, 30000, 5000 }, { 31, 30000, 5000 },
        { 32, 30000, 5000 }, { 100, 30000, 5000 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Throttle) one = throttle_new(read_clock);
        g_autoptr(Throttle) many = throttle_new(read_clock);

        fail_times(one, "ana", "10.0.0.1", cases[i].failures);
        g_assert_cmpuint(throttle_delay(one, "ana", "10.0.0.1"), ==, cases[i].same_source);
        for (guint n = 0; n < cases[i].failures; n++) {
            g_autofree char *source = g_strdup_printf("10.0.1.%u", n);

            throttle_failed(many, "ana", source);
        }
        g_assert_cmpuint(throttle_delay(many, "ana", "10.0.0.1"), ==, cases[i].other_sources);
    }
}

static void
test_nobody_else_waits(void)
{
    g_autoptr(Throttle) throttle = throttle_new(read_clock);

    fail_times(throttle, "ana", "10.0.0.1", 10);
    g_assert_cmpuint(throttle_delay(throttle, "ben", "10.0.0.2"), ==, LIMIT_REFUSAL_DELAY_LEAST_MS);
    g_assert_cmpuint(throttle_delay(throttle, "ana", "10.0.0.2"), ==, LIMIT_REFUSAL_DELAY_USER_MS);
    g_assert_cmpuint(throttle_delay(throttle, "ben", "10.0.0.1"), ==,
                     LIMIT_REFUSAL_DELAY_SOURCE_MS);
}

static void
test_forgets(void)
{
    g_autoptr(Throttle) throttle = throttle_new(read_clock);

    fail_times(throttle, "ana", "10.0.0.1", 10);
    clock_now += 15 * MINUTES;
    g_assert_cmpuint(throttle_delay(throttle, "ana", "10.0.0.1"), ==, 30000);
    clock_now += 1;
    g_assert_cmpuint(throttle_delay(throttle, "ana", "10.0.0.1"), ==, 1000);
    throttle_failed(throttle, "ana", "10.0.0.1");
    g_assert_cmpuint(throttle_delay(throttle, "ana", "10.0.0.1"), ==, 2000);
}

static void
test_success_forgets_that_pair_only(void)
{
    g_autoptr(Throttle) throttle = throttle_new(read_clock);

    fail_times(throttle, "ana", "bad", 2);
    fail_times(throttle, "ana", "good", 1);
    fail_times(throttle, "mallory", "bad", 1);
    throttle_succeeded(throttle, "ana", "good");
    /* ana: 2 left, from bad. */
    g_assert_cmpuint(throttle_delay(throttle, "ana", "elsewhere"), ==, 4000);
    throttle_succeeded(throttle, "mallory", "bad");
    g_assert_cmpuint(throttle_delay(throttle, "ana", "elsewhere"), ==, 4000);
    /* bad guessed three times, and its own good password does not undo that. */
    g_assert_cmpuint(throttle_delay(throttle, "zoe", "bad"), ==, 8000);
    throttle_succeeded(throttle, "ana", "good");
    g_assert_cmpuint(throttle_delay(throttle, "ana", "elsewhere"), ==, 4000);
}

static void
test_success_clears_own_mistakes(void)
{
    g_autoptr(Throttle) throttle = throttle_new(read_clock);

    fail_times(throttle, "ana", "here", 2);
    throttle_succeeded(throttle, "ana", "here");
    g_assert_cmpuint(throttle_delay(throttle, "ana", "there"), ==, 1000);
}

/* An attacker who floods the tables with names makes room for himself only by failing. */
static void
test_tables_are_bounded(void)
{
    g_autoptr(Throttle) throttle = throttle_new(read_clock);

    fail_times(throttle, "ana", "here", 5);
    for (guint i = 0; i < THROTTLE_ENTRIES - 1; i++) {
        g_autofree char *name = g_strdup_printf("name%u", i);

        throttle_failed(throttle, name, "flood");
    }
    g_assert_cmpuint(throttle_delay(throttle, "ana", "there"), ==, 5000);
    throttle_failed(throttle, "one more", "flood");
    g_assert_cmpuint(throttle_delay(throttle, "ana", "there"), ==, 1000);
    g_assert_cmpuint(throttle_delay(throttle, "ana", "flood"), ==, 30000);
    /* What the pair (ana, here) held went with the name: its success must not undo another source's failures. */
    fail_times(throttle, "ana", "elsewhere", 2);
    throttle_succeeded(throttle, "ana", "here");
    g_assert_cmpuint(throttle_delay(throttle, "ana", "there"), ==, 4000);
}

static void
test_long_texts(void)
{
    g_autoptr(Throttle) throttle = throttle_new(read_clock);
    g_autofree char *name = g_strnfill(100000, 'a');

    fail_times(throttle, name, name, 1);
    g_assert_cmpuint(throttle_delay(throttle, name, "x"), ==, 2000);
    name[99999] = 'b';
    g_assert_cmpuint(throttle_delay(throttle, name, "x"), ==, 2000);
    g_assert_cmpuint(throttle_delay(throttle, "", ""), ==, 1000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/throttle/growth", test_growth);
    g_test_add_func("/throttle/nobody-else-waits", test_nobody_else_waits);
    g_test_add_func("/throttle/forgets", test_forgets);
    g_test_add_func("/throttle/success-pair", test_success_forgets_that_pair_only);
    g_test_add_func("/throttle/success-own", test_success_clears_own_mistakes);
    g_test_add_func("/throttle/bounded", test_tables_are_bounded);
    g_test_add_func("/throttle/long-texts", test_long_texts);
    return g_test_run();
}
