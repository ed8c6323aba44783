/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The idle and the suspended limit, by a clock that the test moves. */
#include "daemon/limit.h"

#include <string.h>

#include "daemon-fixture.h"
#include "daemon/audit.h"
#include "daemon/session-store.h"

#define S ((gint64) G_USEC_PER_SEC)

static gint64 now;

static gint64
get_now(void)
{
    return now;
}

/* idle 600 s (warned 60 s before), suspended 3600 s; for administrators neither. */
static const struct {
    const char *what;
    Role role;
    LimitFacts facts; /* now, last_input, viewer_left, tried, viewed; seconds */
    LimitStep step;
    gint64 next; /* 0: never */
} judged[] = {
    { "at work", ROLE_STANDARD, { 1000, 1000, 0, 0, TRUE }, LIMIT_REST, 1540 },
    { "a second early", ROLE_STANDARD, { 1539, 1000, 0, 0, TRUE }, LIMIT_REST, 1540 },
    { "warned", ROLE_STANDARD, { 1540, 1000, 0, 0, TRUE }, LIMIT_WARN, 1600 },
    { "still warned", ROLE_STANDARD, { 1599, 1000, 0, 0, TRUE }, LIMIT_WARN, 1600 },
    { "suspended", ROLE_STANDARD, { 1600, 1000, 0, 0, TRUE }, LIMIT_SUSPEND, 1600 },
    { "nobody at it", ROLE_STANDARD, { 9000, 1000, 8000, 0, FALSE }, LIMIT_REST, 11600 },
    { "for too long", ROLE_STANDARD, { 11600, 1000, 8000, 0, FALSE }, LIMIT_LOG_OFF, 11600 },
    { "tried", ROLE_STANDARD, { 12000, 1000, 8000, 11600, FALSE }, LIMIT_REST, 15200 },
    { "tried long ago", ROLE_STANDARD, { 15200, 1000, 8000, 11600, FALSE }, LIMIT_LOG_OFF, 15200 },
    { "left after it was tried",
      ROLE_STANDARD,
      { 15200, 0, 12000, 11600, FALSE },
      LIMIT_REST,
      15600 },
    { "dashboard user", ROLE_DASHBOARD, { 9000, 1000, 0, 0, TRUE }, LIMIT_SUSPEND, 1020 },
    { "half of the limit", ROLE_DASHBOARD, { 1010, 1000, 0, 0, TRUE }, LIMIT_WARN, 1020 },
    { "no limit", ROLE_ADMINISTRATOR, { 90000, 1, 0, 0, TRUE }, LIMIT_REST, 0 },
    { "no limit, suspended", ROLE_ADMINISTRATOR, { 90000, 1, 1, 0, FALSE }, LIMIT_REST, 0 },
};

static void
test_judge(void)
{
    Settings settings = { .idle = { 600, 20, 0 }, .suspended = { 3600, 0, 0 }, .idle_warn = 60 };

    for (guint i = 0; i < G_N_ELEMENTS(judged); i++) {
        const LimitFacts *facts = &judged[i].facts;
        LimitFacts us = { facts->now * S, facts->last_input * S, facts->viewer_left * S,
                          facts->tried * S, facts->viewed };
        gint64 next;

        g_test_message("%s", judged[i].what);
        g_assert_cmpint(limit_judge(&settings, judged[i].role, &us, &next), ==, judged[i].step);
        g_assert_cmpint(next, ==, judged[i].next != 0 ? judged[i].next * S : LIMIT_NEVER);
    }
}

typedef struct {
    Fixture *fixture;
    Session *session;
    Peer *viewer;
} Room;

/* A session of a standard user, whom the limits of 600 s and 3600 s hold for. */
static void
set_up(Room *room, gconstpointer data)
{
    now = 50000 * S;
    room->fixture = fixture_new();
    room->fixture->manager->clock = get_now;
    room->fixture->settings->idle[ROLE_STANDARD] = 600;
    room->fixture->settings->suspended[ROLE_STANDARD] = 3600;
    room->session = fixture_session(room->fixture, 1, UID_STANDARD);
    room->viewer = peer_new(room->fixture->manager, UID_STANDARD);
}

