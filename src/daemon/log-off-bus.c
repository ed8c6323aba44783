/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.manyseat.Manager: ending, suspending and locking sessions. */
#include "base/limits.h"
#include "bus/error.h"
#include "dispatch.h"
#include "job.h"
#include "login.h"
#include "look.h"
#include "manager.h"
#include "peer.h"
#include "selection.h"
#include "session-store.h"
#include "session.h"
#include "watch.h"

/* Who tries an id or a name that is hidden from him is not told whose it is; whose it is finds the try in his audit. */
static void
audit_hidden(Peer *peer, Verb verb, GVariant *dictionary)
{
    g_autofree char *asked = g_variant_print(dictionary, FALSE);
    g_autofree const char **ids = NULL;
    const char *user = NULL;
    gboolean any = FALSE;

    (void) g_variant_lookup(dictionary, "user", "&s", &user);
    (void) g_variant_lookup(dictionary, "sessions", "^a&s", &ids);
    for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
        const Session *session = g_hash_table_lookup(peer->manager->sessions, ids[i]);

        if (session == NULL || session->uid == peer_caller(peer).uid)
            continue;
        (void) manager_audit(peer->manager, peer_get_user(peer), verb_to_name(verb), session->user,
                             session->id, "refused", "", peer_get_source(peer));
        any = TRUE;
    }
    if (!any)
        (void) manager_audit(peer->manager, peer_get_user(peer), verb_to_name(verb), user, NULL,
                             "refused", user != NULL ? "" : asked, peer_get_source(peer));
}

static gboolean
resolve(Peer *peer, Verb verb, GVariant *dictionary, Selection *ret, GError **error)
{
    PolicyCaller caller = peer_caller(peer);
    GError *failure = NULL;

    if (selection_resolve(peer->manager, &caller, verb, dictionary, ret, &failure))
        return TRUE;
    if (g_error_matches(failure, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED))
        audit_hidden(peer, verb, dictionary);
    g_propagate_error(error, failure);
    return FALSE;
}

static void
audit_refusal(Peer *peer, Verb verb, const Selection *selection)
{
    for (guint i = 0; i < selection->left_out->len; i++) {
        const LeftOut *left_out = &g_array_index(selection->left_out, LeftOut, i);

        if (g_strcmp0(left_out->reason, "role") == 0)
            (void) manager_audit(peer->manager, peer_get_user(peer), verb_to_name(verb),
                                 left_out->session->user, left_out->session->id, "refused", "",
                                 peer_get_source(peer));
    }
}

/* Whom a plan would hit, for a caller who may hear of it. */
static gboolean
resolve_plan(Peer *peer, GVariant *parameters, Selection *ret, GError **error)
{
    g_autoptr(GVariant) dictionary = g_variant_get_child_value(parameters, 0);

    /* Whose an id is that a standard user tries is nothing of his business. */
    return resolve(peer, VERB_LOG_OFF, dictionary, ret, error) &&
           (peer_caller(peer).role != ROLE_STANDARD || selection_check(ret, VERB_LOG_OFF, error));
}

static void
handle_plan_log_off(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_auto(Selection) selection = { 0 };
    PolicyCaller caller = peer_caller(peer);
    GError *error = NULL;
    GVariantBuilder hit;
    GVariantDict plan;

    if (!resolve_plan(peer, parameters, &selection, &error)) {
        dispatch_fail(invocation, error);
        return;
    }
    g_variant_builder_init(&hit, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < selection.hit->len; i++)
        g_variant_builder_add_value(&hit, session_get_record(selection.hit->pdata[i], &caller));
    g_variant_dict_init(&plan, NULL);
    g_variant_dict_insert_value(&plan, "hit", g_variant_builder_end(&hit));
    g_variant_dict_insert_value(&plan, "left-out", selection_get_left_out(&selection));
    g_dbus_method_invocation_return_value(invocation,
                                          g_variant_new("(@a{sv})", g_variant_dict_end(&plan)));
}

static void
on_looked(GVariant *unsaved, gpointer invocation)
{
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(@aa{sv})", unsaved));
}

static void
handle_list_unsaved(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_auto(Selection) selection = { 0 };
    GError *error = NULL;

    if (!resolve_plan(peer, parameters, &selection, &error))
        dispatch_fail(invocation, error);
    else
        look_at(peer->manager->looks, selection.hit, on_looked, invocation);
}

static void
handle_log_off(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) dictionary = g_variant_get_child_value(parameters, 0);
    g_autoptr(GVariant) options = g_variant_get_child_value(parameters, 1);
    g_auto(Selection) selection = { 0 };
    GError *error = NULL;
    Job *job = NULL;

    if (resolve(peer, VERB_LOG_OFF, dictionary, &selection, &error)) {
        audit_refusal(peer, VERB_LOG_OFF, &selection);
        if (selection_check(&selection, VERB_LOG_OFF, &error))
            job = job_new(peer->manager, peer_get_user(peer), peer_caller(peer).uid, selection.hit,
                          options, &error);
    }
    if (job == NULL)
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(s)", job->id));
}

