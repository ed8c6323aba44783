/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include "announce.h"
#include "audit.h"
#include "base/limits.h"
#include "base/log.h"
#include "bus/error.h"
#include "manager.h"
#include "session.h"

void
job_free(gpointer data)
{
    Job *job = data;

    g_clear_handle_id(&job->news, g_source_remove);
    g_ptr_array_unref(job->rows);
    g_free(job->id);
    g_free(job->by);
    g_free(job->message);
    g_free(job);
}

static Job *
job_alloc(Manager *manager, guint64 number)
{
    Job *job = g_new0(Job, 1);

    job->manager = manager;
    job->number = number;
    job->id = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    job->rows = g_ptr_array_new_with_free_func(row_free);
    return job;
}

gboolean
job_is_done(const Job *job)
{
    for (guint i = 0; i < job->rows->len; i++)
        if (((JobRow *) job->rows->pdata[i])->stage != STAGE_DONE)
            return FALSE;
    return TRUE;
}

gboolean
job_is_by_limit(const Job *job)
{
    return strcmp(job->by, JOB_BY_SUSPENDED) == 0;
}

static gboolean
may_see_row(const JobRow *row, const PolicyCaller *caller)
{
    Manager *manager = row->job->manager;
    PolicyTarget target = manager_target(manager, row->uid);

    return policy_may(caller, VERB_LIST, &target, manager->settings->dashboard_sees_all);
}

gboolean
job_may_see(Job *job, const PolicyCaller *caller)
{
    if (job->by_uid == caller->uid)
        return TRUE;
    for (guint i = 0; i < job->rows->len; i++)
        if (may_see_row(job->rows->pdata[i], caller))
            return TRUE;
    return FALSE;
}

GVariant *
job_get_record(Job *job, const PolicyCaller *caller)
{
    User *by = user_directory_peek_uid(job->manager->users, job->by_uid);
    const char *by_name = job_is_by_limit(job) ? "" : by != NULL ? by->full_name : job->by;
    GVariantBuilder rows;
    GVariantDict record;

    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < job->rows->len; i++)
        if (caller == NULL || may_see_row(job->rows->pdata[i], caller))
            g_variant_builder_add_value(&rows, row_get_record(job->rows->pdata[i]));
    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "id", "s", job->id);
    g_variant_dict_insert(&record, "kind", "s", "log-off");
    g_variant_dict_insert(&record, "by", "s", job->by);
    g_variant_dict_insert(&record, "by-name", "s", by_name);
    g_variant_dict_insert(&record, "by-uid", "u", (guint32) job->by_uid);
    g_variant_dict_insert(&record, "mode", "s", end_mode_to_name(job->mode));
    g_variant_dict_insert(&record, "message", "s", job->message);
    g_variant_dict_insert(&record, "state", "s", job_is_done(job) ? "done" : "running");
    g_variant_dict_insert(&record, "created", "x", job->created);
    g_variant_dict_insert(&record, "warn", "u", job->warn);
    g_variant_dict_insert_value(&record, "rows", g_variant_builder_end(&rows));
    return g_variant_dict_end(&record);
}

/* Done jobs are kept for those who ask late, the oldest go first. */
static void
forget_old_jobs(Manager *manager, const Job *kept)
{
    for (;;) {
        Job *oldest = NULL;
        GHashTableIter iter;
        gpointer job;
        guint n = 0;

        g_hash_table_iter_init(&iter, manager->jobs);
        while (g_hash_table_iter_next(&iter, NULL, &job)) {
            if (!job_is_done(job))
                continue;
            n++;
            if (job != kept && (oldest == NULL || ((Job *) job)->number < oldest->number))
                oldest = job;
        }
        if (n <= LIMIT_JOBS_DONE)
            return;
        g_hash_table_remove(manager->jobs, oldest->id);
    }
}

static gboolean
may_see(gpointer job, const PolicyCaller *caller)
{
    return job_may_see(job, caller);
}

