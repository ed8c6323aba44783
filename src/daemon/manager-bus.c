/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.manyseat.Manager: lists, views, thumbnails, log-on. Ending and suspending sessions: log-off-bus.c. */
#include <gio/gunixfdlist.h>
#include <string.h>

#include "audit.h"
#include "base/errand.h"
#include "base/fd.h"
#include "base/limits.h"
#include "base/names.h"
#include "base/paths.h"
#include "base/secret.h"
#include "bus/error.h"
#include "desktop.h"
#include "dispatch.h"
#include "errand-call.h"
#include "launch.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session.h"
#include "sessions.h"
#include "ticket.h"
#include "watch.h"

static void
answer_rows(GDBusMethodInvocation *invocation, GVariantBuilder *rows)
{
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aa{sv})", rows));
}

static void
handle_get_caller(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_dbus_method_invocation_return_value(invocation,
                                          g_variant_new("(@a{sv})", peer_get_record(peer)));
}

static guint
count_viewers(const Manager *manager)
{
    guint n = 0;

    for (guint i = 0; i < manager->peers->len; i++)
        n += ((Peer *) manager->peers->pdata[i])->view != NULL;
    return n;
}

#define PACE_USUAL 1000

/* What watching uses of its budget, if it has one; slow is set where that costs rates. */
static void
insert_use(GVariantDict *status, const Watch *watch, const char **slow)
{
    const WatchUse *use = watch_get_use(watch);

    if (use == NULL)
        return;
    g_variant_dict_insert(status, "watching-cpu", "u", use->cpu_permille);
    g_variant_dict_insert(status, "watching-bytes", "u", use->bytes_per_second);
    g_variant_dict_insert(status, "watching-pace", "u", use->pace);
    if (use->pace > PACE_USUAL)
        *slow = "thumbnails come more slowly, to keep to their budget";
}

static guint
count_users(const Manager *manager)
{
    g_autoptr(GHashTable) uids = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer session;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &session))
        (void) g_hash_table_add(uids, GUINT_TO_POINTER(((Session *) session)->uid));
    return g_hash_table_size(uids);
}

static void
handle_get_status(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    Manager *manager = peer->manager;
    gboolean display = watch_is_there(manager->watch);
    const char *degraded[] = { display ? NULL : "manyseat-display does not run: no thumbnails",
                               NULL };
    GVariantDict status;

    g_variant_dict_init(&status, NULL);
    insert_use(&status, manager->watch, &degraded[0]);
    g_variant_dict_insert(&status, "version", "s", MANYSEAT_VERSION);
    g_variant_dict_insert(&status, "host", "s", manager->host);
    g_variant_dict_insert(&status, "sessions", "u", g_hash_table_size(manager->sessions));
    g_variant_dict_insert(&status, "users", "u", count_users(manager));
    g_variant_dict_insert(&status, "viewers", "u", count_viewers(manager));
    g_variant_dict_insert(&status, "started", "x", manager->started);
    g_variant_dict_insert(&status, "tracker", "s", manager_tracker_name(manager));
    g_variant_dict_insert(&status, "display", "b", display);
    g_variant_dict_insert(&status, "degraded", "^as", degraded);
    g_dbus_method_invocation_return_value(invocation,
                                          g_variant_new("(@a{sv})", g_variant_dict_end(&status)));
}

static void
handle_list_sessions(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GPtrArray) sessions = sessions_list(peer->manager);
    PolicyCaller caller = peer_caller(peer);
    GVariantBuilder rows;

    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < sessions->len; i++)
        if (session_may(sessions->pdata[i], &caller, VERB_LIST))
            g_variant_builder_add_value(&rows, session_get_record(sessions->pdata[i], &caller));
    answer_rows(invocation, &rows);
}