static Job *
find_job(Peer *peer, const char *id, GError **error)
{
    Job *job = g_hash_table_lookup(peer->manager->jobs, id);
    PolicyCaller caller = peer_caller(peer);

    if (job != NULL && job_may_see(job, &caller))
        return job;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_JOB, "no job '%s'", id);
    return NULL;
}

static int
compare_jobs(gconstpointer a, gconstpointer b)
{
    const Job *left = *(Job *const *) a;
    const Job *right = *(Job *const *) b;

    return left->number < right->number ? -1 : left->number > right->number;
}

static void
handle_list_jobs(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GPtrArray) jobs = g_ptr_array_new();
    PolicyCaller caller = peer_caller(peer);
    GVariantBuilder rows;
    GHashTableIter iter;
    gpointer job;

    g_hash_table_iter_init(&iter, peer->manager->jobs);
    while (g_hash_table_iter_next(&iter, NULL, &job))
        if (job_may_see(job, &caller))
            g_ptr_array_add(jobs, job);
    g_ptr_array_sort(jobs, compare_jobs);
    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < jobs->len; i++)
        g_variant_builder_add_value(&rows, job_get_record(jobs->pdata[i], &caller));
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aa{sv})", &rows));
}

static void
handle_get_job(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    PolicyCaller caller = peer_caller(peer);
    GError *error = NULL;
    const char *id;
    Job *job;

    g_variant_get(parameters, "(&s)", &id);
    job = find_job(peer, id, &error);
    if (job == NULL)
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(
            invocation, g_variant_new("(@a{sv})", job_get_record(job, &caller)));
}

static GVariant *
get_result(const char *session, const char *user, const GError *error)
{
    GVariantDict result;

    g_variant_dict_init(&result, NULL);
    g_variant_dict_insert(&result, "session", "s", session);
    g_variant_dict_insert(&result, "user", "s", user);
    g_variant_dict_insert(&result, "done", "b", error == NULL);
    g_variant_dict_insert(&result, "error", "s",
                          error != NULL ? manyseat_error_name(manyseat_error_code(error)) : "");
    g_variant_dict_insert(&result, "detail", "s", error != NULL ? error->message : "");
    return g_variant_dict_end(&result);
}

/* Whoever may end it may also leave it: the job's owner, and those who may log the session off themselves. */
static gboolean
may_change_row(Peer *peer, const Job *job, const JobRow *row)
{
    PolicyCaller caller = peer_caller(peer);
    PolicyTarget target = manager_target(peer->manager, row->uid);

    /* The one who is to be ended may not call it off, unless he asked for it himself. */
    if (job->by_uid == caller.uid)
        return TRUE;
    return row->uid != caller.uid && policy_may(&caller, VERB_LOG_OFF, &target, FALSE);
}

static GVariant *
cancel_row(Peer *peer, Job *job, const char *session)
{
    JobRow *row = job_find_row(job, session);
    g_autofree char *user = g_strdup(row != NULL ? row->user : "");
    g_autoptr(GError) error = NULL;

    if (row == NULL)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_SESSION,
                    "job '%s' has no session '%s'", job->id, session);
    else if (!may_change_row(peer, job, row)) {
        (void) manager_audit(peer->manager, peer_get_user(peer), "cancel", user, session, "refused",
                             job->id, peer_get_source(peer));
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                    "not permitted: cancel the end of session '%s'", session);
    } else if (row_may_cancel(row, &error)) {
        (void) manager_audit(peer->manager, peer_get_user(peer), "cancel", user, session, "done",
                             job->id, peer_get_source(peer));
        (void) row_cancel(row, &error);
    }
    return get_result(session, user, error);
}

static void
handle_cancel_job(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autofree const char **sessions = NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    GError *error = NULL;
    GVariantBuilder results;
    const char *id;
    Job *job;

    g_variant_get(parameters, "(&s^a&s)", &id, &sessions);
    job = find_job(peer, id, &error);
    if (job == NULL) {
        dispatch_fail(invocation, error);
        return;
    }
    for (guint i = 0; sessions[i] != NULL; i++)
        g_ptr_array_add(all, g_strdup(sessions[i]));
    for (guint i = 0; sessions[0] == NULL && i < job->rows->len; i++)
        g_ptr_array_add(all, g_strdup(((JobRow *) job->rows->pdata[i])->session));
    g_variant_builder_init(&results, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < all->len; i++)
        g_variant_builder_add_value(&results, cancel_row(peer, job, all->pdata[i]));
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aa{sv})", &results));
}

/* The row is on disk before the act. */
static gboolean
audit_row(Peer *peer, const char *act, const Session *session, GError **error)
{
    if (manager_audit(peer->manager, peer_get_user(peer), act, session->user, session->id, "done",
                      "", peer_get_source(peer)))
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                "cannot %s session '%s': the audit can't be written", act, session->id);
    return FALSE;
}

