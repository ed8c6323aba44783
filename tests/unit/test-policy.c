/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole truth table of who may do what, written out by hand and not derived from the one in policy.c. */
#include "daemon/policy.h"

/* What one caller may do to one kind of session, as letters: the verbs below in their order.
 * l list, t thumbnail, v view, s suspend, k lock, u unlock, o log-off, g grant, c control */
static const char letters[] = "ltvskuogc";

typedef struct {
    Role caller, target;
    gboolean own, monitored, sees_all;
    const char *may;
} Case;

#define S ROLE_STANDARD
#define D ROLE_DASHBOARD
#define A ROLE_ADMINISTRATOR

static const Case cases[] = {
    /* caller, target, own, monitored, sees all */
    { S, S, TRUE, TRUE, FALSE, "ltvskoc" },   { S, S, TRUE, TRUE, TRUE, "ltvskoc" },
    { S, S, TRUE, FALSE, FALSE, "ltvskoc" },  { S, S, TRUE, FALSE, TRUE, "ltvskoc" },
    { S, S, FALSE, TRUE, FALSE, "" },         { S, S, FALSE, TRUE, TRUE, "" },
    { S, S, FALSE, FALSE, FALSE, "" },        { S, S, FALSE, FALSE, TRUE, "" },
    { S, D, FALSE, TRUE, FALSE, "" },         { S, D, FALSE, TRUE, TRUE, "" },
    { S, D, FALSE, FALSE, FALSE, "" },        { S, D, FALSE, FALSE, TRUE, "" },
    { S, A, FALSE, TRUE, FALSE, "" },         { S, A, FALSE, TRUE, TRUE, "" },
    { S, A, FALSE, FALSE, FALSE, "" },        { S, A, FALSE, FALSE, TRUE, "" },

    { D, D, TRUE, TRUE, FALSE, "ltvskoc" },   { D, D, TRUE, TRUE, TRUE, "ltvskoc" },
    { D, D, TRUE, FALSE, FALSE, "ltvskoc" },  { D, D, TRUE, FALSE, TRUE, "ltvskoc" },
    { D, S, FALSE, TRUE, FALSE, "ltvskuog" }, { D, S, FALSE, TRUE, TRUE, "ltvskuog" },
    { D, S, FALSE, FALSE, FALSE, "lskuog" },  { D, S, FALSE, FALSE, TRUE, "lskuog" },
    { D, D, FALSE, TRUE, FALSE, "" },         { D, D, FALSE, TRUE, TRUE, "ltv" },
    { D, D, FALSE, FALSE, FALSE, "" },        { D, D, FALSE, FALSE, TRUE, "l" },
    { D, A, FALSE, TRUE, FALSE, "" },         { D, A, FALSE, TRUE, TRUE, "ltv" },
    { D, A, FALSE, FALSE, FALSE, "" },        { D, A, FALSE, FALSE, TRUE, "l" },

    { A, A, TRUE, TRUE, FALSE, "ltvskoc" },   { A, A, TRUE, TRUE, TRUE, "ltvskoc" },
    { A, A, TRUE, FALSE, FALSE, "ltvskoc" },  { A, A, TRUE, FALSE, TRUE, "ltvskoc" },
    { A, S, FALSE, TRUE, FALSE, "ltvskuog" }, { A, S, FALSE, TRUE, TRUE, "ltvskuog" },
    { A, S, FALSE, FALSE, FALSE, "lskuog" },  { A, S, FALSE, FALSE, TRUE, "lskuog" },
    { A, D, FALSE, TRUE, FALSE, "ltvskuog" }, { A, D, FALSE, TRUE, TRUE, "ltvskuog" },
    { A, D, FALSE, FALSE, FALSE, "lskuog" },  { A, D, FALSE, FALSE, TRUE, "lskuog" },
    { A, A, FALSE, TRUE, FALSE, "ltvskuog" }, { A, A, FALSE, TRUE, TRUE, "ltvskuog" },
    { A, A, FALSE, FALSE, FALSE, "lskuog" },  { A, A, FALSE, FALSE, TRUE, "lskuog" },
};

static void
test_sessions(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        PolicyCaller caller = { 1001, c->caller };
        PolicyTarget target = { c->own ? 1001 : 1002, c->target, c->monitored };
        g_autoptr(GString) may = g_string_new(NULL);

        for (Verb verb = VERB_LIST; verb <= VERB_CONTROL; verb++)
            if (policy_may(&caller, verb, &target, c->sees_all))
                g_string_append_c(may, letters[verb]);
        if (strcmp(may->str, c->may) != 0)
            g_test_message("case %u: %s on %s%s, monitored %d, sees all %d", i,
                           role_to_name(c->caller), role_to_name(c->target), c->own ? " (own)" : "",
                           c->monitored, c->sees_all);
        g_assert_cmpstr(may->str, ==, c->may);
    }
}

/* A role can change while a session lives: it stays its user's own. */
static void
test_own_goes_by_account(void)
{
    PolicyCaller caller = { 1001, ROLE_STANDARD };
    PolicyTarget target = { 1001, ROLE_ADMINISTRATOR, FALSE };

    g_assert_true(policy_may(&caller, VERB_LOG_OFF, &target, FALSE));
    g_assert_false(policy_may(&caller, VERB_UNLOCK, &target, TRUE));
}

static void
test_without_target(void)
{
    static const gboolean expected[N_ROLES][3] = {
        [ROLE_STANDARD] = { FALSE, FALSE, FALSE },
        [ROLE_DASHBOARD] = { FALSE, TRUE, FALSE },
        [ROLE_ADMINISTRATOR] = { TRUE, TRUE, TRUE },
    };
    PolicyTarget own = { 1001, ROLE_STANDARD, TRUE };

    for (Role role = 0; role < N_ROLES; role++)
        for (Verb verb = VERB_AUTO_LOG_ON; verb < N_VERBS; verb++) {
            PolicyCaller caller = { 1001, role };
            gboolean may = expected[role][verb - VERB_AUTO_LOG_ON];

            g_assert_cmpint(policy_may(&caller, verb, NULL, FALSE), ==, may);
            g_assert_cmpint(policy_may(&caller, verb, NULL, TRUE), ==, may);
            g_assert_cmpint(policy_may(&caller, verb, &own, FALSE), ==, may);
        }
}

static void
test_missing_target(void)
{
    for (Role role = 0; role < N_ROLES; role++)
        for (Verb verb = VERB_LIST; verb <= VERB_CONTROL; verb++) {
            PolicyCaller caller = { 1001, role };

            g_assert_false(policy_may(&caller, verb, NULL, TRUE));
        }
}

static void
test_names(void)
{
    static const char *const names[N_VERBS] = {
        "list",    "thumbnail", "view",    "suspend",     "lock",       "unlock",
        "log-off", "grant",     "control", "auto-log-on", "list-users", "audit-all",
    };

    for (Verb verb = 0; verb < N_VERBS; verb++)
        g_assert_cmpstr(verb_to_name(verb), ==, names[verb]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/sessions", test_sessions);
    g_test_add_func("/policy/own-goes-by-account", test_own_goes_by_account);
    g_test_add_func("/policy/without-target", test_without_target);
    g_test_add_func("/policy/missing-target", test_missing_target);
    g_test_add_func("/policy/names", test_names);
    return g_test_run();
}
