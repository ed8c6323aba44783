/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "bus/client.h"
#include "bus/error.h"
#include "keeper.h"
#include "order.h"
#include "pam-session.h"
#include "session.h"
#include "talk.h"

#define INTERFACE "org.manyseat.Launch"
#define PACKET_SECONDS 10
#define WHOLE_SECONDS (LIMIT_LAUNCH_SECONDS + 30) /* SIGALRM ends us if a module of PAM hangs */

typedef struct {
    guint64 number;
    GDBusConnection *connection;
    Talk *talk;
    Order *order;
    PamSession *pam;
    Account *account;
} Launch;

static gboolean
receive_launch(Launch *launch, int socket, GError **error)
{
    struct pollfd poll_fd = { .fd = socket, .events = POLLIN };
    int fds[FD_PACKET_MAX_FDS] = { -1, -1, -1, -1 };
    guint64 number = 0;
    uid_t uid;

    if (!fd_peer_uid(socket, &uid, NULL, error))
        return FALSE;
    if (uid == 0 && poll(&poll_fd, 1, PACKET_SECONDS * 1000) > 0 &&
        fd_receive_packet(socket, &number, sizeof number, fds, error) == sizeof number &&
        fds[0] >= 0 && fds[1] < 0) {
        launch->number = GUINT64_FROM_LE(number);
        launch->talk = talk_new(fds[0]);
        return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        fd_clear(&fds[i]);
    if (error != NULL && *error == NULL)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                            "cannot take a launch: not root's, or not one number and one socket");
    return FALSE;
}

static GVariant *
call(Launch *launch, const char *method, GVariant *parameters, GError **error)
{
    return client_call(launch->connection, BUS_PATH_LAUNCH, INTERFACE, method, parameters, NULL,
                       error);
}

static gboolean
claim(Launch *launch, GError **error)
{
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GVariant) dict = NULL;

    launch->connection = client_connect(NULL, error);
    if (launch->connection == NULL)
        return FALSE;
    g_dbus_connection_start_message_processing(launch->connection);
    answer = call(launch, "Claim", g_variant_new("(t)", launch->number), error);
    if (answer == NULL)
        return FALSE;
    if (!g_variant_is_of_type(answer, G_VARIANT_TYPE("(a{sv})"))) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                            "cannot take the order: it is of another type");
        return FALSE;
    }
    dict = g_variant_get_child_value(answer, 0);
    launch->order = order_parse(dict, error);
    return launch->order != NULL;
}

static void
refuse(Launch *launch, Failure failure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;

    /* manyseatd counts it before the person can try again. */
    talk_wait_refusal(launch->talk);
    answer = call(launch, "Refused",
                  g_variant_new("(ts)", launch->number, failure_to_name(failure)), &error);
    if (answer == NULL)
        g_message("cannot report a refusal, ignoring: %s", error->message);
    talk_refuse(launch->talk, failure);
}

static gboolean
is_name(const char *name)
{
    gsize length = strlen(name);

    for (gsize i = 0; i < length; i++)
        if (g_ascii_iscntrl(name[i]))
            return FALSE;
    return length > 0 && length <= LIMIT_USER_NAME;
}

/* The answer is no Secret for long, but people do type passwords into the wrong field: it is not logged before PAM has said yes. */
static char *
ask_name(Launch *launch, Failure *ret_failure)
{
    g_autoptr(Secret) answer = NULL;

    if (*launch->order->user != '\0')
        return g_strdup(launch->order->user);
    answer = talk_ask(launch->talk, FALSE, "login:");
    if (answer != NULL)
        return g_strdup(secret_bytes(answer));
    (void) talk_get_failure(launch->talk, ret_failure);
    return NULL;
}

