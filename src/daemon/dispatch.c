/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dispatch.h"

#include <gio/gunixfdlist.h>
#include <string.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/client.h"
#include "bus/display.h"
#include "bus/error.h"
#include "bus/launch.h"
#include "bus/login.h"
#include "bus/manager.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session.h"
#include "sessions.h"

typedef struct {
    Peer *peer;
    const Method *method;
    GDBusMethodInvocation *invocation;
} Call;

/* Names and texts that somebody else chose are echoed only so far. */
static void
shorten(GError *error)
{
    gsize length = strlen(error->message);
    char *end;

    if (length <= LIMIT_ERROR_BYTES)
        return;
    end = g_utf8_find_prev_char(error->message, error->message + LIMIT_ERROR_BYTES);
    *end = '\0';
}

void
dispatch_fail(GDBusMethodInvocation *invocation, GError *error)
{
    shorten(error);
    /* Only this domain has names on the bus; what comes from elsewhere keeps its words. */
    if (error->domain != MANYSEAT_ERROR)
        g_dbus_method_invocation_return_error_literal(
            invocation, MANYSEAT_ERROR, (gint) manyseat_error_code(error), error->message);
    else
        g_dbus_method_invocation_return_gerror(invocation, error);
    g_error_free(error);
}

void
dispatch_answer_fd(GDBusMethodInvocation *invocation, GVariant *values, int fd)
{
    g_autoptr(GUnixFDList) fds = g_unix_fd_list_new_from_array(&fd, 1);

    g_dbus_method_invocation_return_value_with_unix_fd_list(invocation, values, fds);
}

static const Method *
find_method(const char *interface, const char *name)
{
    static const struct {
        const char *interface;
        const Method *methods;
    } interfaces[] = {
        { "org.manyseat.Manager", manager_methods }, { "org.manyseat.Manager", log_off_methods },
        { "org.manyseat.Login", login_methods },     { "org.manyseat.Launch", launch_methods },
        { "org.manyseat.Display", display_methods },
    };

    for (guint i = 0; i < G_N_ELEMENTS(interfaces); i++)
        for (const Method *method = interfaces[i].methods;
             g_strcmp0(interface, interfaces[i].interface) == 0 && method->name != NULL; method++)
            if (g_strcmp0(method->name, name) == 0)
                return method;
    return NULL;
}

static gboolean
passes_gate(const Peer *peer, Gate gate)
{
    PolicyCaller caller;

    switch (gate) {
    case GATE_CALLER:
    case GATE_ACT:
        return peer_get_caller(peer, &caller);
    case GATE_ANYBODY:
        return peer->kind != PEER_DISPLAY;
    case GATE_WEB:
        return peer->kind == PEER_DASHBOARD || peer->kind == PEER_STATION;
    case GATE_AT_STATION:
        return peer->kind == PEER_STATION && peer->login != NULL;
    case GATE_ROOT:
        return peer->kind == PEER_LOCAL && peer->uid == 0;
    case GATE_DISPLAY:
        return peer->kind == PEER_DISPLAY;
    }
    return FALSE;
}

static GError *
check_gate(const Peer *peer, const Method *method)
{
    if (method == NULL)
        return g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                                   "there is no such method yet");
    if (passes_gate(peer, method->gate))
        return NULL;
    if (((method->gate == GATE_CALLER || method->gate == GATE_ACT) && peer->kind != PEER_DISPLAY) ||
        (method->gate == GATE_AT_STATION && peer->kind == PEER_STATION))
        return g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_SIGNED_IN,
                           "cannot call %s: the connection is not signed in", method->name);
    return g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED, "not permitted: call %s",
                       method->name);
}

/* In flight: until the answer is written. */
static guint
count_calls(const Peer *peer)
{
    return peer->calls + outbox_count(peer->outbox, OUTBOX_ANSWERS);
}

static GError *
check_size(const Peer *peer, GVariant *parameters)
{
    if (g_variant_get_size(parameters) > LIMIT_MESSAGE_BYTES)
        return g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                           "cannot take a call of %" G_GSIZE_FORMAT " bytes: at most %d",
                           g_variant_get_size(parameters), LIMIT_MESSAGE_BYTES);
    if (count_calls(peer) > LIMIT_CALLS_PER_CONNECTION)
        return g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                           "cannot take more than %d calls at once", LIMIT_CALLS_PER_CONNECTION);
    return NULL;
}

/* Asked when the accounts are known: an administrator's acts are not counted. */
static GError *
check_acts(const Peer *peer, const Method *method)
{
    PolicyCaller caller = peer_caller(peer);

    if (method->gate != GATE_ACT || manager_takes_act(peer->manager, &caller))
        return NULL;
    return g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                       "cannot take more than %d acts of one account in a minute",
                       LIMIT_ACTS_A_MINUTE);
}

