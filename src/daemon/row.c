/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "row.h"

#include "bus/error.h"
#include "job.h"
#include "manager.h"
#include "session.h"
#include "tracker.h"

static void row_advance(JobRow *row);

void
row_free(gpointer data)
{
    JobRow *row = data;

    g_clear_handle_id(&row->timer, g_source_remove);
    ask_free(row->ask);
    g_clear_pointer(&row->blockers, g_variant_unref);
    g_strfreev(row->closed);
    g_free(row->session);
    g_free(row->user);
    g_free(row->detail);
    g_free(row);
}

static void
set_blockers(JobRow *row, GVariant *blockers)
{
    g_clear_pointer(&row->blockers, g_variant_unref);
    row->blockers = blockers != NULL ? g_variant_ref(blockers)
                                     : g_variant_ref_sink(g_variant_new("a(ss)", NULL));
}

JobRow *
row_new(Job *job, const char *session, const char *user, uid_t uid)
{
    JobRow *row = g_new0(JobRow, 1);

    row->job = job;
    row->session = g_strdup(session);
    row->user = g_strdup(user);
    row->uid = uid;
    set_blockers(row, NULL);
    g_ptr_array_add(job->rows, row);
    return row;
}

static Session *
get_session(const JobRow *row)
{
    return g_hash_table_lookup(row->job->manager->sessions, row->session);
}

static const Settings *
get_settings(const JobRow *row)
{
    return row->job->manager->settings;
}

static void
row_settle(JobRow *row, Outcome outcome, const char *detail)
{
    Session *session = get_session(row);

    g_clear_handle_id(&row->timer, g_source_remove);
    g_clear_pointer(&row->ask, ask_free);
    row->stage = STAGE_DONE;
    row->deadline = 0;
    row->outcome = outcome;
    row->wants_time = FALSE;
    g_free(row->detail);
    row->detail = g_strdup(detail);
    if (session != NULL && !session->ended) {
        g_clear_pointer(&session->job, g_free);
        session_changed(session);
    }
}

gboolean
row_write_outcome(JobRow *row)
{
    g_autofree char *words = g_strdup_printf("%s %s", outcome_to_name(row->outcome),
                                             row->detail != NULL ? row->detail : "");
    gboolean kept = manager_audit(row->job->manager, row->job->by, "log-off-outcome", row->user,
                                  row->session, "done", g_strstrip(words), "");

    return job_store(row->job) && kept;
}

static gboolean
write_outcome(gpointer row)
{
    return row_write_outcome(row);
}

static void
row_done(JobRow *row, Outcome outcome, const char *detail)
{
    row_settle(row, outcome, detail);
    if (!database_together(row->job->manager->database, write_outcome, row))
        (void) row_write_outcome(row);
    job_tell(row->job);
}

static gboolean
on_timer(gpointer data)
{
    JobRow *row = data;

    row->timer = 0;
    row_advance(row);
    return G_SOURCE_REMOVE;
}

static void
row_enter(JobRow *row, Stage stage, gint64 microseconds)
{
    row->stage = stage;
    row->deadline = g_get_real_time() + microseconds;
    g_clear_handle_id(&row->timer, g_source_remove);
    row->timer = g_timeout_add((guint) MAX(0, microseconds / 1000), on_timer, row);
}

static void
row_stop(JobRow *row)
{
    g_clear_pointer(&row->ask, ask_free);
    row_enter(row, STAGE_STOP, (gint64) get_settings(row)->stop * G_USEC_PER_SEC);
    session_stop(get_session(row), "stop");
}

/* manyseat-session kills by itself when its time is over, lest a killed manyseatd be waited for; this makes it certain. */
static void
row_kill(JobRow *row)
{
    row_enter(row, STAGE_KILL, (gint64) get_settings(row)->kill * G_USEC_PER_SEC);
    session_stop(get_session(row), "kill");
}

/* "Mousepad: *essay" lines for people. */
static char *
describe_blockers(GVariant *blockers)
{
    g_autoptr(GString) text = g_string_new(NULL);
    GVariantIter iter;
    const char *application, *title;

    g_variant_iter_init(&iter, blockers);
    while (g_variant_iter_next(&iter, "(&s&s)", &application, &title))
        g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? "; " : "", application,
                               title[0] != '\0' ? ": " : "", title);
    return g_strdup(text->str);
}

