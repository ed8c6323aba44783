/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "clock.h"
#include "daemon-fixture.h"
#include "daemon/session-end.h"

static Job *
begin(Fixture *fixture, const char *options, Session *first, Session *second)
{
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GVariant) dictionary =
        g_variant_ref_sink(g_variant_parse(G_VARIANT_TYPE_VARDICT, options, NULL, NULL, NULL));
    g_autoptr(GError) error = NULL;
    Job *job;

    g_ptr_array_add(sessions, first);
    if (second != NULL)
        g_ptr_array_add(sessions, second);
    job = job_new(fixture->manager, "news", UID_ADMINISTRATOR, sessions, dictionary, &error);
    g_assert_no_error(error);
    return job;
}

static JobRow *
row_of(Job *job, guint i)
{
    return job->rows->pdata[i];
}

static void
test_cancel_one(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *first = fixture_session(fixture, 1, UID_STANDARD);
    Session *second = fixture_session(fixture, 2, UID_STANDARD2);
    Job *job = begin(fixture, "{'warn': <uint32 60>}", first, second);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(first->job, ==, job->id);
    g_assert_cmpint(session_get_state(first), ==, SESSION_SUSPENDED);
    g_assert_true(row_cancel(row_of(job, 0), &error));
    g_assert_null(first->job);
    g_assert_cmpint(row_of(job, 0)->outcome, ==, OUTCOME_CANCELLED);
    g_assert_cmpint(row_of(job, 1)->stage, ==, STAGE_WARN);
    g_assert_false(job_is_done(job));
    g_assert_false(first->stopping);
    g_assert_false(row_cancel(row_of(job, 0), &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE);
}

/* Who answers late, or where nothing counts down, is told so before anything of it is written down. */
static void
test_countdown_is_found_in_time(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *first = fixture_session(fixture, 1, UID_STANDARD);
    Session *second = fixture_session(fixture, 2, UID_STANDARD2);
    Job *job = begin(fixture, "{'warn': <uint32 60>}", first, NULL);
    g_autoptr(GError) none = NULL;
    g_autoptr(GError) late = NULL;

    g_assert_true(job_find_countdown(first, NULL) == row_of(job, 0));
    g_assert_null(job_find_countdown(second, &none));
    g_assert_error(none, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE);
    g_assert_true(row_proceed(row_of(job, 0), NULL));
    g_assert_null(job_find_countdown(first, &late));
    g_assert_error(late, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE);
}

static void
test_grant_moves_one_row(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *first = fixture_session(fixture, 1, UID_STANDARD);
    Session *second = fixture_session(fixture, 2, UID_STANDARD2);
    Job *job = begin(fixture, "{'warn': <uint32 60>}", first, second);
    gint64 before = row_of(job, 0)->deadline;
    gint64 other = row_of(job, 1)->deadline;

    g_assert_true(row_grant(row_of(job, 0), 5, NULL));
    g_assert_cmpint(row_of(job, 0)->deadline - before, >, 299 * G_USEC_PER_SEC);
    g_assert_cmpint(row_of(job, 0)->deadline - before, <, 301 * G_USEC_PER_SEC);
    g_assert_cmpint(row_of(job, 1)->deadline, ==, other);
}

static const struct {
    const char *options;
    Outcome seen, told;
} outcomes[] = {
    { "{'warn': <uint32 0>, 'mode': <'force'>}", OUTCOME_CLEAN, OUTCOME_FORCED },
    { "{'warn': <uint32 0>, 'mode': <'force'>}", OUTCOME_FORCED, OUTCOME_FORCED },
    { "{'warn': <uint32 0>, 'mode': <'force'>}", OUTCOME_LEFTOVERS, OUTCOME_LEFTOVERS },
    { "{'warn': <uint32 0>, 'mode': <'force'>}", OUTCOME_FAILED, OUTCOME_FAILED },
    { "{'warn': <uint32 60>}", OUTCOME_ENDED_BY_USER, OUTCOME_ENDED_BY_USER },
    { "{'warn': <uint32 60>}", OUTCOME_CLEAN, OUTCOME_ENDED_BY_USER },
    { "{'warn': <uint32 60>}", OUTCOME_FAILED, OUTCOME_FAILED },
    { "{'warn': <uint32 0>}", OUTCOME_ENDED_BY_USER, OUTCOME_CLEAN },
};

static void
test_outcomes(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        Session *session = fixture_session(fixture, 1, UID_STANDARD);
        Job *job = begin(fixture, outcomes[i].options, session, NULL);

        session_end(session, outcomes[i].seen, "why");
        g_assert_true(job_is_done(job));
        g_assert_cmpint(row_of(job, 0)->outcome, ==, outcomes[i].told);
        g_assert_cmpuint(g_hash_table_size(fixture->manager->sessions), ==, 0);
    }
}