/* The places of foreign sessions are known by these alone. */
static void
add_foreign_stations(Peer *peer, const PolicyCaller *caller, GVariantBuilder *rows)
{
    g_autoptr(GPtrArray) sessions = sessions_list(peer->manager);

    for (guint i = 0; i < sessions->len; i++) {
        const Session *session = sessions->pdata[i];
        SessionStation station = session_get_station(session);
        GVariantDict record;

        if (session->kind->hosted || station.kind[0] == '\0' ||
            !session_may(session, caller, VERB_LIST))
            continue;
        g_variant_dict_init(&record, NULL);
        g_variant_dict_insert(&record, "name", "s", station.name);
        g_variant_dict_insert(&record, "kind", "s", station.kind);
        g_variant_dict_insert(&record, "session", "s", session->id);
        g_variant_dict_insert(&record, "user", "s", session->user);
        g_variant_dict_insert(&record, "source", "s", "");
        g_variant_dict_insert(&record, "since", "x", session->since);
        g_variant_builder_add_value(rows, g_variant_dict_end(&record));
    }
}

static void
handle_list_stations(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    Manager *manager = peer->manager;
    PolicyCaller caller = peer_caller(peer);
    GVariantBuilder rows;

    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < manager->logins->len; i++) {
        Login *login = manager->logins->pdata[i];
        Session *session =
            login->session != NULL ? manager_find_session(manager, login->session, NULL) : NULL;

        if (session != NULL && session_may(session, &caller, VERB_LIST))
            g_variant_builder_add_value(&rows, login_get_station_record(login));
    }
    add_foreign_stations(peer, &caller, &rows);
    answer_rows(invocation, &rows);
}

static GVariant *
user_get_record(Manager *manager, const User *user)
{
    Session *session = sessions_find_hosted(manager, user->uid);
    GVariantDict record;

    if (session == NULL)
        session = sessions_find_foreign(manager, user->uid);
    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "user", "s", user->name);
    g_variant_dict_insert(&record, "full-name", "s", user->full_name);
    g_variant_dict_insert(&record, "uid", "u", (guint32) user->uid);
    g_variant_dict_insert(&record, "role", "s", role_to_name(user->role));
    g_variant_dict_insert(&record, "session", "s", session != NULL ? session->id : "");
    return g_variant_dict_end(&record);
}

typedef struct {
    Peer *peer;
    GDBusMethodInvocation *invocation;
} UsersCall;

static void
on_users_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree UsersCall *call = data;
    g_autoptr(Peer) peer = call->peer;
    GError *error = NULL;
    g_autoptr(GPtrArray) users = user_directory_list_finish(peer->manager->users, result, &error);
    PolicyCaller caller = peer_caller(peer);
    gboolean all = manager_may(peer->manager, &caller, VERB_LIST_USERS);
    GVariantBuilder rows;

    if (users == NULL) {
        dispatch_fail(call->invocation, error);
        return;
    }
    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < users->len; i++)
        if (all || ((User *) users->pdata[i])->uid == caller.uid)
            g_variant_builder_add_value(&rows, user_get_record(peer->manager, users->pdata[i]));
    answer_rows(call->invocation, &rows);
}

static void
handle_list_users(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    UsersCall *call = g_new0(UsersCall, 1);

    call->peer = peer_ref(peer);
    call->invocation = invocation;
    user_directory_list_async(peer->manager->users, NULL, on_users_listed, call);
}

static void
handle_list_desktops(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_dbus_method_invocation_return_value(
        invocation, g_variant_new("(@aa{sv})", desktop_list(peer->manager->settings)));
}

static void
handle_list_layouts(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    const Settings *settings = peer->manager->settings;
    GVariantBuilder rows;

    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; settings->layouts[i] != NULL; i++) {
        GVariantDict row;

        g_variant_dict_init(&row, NULL);
        g_variant_dict_insert(&row, "id", "s", settings->layouts[i]);
        g_variant_dict_insert(&row, "default", "b",
                              g_strcmp0(settings->layouts[i], settings->layout) == 0);
        g_variant_builder_add_value(&rows, g_variant_dict_end(&row));
    }
    answer_rows(invocation, &rows);
}

static void
handle_get_audit(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    PolicyCaller caller = peer_caller(peer);
    gboolean all = manager_may(peer->manager, &caller, VERB_AUDIT_ALL);
    GError *error = NULL;
    g_autoptr(GVariant) rows = NULL;
    gint64 since;
    guint32 limit;

    g_variant_get(parameters, "(xu)", &since, &limit);
    rows =
        audit_list(peer->manager->database, since, limit, all ? NULL : peer_get_user(peer), &error);
    if (rows == NULL)
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(@aa{sv})", rows));
}

