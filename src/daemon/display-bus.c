/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.manyseat.Display: what manyseat-display asks for. */
#include <gio/gunixfdlist.h>

#include "base/errand.h"
#include "bus/error.h"
#include "dispatch.h"
#include "errand-call.h"
#include "job.h"
#include "manager.h"
#include "notice.h"
#include "peer.h"
#include "session.h"
#include "watch.h"

static void
handle_register(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_dbus_method_invocation_return_value(invocation, NULL);
    watch_register(peer->manager->watch, peer->connection);
    notice_tell_all(peer->manager);
}

static void
handle_used(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    WatchUse use;

    g_variant_get(parameters, "(uuu)", &use.cpu_permille, &use.bytes_per_second, &use.pace);
    watch_set_use(peer->manager->watch, &use);
    g_dbus_method_invocation_return_value(invocation, NULL);
}

/* In the user's name, who answered the notice in his session: only where we had one shown. */
static void
answer(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation, const char *act,
       gboolean (*act_on)(JobRow *, GError **))
{
    GError *error = NULL;
    const char *id;
    Session *session;
    JobRow *row;

    g_variant_get(parameters, "(&s)", &id);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL && !notice_is_shown(session))
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                    "not permitted: %s for session '%s', where no notice is shown", act, id);
    row = error == NULL ? job_find_countdown(session, &error) : NULL;
    if (row != NULL && !manager_audit(peer->manager, session->user, act, session->user, id, "done",
                                      "notice window", ""))
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                    "cannot %s session '%s': the audit can't be written", act, id);
    if (error != NULL || !act_on(row, &error))
        dispatch_fail(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
handle_proceed(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    answer(peer, parameters, invocation, "proceed", row_proceed);
}

static void
handle_request_time(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    answer(peer, parameters, invocation, "request-time", row_request_time);
}

static void
on_x_connected(GVariant *result, int *fds, guint n_fds, const GError *failure, gpointer data)
{
    GDBusMethodInvocation *invocation = data;
    const char *id = g_object_get_data(G_OBJECT(invocation), "session");
    const char *display = "";
    g_autoptr(GUnixFDList) list = NULL;

    if (failure != NULL || n_fds != 2) {
        dispatch_fail(invocation,
                      g_error_new(MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                                  "cannot connect to the display of session '%s': %s", id,
                                  failure != NULL ? failure->message : "no answer"));
        return;
    }
    (void) g_variant_lookup(result, "display", "&s", &display);
    list = g_unix_fd_list_new_from_array(fds, 2);
    fds[0] = fds[1] = -1;
    g_dbus_method_invocation_return_value_with_unix_fd_list(
        invocation, g_variant_new("(shh)", display, 0, 1), list);
}

static void
handle_open_x(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    GError *error = NULL;
    GVariantDict arguments;
    const char *id;
    Session *session;

    g_variant_get(parameters, "(&s)", &id);
    session = manager_find_session(peer->manager, id, &error);
    if (session != NULL && (!session->started || session->stopping || session->locked))
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "session '%s' has no display now", id);
    if (error != NULL) {
        dispatch_fail(invocation, error);
        return;
    }
    g_object_set_data_full(G_OBJECT(invocation), "session", g_strdup(id), g_free);
    g_variant_dict_init(&arguments, NULL);
    session_add_x(session, &arguments);
    errand_call(ERRAND_CONNECT_X, session->uid, g_variant_dict_end(&arguments), on_x_connected,
                invocation);
}

const Method display_methods[] = {
    { "Register", GATE_DISPLAY, handle_register },
    { "Used", GATE_DISPLAY, handle_used },
    { "Proceed", GATE_DISPLAY, handle_proceed },
    { "RequestTime", GATE_DISPLAY, handle_request_time },
    { "OpenX", GATE_DISPLAY, handle_open_x },
    { NULL, GATE_DISPLAY, NULL },
};
