/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who does too much in a minute. Tests begin with a minute of their own. */
#include "daemon/tally.h"

#include "base/limits.h"
#include "clock.h"
#include "daemon-fixture.h"
#include "daemon/audit.h"

#define TRIES (2 * LIMIT_ACTS_A_MINUTE)
#define MINUTE_MS 60000

static void
begin_minute(void)
{
    clock_forward(MINUTE_MS - g_get_monotonic_time() / 1000 % MINUTE_MS);
}

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

    begin_minute();
    g_assert_cmpuint(count_taken(fixture, UID_STANDARD), ==, LIMIT_ACTS_A_MINUTE);
    g_assert_cmpuint(count_taken(fixture, UID_DASHBOARD), ==, LIMIT_ACTS_A_MINUTE);
    g_assert_true(manager_takes_act(fixture->manager, &another));
    g_assert_cmpuint(count_taken(fixture, UID_ADMINISTRATOR), ==, TRIES);
    begin_minute();
    g_assert_cmpuint(count_taken(fixture, UID_STANDARD), ==, LIMIT_ACTS_A_MINUTE);
}

static gsize
count_rows(Fixture *fixture)
{
    g_autoptr(GVariant) rows = audit_list(fixture->manager->database, 0, 0, NULL, NULL);

    return g_variant_n_children(rows);
}

static void
refuse(Fixture *fixture, const char *who, const char *source, guint n)
{
    for (guint i = 0; i < n; i++)
        g_assert_true(
            manager_audit(fixture->manager, who, "log-off", "sys", "1", "refused", "", source));
}

/* Of one account here, and of one address whoever comes from there; what is done is written all the same. */
static void
test_refusals(void)
{
    g_autoptr(Fixture) fixture = fixture_new();

    begin_minute();
    refuse(fixture, "bin", "", LIMIT_AUDIT_REFUSALS_A_MINUTE);
    g_assert_cmpuint(count_rows(fixture), ==, LIMIT_AUDIT_REFUSALS_A_MINUTE);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "'bin' is refused too often*");
    refuse(fixture, "bin", "", 10);
    g_test_assert_expected_messages();
    g_assert_cmpuint(count_rows(fixture), ==, LIMIT_AUDIT_REFUSALS_A_MINUTE);
    refuse(fixture, "mail", "", 1);
    g_assert_true(manager_audit(fixture->manager, "bin", "log-off", "bin", "1", "done", "", ""));
    g_assert_cmpuint(count_rows(fixture), ==, LIMIT_AUDIT_REFUSALS_A_MINUTE + 2);
    refuse(fixture, "bin", "192.0.2.1", LIMIT_AUDIT_REFUSALS_A_MINUTE - 1);
    refuse(fixture, "mail", "192.0.2.1", 1);
    g_assert_cmpuint(count_rows(fixture), ==, 2 * LIMIT_AUDIT_REFUSALS_A_MINUTE + 2);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "'192.0.2.1' is refused too often*");
    refuse(fixture, "news", "192.0.2.1", 10);
    g_test_assert_expected_messages();
    begin_minute();
    refuse(fixture, "bin", "", 1);
    g_assert_cmpuint(count_rows(fixture), ==, 2 * LIMIT_AUDIT_REFUSALS_A_MINUTE + 3);
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
    g_test_add_func("/tally/refusals", test_refusals);
    g_test_add_func("/tally/many", test_many);
    return g_test_run();
}