static void
call_handle(Call *call, GError *error)
{
    Peer *peer = call->peer;

    /* It may have gone, or its login ended, while the accounts were looked up. */
    if (error == NULL && peer->connection == NULL)
        error =
            g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED, "the connection has closed");
    if (error == NULL)
        error = check_gate(peer, call->method);
    if (error == NULL)
        error = check_acts(peer, call->method);
    if (error != NULL)
        dispatch_fail(call->invocation, error);
    else
        call->method->handle(peer, g_dbus_method_invocation_get_parameters(call->invocation),
                             call->invocation);
    peer_unref(peer);
    g_free(call);
}

static void
on_name_known(GObject *source, GAsyncResult *result, gpointer data)
{
    Call *call = data;
    GError *error = NULL;

    (void) user_directory_ensure_name_finish(call->peer->manager->users, result, &error);
    call_handle(call, error);
}

/* The name that a selection or a request asks about, or NULL. */
static const char *
get_user_asked_about(const Call *call)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(call->invocation);
    g_autoptr(GVariant) first =
        g_variant_n_children(parameters) > 0 ? g_variant_get_child_value(parameters, 0) : NULL;
    const char *user = NULL;

    if (first != NULL && g_variant_is_of_type(first, G_VARIANT_TYPE_VARDICT))
        (void) g_variant_lookup(first, "user", "&s", &user);
    return user; /* lives in parameters */
}

static void
on_users_known(GObject *source, GAsyncResult *result, gpointer data)
{
    Call *call = data;
    UserDirectory *users = call->peer->manager->users;
    GError *error = NULL;
    const char *user = get_user_asked_about(call);

    if (!user_directory_ensure_finish(users, result, &error) || user == NULL)
        call_handle(call, error);
    else
        user_directory_ensure_name_async(users, user, NULL, on_name_known, call);
}

/* Whom the policy may be asked about in this call. */
static void
ensure_users(Call *call)
{
    Peer *peer = call->peer;
    g_autoptr(GPtrArray) sessions = sessions_list(peer->manager);
    g_autofree uid_t *uids = g_new(uid_t, sessions->len + 1);

    for (guint i = 0; i < sessions->len; i++)
        uids[i] = ((Session *) sessions->pdata[i])->uid;
    uids[sessions->len] = peer->login != NULL ? peer->login->uid : peer->uid;
    user_directory_ensure_async(peer->manager->users, uids, sessions->len + 1, NULL, on_users_known,
                                call);
}

/* The invocation is gone, so its answer is sent. It counts until it is written. */
static void
on_answered(gpointer data, GObject *invocation)
{
    Peer *peer = data;

    (void) invocation;
    peer->calls--;
    outbox_note(peer->outbox, OUTBOX_ANSWERS);
    peer_unref(peer);
}

static void
on_method_call(GDBusConnection *connection, const char *sender, const char *path,
               const char *interface, const char *name, GVariant *parameters,
               GDBusMethodInvocation *invocation, gpointer data)
{
    Peer *peer = data;
    const Method *method = find_method(interface, name);
    GError *error = check_gate(peer, method);
    Call *call;

    peer->calls++;
    g_object_weak_ref(G_OBJECT(invocation), on_answered, peer_ref(peer));
    if (count_calls(peer) > LIMIT_CALLS_UNREAD)
        g_dbus_connection_close(connection, NULL, NULL, NULL);
    if (error == NULL)
        error = check_size(peer, parameters);
    if (error != NULL) {
        dispatch_fail(invocation, error);
        return;
    }
    call = g_new0(Call, 1);
    call->peer = peer_ref(peer);
    call->method = method;
    call->invocation = invocation;
    if (method->gate == GATE_AT_STATION)
        call_handle(call, NULL);
    else
        ensure_users(call);
}

void
dispatch_register(Peer *peer)
{
    static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
    const struct {
        const char *path;
        GDBusInterfaceInfo *info;
    } objects[] = {
        { BUS_PATH_MANAGER, bus_manager_interface_info() },
        { BUS_PATH_LOGIN, bus_login_interface_info() },
        { BUS_PATH_LAUNCH, bus_launch_interface_info() },
        { BUS_PATH_DISPLAY, bus_display_interface_info() },
    };

    for (guint i = 0; i < G_N_ELEMENTS(objects); i++) {
        g_autoptr(GError) error = NULL;

        if (g_dbus_connection_register_object(peer->connection, objects[i].path, objects[i].info,
                                              &vtable, peer_ref(peer), (GDestroyNotify) peer_unref,
                                              &error) == 0)
            g_warning("cannot serve '%s': %s", objects[i].path, error->message);
    }
}