/* The countdown that the caller may answer about, by giving more time or not. */
static gboolean
find_row_to_grant(Peer *peer, const char *act, const char *id, Session **ret_session, JobRow **ret,
                  GError **error)
{
    Session *session = manager_find_session(peer->manager, id, error);
    PolicyCaller caller = peer_caller(peer);

    if (session == NULL)
        return FALSE;
    if (!session_may(session, &caller, VERB_GRANT)) {
        g_propagate_error(error, peer_refuse(peer, act, session));
        return FALSE;
    }
    *ret_session = session;
    *ret = job_find_countdown(session, error);
    return *ret != NULL;
}

static gboolean
grant(Peer *peer, const char *id, guint minutes, GError **error)
{
    const char *act = verb_to_name(VERB_GRANT);
    Session *session;
    JobRow *row;

    if (minutes < 1 || minutes > 60) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot give %u minutes: 1 to 60", minutes);
        return FALSE;
    }
    return find_row_to_grant(peer, act, id, &session, &row, error) &&
           audit_row(peer, act, session, error) && row_grant(row, minutes, error);
}

static void
handle_grant(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    GError *error = NULL;
    const char *id;
    guint32 minutes;

    g_variant_get(parameters, "(&su)", &id, &minutes);
    if (!grant(peer, id, minutes, &error)) {
        dispatch_fail(invocation, error);
        return;
    }
    g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
handle_refuse(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    GError *error = NULL;
    const char *id;
    Session *session;
    JobRow *row;

    g_variant_get(parameters, "(&s)", &id);
    if (!find_row_to_grant(peer, "refuse", id, &session, &row, &error) ||
        !audit_row(peer, "refuse", session, &error) || !row_refuse(row, &error))
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, NULL);
}

/* What only the session's own user may say about his countdown. */
static void
answer_own(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation, const char *name,
           gboolean (*act)(JobRow *, GError **))
{
    GError *error = NULL;
    const char *id;
    Session *session;
    JobRow *row;

    g_variant_get(parameters, "(&s)", &id);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL && session->uid != peer_caller(peer).uid)
        error = peer_refuse(peer, name, session);
    row = error == NULL ? job_find_countdown(session, &error) : NULL;
    if (row == NULL || !audit_row(peer, name, session, &error) || !act(row, &error))
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
handle_proceed(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    answer_own(peer, parameters, invocation, "proceed", row_proceed);
}

static void
handle_request_time(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    answer_own(peer, parameters, invocation, "request-time", row_request_time);
}

static gboolean
act_suspend(Session *session, GError **error)
{
    session_suspend(session, "suspended");
    return TRUE;
}

static gboolean
act_lock(Session *session, GError **error)
{
    session->locked = TRUE;
    session_close_views(session, "locked");
    watch_forget(session->manager->watch, session->id);
    session_store(session);
    session_changed(session);
    return TRUE;
}

static gboolean
act_unlock(Session *session, GError **error)
{
    if (!session->locked) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot unlock session '%s': it is not locked", session->id);
        return FALSE;
    }
    session->locked = FALSE;
    session_store(session);
    session_changed(session);
    return TRUE;
}

static void
act_on_selection(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation, Verb verb,
                 gboolean (*act)(Session *, GError **))
{
    g_autoptr(GVariant) dictionary = g_variant_get_child_value(parameters, 0);
    g_auto(Selection) selection = { 0 };
    GError *error = NULL;
    GVariantBuilder results;

    if (resolve(peer, verb, dictionary, &selection, &error)) {
        audit_refusal(peer, verb, &selection);
        (void) selection_check(&selection, verb, &error);
    }
    if (error != NULL) {
        dispatch_fail(invocation, error);
        return;
    }
    g_variant_builder_init(&results, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < selection.hit->len; i++) {
        Session *session = selection.hit->pdata[i];
        g_autoptr(GError) failure = NULL;

        if (session_can(session, verb, &failure) &&
            audit_row(peer, verb_to_name(verb), session, &failure))
            (void) act(session, &failure);
        g_variant_builder_add_value(&results, get_result(session->id, session->user, failure));
    }
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aa{sv})", &results));
}

static void
handle_suspend(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    act_on_selection(peer, parameters, invocation, VERB_SUSPEND, act_suspend);
}

static void
handle_lock(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    act_on_selection(peer, parameters, invocation, VERB_LOCK, act_lock);
}

static void
handle_unlock(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    act_on_selection(peer, parameters, invocation, VERB_UNLOCK, act_unlock);
}

const Method log_off_methods[] = {
    { "PlanLogOff", GATE_CALLER, handle_plan_log_off },
    { "ListUnsaved", GATE_ACT, handle_list_unsaved },
    { "LogOff", GATE_ACT, handle_log_off },
    { "ListJobs", GATE_CALLER, handle_list_jobs },
    { "GetJob", GATE_CALLER, handle_get_job },
    { "CancelJob", GATE_ACT, handle_cancel_job },
    { "Grant", GATE_ACT, handle_grant },
    { "Refuse", GATE_ACT, handle_refuse },
    { "Proceed", GATE_ACT, handle_proceed },
    { "RequestTime", GATE_ACT, handle_request_time },
    { "Suspend", GATE_ACT, handle_suspend },
    { "Lock", GATE_ACT, handle_lock },
    { "Unlock", GATE_ACT, handle_unlock },
    { NULL, GATE_CALLER, NULL },
};