/* The texts live in dictionary. */
static gboolean
read_filter(GVariant *dictionary, AuditFilter *ret, GError **error)
{
    gsize known = 0;

    known += g_variant_lookup(dictionary, "since", "x", &ret->since);
    known += g_variant_lookup(dictionary, "before", "x", &ret->before);
    known += g_variant_lookup(dictionary, "limit", "u", &ret->limit);
    known += g_variant_lookup(dictionary, "user", "&s", &ret->user);
    known += g_variant_lookup(dictionary, "act", "&s", &ret->act);
    if (known == g_variant_n_children(dictionary))
        return TRUE;
    g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                        "cannot find in the audit: the filter is not of since x, before x, limit u,"
                        " user s, act s");
    return FALSE;
}

static void
handle_find_audit(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) dictionary = g_variant_get_child_value(parameters, 0);
    PolicyCaller caller = peer_caller(peer);
    AuditFilter filter = { 0 };
    g_autoptr(GVariant) rows = NULL;
    GError *error = NULL;

    if (!manager_may(peer->manager, &caller, VERB_AUDIT_ALL))
        filter.reader = peer_get_user(peer);
    if (read_filter(dictionary, &filter, &error))
        rows = audit_find(peer->manager->database, &filter, &error);
    if (rows == NULL)
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(@aa{sv})", rows));
}

static void
handle_log_on(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) request = g_variant_get_child_value(parameters, 0);
    PolicyCaller caller = peer_caller(peer);
    GError *error = NULL;
    gboolean automatic = FALSE;
    const char *user = "";
    int conversation = -1;

    (void) g_variant_lookup(request, "auto", "b", &automatic);
    (void) g_variant_lookup(request, "user", "&s", &user);
    if (peer->kind == PEER_DASHBOARD)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                            "not permitted: log on from the dashboard");
    else if (automatic && !manager_may(peer->manager, &caller, VERB_AUTO_LOG_ON)) {
        (void) manager_audit(peer->manager, peer_get_user(peer), "log-on", user, NULL, "refused",
                             "without a password", "");
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                    "not permitted: log on '%s' without a password", user);
    } else if (automatic && user[0] == '\0')
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                            "cannot log on without a password: no user is named");
    else if (automatic && user_directory_peek_name(peer->manager->users, user) == NULL)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_USER,
                    "cannot log on '%s' without a password: there is no such user", user);
    else
        conversation = launch_new(peer, FALSE, request, &error);
    if (conversation < 0)
        dispatch_fail(invocation, error);
    else
        dispatch_answer_fd(invocation, g_variant_new("(h)", 0), conversation);
}

/* Control is the station's whose login owns the session; a view is asked of the policy. */
static gboolean
check_view(Peer *peer, const Session *session, ViewMode mode, GError **error)
{
    PolicyCaller caller = peer_caller(peer);
    Verb verb = mode == VIEW_MODE_CONTROL ? VERB_CONTROL : VERB_VIEW;
    gboolean here = peer->kind == PEER_STATION && peer->login != NULL &&
                    g_strcmp0(peer->login->session, session->id) == 0;

    if (session_may(session, &caller, verb) && (verb == VERB_VIEW || here))
        return session_can(session, verb, error);
    g_propagate_error(error, peer_refuse(peer, verb_to_name(verb), session));
    return FALSE;
}

static void
handle_issue_ticket(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) hash = g_variant_get_child_value(parameters, 0);
    GError *error = NULL;
    const char *id, *mode_name;
    Session *session;
    ViewMode mode;

    g_variant_get(parameters, "(@ay&s&s)", NULL, &id, &mode_name);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL && !view_mode_from_name(mode_name, &mode))
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot issue a ticket for mode '%s': it is view or control", mode_name);
    else if (session != NULL && peer->login == NULL)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_SIGNED_IN,
                            "cannot issue a ticket: tickets are for signed-in browsers");
    else if (session != NULL && check_view(peer, session, mode, &error))
        (void) ticket_new(peer, hash, session, mode, &error);
    if (error != NULL)
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, NULL);
}