/* What asking leads to. says: one word a step: asking (something stands), quiet (nothing stands any more), logging-out, nobody
 * (no session manager), cancelled, over. */
static const struct {
    const char *what;
    const char *mode;
    const char *says;
    gboolean watched; /* somebody looks at the session */
    Stage stage;
    Outcome outcome;
} asks[] = {
    { "still asked", "ask", "asking", TRUE, STAGE_ASK, OUTCOME_NONE },
    { "held up at the end", "ask", "asking over", TRUE, STAGE_DONE, OUTCOME_HELD_UP },
    { "held up, then saved", "ask", "asking logging-out", TRUE, STAGE_ASK, OUTCOME_NONE },
    { "no session manager to call", "ask", "asking nobody", TRUE, STAGE_STOP, OUTCOME_NONE },
    { "called off by the user", "ask", "logging-out cancelled", TRUE, STAGE_DONE, OUTCOME_HELD_UP },
    { "force has grace", "ask-then-force", "asking over", TRUE, STAGE_GRACE, OUTCOME_NONE },
    { "a suspended session is not forced", "ask-then-force", "asking over", FALSE, STAGE_DONE,
      OUTCOME_HELD_UP },
};

static void
say(const char *words)
{
    g_auto(GStrv) steps = g_strsplit(words, " ", -1);
    const char *standing = "[('Mousepad', '*essay')]";

    for (guint i = 0; steps[i] != NULL; i++) {
        if (g_strcmp0(steps[i], "nobody") == 0)
            fixture_ask_says_manager("none");
        else if (g_strcmp0(steps[i], "logging-out") == 0)
            fixture_ask_says_manager("xfce");
        else
            fixture_ask_says(steps[i], standing);
    }
}

static void
test_asking(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(asks); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autoptr(Peer) viewer = peer_new(fixture->manager, UID_STANDARD);
        Session *session = fixture_session(fixture, 1, UID_STANDARD);
        g_autofree char *options =
            g_strdup_printf("{'warn': <uint32 0>, 'mode': <'%s'>}", asks[i].mode);
        Job *job;

        g_test_message("%s", asks[i].what);
        session->viewer = asks[i].watched ? viewer : NULL;
        job = begin(fixture, options, session, NULL);
        g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_ASK);
        g_assert_false(session->stopping);
        say(asks[i].says);
        g_assert_cmpint(row_of(job, 0)->stage, ==, asks[i].stage);
        g_assert_cmpint(row_of(job, 0)->outcome, ==, asks[i].outcome);
        if (asks[i].outcome == OUTCOME_HELD_UP) {
            g_assert_null(session->job);
            g_assert_false(session->stopping);
            g_assert_true(fixture_errand_is_off());
        }
        session->viewer = NULL;
    }
}

static void
test_asked_and_gone_is_clean(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);

    fixture_ask_says_manager("xfce");
    session_end(session, OUTCOME_ENDED_BY_USER, NULL);
    g_assert_cmpint(row_of(job, 0)->outcome, ==, OUTCOME_CLEAN);
}

static void
test_user_ends_what_he_was_asked_about(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);

    fixture_ask_says("asking", "[('Mousepad', '*essay')]");
    session_end(session, OUTCOME_ENDED_BY_USER, NULL);
    g_assert_cmpint(row_of(job, 0)->outcome, ==, OUTCOME_ENDED_BY_USER);
}