static GVariant *
make_record(gpointer job, const PolicyCaller *caller)
{
    return g_variant_new("(@a{sv})", job_get_record(job, caller));
}

static void
tell_sessions(const Job *job)
{
    for (guint i = 0; i < job->rows->len; i++) {
        const JobRow *row = job->rows->pdata[i];
        Session *session = g_hash_table_lookup(job->manager->sessions, row->session);

        if (session != NULL)
            session->manager->listener->job_changed(session);
    }
}

gboolean
job_store(Job *job)
{
    g_autoptr(GError) error = NULL;
    gboolean kept = job_is_done(job)
                        ? database_forget_job(job->manager->database, job->number, &error)
                        : database_store_job(job->manager->database, job->number,
                                             job_get_record(job, NULL), &error);

    if (!kept)
        log_about(G_LOG_LEVEL_WARNING, NULL, job->by, job->id,
                  "cannot keep job %s for a restart: %s (ignoring)", job->id, error->message);
    return kept;
}

void
job_tell(Job *job)
{
    g_clear_handle_id(&job->news, g_source_remove);
    announce(job->manager, "JobChanged", job, may_see, make_record);
    tell_sessions(job);
    forget_old_jobs(job->manager, job);
}

void
job_changed(Job *job)
{
    (void) job_store(job);
    job_tell(job);
}

static gboolean
on_news(gpointer data)
{
    Job *job = data;

    job->news = 0;
    job_changed(job);
    return G_SOURCE_REMOVE;
}

void
job_changed_soon(Job *job)
{
    if (job->news == 0)
        job->news = g_timeout_add(LIMIT_JOB_NEWS_MS, on_news, job);
}

static gboolean
take_options(Job *job, GVariant *options, GError **error)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(options);
    const char *mode = "ask";
    const char *message = "";

    job->warn = job->manager->settings->warn;
    (void) g_variant_dict_lookup(&dict, "mode", "&s", &mode);
    (void) g_variant_dict_lookup(&dict, "message", "&s", &message);
    (void) g_variant_dict_lookup(&dict, "warn", "u", &job->warn);
    if (!end_mode_from_name(mode, &job->mode)) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot end sessions in mode '%s': it is ask, ask-then-force or force", mode);
        return FALSE;
    }
    if (g_utf8_strlen(message, -1) > LIMIT_MESSAGE_CHARACTERS || job->warn > 3600) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot end sessions: the message is longer than %d characters, or the "
                    "warning than 3600 s",
                    LIMIT_MESSAGE_CHARACTERS);
        return FALSE;
    }
    job->message = g_strdup(message);
    return TRUE;
}

