/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/errand.h"
#include "base/limits.h"
#include "daemon/errand-call.h"
#include "daemon/hosted.h"
#include "daemon/look.h"
#include "daemon/session.h"

#define N_SESSIONS (LIMIT_LOOKS + 3)

/* Errands need root and an installed program: these stand in for src/daemon/errand-call.c. */
struct Errand {
    ErrandFunc func;
    gpointer data;
    gboolean is_over;
};

static Errand errands[N_SESSIONS];
static guint n_errands, n_running;

Errand *
errand_start(const char *task, uid_t uid, GVariant *arguments, guint seconds, ErrandFunc func,
             gpointer data)
{
    g_assert_cmpstr(task, ==, ERRAND_LOOK);
    g_assert_cmpuint(n_errands, <, N_SESSIONS);
    g_assert_true(g_variant_lookup(arguments, "display", "&s", &(const char *){ NULL }));
    errands[n_errands] = (Errand){ func, data, FALSE };
    n_running++;
    return &errands[n_errands++];
}

void
errand_cancel(Errand *errand)
{
    if (errand == NULL || errand->is_over)
        return;
    errand->is_over = TRUE;
    n_running--;
}

static void
answer(guint i, const char *text)
{
    g_autoptr(GVariant) result = g_variant_ref_sink(g_variant_new_parsed(text));

    errands[i].func(result, NULL, 0, NULL, errands[i].data);
    g_assert_true(errands[i].is_over);
}

static void
fail(guint i)
{
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "no X server");

    errands[i].func(NULL, NULL, 0, error, errands[i].data);
    errands[i].is_over = TRUE;
    n_running--;
}

typedef struct {
    Looks *looks;
    Session sessions[N_SESSIONS];
    GPtrArray *all;
    char *seen;
} Fixture;

static Fixture *
fixture_new(guint n_sessions)
{
    Fixture *fixture = g_new0(Fixture, 1);

    n_errands = n_running = 0;
    fixture->looks = looks_new();
    fixture->all = g_ptr_array_new();
    for (guint i = 0; i < n_sessions; i++) {
        Session *session = &fixture->sessions[i];

        session->kind = &hosted_kind;
        session->id = g_strdup_printf("%u", i + 1);
        session->started = TRUE;
        session->display = (char *) ":10";
        session->xauthority = (char *) "/none";
        g_ptr_array_add(fixture->all, session);
    }
    return fixture;
}

static void
fixture_free(Fixture *fixture)
{
    for (guint i = 0; i < fixture->all->len; i++)
        g_free(fixture->sessions[i].id);
    looks_free(fixture->looks);
    g_ptr_array_unref(fixture->all);
    g_free(fixture->seen);
    g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static void
on_seen(GVariant *unsaved, gpointer data)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(unsaved);
    Fixture *fixture = data;

    g_assert_null(fixture->seen);
    fixture->seen = g_variant_print(owned, FALSE);
}

/* Until the look is over; it has a deadline of its own. */
static void
wait_for(Fixture *fixture)
{
    while (fixture->seen == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(n_running, ==, 0);
}

static void
test_nobody(void)
{
    g_autoptr(Fixture) fixture = fixture_new(0);

    look_at(fixture->looks, fixture->all, on_seen, fixture);
    g_assert_null(fixture->seen);
    wait_for(fixture);
    g_assert_cmpstr(fixture->seen, ==, "[]");
}

/* What was seen, what could not be looked at, and what has nothing to look at yet. */
static void
test_seen(void)
{
    g_autoptr(Fixture) fixture = fixture_new(3);

    fixture->sessions[2].started = FALSE;
    look_at(fixture->looks, fixture->all, on_seen, fixture);
    g_assert_cmpuint(n_errands, ==, 2);
    answer(1, "{'known': <true>, 'unsaved': <[('Mousepad', '*essay')]>, "
              "'unknown': <@a(ss) []>}");
    fail(0);
    wait_for(fixture);
    g_assert_true(strstr(fixture->seen, "'session': <'2'>") != NULL);
    g_assert_true(strstr(fixture->seen, "[('Mousepad', '*essay')]") != NULL);
    g_assert_true(strstr(fixture->seen, "<true>") == g_strrstr(fixture->seen, "<true>"));
}

/* Never more at once than the limit; the next begins when one is over. */
static void
test_limit(void)
{
    g_autoptr(Fixture) fixture = fixture_new(N_SESSIONS);

    look_at(fixture->looks, fixture->all, on_seen, fixture);
    g_assert_cmpuint(n_errands, ==, LIMIT_LOOKS);
    for (guint i = 0; i < N_SESSIONS; i++) {
        g_assert_cmpuint(n_running, <=, LIMIT_LOOKS);
        answer(i, "{'known': <true>, 'unsaved': <@a(ss) []>, 'unknown': <@a(ss) []>}");
    }
    g_assert_cmpuint(n_errands, ==, N_SESSIONS);
    wait_for(fixture);
    g_assert_null(strstr(fixture->seen, "<false>"));
}

static void
test_deadline(void)
{
    g_autoptr(Fixture) fixture = fixture_new(N_SESSIONS);
    gint64 began = g_get_monotonic_time();

    look_at(fixture->looks, fixture->all, on_seen, fixture);
    wait_for(fixture);
    g_assert_cmpint(g_get_monotonic_time() - began, >=, LIMIT_LOOK_MS * 1000);
    g_assert_cmpuint(n_errands, ==, LIMIT_LOOKS);
    g_assert_null(strstr(fixture->seen, "<true>"));
}

static void
test_closed_meanwhile(void)
{
    Fixture *fixture = fixture_new(N_SESSIONS);

    look_at(fixture->looks, fixture->all, on_seen, fixture);
    fixture_free(fixture);
    g_assert_cmpuint(n_running, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/look/nobody", test_nobody);
    g_test_add_func("/look/seen", test_seen);
    g_test_add_func("/look/limit", test_limit);
    g_test_add_func("/look/deadline", test_deadline);
    g_test_add_func("/look/closed-meanwhile", test_closed_meanwhile);
    return g_test_run();
}