/* Who has closed is named to the end, and known again after a restart. */
static void
test_closed_are_named(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);
    g_autoptr(GVariant) record = NULL;
    g_autoptr(GVariant) closed = NULL;
    g_autofree char *text = NULL;

    fixture_ask_says_closed("['Thunar']");
    fixture_ask_says_closed("@as []");
    fixture_ask_says_closed("['Thunar', 'Xfce Terminal']");
    record = g_variant_ref_sink(row_get_record(row_load(job, row_get_record(row_of(job, 0)))));
    closed = g_variant_lookup_value(record, "closed", G_VARIANT_TYPE_STRING_ARRAY);
    text = g_variant_print(closed, FALSE);
    g_assert_cmpstr(text, ==, "['Thunar', 'Xfce Terminal']");
}

static void
test_force_asks_nobody(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    guint before = fixture_count_errands();

    (void) begin(fixture, "{'warn': <uint32 0>, 'mode': <'force'>}", session, NULL);
    g_assert_cmpuint(fixture_count_errands(), ==, before);
    g_assert_true(session->stopping);
}

static void
test_cancel_while_asking(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);
    g_autoptr(GError) error = NULL;

    fixture_ask_says("asking", "[('Mousepad', '*essay')]");
    g_assert_true(row_cancel(row_of(job, 0), &error));
    g_assert_true(fixture_errand_is_off());
    g_assert_cmpint(row_of(job, 0)->outcome, ==, OUTCOME_CANCELLED);
}

static gboolean
has_no_news(gpointer data)
{
    return ((Job *) data)->news == 0;
}

/* A clock in a title: each change was a write to the disk, and the whole job told to everybody. */
static void
test_titles_change_without_end(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);
    sqlite3 *handle = database_handle(fixture->manager->database);
    int before = sqlite3_total_changes(handle);
    const char *title = "";

    for (guint i = 0; i < 100; i++) {
        g_autofree char *blockers = g_strdup_printf("[('Clock', '%u')]", i);

        fixture_ask_says("asking", blockers);
    }
    g_assert_cmpint(sqlite3_total_changes(handle), ==, before);
    fixture_wait(has_no_news, job);
    g_assert_cmpint(sqlite3_total_changes(handle), ==, before + 1);
    g_variant_get_child(row_of(job, 0)->blockers, 0, "(&s&s)", NULL, &title);
    g_assert_cmpstr(title, ==, "99");
    fixture_ask_says("asking", "[]");
    g_assert_true(row_cancel(row_of(job, 0), NULL));
    g_assert_true(has_no_news(job));
}

static void
test_user_proceeds_or_wants_time(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 60>}", session, NULL);

    g_assert_true(row_request_time(row_of(job, 0), NULL));
    g_assert_true(row_of(job, 0)->wants_time);
    g_assert_true(row_grant(row_of(job, 0), 1, NULL));
    g_assert_false(row_of(job, 0)->wants_time);
    g_assert_true(row_proceed(row_of(job, 0), NULL));
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_ASK);
    g_assert_false(row_proceed(row_of(job, 0), NULL));
    g_assert_false(row_request_time(row_of(job, 0), NULL));
}

/* What the window in the session says; NULL: there is none. */
static const char *
notice_stage(Session *session)
{
    const char *stage = NULL;

    if (session->notice != NULL)
        (void) g_variant_lookup(session->notice, "stage", "&s", &stage);
    return stage;
}

static void
test_notice_follows_the_row(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    gboolean wants_time = FALSE;
    JobRow *row;

    fixture->settings->notice_window = NOTICE_WINDOW_ALWAYS;
    row = row_of(begin(fixture, "{'warn': <uint32 60>, 'message': <'Hi'>}", session, NULL), 0);
    g_assert_null(notice_stage(session)); /* its language is asked for first */
    fixture_ask_says("", "[]");
    g_assert_cmpstr(session->language, !=, "");
    g_assert_cmpstr(notice_stage(session), ==, "warn");
    g_assert_true(row_request_time(row, NULL));
    g_assert_true(g_variant_lookup(session->notice, "wants-time", "b", &wants_time) && wants_time);
    g_assert_true(row_proceed(row, NULL));
    g_assert_cmpstr(notice_stage(session), ==, "ask");
    g_assert_true(row_cancel(row, NULL));
    g_assert_null(session->notice);
}