/* Something stands in the way, and may be somebody's work. */
static void
row_held_up(JobRow *row, const char *why)
{
    const Settings *settings = get_settings(row);
    Session *session = get_session(row);
    gboolean watched = session_get_state(session) == SESSION_ACTIVE || settings->force_suspended;

    if (row->job->mode != END_ASK_THEN_FORCE || !watched) {
        row_done(row, OUTCOME_HELD_UP, why);
        return;
    }
    g_clear_pointer(&row->ask, ask_free);
    row->forced = TRUE;
    g_free(row->detail);
    row->detail = g_strdup(why);
    row_enter(row, STAGE_GRACE, (gint64) settings->grace * G_USEC_PER_SEC);
    job_changed(row->job);
}

static void
row_asked_in_vain(JobRow *row)
{
    g_autofree char *why = describe_blockers(row->blockers);

    row_held_up(row, why);
}

/* Once named, it stays: what an earlier manyseatd saw close is not seen again. */
static void
add_closed(JobRow *row, GVariant *closed)
{
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_autofree const char **more = g_variant_get_strv(closed, NULL);

    if (row->closed != NULL)
        g_strv_builder_addv(all, (const char **) row->closed);
    for (guint i = 0; more[i] != NULL; i++)
        if (row->closed == NULL || !g_strv_contains((const char *const *) row->closed, more[i]))
            g_strv_builder_add(all, more[i]);
    g_strfreev(row->closed);
    row->closed = g_strv_builder_end(all);
}

static void
on_ask(const AskNews *news, gpointer data)
{
    JobRow *row = data;

    set_blockers(row, news->blockers);
    add_closed(row, news->closed);
    row->logging_out =
        news->state == ASK_LOGGING_OUT || (news->state == ASK_OVER && row->logging_out);
    switch (news->state) {
    case ASK_ASKING:
    case ASK_LOGGING_OUT:
        job_changed_soon(row->job);
        return;
    case ASK_NOBODY:
        row_stop(row);
        job_changed(row->job);
        return;
    case ASK_CANCELLED:
        row_held_up(row, "the user has called it off");
        return;
    case ASK_OVER:
    case ASK_FAILED:
        break;
    }
    /* The errand ends without a word when the session goes: its end follows, or else the deadline. */
    if (news->state == ASK_OVER && g_variant_n_children(news->blockers) > 0)
        row_asked_in_vain(row);
    else if (news->state == ASK_FAILED && news->detail[0] != '\0') {
        g_autofree char *why = g_strdup_printf("its programs could not be asked: %s", news->detail);

        row_held_up(row, why);
    }
}

static void
ask_for(JobRow *row, guint seconds)
{
    row->ask = ask_new(get_session(row), row->job->id, seconds, on_ask, row);
    row_enter(row, STAGE_ASK, (gint64) seconds * G_USEC_PER_SEC);
}

static void
row_ask(JobRow *row)
{
    row->wants_time = FALSE;
    row->logging_out = FALSE;
    ask_for(row, get_settings(row)->ask);
}

/* A session that has not started, or a foreign one that is closing, has no programs to ask. */
static void
row_end_warning(JobRow *row)
{
    if (row->job->mode == END_FORCE || !session_has_desktop(get_session(row)))
        row_stop(row);
    else
        row_ask(row);
}

/* The ask time is over. What did not say that it stands, and was seen to have nothing unsaved, is stopped. */
static void
row_end_asking(JobRow *row)
{
    if (g_variant_n_children(row->blockers) > 0)
        row_asked_in_vain(row);
    else if (row->logging_out)
        row_stop(row);
    else
        row_held_up(row, "its programs could not be asked");
}

/* Nothing has told the end in time. Say what stands, from the system itself. */
static void
row_report(JobRow *row)
{
    g_autofree char *remaining = tracker_list(get_session(row));

    if (remaining[0] != '\0')
        row_done(row, OUTCOME_LEFTOVERS, remaining);
    else
        row_done(row, OUTCOME_FAILED, "manyseat-session has not told the end in time");
}

static void
row_advance(JobRow *row)
{
    Session *session = get_session(row);

    if (session == NULL) {
        row_done(row, OUTCOME_FAILED, "it is gone; how it ended was not seen");
        return;
    }
    switch (row->stage) {
    case STAGE_WARN:
        row_end_warning(row);
        break;
    case STAGE_ASK:
        row_end_asking(row);
        break;
    case STAGE_GRACE:
        row_stop(row);
        break;
    case STAGE_STOP:
        row_kill(row);
        break;
    case STAGE_KILL:
        row_enter(row, STAGE_VERIFY, (gint64) get_settings(row)->verify * G_USEC_PER_SEC);
        break;
    default:
        row_report(row);
        break;
    }
    if (row->stage != STAGE_DONE)
        job_changed(row->job);
}