static gboolean
attempt(Launch *launch, const char *name, Failure *ret_failure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        call(launch, "Attempt", g_variant_new("(ts)", launch->number, name), &error);
    guint32 delay;

    if (answer == NULL || !g_variant_is_of_type(answer, G_VARIANT_TYPE("(u)"))) {
        gboolean limit = g_error_matches(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED);

        g_message("no attempt: %s", error != NULL ? error->message : "an odd answer");
        talk_hold_refusal(launch->talk, LIMIT_REFUSAL_DELAY_LEAST_MS);
        *ret_failure = limit ? FAILURE_LIMIT : FAILURE_INTERNAL;
        return FALSE;
    }
    g_variant_get(answer, "(u)", &delay);
    talk_hold_refusal(launch->talk, delay);
    /* What earlier failures cost is waited for before PAM hears a password: who hangs up instead of waiting for a refusal has
     * won nothing. */
    if (!talk_wait_turn(launch->talk, delay - MIN(delay, LIMIT_REFUSAL_DELAY_LEAST_MS))) {
        (void) talk_get_failure(launch->talk, ret_failure);
        return FALSE;
    }
    return TRUE;
}

static gboolean
find_account(Launch *launch, Failure *ret_failure)
{
    g_autoptr(GError) error = NULL;
    const char *user = pam_session_get_user(launch->pam);

    launch->account = user != NULL ? account_find(user, &error) : NULL;
    if (launch->account == NULL) {
        g_message("no account after PAM: %s", error != NULL ? error->message : "no name");
        *ret_failure = FAILURE_ACCOUNT;
        return FALSE;
    }
    if (launch->account->uid != 0)
        return TRUE;
    *ret_failure = FAILURE_NOT_PERMITTED;
    return FALSE;
}

static gboolean
authenticate(Launch *launch, Failure *ret_failure)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = ask_name(launch, ret_failure);

    if (name == NULL || !attempt(launch, name, ret_failure))
        return FALSE;
    if (!is_name(name)) {
        *ret_failure = FAILURE_DENIED;
        return FALSE;
    }
    launch->pam = pam_session_new(launch->order, name, launch->talk, &error);
    if (launch->pam == NULL) {
        g_warning("%s", error->message);
        *ret_failure = FAILURE_INTERNAL;
        return FALSE;
    }
    return pam_session_authenticate(launch->pam, ret_failure) && find_account(launch, ret_failure);
}

static GVariant *
get_decision(Launch *launch, GError **error)
{
    g_autoptr(GVariant) answer = call(launch, "Authenticated",
                                      g_variant_new("(tsu)", launch->number, launch->account->name,
                                                    (guint32) launch->account->uid),
                                      error);

    if (answer == NULL)
        return NULL;
    if (g_variant_is_of_type(answer, G_VARIANT_TYPE("(a{sv})")))
        return g_variant_get_child_value(answer, 0);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "an odd decision");
    return NULL;
}

/* In all threads from here on: manyseatd's connection has a thread of its own, made after this. */
static void
block_signals(int how)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    if (how == SIG_BLOCK)
        sigaddset(&signals, SIGCHLD);
    (void) pthread_sigmask(how, &signals, NULL);
}

static gboolean
report_started(Launch *launch, Session *session, GError **error)
{
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *text = g_strconcat("started ", session->id, NULL);

    answer =
        call(launch, "Started",
             g_variant_new("(s@a{sv})", session->id, session_get_facts(session, FALSE)), error);
    if (answer == NULL)
        return FALSE;
    talk_succeed(launch->talk, text);
    return TRUE;
}

static gboolean
start_session(Launch *launch, Session *session, Failure *ret_failure, GError **error)
{
    g_autofree char *message = NULL;

    if (!session_start(session, &message, ret_failure, error))
        return FALSE;
    if (message != NULL)
        talk_tell(launch->talk, FALSE, message);
    *ret_failure = FAILURE_INTERNAL;
    return TRUE;
}