/* Whoever looks by our own station page is told there, unless the settings say otherwise. */
static void
test_notice_is_for_foreign_sessions(void)
{
    static const NoticeWindow whom[] = { NOTICE_WINDOW_FOREIGN, NOTICE_WINDOW_NEVER };

    for (gsize i = 0; i < G_N_ELEMENTS(whom); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        Session *session = fixture_session(fixture, 1, UID_STANDARD);
        guint errands = fixture_count_errands();

        fixture->settings->notice_window = whom[i];
        (void) begin(fixture, "{'warn': <uint32 60>}", session, NULL);
        g_assert_cmpuint(fixture_count_errands(), ==, errands);
        g_assert_null(session->notice);
    }
}

static void
test_time_is_refused_once_and_for_all(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    JobRow *row = row_of(begin(fixture, "{'warn': <uint32 60>}", session, NULL), 0);
    g_autoptr(GVariant) record = NULL;
    g_autoptr(GError) error = NULL;
    gint64 deadline = row->deadline;

    g_assert_false(row_refuse(row, &error)); /* nobody asks */
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE);
    g_clear_error(&error);
    g_assert_true(row_request_time(row, NULL));
    g_assert_true(row_refuse(row, NULL));
    g_assert_true(row->refused && !row->wants_time);
    g_assert_cmpint(row->deadline, ==, deadline);
    g_assert_false(row_request_time(row, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE);
    record = g_variant_ref_sink(row_get_record(row));
    g_assert_true(row_load(row->job, record)->refused); /* also after a restart */
    g_assert_true(row_grant(row, 1, NULL));
    g_assert_false(row->refused);
}

static gboolean
is_stopping(gpointer session)
{
    return ((Session *) session)->stopping;
}

static void
test_countdown_ends_in_stop(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 1>, 'mode': <'force'>}", session, NULL);

    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_WARN);
    fixture_wait(is_stopping, session);
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_STOP);
    g_assert_cmpint(session_get_state(session), ==, SESSION_ENDING);
}

static gboolean
is_past_stage(gpointer data)
{
    const JobRow *row = data;

    return row->stage != STAGE_STOP && row->stage != STAGE_KILL;
}

static gboolean
is_killed(gpointer row)
{
    return ((JobRow *) row)->stage == STAGE_KILL;
}

/* Nobody tells that the processes have ended: each stage has its own time, and the last names what is left. */
static void
test_stop_kill_verify(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job;

    fixture->settings->stop = 1;
    fixture->settings->kill = 1;
    fixture->settings->verify = 1;
    job = begin(fixture, "{'warn': <uint32 0>, 'mode': <'force'>}", session, NULL);
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_STOP);
    g_assert_cmpstr(session->stop_mode, ==, "stop");
    fixture_wait(is_killed, row_of(job, 0));
    g_assert_cmpstr(session->stop_mode, ==, "kill");
    fixture_wait(is_past_stage, row_of(job, 0));
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_VERIFY);
    g_assert_cmpint(row_of(job, 0)->judged, ==, OUTCOME_NONE);
    fixture_wait((gboolean(*)(gpointer)) job_is_done, job);
    g_assert_cmpint(row_of(job, 0)->outcome, ==, OUTCOME_FAILED);
}

/* The desktop ended; whatever is left of its user has the time that was not used. */
static const struct {
    const char *options;
    guint seconds;
    Outcome seen, judged, ended, told;
} emptied[] = {
    { "{'warn': <uint32 0>, 'mode': <'force'>}", 27, OUTCOME_CLEAN, OUTCOME_FORCED, OUTCOME_CLEAN,
      OUTCOME_FORCED },
    { "{'warn': <uint32 0>, 'mode': <'force'>}", 27, OUTCOME_CLEAN, OUTCOME_FORCED,
      OUTCOME_LEFTOVERS, OUTCOME_LEFTOVERS },
    { "{'warn': <uint32 60>}", 27, OUTCOME_ENDED_BY_USER, OUTCOME_ENDED_BY_USER,
      OUTCOME_ENDED_BY_USER, OUTCOME_ENDED_BY_USER },
    { "{'warn': <uint32 0>}", 27, OUTCOME_ENDED_BY_USER, OUTCOME_CLEAN, OUTCOME_ENDED_BY_USER,
      OUTCOME_CLEAN },
};

