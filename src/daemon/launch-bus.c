/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.manyseat.Launch: what manyseat-session tells, and the decision who gets a session. */
#include "account.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/names.h"
#include "bus/error.h"
#include "dispatch.h"
#include "hosted.h"
#include "launch.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session-end.h"
#include "session-store.h"
#include "session.h"
#include "sessions.h"

static Launch *
get_launch(Peer *peer, guint64 number, GError **error)
{
    if (peer->launch != NULL && peer->launch->number == number)
        return peer->launch;
    g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_LAUNCH,
                        "this connection has not claimed that launch");
    return NULL;
}

static void
handle_claim(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    GError *error = NULL;
    guint64 number;
    Launch *launch;

    g_variant_get(parameters, "(t)", &number);
    launch = peer->launch == NULL ? launch_claim(peer->manager, number, peer, &error) : NULL;
    if (launch == NULL)
        dispatch_fail(invocation, error != NULL ? error
                                                : g_error_new_literal(
                                                      MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_LAUNCH,
                                                      "this connection has claimed a launch"));
    else
        g_dbus_method_invocation_return_value(invocation,
                                              g_variant_new("(@a{sv})", launch_get_order(launch)));
}

/* The launch and the text of a (t, s) call; NULL when it is not this connection's, and answered. */
static Launch *
take_launch(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation,
            const char **ret_text)
{
    GError *error = NULL;
    guint64 number;
    Launch *launch;

    g_variant_get(parameters, "(t&s)", &number, ret_text);
    launch = get_launch(peer, number, &error);
    if (launch == NULL)
        dispatch_fail(invocation, error);
    return launch;
}

static void
handle_attempt(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    const char *user;
    Launch *launch = take_launch(peer, parameters, invocation, &user);

    if (launch == NULL)
        return;
    g_free(launch->user);
    launch->user = g_strdup(user);
    g_dbus_method_invocation_return_value(
        invocation,
        g_variant_new("(u)", throttle_delay(peer->manager->throttle, user, launch->source_key)));
}

static const char *
act_of(const Launch *launch)
{
    return launch->check ? "sign-in" : "log-on";
}

static void
handle_refused(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    const char *reason;
    Launch *launch = take_launch(peer, parameters, invocation, &reason);

    if (launch == NULL)
        return;
    if (g_strcmp0(reason, failure_to_name(FAILURE_DENIED)) == 0)
        throttle_failed(peer->manager->throttle, launch->user, launch->source_key);
    (void) manager_audit(peer->manager, launch->by[0] != '\0' ? launch->by : launch->user,
                         act_of(launch), launch->user, NULL, "refused", reason, launch->source);
    g_dbus_method_invocation_return_value(invocation, NULL);
    launch_end(launch);
}

static GVariant *
decision(const char *action, const char *session, const char *reason)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "action", "s", action);
    g_variant_dict_insert(&dict, "session", "s", session);
    g_variant_dict_insert(&dict, "reason", "s", reason);
    return g_variant_dict_end(&dict);
}

/* The login of the same session that this browser had, as one who unlocks it has; or NULL. */
static Login *
find_former_login(Launch *launch, const char *session)
{
    Login *login = launch->former_hash != NULL
                       ? login_find(launch->manager, LOGIN_STATION,
                                    g_bytes_get_data(launch->former_hash, NULL))
                       : NULL;

    return login != NULL && g_strcmp0(login->session, session) == 0 ? login : NULL;
}

/* The browser's token becomes good; the session is at this station alone. */
static void
make_login(Launch *launch, const char *user, uid_t uid, const char *session)
{
    Manager *manager = launch->manager;
    const guint8 *hash;
    Login *login;

    if (launch->token_hash == NULL)
        return;
    hash = g_bytes_get_data(launch->token_hash, NULL);
    if (launch->check) {
        (void) login_new(manager, LOGIN_DASHBOARD, hash, user, uid, launch->source, NULL, NULL);
        return;
    }
    login = find_former_login(launch, session);
    login_end_of_session(manager, session, "moved", login);
    if (login != NULL)
        login_renew(login, hash);
    else
        (void) login_new(manager, LOGIN_STATION, hash, user, uid, launch->source, session,
                         launch->station[0] != '\0' ? launch->station : launch->source);
}

/* What is to be done with a launch whose user is known; nothing of it is done yet. */
typedef struct {
    const char *action;
    const char *reason;
    Session *session; /* resume: which */
    guint64 number;   /* start: its number */
} Verdict;

