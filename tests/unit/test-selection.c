/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/error.h"
#include "daemon-fixture.h"
#include "daemon/selection.h"

/* Session ids below: 1 standard, 2 standard2, 3 dashboard, 4 administrator. */
static const struct {
    const char *what;
    uid_t caller;
    const char *selection;
    const char *hit;      /* ids, in order */
    const char *left_out; /* id:reason, in order */
    int error;            /* of resolving, -1 none */
    int check;            /* of selection_check, -1 none */
} cases[] = {
    { "all of an administrator leaves his own", UID_ADMINISTRATOR, "{'all': <true>}", "1 2 3",
      "4:own", -1, -1 },
    { "all of a dashboard user leaves his own and administrators", UID_DASHBOARD, "{'all': <true>}",
      "1 2", "3:own 4:role", -1, -1 },
    { "all of a standard user is nothing, and tells nothing", UID_STANDARD, "{'all': <true>}", "",
      "1:own", -1, -1 },
    { "one's own by id", UID_STANDARD, "{'sessions': <['1']>}", "1", "", -1, -1 },
    { "one's own by name", UID_STANDARD, "{'user': <'bin'>}", "1", "", -1, -1 },
    { "another's by id", UID_STANDARD, "{'sessions': <['2']>}", NULL, NULL,
      MANYSEAT_ERROR_NOT_PERMITTED, -1 },
    { "another's by name", UID_STANDARD, "{'user': <'sys'>}", NULL, NULL,
      MANYSEAT_ERROR_NOT_PERMITTED, -1 },
    { "whether somebody is logged on is not told", UID_STANDARD, "{'user': <'games'>}", NULL, NULL,
      MANYSEAT_ERROR_NOT_PERMITTED, -1 },
    { "an administrator's by a dashboard user", UID_DASHBOARD, "{'sessions': <['1', '4']>}", "1",
      "4:role", -1, MANYSEAT_ERROR_NOT_PERMITTED },
    { "twice the same is once", UID_ADMINISTRATOR, "{'sessions': <['2', '2']>}", "2", "", -1, -1 },
    { "unknown id", UID_ADMINISTRATOR, "{'sessions': <['1', '9']>}", NULL, NULL,
      MANYSEAT_ERROR_NO_SUCH_SESSION, -1 },
    { "unknown user", UID_ADMINISTRATOR, "{'user': <'no such user'>}", NULL, NULL,
      MANYSEAT_ERROR_NO_SUCH_USER, -1 },
    { "no ids", UID_ADMINISTRATOR, "{'sessions': <@as []>}", NULL, NULL,
      MANYSEAT_ERROR_INVALID_ARGUMENT, -1 },
    { "nothing", UID_ADMINISTRATOR, "@a{sv} {}", NULL, NULL, MANYSEAT_ERROR_INVALID_ARGUMENT, -1 },
    { "two at once", UID_ADMINISTRATOR, "{'all': <true>, 'user': <'bin'>}", NULL, NULL,
      MANYSEAT_ERROR_INVALID_ARGUMENT, -1 },
    { "not all", UID_ADMINISTRATOR, "{'all': <false>}", NULL, NULL, MANYSEAT_ERROR_INVALID_ARGUMENT,
      -1 },
    { "wrong type", UID_ADMINISTRATOR, "{'sessions': <'1'>}", NULL, NULL,
      MANYSEAT_ERROR_INVALID_ARGUMENT, -1 },
};

static char *
list_hit(const Selection *selection)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < selection->hit->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               ((Session *) selection->hit->pdata[i])->id);
    return g_strdup(text->str);
}

static char *
list_left_out(const Selection *selection)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < selection->left_out->len; i++) {
        const LeftOut *left_out = &g_array_index(selection->left_out, LeftOut, i);

        g_string_append_printf(text, "%s%s:%s", i > 0 ? " " : "", left_out->session->id,
                               left_out->reason);
    }
    return g_strdup(text->str);
}

static void
check_case(Fixture *fixture, guint i)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) dictionary = g_variant_ref_sink(
        g_variant_parse(G_VARIANT_TYPE_VARDICT, cases[i].selection, NULL, NULL, NULL));
    PolicyCaller caller = fixture_caller(fixture, cases[i].caller);
    g_auto(Selection) selection = { 0 };
    g_autofree char *hit = NULL;
    g_autofree char *left_out = NULL;

    g_test_message("%s", cases[i].what);
    if (!selection_resolve(fixture->manager, &caller, VERB_LOG_OFF, dictionary, &selection,
                           &error)) {
        g_assert_error(error, MANYSEAT_ERROR, cases[i].error);
        return;
    }
    g_assert_cmpint(cases[i].error, ==, -1);
    hit = list_hit(&selection);
    left_out = list_left_out(&selection);
    g_assert_cmpstr(hit, ==, cases[i].hit);
    g_assert_cmpstr(left_out, ==, cases[i].left_out);
    if (!selection_check(&selection, VERB_LOG_OFF, &error))
        g_assert_error(error, MANYSEAT_ERROR, cases[i].check);
    else
        g_assert_cmpint(cases[i].check, ==, -1);
}

static void
test_table(void)
{
    g_autoptr(Fixture) fixture = fixture_new();

    (void) fixture_session(fixture, 1, UID_STANDARD);
    (void) fixture_session(fixture, 2, UID_STANDARD2);
    (void) fixture_session(fixture, 3, UID_DASHBOARD);
    (void) fixture_session(fixture, 4, UID_ADMINISTRATOR);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(fixture, i);
}

static void
test_ending(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    PolicyCaller caller = fixture_caller(fixture, UID_ADMINISTRATOR);
    g_autoptr(GVariant) all =
        g_variant_ref_sink(g_variant_parse(NULL, "{'all': <true>}", NULL, NULL, NULL));
    g_auto(Selection) selection = { 0 };
    g_autofree char *left_out = NULL;

    fixture_session(fixture, 1, UID_STANDARD)->stopping = TRUE;
    fixture_session(fixture, 2, UID_STANDARD2)->job = g_strdup("5");
    g_assert_true(
        selection_resolve(fixture->manager, &caller, VERB_LOG_OFF, all, &selection, NULL));
    left_out = list_left_out(&selection);
    g_assert_cmpstr(left_out, ==, "1:ending 2:ending");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/selection/table", test_table);
    g_test_add_func("/selection/ending", test_ending);
    return g_test_run();
}