typedef struct {
    Peer *peer;
    GDBusMethodInvocation *invocation;
    char *session;
    ViewMode mode;
    guint8 login[SECRET_HASH_BYTES]; /* who asked: the connection may be another's by the answer */
} ViewCall;

/* The session is seen on this connection from now on; in control it moves here. */
static gboolean
begin_view(Peer *peer, Session *session, ViewMode mode)
{
    if (!manager_audit(peer->manager, peer_get_user(peer),
                       mode == VIEW_MODE_CONTROL ? "resume" : "view", session->user, session->id,
                       "done", "", peer_get_source(peer)))
        return FALSE;
    if (mode == VIEW_MODE_CONTROL) {
        if (session->viewer != NULL)
            peer_close_view(session->viewer, "moved");
        session_set_viewer(session, peer);
    }
    peer->view = g_strdup(session->id);
    peer->view_mode = mode;
    session_changed(session);
    return TRUE;
}

static GVariant *
get_view_record(const Session *session, ViewMode mode)
{
    GVariantDict record;

    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "session", "s", session->id);
    g_variant_dict_insert(&record, "user", "s", session->user);
    g_variant_dict_insert(&record, "mode", "s", view_mode_to_name(mode));
    g_variant_dict_insert(&record, "layout", "s", session->layout);
    return g_variant_dict_end(&record);
}

static void
on_rfb_connected(GVariant *result, int *fds, guint n_fds, const GError *failure, gpointer data)
{
    g_autofree ViewCall *call = data;
    g_autofree char *id = call->session;
    g_autoptr(Peer) peer = call->peer;
    Session *session = g_hash_table_lookup(peer->manager->sessions, id);
    gboolean same = peer->connection != NULL && peer->login != NULL && peer->view == NULL &&
                    memcmp(peer->login->hash, call->login, sizeof call->login) == 0;

    if (failure != NULL || n_fds != 1 || session == NULL || session->locked || session->stopping ||
        !same || !check_view(peer, session, call->mode, NULL)) {
        dispatch_fail(call->invocation,
                      g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                                  "cannot open a view of session '%s': %s", id,
                                  failure != NULL ? failure->message : "it is not to be seen now"));
        return;
    }
    if (!begin_view(peer, session, call->mode)) {
        dispatch_fail(call->invocation,
                      g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                                  "cannot open a view of session '%s': the audit can't be written",
                                  id));
        return;
    }
    dispatch_answer_fd(call->invocation,
                       g_variant_new("(@a{sv}h)", get_view_record(session, call->mode), 0),
                       fd_steal(&fds[0]));
}

static Session *
find_to_view(Peer *peer, const Ticket *ticket, GError **error)
{
    Session *session = manager_find_session(peer->manager, ticket->session, error);

    if (session == NULL || !check_view(peer, session, ticket->mode, error))
        return NULL;
    if (peer->view != NULL || !session->started || session->stopping || session->locked) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot open a view of session '%s': %s", session->id,
                    peer->view != NULL ? "this connection has one already"
                    : session->locked  ? "it is locked"
                                       : session_state_to_name(session_get_state(session)));
        return NULL;
    }
    return session;
}

static void
handle_open_view(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) hash = g_variant_get_child_value(parameters, 0);
    GError *error = NULL;
    g_autoptr(Ticket) ticket = ticket_spend(peer, hash, &error);
    Session *session = ticket != NULL ? find_to_view(peer, ticket, &error) : NULL;
    GVariantDict arguments;
    ViewCall *call;

    if (session == NULL) {
        dispatch_fail(invocation, error);
        return;
    }
    call = g_new0(ViewCall, 1);
    call->peer = peer_ref(peer);
    call->invocation = invocation;
    call->session = g_strdup(session->id);
    call->mode = ticket->mode;
    memcpy(call->login, peer->login->hash, sizeof call->login);
    g_variant_dict_init(&arguments, NULL);
    g_variant_dict_insert(&arguments, "path", "s", session->rfb);
    errand_call(ERRAND_CONNECT_RFB, session->uid, g_variant_dict_end(&arguments), on_rfb_connected,
                call);
}

