/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.manyseat.Display: what manyseat-display asks for. */
#include <gio/gunixfdlist.h>

#include "base/errand.h"
#include "bus/error.h"
#include "dispatch.h"
#include "errand-call.h"
#include "manager.h"
#include "peer.h"
#include "session.h"
#include "watch.h"

static void
handle_register(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_dbus_method_invocation_return_value(invocation, NULL);
    watch_register(peer->manager->watch, peer);
}

static void
handle_used(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    WatchUse use;

    g_variant_get(parameters, "(uuu)", &use.cpu_permille, &use.bytes_per_second, &use.pace);
    watch_set_use(peer->manager->watch, &use);
    g_dbus_method_invocation_return_value(invocation, NULL);
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
    { "OpenX", GATE_DISPLAY, handle_open_x },
    { NULL, GATE_DISPLAY, NULL },
};
