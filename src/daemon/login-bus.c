/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.manyseat.Login: signed-in browsers. */
#include "base/secret.h"
#include "bus/error.h"
#include "dispatch.h"
#include "launch.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session.h"

static void
handle_sign_in(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) request = g_variant_get_child_value(parameters, 0);
    GError *error = NULL;
    int conversation = launch_new(peer, TRUE, request, &error);

    if (conversation < 0)
        dispatch_fail(invocation, error);
    else
        dispatch_answer_fd(invocation, g_variant_new("(h)", 0), conversation);
}

static Login *
find_login(Peer *peer, GVariant *hash)
{
    gsize length;
    const guint8 *bytes = g_variant_get_fixed_array(hash, &length, 1);

    if (length != SECRET_HASH_BYTES)
        return NULL;
    return login_find(peer->manager, peer->kind == PEER_STATION ? LOGIN_STATION : LOGIN_DASHBOARD,
                      bytes);
}

typedef struct {
    Peer *peer;
    GDBusMethodInvocation *invocation;
    GVariant *hash;
} AttachCall;

/* The login's account is known afresh now; the login itself may have ended meanwhile. */
static void
on_account_known(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree AttachCall *call = data;
    g_autoptr(Peer) peer = call->peer;
    g_autoptr(GVariant) hash = call->hash;
    Login *login = find_login(peer, hash);

    (void) user_directory_ensure_finish(peer->manager->users, result, NULL);
    if (login == NULL || peer->login != NULL || peer->connection == NULL) {
        dispatch_fail(call->invocation,
                      g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_SIGNED_IN,
                                          "no login is known by this token"));
        return;
    }
    login_attach(login, peer);
    g_dbus_method_invocation_return_value(call->invocation,
                                          g_variant_new("(@a{sv})", peer_get_record(peer)));
}

static void
handle_attach(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) hash = g_variant_get_child_value(parameters, 0);
    Login *login = find_login(peer, hash);
    AttachCall *call;

    if (login == NULL || peer->login != NULL) {
        dispatch_fail(invocation, g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_SIGNED_IN,
                                                      "no login is known by this token"));
        return;
    }
    call = g_new0(AttachCall, 1);
    call->peer = peer_ref(peer);
    call->invocation = invocation;
    call->hash = g_steal_pointer(&hash);
    user_directory_ensure_async(peer->manager->users, &login->uid, 1, NULL, on_account_known, call);
}

static void
handle_sign_out(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    Login *login = peer->login;
    Session *session = login != NULL && login->session != NULL
                           ? g_hash_table_lookup(peer->manager->sessions, login->session)
                           : NULL;

    if (login == NULL) {
        dispatch_fail(invocation, g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_SIGNED_IN,
                                                      "cannot sign out: not signed in"));
        return;
    }
    (void) manager_audit(peer->manager, login->user, "sign-out", login->user, login->session,
                         "done", "", login->source);
    g_dbus_method_invocation_return_value(invocation, NULL);
    login_end(login, "signed-out");
    if (session != NULL)
        session_changed(session);
}

const Method login_methods[] = {
    { "SignIn", GATE_WEB, handle_sign_in },
    { "Attach", GATE_WEB, handle_attach },
    { "SignOut", GATE_WEB, handle_sign_out },
    { NULL, GATE_WEB, NULL },
};