static void
handle_note_input(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    Session *session = g_hash_table_lookup(peer->manager->sessions, peer->login->session);

    /* Nobody is at it: there is nothing that a limit would wait for. */
    if (session != NULL && session->viewer != NULL)
        session_note_input(session);
    g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
handle_open_thumbnails(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    GError *error = NULL;
    int stream = peer_open_stream(peer, &error);

    if (stream < 0)
        dispatch_fail(invocation, error);
    else
        dispatch_answer_fd(invocation, g_variant_new("(h)", 0), stream);
}

static guint
count_enlarged(GVariant *wanted)
{
    GVariantIter iter;
    const char *size;
    guint n = 0;

    g_variant_iter_init(&iter, wanted);
    while (g_variant_iter_next(&iter, "(&s&s)", NULL, &size))
        n += strcmp(size, picture_size_to_name(PICTURE_ENLARGED)) == 0;
    return n;
}

static void
handle_set_thumbnails(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) wanted = g_variant_get_child_value(parameters, 0);
    GError *error = NULL;

    if (peer->stream == 0)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                            "cannot set thumbnails: OpenThumbnails was not called");
    else if (g_variant_n_children(wanted) > LIMIT_WATCHED ||
             count_enlarged(wanted) > LIMIT_ENLARGED)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                    "cannot set thumbnails: more than %d are wanted, or more than %d enlarged",
                    LIMIT_WATCHED, LIMIT_ENLARGED);
    else
        (void) peer_watch(peer, wanted, &error);
    if (error != NULL)
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
handle_take_thumbnail(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    PolicyCaller caller = peer_caller(peer);
    GError *error = NULL;
    const char *id, *size_name;
    PictureSize size;
    Session *session;
    int picture = -1;

    g_variant_get(parameters, "(&s&s)", &id, &size_name);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL && !picture_size_from_name(size_name, &size))
        g_set_error(
            &error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
            "cannot take a picture of size '%s': it is small, medium, large, enlarged or full",
            size_name);
    else if (session != NULL && !session_may(session, &caller, VERB_THUMBNAIL))
        error = peer_refuse(peer, "screenshot", session);
    else if (session != NULL && session->locked)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot take a picture of session '%s': it is locked", id);
    else if (session != NULL &&
             manager_audit(peer->manager, peer_get_user(peer), "screenshot", session->user, id,
                           "done", size_name, peer_get_source(peer)))
        picture = watch_take(peer->manager->watch, id, size_name, &error);
    if (picture >= 0)
        dispatch_answer_fd(invocation, g_variant_new("(h)", 0), picture);
    else
        dispatch_fail(invocation, error != NULL
                                      ? error
                                      : g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                                                            "the audit is full"));
}

static void
handle_subscribe(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    peer->subscribed = TRUE;
    g_dbus_method_invocation_return_value(invocation, NULL);
}

const Method manager_methods[] = {
    { "GetCaller", GATE_CALLER, handle_get_caller },
    { "GetStatus", GATE_CALLER, handle_get_status },
    { "ListSessions", GATE_CALLER, handle_list_sessions },
    { "ListStations", GATE_CALLER, handle_list_stations },
    { "ListUsers", GATE_CALLER, handle_list_users },
    { "ListDesktops", GATE_ANYBODY, handle_list_desktops },
    { "ListLayouts", GATE_ANYBODY, handle_list_layouts },
    { "GetAudit", GATE_CALLER, handle_get_audit },
    { "FindAudit", GATE_CALLER, handle_find_audit },
    { "LogOn", GATE_ANYBODY, handle_log_on },
    { "IssueTicket", GATE_CALLER, handle_issue_ticket },
    { "OpenView", GATE_ACT, handle_open_view },
    { "NoteInput", GATE_AT_STATION, handle_note_input },
    { "OpenThumbnails", GATE_CALLER, handle_open_thumbnails },
    { "SetThumbnails", GATE_CALLER, handle_set_thumbnails },
    { "TakeThumbnail", GATE_ACT, handle_take_thumbnail },
    { "Subscribe", GATE_CALLER, handle_subscribe },
    { NULL, GATE_CALLER, NULL },
};
