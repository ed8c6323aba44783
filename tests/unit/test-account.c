/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account was when its user last came, and the audit of what has changed since. */
#include "daemon/account.h"

#include "daemon-fixture.h"
#include "daemon/audit.h"

static const struct {
    uid_t uid;
    Role role;
    const char *row; /* act and detail of the row that this visit writes; NULL: none */
} visits[] = {
    { 2001, ROLE_STANDARD, NULL },
    { 2001, ROLE_STANDARD, NULL },
    { 2001, ROLE_DASHBOARD, "role: standard, dashboard" },
    { 2001, ROLE_DASHBOARD, NULL },
    { 2002, ROLE_DASHBOARD, "account: uid 2001, uid 2002" },
    { 2002, ROLE_STANDARD, "role: dashboard, standard" },
};

/* The newest row about the user, "" without one. */
static char *
last_row(Manager *manager, guint *ret_n)
{
    g_autoptr(GVariant) rows = audit_find(manager->database, &(AuditFilter){ .user = "ana" }, NULL);
    g_autoptr(GVariant) row = NULL;
    const char *act = "", *detail = "";

    *ret_n = (guint) g_variant_n_children(rows);
    if (*ret_n == 0)
        return g_strdup("");
    row = g_variant_get_child_value(rows, 0);
    (void) g_variant_lookup(row, "act", "&s", &act);
    (void) g_variant_lookup(row, "detail", "&s", &detail);
    return g_strdup_printf("%s: %s", act, detail);
}

static void
test_visits(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    guint expected = 0;

    for (guint i = 0; i < G_N_ELEMENTS(visits); i++) {
        User user = { .name = (char *) "ana", .uid = visits[i].uid, .role = visits[i].role };
        g_autofree char *row = NULL;
        guint n;

        account_note(fixture->manager, &user);
        expected += visits[i].row != NULL;
        row = last_row(fixture->manager, &n);
        g_assert_cmpuint(n, ==, expected);
        if (visits[i].row != NULL)
            g_assert_cmpstr(row, ==, visits[i].row);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/account/visits", test_visits);
    return g_test_run();
}
