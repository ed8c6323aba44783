/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every enum that has a name outside: the names as the interfaces have them, and both ways. */
#include "base/names.h"

/* One enum, its functions seen as of int, and its names. */
typedef struct {
    const char *what;
    guint n;
    const char *(*to_name)(guint value);
    gboolean (*from_name)(const char *name, guint *ret);
    const char *names[16];
} Case;

#define WRAP(Type, prefix)                                                                         \
    static const char *prefix##_to(guint value)                                                    \
    {                                                                                              \
        return prefix##_to_name((Type) value);                                                     \
    }                                                                                              \
    static gboolean prefix##_from(const char *name, guint *ret)                                    \
    {                                                                                              \
        Type value = (Type) *ret;                                                                  \
        gboolean found = prefix##_from_name(name, &value);                                         \
                                                                                                   \
        *ret = (guint) value;                                                                      \
        return found;                                                                              \
    }

WRAP(Role, role)
WRAP(SessionState, session_state)
WRAP(Outcome, outcome)
WRAP(EndMode, end_mode)
WRAP(Extent, extent)
WRAP(NoticeWindow, notice_window)
WRAP(Stage, stage)
WRAP(ViewMode, view_mode)
WRAP(PictureSize, picture_size)
WRAP(Failure, failure)

static const Case cases[] = {
    { "role", N_ROLES, role_to, role_from, { "standard", "dashboard", "administrator" } },
    { "state",
      N_SESSION_STATES,
      session_state_to,
      session_state_from,
      { "starting", "active", "suspended", "locked", "ending", "ended" } },
    { "outcome",
      N_OUTCOMES,
      outcome_to,
      outcome_from,
      { "", "clean", "ended-by-user", "cancelled", "held-up", "forced", "leftovers", "failed" } },
    { "extent", N_EXTENTS, extent_to, extent_from, { "desktop", "services", "everything" } },
    { "notice-window",
      N_NOTICE_WINDOWS,
      notice_window_to,
      notice_window_from,
      { "foreign", "always", "never" } },
    { "mode", N_END_MODES, end_mode_to, end_mode_from, { "ask", "ask-then-force", "force" } },
    { "stage",
      N_STAGES,
      stage_to,
      stage_from,
      { "warn", "ask", "grace", "stop", "kill", "verify", "done" } },
    { "view", N_VIEW_MODES, view_mode_to, view_mode_from, { "view", "control" } },
    { "size",
      N_PICTURE_SIZES,
      picture_size_to,
      picture_size_from,
      { "small", "medium", "large", "full", "enlarged" } },
    { "failure",
      N_FAILURES,
      failure_to,
      failure_from,
      { "denied", "account", "no-logins", "password", "not-permitted", "elsewhere", "limit",
        "no-desktop", "no-xvnc", "ending", "timeout", "cancelled", "internal" } },
};

static void
test_both_ways(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_null(cases[i].names[cases[i].n]);
        for (guint value = 0; value < cases[i].n; value++) {
            guint back = 99;

            g_test_message("%s %u", cases[i].what, value);
            g_assert_cmpstr(cases[i].to_name(value), ==, cases[i].names[value]);
            g_assert_true(cases[i].from_name(cases[i].names[value], &back));
            g_assert_cmpuint(back, ==, value);
        }
    }
}

static void
test_unknown_names(void)
{
    static const char *const names[] = { NULL, "Standard", "clean ", "nothing", "1", "ask,force" };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        for (guint n = 0; n < G_N_ELEMENTS(names); n++) {
            guint value = 1;

            g_assert_false(cases[i].from_name(names[n], &value));
            g_assert_cmpuint(value, ==, 1); /* untouched */
        }
}

static void
test_out_of_range(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_expect_message("manyseat", G_LOG_LEVEL_CRITICAL, "*assertion*failed*");
        g_assert_null(cases[i].to_name(cases[i].n));
        g_test_assert_expected_messages();
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names/both-ways", test_both_ways);
    g_test_add_func("/names/unknown-names", test_unknown_names);
    g_test_add_func("/names/out-of-range", test_out_of_range);
    return g_test_run();
}