void
row_begin(JobRow *row)
{
    row->stage = STAGE_WARN;
    if (row->job->warn > 0)
        row_enter(row, STAGE_WARN, (gint64) row->job->warn * G_USEC_PER_SEC);
    else
        row_end_warning(row);
}

static gboolean
check_stage(const JobRow *row, gboolean good, GError **error)
{
    if (good)
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                "too late for session '%s': it is %s", row->session,
                row->stage == STAGE_DONE ? "done" : "being ended");
    return FALSE;
}

gboolean
row_may_cancel(const JobRow *row, GError **error)
{
    return check_stage(row,
                       row->stage == STAGE_WARN || row->stage == STAGE_GRACE ||
                           (row->stage == STAGE_ASK && !row->logging_out),
                       error);
}

gboolean
row_is_warning(const JobRow *row, GError **error)
{
    return check_stage(row, row->stage == STAGE_WARN, error);
}

gboolean
row_cancel(JobRow *row, GError **error)
{
    if (!row_may_cancel(row, error))
        return FALSE;
    row_done(row, OUTCOME_CANCELLED, NULL);
    return TRUE;
}

gboolean
row_grant(JobRow *row, guint minutes, GError **error)
{
    gint64 left;

    if (!row_is_warning(row, error))
        return FALSE;
    left = MAX(0, row->deadline - g_get_real_time());
    row->wants_time = row->refused = FALSE;
    row_enter(row, STAGE_WARN, left + (gint64) minutes * 60 * G_USEC_PER_SEC);
    job_changed(row->job);
    return TRUE;
}

gboolean
row_request_time(JobRow *row, GError **error)
{
    if (!row_is_warning(row, error))
        return FALSE;
    if (row->refused) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot ask for more time for session '%s': it was refused", row->session);
        return FALSE;
    }
    row->wants_time = TRUE;
    job_changed(row->job);
    return TRUE;
}

gboolean
row_refuse(JobRow *row, GError **error)
{
    if (!row_is_warning(row, error))
        return FALSE;
    if (!row->wants_time) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot refuse more time to session '%s': nobody asks for it", row->session);
        return FALSE;
    }
    row->wants_time = FALSE;
    row->refused = TRUE;
    job_changed(row->job);
    return TRUE;
}

gboolean
row_proceed(JobRow *row, GError **error)
{
    if (!row_is_warning(row, error))
        return FALSE;
    row_advance(row);
    return TRUE;
}

/* Who ended it, from where the row stood. */
static Outcome
judge(const JobRow *row, Outcome seen)
{
    gboolean went = seen == OUTCOME_ENDED_BY_USER || seen == OUTCOME_CLEAN;

    if (row->stage == STAGE_WARN && went)
        return OUTCOME_ENDED_BY_USER;
    /* Asked, and nothing stood in the way: the session manager may be quicker than the word that it was called. */
    if ((row->stage == STAGE_ASK || row->stage == STAGE_GRACE) && went)
        return g_variant_n_children(row->blockers) == 0 ? OUTCOME_CLEAN : OUTCOME_ENDED_BY_USER;
    if (went && (row->forced || row->job->mode == END_FORCE))
        return OUTCOME_FORCED;
    return seen == OUTCOME_ENDED_BY_USER ? OUTCOME_CLEAN : seen;
}

/* The time that the stages up to verify have, seen from now. */
static gint64
get_time_left(const JobRow *row)
{
    const Settings *settings = get_settings(row);
    guint later = settings->verify + (row->stage < STAGE_KILL ? settings->kill : 0) +
                  (row->stage < STAGE_STOP ? settings->stop : 0);
    gint64 now = row->stage < STAGE_STOP ? 0 : MAX(0, row->deadline - g_get_real_time());

    return now + (gint64) later * G_USEC_PER_SEC;
}

void
row_session_emptied(JobRow *row, Outcome outcome)
{
    if (row->stage == STAGE_DONE || row->judged != OUTCOME_NONE)
        return;
    row->judged = judge(row, outcome);
    g_clear_pointer(&row->ask, ask_free);
    if (row->stage != STAGE_VERIFY)
        row_enter(row, STAGE_VERIFY, get_time_left(row));
    job_changed(row->job);
}

gboolean
row_session_ended(JobRow *row, Outcome outcome, const char *detail)
{
    if (row->stage == STAGE_DONE)
        return FALSE;
    if (row->judged != OUTCOME_NONE && outcome != OUTCOME_LEFTOVERS)
        outcome = row->judged;
    else
        outcome = judge(row, outcome);
    row_settle(row, outcome, detail);
    return TRUE;
}