static Verdict
refuse(Failure failure)
{
    return (Verdict){ .action = "refuse", .reason = failure_to_name(failure) };
}

static Verdict
judge_start(Manager *manager, const User *user)
{
    Verdict verdict = { .action = "start", .reason = "" };
    g_autoptr(GError) error = NULL;

    if (sessions_count_hosted(manager) >= manager->settings->sessions_max)
        return refuse(FAILURE_LIMIT);
    verdict.number = database_next_session_id(manager->database, &error);
    if (verdict.number != 0)
        return verdict;
    g_warning("cannot start a session of '%s': %s", user->name, error->message);
    return refuse(FAILURE_INTERNAL);
}

static Verdict
judge(const Launch *launch, const User *user)
{
    Manager *manager = launch->manager;
    Session *session;

    if (user == NULL || !user->may_log_on)
        return refuse(FAILURE_NOT_PERMITTED);
    if (launch->check)
        return (Verdict){ .action = "done", .reason = "" };
    session = sessions_find_hosted(manager, user->uid);
    if (session != NULL && manager->settings->one_session_per_account)
        return session->stopping
                   ? refuse(FAILURE_ENDING)
                   : (Verdict){ .action = "resume", .reason = "", .session = session };
    session = sessions_find_foreign(manager, user->uid);
    if (session != NULL)
        return refuse(session->stopping ? FAILURE_ENDING : FAILURE_ELSEWHERE);
    return judge_start(manager, user);
}

static void
resume(Launch *launch, Session *session)
{
    /* The password opens a locked session; an administrator without it does not. */
    if (!launch->automatic && session->locked) {
        session->locked = FALSE;
        session_store(session);
    }
    make_login(launch, session->user, session->uid, session->id);
    session_note_input(session);
    session_changed(session);
}

static void
start(Launch *launch, const User *user, guint64 number)
{
    Manager *manager = launch->manager;
    Session *session = session_new(manager, manager->hosted, number, user->name, user->uid);

    g_free(session->desktop);
    session->desktop =
        g_strdup(launch->desktop[0] != '\0' ? launch->desktop : manager->settings->desktop);
    g_free(session->layout);
    session->layout =
        g_strdup(launch->layout[0] != '\0' ? launch->layout : manager->settings->layout);
    g_hash_table_replace(manager->sessions, session->id, session);
    launch->session = g_strdup(session->id);
    session_changed(session);
}

static void
carry_out(Launch *launch, const User *user, const Verdict *verdict)
{
    if (verdict->session != NULL)
        resume(launch, verdict->session);
    else if (verdict->number != 0)
        start(launch, user, verdict->number);
    else if (g_strcmp0(verdict->action, "done") == 0)
        make_login(launch, user->name, user->uid, NULL);
}

typedef struct {
    Peer *peer;
    GDBusMethodInvocation *invocation;
    guint64 launch;
    char *user;
    uid_t uid;
} AuthenticatedCall;

/* The row is on disk before anything is done; without it nobody comes in. */
static Verdict
audit_verdict(const AuthenticatedCall *call, const Launch *launch, const User *user,
              const Verdict *verdict, const char *session)
{
    Manager *manager = launch->manager;
    gboolean refused = g_strcmp0(verdict->action, "refuse") == 0;
    gboolean written =
        manager_audit(manager, launch->by[0] != '\0' ? launch->by : call->user, act_of(launch),
                      call->user, session, refused ? "refused" : "done",
                      refused ? verdict->reason : verdict->action, launch->source);

    if (refused)
        return *verdict;
    if (!written)
        return refuse(FAILURE_INTERNAL);
    account_note(manager, user);
    return *verdict;
}