static void
tear_down(Room *room, gconstpointer data)
{
    fixture_free(room->fixture);
    peer_unref(room->viewer);
}

static gboolean
is_checked(gpointer data)
{
    Room *room = data;

    return room->session->announce == 0 && room->session->limit_timer != 0;
}

static void
check(Room *room)
{
    g_clear_handle_id(&room->session->limit_timer, g_source_remove);
    limit_check(room->session);
    fixture_wait(is_checked, room);
}

/* Somebody comes, and the limits have been looked at. */
static void
sit_down(Room *room)
{
    g_free(room->viewer->view);
    room->viewer->view = g_strdup(room->session->id);
    session_set_viewer(room->session, room->viewer);
    fixture_wait(is_checked, room);
}

static gboolean
is_warned(gpointer data)
{
    return ((Room *) data)->session->suspends_at != 0;
}

static gboolean
is_not_warned(gpointer data)
{
    return ((Room *) data)->session->suspends_at == 0;
}

static gboolean
is_left(gpointer data)
{
    return ((Room *) data)->session->viewer == NULL;
}

static gboolean
has_job(gpointer data)
{
    return ((Room *) data)->session->job != NULL;
}

static guint
count_rows(Room *room, const char *who, const char *act)
{
    g_autoptr(GVariant) rows = audit_list(room->fixture->manager->database, 0, 0, NULL, NULL);
    guint n = 0;

    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
        const char *row_who = "", *row_act = "";

        (void) g_variant_lookup(row, "who", "&s", &row_who);
        (void) g_variant_lookup(row, "act", "&s", &row_act);
        n += g_str_equal(row_who, who) && g_str_equal(row_act, act);
    }
    return n;
}

static void
test_idle(Room *room, gconstpointer data)
{
    sit_down(room);
    g_assert_true(is_not_warned(room));
    now += 550 * S;
    limit_check(room->session);
    fixture_wait(is_warned, room);
    g_assert_cmpint(room->session->suspends_at - now, ==, 50 * S);
    g_assert_nonnull(room->session->viewer);

    session_note_input(room->session);
    fixture_wait(is_not_warned, room);
    now += 599 * S;
    limit_check(room->session);
    fixture_wait(is_warned, room);
    g_assert_nonnull(room->session->viewer);
    g_assert_cmpuint(count_rows(room, LIMIT_BY_IDLE, "suspend"), ==, 0);

    now += S;
    limit_check(room->session);
    fixture_wait(is_left, room);
    g_assert_cmpuint(count_rows(room, LIMIT_BY_IDLE, "suspend"), ==, 1);
    g_assert_cmpint(room->session->viewer_left, ==, now);
}

static void
test_log_off(Room *room, gconstpointer data)
{
    Job *job;
    JobRow *row;

    now += 3599 * S;
    check(room);
    g_assert_null(room->session->job);
    now += S;
    limit_check(room->session);
    fixture_wait(has_job, room);
    row = job_find_row_of(room->session);
    job = row->job;
    g_assert_cmpstr(job->by, ==, JOB_BY_SUSPENDED);
    g_assert_cmpint(job->mode, ==, END_ASK);
    g_assert_cmpuint(job->warn, ==, room->fixture->settings->warn);
    g_assert_cmpuint(count_rows(room, JOB_BY_SUSPENDED, "log-off"), ==, 1);

    /* Who comes back in time goes on working. */
    sit_down(room);
    g_assert_null(room->session->job);
    g_assert_cmpint(row->outcome, ==, OUTCOME_CANCELLED);
}

/* What stays held up is asked again after as long a time, and never forced without force-suspended. */
static void
test_tried_again(Room *room, gconstpointer data)
{
    room->fixture->settings->warn = 0;
    now += 3600 * S;
    limit_check(room->session);
    fixture_wait(has_job, room);
    fixture_ask_says("asking", "[('Mousepad', '*essay')]");
    fixture_ask_says("over", "[('Mousepad', '*essay')]");
    g_assert_null(room->session->job);
    g_assert_false(room->session->stopping);
    fixture_wait(is_checked, room);
    now += 3599 * S;
    check(room);
    g_assert_null(room->session->job);
    room->fixture->settings->force_suspended = TRUE;
    now += S;
    limit_check(room->session);
    fixture_wait(has_job, room);
    g_assert_cmpint(job_find_row_of(room->session)->job->mode, ==, END_ASK_THEN_FORCE);
}