static gboolean
audit_job(Job *job, GError **error)
{
    for (guint i = 0; i < job->rows->len; i++) {
        const JobRow *row = job->rows->pdata[i];
        AuditRow audit = { .who = job->by,
                           .act = "log-off",
                           .whom = row->user,
                           .session = row->session,
                           .result = "done",
                           .detail = end_mode_to_name(job->mode) };

        if (!audit_write(job->manager->database, &audit, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_new(gpointer data)
{
    return audit_job(data, NULL) && job_store(data);
}

/* On the disk before anything is done, the job with its rows of audit; piece by piece when the disk is full. */
static gboolean
keep_new(Job *job, GError **error)
{
    if (database_together(job->manager->database, write_new, job))
        return TRUE;
    if (!audit_job(job, error))
        return FALSE;
    (void) job_store(job);
    return TRUE;
}

static void
add_rows(Job *job, GPtrArray *sessions)
{
    for (guint i = 0; i < sessions->len; i++) {
        const Session *session = sessions->pdata[i];
        JobRow *row = row_new(job, session->id, session->user, session->uid);

        row->stage = STAGE_WARN;
        row->deadline = job->created + (gint64) job->warn * G_USEC_PER_SEC;
    }
}

/* All of them are in the job before the first begins: one without a warning may be done at once. */
static void
begin_rows(Job *job, GPtrArray *sessions)
{
    for (guint i = 0; i < sessions->len; i++) {
        Session *session = sessions->pdata[i];

        job_give_way(session);
        g_free(session->job);
        session->job = g_strdup(job->id);
        session_changed(session);
    }
    for (guint i = 0; i < job->rows->len; i++)
        row_begin(job->rows->pdata[i]);
}

Job *
job_new(Manager *manager, const char *by, uid_t by_uid, GPtrArray *sessions, GVariant *options,
        GError **error)
{
    Job *job = job_alloc(manager, database_next_job_id(manager->database));

    job->by = g_strdup(by);
    job->by_uid = by_uid;
    job->created = g_get_real_time();
    if (!take_options(job, options, error)) {
        job_free(job);
        return NULL;
    }
    add_rows(job, sessions);
    if (!keep_new(job, error)) {
        job_free(job);
        return NULL;
    }
    g_hash_table_replace(manager->jobs, job->id, job);
    begin_rows(job, sessions);
    job_changed(job);
    return job;
}

JobRow *
job_find_row(Job *job, const char *session)
{
    for (guint i = 0; i < job->rows->len; i++) {
        JobRow *row = job->rows->pdata[i];

        if (g_strcmp0(row->session, session) == 0)
            return row;
    }
    return NULL;
}

JobRow *
job_find_row_of(Session *session)
{
    Job *job =
        session->job != NULL ? g_hash_table_lookup(session->manager->jobs, session->job) : NULL;

    return job != NULL ? job_find_row(job, session->id) : NULL;
}

JobRow *
job_find_countdown(Session *session, GError **error)
{
    JobRow *row = job_find_row_of(session);

    if (row == NULL)
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "nobody is ending session '%s'", session->id);
    return row != NULL && row_is_warning(row, error) ? row : NULL;
}

gboolean
job_gives_way(Session *session)
{
    const JobRow *row = job_find_row_of(session);

    return row != NULL && job_is_by_limit(row->job) && row_may_cancel(row, NULL);
}

void
job_give_way(Session *session)
{
    if (job_gives_way(session))
        (void) row_cancel(job_find_row_of(session), NULL);
}

void
job_session_emptied(Session *session, Outcome outcome)
{
    JobRow *row = job_find_row_of(session);

    if (row != NULL)
        row_session_emptied(row, outcome);
}

static void
load_job(Manager *manager, GVariant *record)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(record);
    g_autoptr(GVariant) rows = g_variant_dict_lookup_value(&dict, "rows", G_VARIANT_TYPE("aa{sv}"));
    const char *id = "0", *by = "", *mode = "ask", *message = "";
    guint32 by_uid = 0;
    Job *job;

    (void) g_variant_dict_lookup(&dict, "id", "&s", &id);
    (void) g_variant_dict_lookup(&dict, "by", "&s", &by);
    (void) g_variant_dict_lookup(&dict, "by-uid", "u", &by_uid);
    (void) g_variant_dict_lookup(&dict, "mode", "&s", &mode);
    (void) g_variant_dict_lookup(&dict, "message", "&s", &message);
    job = job_alloc(manager, g_ascii_strtoull(id, NULL, 10));
    job->by = g_strdup(by);
    job->by_uid = by_uid;
    job->message = g_strdup(message);
    (void) g_variant_dict_lookup(&dict, "created", "x", &job->created);
    (void) g_variant_dict_lookup(&dict, "warn", "u", &job->warn);
    (void) end_mode_from_name(mode, &job->mode);
    g_hash_table_replace(manager->jobs, job->id, job);
    for (gsize i = 0; rows != NULL && i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);

        (void) row_load(job, row);
    }
    for (guint i = 0; i < job->rows->len; i++)
        row_resume(job->rows->pdata[i]);
}

void
job_load_all(Manager *manager)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) records = database_load_jobs(manager->database, &error);

    if (records == NULL) {
        g_warning("cannot read the jobs: %s (ignoring)", error->message);
        return;
    }
    for (guint i = 0; i < records->len; i++)
        load_job(manager, records->pdata[i]);
}