static void
decide_and_answer(AuthenticatedCall *call, Launch *launch, const User *user)
{
    gboolean same = user != NULL && g_strcmp0(user->name, call->user) == 0;
    Verdict verdict = judge(launch, same ? user : NULL);
    g_autofree char *session = verdict.session != NULL ? g_strdup(verdict.session->id)
                               : verdict.number != 0
                                   ? g_strdup_printf("%" G_GUINT64_FORMAT, verdict.number)
                                   : g_strdup("");

    if (!launch->automatic)
        throttle_succeeded(launch->manager->throttle, call->user, launch->source_key);
    verdict = audit_verdict(call, launch, user, &verdict, session);
    carry_out(launch, user, &verdict);
    log_about(G_LOG_LEVEL_MESSAGE, session, call->user, NULL, "%s of '%s' from '%s': %s %s%s",
              act_of(launch), call->user, launch->source, verdict.action, session, verdict.reason);
    g_dbus_method_invocation_return_value(
        call->invocation,
        g_variant_new("(@a{sv})", decision(verdict.action,
                                           g_strcmp0(verdict.action, "refuse") != 0 ? session : "",
                                           verdict.reason)));
    if (verdict.number == 0)
        launch_end(launch);
}

static void
on_account_known(GObject *source, GAsyncResult *result, gpointer data)
{
    AuthenticatedCall *call = data;
    Peer *peer = call->peer;
    GError *error = NULL;
    Launch *launch = get_launch(peer, call->launch, &error);

    (void) user_directory_ensure_finish(peer->manager->users, result, NULL);
    if (launch == NULL)
        dispatch_fail(call->invocation, error);
    else
        decide_and_answer(call, launch, user_directory_peek_uid(peer->manager->users, call->uid));
    peer_unref(peer);
    g_free(call->user);
    g_free(call);
}

static void
handle_authenticated(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    AuthenticatedCall *call = g_new0(AuthenticatedCall, 1);
    guint32 uid;

    g_variant_get(parameters, "(tsu)", &call->launch, &call->user, &uid);
    call->peer = peer_ref(peer);
    call->invocation = invocation;
    call->uid = uid;
    user_directory_ensure_async(peer->manager->users, &call->uid, 1, NULL, on_account_known, call);
}

static void
handle_started(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) facts = g_variant_get_child_value(parameters, 1);
    GError *error = NULL;
    const char *id;
    Session *session;

    g_variant_get(parameters, "(&s@a{sv})", &id, NULL);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL &&
        (peer->launch == NULL || g_strcmp0(peer->launch->session, id) != 0 || session->started))
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_LAUNCH,
                    "session '%s' was not to be started here", id);
    if (error != NULL || !hosted_take_facts(session, peer, facts, &error)) {
        dispatch_fail(invocation, error);
        return;
    }
    make_login(peer->launch, session->user, session->uid, session->id);
    g_dbus_method_invocation_return_value(invocation, NULL);
    launch_end(peer->launch);
    /* It may have been told to end while it started. */
    if (session->stop_mode != NULL)
        session_stop(session, session->stop_mode);
}

static void
handle_resume(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) facts = g_variant_get_child_value(parameters, 1);
    GError *error = NULL;
    const char *id;
    Session *session;

    g_variant_get(parameters, "(&s@a{sv})", &id, NULL);
    session = manager_find_session(peer->manager, id, &error);
    if (session == NULL || !hosted_take_facts(session, peer, facts, &error)) {
        dispatch_fail(invocation, error);
        return;
    }
    g_dbus_method_invocation_return_value(invocation, NULL);
    if (session->stop_mode != NULL)
        session_stop(session, session->stop_mode);
}

static void
handle_ended(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) result = g_variant_get_child_value(parameters, 1);
    const char *outcome_name = "", *detail = "";
    Outcome outcome = OUTCOME_FAILED;
    GError *error = NULL;
    const char *id;
    Session *session;

    g_variant_get(parameters, "(&s@a{sv})", &id, NULL);
    (void) g_variant_lookup(result, "outcome", "&s", &outcome_name);
    (void) g_variant_lookup(result, "detail", "&s", &detail);
    (void) outcome_from_name(outcome_name, &outcome);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL && session->worker != NULL && session->worker != peer)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                    "session '%s' is not this connection's", id);
    if (error != NULL) {
        dispatch_fail(invocation, error);
        return;
    }
    g_dbus_method_invocation_return_value(invocation, NULL);
    session_finish(session, outcome, detail);
}

const Method launch_methods[] = {
    { "Claim", GATE_ROOT, handle_claim },     { "Attempt", GATE_ROOT, handle_attempt },
    { "Refused", GATE_ROOT, handle_refused }, { "Authenticated", GATE_ROOT, handle_authenticated },
    { "Started", GATE_ROOT, handle_started }, { "Resume", GATE_ROOT, handle_resume },
    { "Ended", GATE_ROOT, handle_ended },     { NULL, GATE_ROOT, NULL },
};
