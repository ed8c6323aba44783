/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who does too much in a minute. A minute may end while a test counts, but not twice: of twice the limit and two, one has the limit
 * and one more. */
#include "daemon/tally.h"

#include "base/limits.h"
#include "daemon-fixture.h"

#define TRIES (2 * LIMIT_ACTS_A_MINUTE + 2)

static guint
count_taken(Fixture *fixture, uid_t uid)
{
    PolicyCaller caller = fixture_caller(fixture, uid);
    guint taken = 0;

    for (guint i = 0; i < TRIES; i++)
        taken += manager_takes_act(fixture->manager, &caller);
    return taken;
}

static void
test_acts(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    const PolicyCaller another = fixture_caller(fixture, UID_STANDARD2);
    guint taken = count_taken(fixture, UID_STANDARD);

    g_assert_cmpuint(taken, >=, LIMIT_ACTS_A_MINUTE);
    g_assert_cmpuint(taken, <, TRIES);
    g_assert_cmpuint(count_taken(fixture, UID_DASHBOARD), <, TRIES);
    g_assert_true(manager_takes_act(fixture->manager, &another));
    g_assert_cmpuint(count_taken(fixture, UID_ADMINISTRATOR), ==, TRIES);
}

static void
test_many(void)
{
    Tally *tally = tally_new();
    guint most = 0;

    for (guint i = 0; i < 2 * TALLY_MOST; i++) {
        g_autofree char *who = g_strdup_printf("10.0.%u.%u", i / 256, i % 256);

        g_assert_cmpuint(tally_count(tally, who), ==, 1);
    }
    for (guint i = 0; i < 4; i++)
        most = MAX(most, tally_count(tally, "10.0.0.0"));
    g_assert_cmpuint(most, >=, 2);
    tally_free(tally);
    tally_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tally/acts", test_acts);
    g_test_add_func("/tally/many", test_many);
    return g_test_run();
}