/* A person's wish goes before the limit's. */
static void
test_gives_way(Room *room, gconstpointer data)
{
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GVariant) options = g_variant_ref_sink(g_variant_new_parsed("@a{sv} {}"));
    JobRow *row;
    Job *job;

    now += 3600 * S;
    limit_check(room->session);
    fixture_wait(has_job, room);
    row = job_find_row_of(room->session);
    g_assert_true(job_gives_way(room->session));
    g_ptr_array_add(sessions, room->session);
    job = job_new(room->fixture->manager, "news", UID_ADMINISTRATOR, sessions, options, NULL);
    g_assert_cmpint(row->outcome, ==, OUTCOME_CANCELLED);
    g_assert_cmpstr(room->session->job, ==, job->id);
    g_assert_false(job_gives_way(room->session));
}

/* What a job is at is the job's. */
static void
test_job_of_others(Room *room, gconstpointer data)
{
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GVariant) options = g_variant_ref_sink(g_variant_new_parsed("@a{sv} {}"));
    Job *job;

    g_ptr_array_add(sessions, room->session);
    job = job_new(room->fixture->manager, "news", UID_ADMINISTRATOR, sessions, options, NULL);
    now += 100000 * S;
    limit_check(room->session);
    g_assert_cmpuint(room->session->limit_timer, ==, 0);
    session_set_viewer(room->session, room->viewer);
    g_assert_cmpstr(room->session->job, ==, job->id);
    g_assert_false(job_is_done(job));
    session_set_viewer(room->session, NULL);
}

static void
test_restart(Room *room, gconstpointer data)
{
    Manager *manager = room->fixture->manager;

    now += 100 * S;
    session_note_input(room->session);
    now += 40 * S;
    room->session->limit_tried = now;
    session_store(room->session);
    g_hash_table_remove(manager->sessions, room->session->id);
    now += 10 * S;
    session_store_load(manager);
    room->session = g_hash_table_lookup(manager->sessions, "1");
    g_assert_nonnull(room->session);
    g_assert_cmpint(now - room->session->last_input, ==, 50 * S);
    g_assert_cmpint(now - room->session->viewer_left, ==, 150 * S);
    g_assert_cmpint(now - room->session->limit_tried, ==, 10 * S);

    /* Whoever was at it has the time from now on to come back. */
    session_set_viewer(room->session, room->viewer);
    g_hash_table_remove(manager->sessions, room->session->id);
    now += 10 * S;
    session_store_load(manager);
    room->session = g_hash_table_lookup(manager->sessions, "1");
    g_assert_cmpint(room->session->viewer_left, ==, now);
    g_assert_cmpint(now - room->session->last_input, ==, 60 * S);
}

/* Without any limit nothing is looked at, ever. */
static void
test_none(Room *room, gconstpointer data)
{
    memset(room->fixture->settings->idle, 0, sizeof room->fixture->settings->idle);
    memset(room->fixture->settings->suspended, 0, sizeof room->fixture->settings->suspended);
    now += 1000000 * S;
    limit_check(room->session);
    g_assert_cmpuint(room->session->limit_timer, ==, 0);
    g_assert_null(room->session->job);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limit/judge", test_judge);
    g_test_add("/limit/idle", Room, NULL, set_up, test_idle, tear_down);
    g_test_add("/limit/log-off", Room, NULL, set_up, test_log_off, tear_down);
    g_test_add("/limit/tried-again", Room, NULL, set_up, test_tried_again, tear_down);
    g_test_add("/limit/gives-way", Room, NULL, set_up, test_gives_way, tear_down);
    g_test_add("/limit/job-of-others", Room, NULL, set_up, test_job_of_others, tear_down);
    g_test_add("/limit/restart", Room, NULL, set_up, test_restart, tear_down);
    g_test_add("/limit/none", Room, NULL, set_up, test_none, tear_down);
    return g_test_run();
}