static void
test_emptied(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(emptied); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        Session *session = fixture_session(fixture, 1, UID_STANDARD);
        Job *job = begin(fixture, emptied[i].options, session, NULL);
        JobRow *row = row_of(job, 0);
        gint64 left;

        job_session_emptied(session, emptied[i].seen);
        left = row->deadline - g_get_real_time();
        g_assert_cmpint(row->stage, ==, STAGE_VERIFY);
        g_assert_cmpint(row->judged, ==, emptied[i].judged);
        g_assert_cmpint(row->outcome, ==, OUTCOME_NONE);
        g_assert_cmpint(left, <=, emptied[i].seconds * G_USEC_PER_SEC);
        g_assert_cmpint(left, >, (emptied[i].seconds - 2) * G_USEC_PER_SEC);
        session_end(session, emptied[i].ended, NULL);
        g_assert_cmpint(row->outcome, ==, emptied[i].told);
    }
}

static Job *
load_again(Fixture *fixture, const char *job_id, Session *session)
{
    g_autofree char *id = g_strdup(job_id);

    g_hash_table_remove_all(fixture->manager->jobs);
    g_clear_pointer(&session->job, g_free);
    session->stop_mode = NULL;
    job_load_all(fixture->manager);
    return g_hash_table_lookup(fixture->manager->jobs, id);
}

/* A manyseatd killed while a session ends does not give it the whole time again, and knows what it had been told. */
static void
test_ending_goes_on_after_restart(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job;
    gint64 deadline;

    fixture->settings->stop = 1;
    job = begin(fixture, "{'warn': <uint32 0>, 'mode': <'force'>}", session, NULL);
    fixture_wait(is_killed, row_of(job, 0));
    deadline = row_of(job, 0)->deadline;
    job = load_again(fixture, job->id, session);
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_KILL);
    g_assert_cmpint(ABS(row_of(job, 0)->deadline - deadline), <, G_USEC_PER_SEC / 2);
    g_assert_cmpstr(session->stop_mode, ==, "kill");
    job_session_emptied(session, OUTCOME_FORCED);
    job = load_again(fixture, job->id, session);
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_VERIFY);
    g_assert_cmpint(row_of(job, 0)->judged, ==, OUTCOME_FORCED);
    g_assert_null(session->stop_mode);
}

/* The session manager was called, the desktop ended, and only then manyseatd was killed: nobody is asked again. */
static void
test_seen_before_restart(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);
    guint errands = fixture_count_errands();

    session->has_seen = TRUE;
    session->seen_outcome = OUTCOME_ENDED_BY_USER;
    job = load_again(fixture, job->id, session);
    g_assert_cmpuint(fixture_count_errands(), ==, errands);
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_VERIFY);
    g_assert_cmpint(row_of(job, 0)->judged, ==, OUTCOME_CLEAN);
}

/* What a killed manyseatd leaves in the store is all that the next one has. */
static void
test_goes_on_after_restart(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    GHashTable *jobs = fixture->manager->jobs;
    Session *first = fixture_session(fixture, 1, UID_STANDARD);
    Session *second = fixture_session(fixture, 2, UID_STANDARD2);
    Job *job = begin(fixture, "{'warn': <uint32 60>, 'message': <'Ends now'>}", first, second);
    g_autofree char *id = g_strdup(job->id);
    gint64 deadline = row_of(job, 1)->deadline;

    g_assert_true(row_cancel(row_of(job, 0), NULL));
    g_hash_table_remove_all(jobs);
    g_clear_pointer(&first->job, g_free);
    g_clear_pointer(&second->job, g_free);
    job_load_all(fixture->manager);
    job = g_hash_table_lookup(jobs, id);
    g_assert_nonnull(job);
    g_assert_cmpstr(job->message, ==, "Ends now");
    g_assert_cmpint(row_of(job, 0)->outcome, ==, OUTCOME_CANCELLED);
    g_assert_cmpint(row_of(job, 1)->stage, ==, STAGE_WARN);
    g_assert_cmpint(ABS(row_of(job, 1)->deadline - deadline), <, G_USEC_PER_SEC);
    g_assert_null(first->job);
    g_assert_cmpstr(second->job, ==, id);
}