GVariant *
row_get_record(const JobRow *row)
{
    GVariantDict record;

    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "session", "s", row->session);
    g_variant_dict_insert(&record, "user", "s", row->user);
    g_variant_dict_insert(&record, "uid", "u", (guint32) row->uid);
    g_variant_dict_insert(&record, "stage", "s", stage_to_name(row->stage));
    g_variant_dict_insert(&record, "deadline", "x", row->deadline);
    g_variant_dict_insert(&record, "outcome", "s", outcome_to_name(row->outcome));
    g_variant_dict_insert(&record, "detail", "s", row->detail != NULL ? row->detail : "");
    g_variant_dict_insert_value(&record, "blockers", row->blockers);
    g_variant_dict_insert_value(
        &record, "closed",
        g_variant_new_strv((const char *const *) row->closed, row->closed != NULL ? -1 : 0));
    g_variant_dict_insert(&record, "wants-time", "b", row->wants_time);
    g_variant_dict_insert(&record, "refused", "b", row->refused);
    g_variant_dict_insert(&record, "forced", "b", row->forced);
    g_variant_dict_insert(&record, "judged", "s", outcome_to_name(row->judged));
    g_variant_dict_insert(&record, "logging-out", "b", row->logging_out);
    return g_variant_dict_end(&record);
}

JobRow *
row_load(Job *job, GVariant *record)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(record);
    g_autoptr(GVariant) blockers =
        g_variant_dict_lookup_value(&dict, "blockers", G_VARIANT_TYPE("a(ss)"));
    const char *session = "", *user = "", *stage = "", *outcome = "", *detail = "", *judged = "";
    guint32 uid = 0;
    JobRow *row;

    (void) g_variant_dict_lookup(&dict, "session", "&s", &session);
    (void) g_variant_dict_lookup(&dict, "user", "&s", &user);
    (void) g_variant_dict_lookup(&dict, "uid", "u", &uid);
    (void) g_variant_dict_lookup(&dict, "stage", "&s", &stage);
    (void) g_variant_dict_lookup(&dict, "outcome", "&s", &outcome);
    (void) g_variant_dict_lookup(&dict, "detail", "&s", &detail);
    (void) g_variant_dict_lookup(&dict, "judged", "&s", &judged);
    row = row_new(job, session, user, uid);
    set_blockers(row, blockers);
    row->detail = g_strdup(detail);
    (void) g_variant_dict_lookup(&dict, "deadline", "x", &row->deadline);
    (void) g_variant_dict_lookup(&dict, "closed", "^as", &row->closed);
    (void) g_variant_dict_lookup(&dict, "wants-time", "b", &row->wants_time);
    (void) g_variant_dict_lookup(&dict, "refused", "b", &row->refused);
    (void) g_variant_dict_lookup(&dict, "forced", "b", &row->forced);
    (void) g_variant_dict_lookup(&dict, "logging-out", "b", &row->logging_out);
    if (!stage_from_name(stage, &row->stage))
        row->stage = STAGE_WARN;
    (void) outcome_from_name(outcome, &row->outcome);
    (void) outcome_from_name(judged, &row->judged);
    return row;
}

/* Of an asking that was cut off: long enough to look at what stands now. */
#define ASK_AGAIN_SECONDS 2

/* A clock that jumped must neither end anybody early nor wait for ever: never longer than anybody can ask for. */
#define LONGEST_COUNTDOWN_US (G_GINT64_CONSTANT(7200) * G_USEC_PER_SEC)

void
row_resume(JobRow *row)
{
    Session *session = get_session(row);
    gint64 left = CLAMP(row->deadline - g_get_real_time(), 0, LONGEST_COUNTDOWN_US);

    if (row->stage == STAGE_DONE)
        return;
    if (session == NULL) {
        row_done(row, OUTCOME_FAILED, "it is gone; how it ended was not seen");
        return;
    }
    g_free(session->job);
    session->job = g_strdup(row->job->id);
    if (row->stage == STAGE_ASK && !session->has_seen)
        ask_for(row, MAX(ASK_AGAIN_SECONDS, (guint) (left / G_USEC_PER_SEC)));
    else
        row_enter(row, row->stage, left);
    if (row->stage == STAGE_STOP || row->stage == STAGE_KILL)
        session_stop(session, row->stage == STAGE_STOP ? "stop" : "kill");
    else if (session->has_seen)
        row_session_emptied(row, session->seen_outcome);
}