static void
run_session(Launch *launch, const char *id)
{
    g_autoptr(Session) session = session_new(id, g_steal_pointer(&launch->account), launch->order,
                                             g_steal_pointer(&launch->pam));
    g_autoptr(Keeper) keeper = NULL;
    g_autoptr(GError) error = NULL;
    Failure failure = FAILURE_INTERNAL;
    gboolean started;

    block_signals(SIG_BLOCK);
    talk_hold_refusal(launch->talk, 0); /* what may fail now tells nothing about passwords */
    started = start_session(launch, session, &failure, &error);
    if (session->pam != NULL)
        pam_session_forget_talk(session->pam);
    keeper = keeper_new(session, launch->connection);
    started = started && report_started(launch, session, &error);
    (void) alarm(0);
    if (started) {
        log_about(G_LOG_LEVEL_MESSAGE, id, session->account->name, NULL,
                  "session '%s' of '%s' runs on display %s", id, session->account->name,
                  session->display->name);
        g_clear_pointer(&launch->talk, talk_free);
        keeper_run(keeper);
        return;
    }
    log_about(G_LOG_LEVEL_WARNING, id, session->account->name, NULL,
              "session '%s' of '%s' does not start: %s", id, session->account->name,
              error->message);
    talk_refuse(launch->talk, failure);
    keeper_run_failed(keeper, error->message);
}

static void
refuse_as_decided(Launch *launch, const char *reason)
{
    Failure failure = FAILURE_INTERNAL;

    (void) failure_from_name(reason, &failure);
    talk_refuse(launch->talk, failure);
}

static void
say_success(Launch *launch, const char *what, const char *name)
{
    g_autofree char *text = g_strdup_printf("%s %s", what, name);

    talk_succeed(launch->talk, text);
}

static void
carry_out(Launch *launch, GVariant *decision)
{
    const char *action = "";
    const char *session = "";
    const char *reason = "";

    (void) g_variant_lookup(decision, "action", "&s", &action);
    (void) g_variant_lookup(decision, "session", "&s", &session);
    (void) g_variant_lookup(decision, "reason", "&s", &reason);
    if (strcmp(action, "done") == 0 && launch->order->check)
        say_success(launch, "user", launch->account->name);
    else if (strcmp(action, "resume") == 0 && !launch->order->check)
        say_success(launch, "resumed", session);
    else if (strcmp(action, "start") == 0 && !launch->order->check && session_id_is_valid(session))
        run_session(launch, session);
    else
        refuse_as_decided(launch, reason);
}

static void
decide(Launch *launch)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) decision = NULL;
    Failure failure = FAILURE_INTERNAL;

    if (!authenticate(launch, &failure)) {
        refuse(launch, failure);
        return;
    }
    decision = get_decision(launch, &error);
    if (decision != NULL) {
        carry_out(launch, decision);
        return;
    }
    g_warning("no decision on '%s': %s", launch->account->name, error->message);
    refuse(launch, FAILURE_INTERNAL);
}

static void
launch_clear(Launch *launch)
{
    g_clear_pointer(&launch->pam, pam_session_free);
    g_clear_pointer(&launch->talk, talk_free);
    g_clear_pointer(&launch->account, account_free);
    g_clear_pointer(&launch->order, order_free);
    g_clear_object(&launch->connection);
}

int
launch_run(int socket)
{
    autofd taken = socket;
    Launch launch = { 0 };
    g_autoptr(GError) error = NULL;
    gboolean claimed;

    (void) alarm(WHOLE_SECONDS);
    (void) signal(SIGPIPE, SIG_IGN);
    /* systemd sends it beside SIGTERM when it stops the session's scope, where we are too: one of them is enough. */
    (void) signal(SIGHUP, SIG_IGN);
    block_signals(SIG_BLOCK);
    claimed = receive_launch(&launch, taken, &error) && claim(&launch, &error);
    fd_clear(&taken);
    /* Until there is a session SIGTERM just ends us, in this thread. */
    block_signals(SIG_UNBLOCK);
    if (claimed) {
        decide(&launch);
    } else {
        g_warning("%s", error->message);
        if (launch.talk != NULL)
            talk_refuse(launch.talk, FAILURE_INTERNAL);
    }
    launch_clear(&launch);
    return claimed ? 0 : 1;
}