/* Killed while programs are asked: the same asking goes on, for the rest of its time, and what was said is not forgotten. */
static void
test_asking_goes_on_after_restart(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 0>}", session, NULL);
    guint errands = fixture_count_errands();
    const char *asking = "";
    guint32 seconds = 0;

    fixture_ask_says("asking", "[('Mousepad', '*essay')]");
    row_of(job, 0)->deadline -= 10 * G_USEC_PER_SEC;
    job_changed(job);
    job = load_again(fixture, job->id, session);
    g_assert_cmpint(row_of(job, 0)->stage, ==, STAGE_ASK);
    g_assert_cmpuint(g_variant_n_children(row_of(job, 0)->blockers), ==, 1);
    g_assert_cmpuint(fixture_count_errands(), ==, errands + 1);
    g_assert_true(g_variant_lookup(fixture_errand_arguments(), "token", "&s", &asking));
    g_assert_cmpstr(asking, ==, job->id);
    g_assert_true(g_variant_lookup(fixture_errand_arguments(), "seconds", "u", &seconds));
    g_assert_cmpuint(seconds, <=, 35);
    g_assert_cmpuint(seconds, >=, 30);
}

static void
test_who_sees_which_rows(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *pupil = fixture_session(fixture, 1, UID_STANDARD);
    Session *teacher = fixture_session(fixture, 3, UID_DASHBOARD);
    Job *job = begin(fixture, "{'warn': <uint32 60>}", pupil, teacher);
    const struct {
        uid_t uid;
        gboolean sees;
        gsize rows;
    } callers[] = {
        { UID_STANDARD, TRUE, 1 },
        { UID_STANDARD2, FALSE, 0 },
        { UID_DASHBOARD, TRUE, 2 },
        { UID_ADMINISTRATOR, TRUE, 2 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(callers); i++) {
        PolicyCaller caller = fixture_caller(fixture, callers[i].uid);
        g_autoptr(GVariant) record = g_variant_ref_sink(job_get_record(job, &caller));
        g_autoptr(GVariant) rows = g_variant_lookup_value(record, "rows", G_VARIANT_TYPE("aa{sv}"));

        g_assert_cmpint(job_may_see(job, &caller), ==, callers[i].sees);
        g_assert_cmpuint(g_variant_n_children(rows), ==, callers[i].rows);
    }
}

static void
test_bad_options(void)
{
    g_autofree char *long_message = g_strnfill(501, 'x');
    g_autofree char *too_long = g_strdup_printf("{'message': <'%s'>}", long_message);
    const char *const options[] = { "{'mode': <'kindly'>}", "{'warn': <uint32 3601>}", too_long };

    for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autoptr(GPtrArray) sessions = g_ptr_array_new();
        g_autoptr(GVariant) dictionary =
            g_variant_ref_sink(g_variant_parse(NULL, options[i], NULL, NULL, NULL));
        g_autoptr(GError) error = NULL;
        Session *session = fixture_session(fixture, 1, UID_STANDARD);

        g_ptr_array_add(sessions, session);
        g_assert_null(
            job_new(fixture->manager, "news", UID_ADMINISTRATOR, sessions, dictionary, &error));
        g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT);
        g_assert_null(session->job);
    }
}

/* Those done longest ago go; one that runs stays, however old. */
static void
test_jobs_done_limit(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    GHashTable *jobs = fixture->manager->jobs;
    Job *running =
        begin(fixture, "{'warn': <uint32 60>}", fixture_session(fixture, 1, UID_STANDARD), NULL);
    Session *session = fixture_session(fixture, 2, UID_STANDARD2);
    g_autofree char *first = NULL;

    for (guint i = 0; i <= LIMIT_JOBS_DONE; i++) {
        Job *job = begin(fixture, "{'warn': <uint32 60>}", session, NULL);

        g_assert_cmpuint(g_hash_table_size(jobs), ==, i + 2);
        if (i == 0)
            first = g_strdup(job->id);
        g_assert_nonnull(g_hash_table_lookup(jobs, first));
        g_assert_true(row_cancel(row_of(job, 0), NULL));
    }
    g_assert_cmpuint(g_hash_table_size(jobs), ==, LIMIT_JOBS_DONE + 1);
    g_assert_null(g_hash_table_lookup(jobs, first));
    g_assert_true(g_hash_table_lookup(jobs, running->id) == running);
    g_assert_false(job_is_done(running));
}

static void
test_message_limit(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autofree char *message = g_strnfill(2 * (LIMIT_MESSAGE_CHARACTERS + 1), 'x');
    g_autoptr(GError) error = NULL;
    GVariantDict options;

    for (guint i = 0; i <= LIMIT_MESSAGE_CHARACTERS; i++)
        memcpy(message + 2 * i, "ж", 2); /* characters count, not bytes */
    g_ptr_array_add(sessions, session);
    for (guint above = 0; above < 2; above++) {
        g_autoptr(GVariant) given = NULL;
        Job *job;

        g_variant_dict_init(&options, NULL);
        g_variant_dict_insert(&options, "message", "s", message + (above == 0 ? 2 : 0));
        given = g_variant_ref_sink(g_variant_dict_end(&options));
        job = job_new(fixture->manager, "news", UID_ADMINISTRATOR, sessions, given, &error);
        g_assert_true((job == NULL) == (above == 1));
        if (job != NULL)
            g_assert_true(row_cancel(row_of(job, 0), NULL));
    }
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT);
    g_assert_null(session->job);
}

/* What a hundred programs do at once is told once. */
static void
test_news_limit(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Job *job = begin(fixture, "{'warn': <uint32 60>}", session, NULL);
    guint news;

    job_changed_soon(job);
    news = job->news;
    g_assert_cmpuint(news, !=, 0);
    clock_forward(LIMIT_JOB_NEWS_MS / 2);
    while (g_main_context_iteration(NULL, FALSE))
        job_changed_soon(job);
    g_assert_cmpuint(job->news, ==, news);
    clock_forward(LIMIT_JOB_NEWS_MS / 2 + 1);
    g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(job->news, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/cancel-one", test_cancel_one);
    g_test_add_func("/job/countdown-is-found-in-time", test_countdown_is_found_in_time);
    g_test_add_func("/job/grant-moves-one-row", test_grant_moves_one_row);
    g_test_add_func("/job/outcomes", test_outcomes);
    g_test_add_func("/job/asking", test_asking);
    g_test_add_func("/job/asked-and-gone-is-clean", test_asked_and_gone_is_clean);
    g_test_add_func("/job/user-ends-what-he-was-asked-about",
                    test_user_ends_what_he_was_asked_about);
    g_test_add_func("/job/closed-are-named", test_closed_are_named);
    g_test_add_func("/job/force-asks-nobody", test_force_asks_nobody);
    g_test_add_func("/job/cancel-while-asking", test_cancel_while_asking);
    g_test_add_func("/job/titles-change-without-end", test_titles_change_without_end);
    g_test_add_func("/job/user-proceeds-or-wants-time", test_user_proceeds_or_wants_time);
    g_test_add_func("/job/notice-follows-the-row", test_notice_follows_the_row);
    g_test_add_func("/job/notice-is-for-foreign-sessions", test_notice_is_for_foreign_sessions);
    g_test_add_func("/job/time-is-refused-once-and-for-all", test_time_is_refused_once_and_for_all);
    g_test_add_func("/job/countdown-ends-in-stop", test_countdown_ends_in_stop);
    g_test_add_func("/job/stop-kill-verify", test_stop_kill_verify);
    g_test_add_func("/job/emptied", test_emptied);
    g_test_add_func("/job/ending-goes-on-after-restart", test_ending_goes_on_after_restart);
    g_test_add_func("/job/seen-before-restart", test_seen_before_restart);
    g_test_add_func("/job/goes-on-after-restart", test_goes_on_after_restart);
    g_test_add_func("/job/asking-goes-on-after-restart", test_asking_goes_on_after_restart);
    g_test_add_func("/job/who-sees-which-rows", test_who_sees_which_rows);
    g_test_add_func("/job/bad-options", test_bad_options);
    g_test_add_func("/job/jobs-done-limit", test_jobs_done_limit);
    g_test_add_func("/job/message-limit", test_message_limit);
    g_test_add_func("/job/news-limit", test_news_limit);
    return g_test_run();
}
