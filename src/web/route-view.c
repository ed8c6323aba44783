/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WebSocket view: a ticket, then RFB. */
#include "server.h"

#include <string.h>

#include "base/limits.h"
#include "base/names.h"
#include "bus/error.h"
#include "json.h"
#include "link.h"
#include "rfb-relay.h"

/* When Xvnc hangs up, manyseatd knows why once it has seen the session end. */
#define REASON_WAIT_SECONDS 12

typedef struct {
    Socket *socket;
    Secret *token;
    Secret *ticket;
    Link *link;
    RfbRelay *relay;
    guint ticket_timeout, reason_timeout;
    guint input_timeout; /* until input may be told again */
    gboolean untold;     /* there was some since it was told */
} View;

static void
close_bad_ticket(View *view)
{
    socket_close(view->socket, SOCKET_CLOSE_BAD_TICKET, "bad ticket");
}

static void
close_ended(View *view, const char *reason)
{
    socket_close(view->socket, SOCKET_CLOSE_VIEW_ENDED, reason);
}

static gboolean
on_no_reason(gpointer data)
{
    View *view = data;

    view->reason_timeout = 0;
    close_ended(view, "failed");
    return G_SOURCE_REMOVE;
}

static void
on_relay_end(RfbRelayEnd how, const GError *error, gpointer data)
{
    View *view = data;

    switch (how) {
    case RFB_RELAY_MALFORMED:
        g_message("a view ends: %s", error->message);
        socket_close(view->socket, SOCKET_CLOSE_MALFORMED, "malformed RFB");
        break;
    case RFB_RELAY_STUCK:
        close_ended(view, "failed");
        break;
    case RFB_RELAY_CLOSED:
        view->reason_timeout = g_timeout_add_seconds(REASON_WAIT_SECONDS, on_no_reason, view);
        break;
    }
}

static void
send_view(View *view, GVariant *facts)
{
    g_autoptr(JsonNode) node = json_gvariant_serialize(facts);
    g_autofree char *text = NULL;

    json_object_set_string_member(json_node_get_object(node), "type", "view");
    text = json_to_string(node, FALSE);
    socket_send_text(view->socket, text);
}

static void
on_opened(GVariant *answer, GUnixFDList *fds, const GError *failure, gpointer data)
{
    View *view = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) facts = NULL;
    const char *name = "";
    ViewMode mode = VIEW_MODE_VIEW;
    int fd;

    if (failure != NULL && manyseat_error_code(failure) == MANYSEAT_ERROR_NO_SUCH_TICKET) {
        close_bad_ticket(view);
        return;
    }
    fd = failure == NULL ? link_take_fd(answer, 1, fds, &error) : -1;
    if (fd < 0) {
        g_message("cannot open a view: %s", failure != NULL ? failure->message : error->message);
        close_ended(view, "failed");
        return;
    }
    facts = g_variant_get_child_value(answer, 0);
    g_variant_lookup(facts, "mode", "&s", &name);
    (void) view_mode_from_name(name, &mode);
    send_view(view, facts);
    view->relay = rfb_relay_new(view->socket, fd, mode, on_relay_end, view);
}

static void
on_ready(Link *link, GVariant *caller, gpointer data)
{
    View *view = data;

    link_call(link, "OpenView", g_variant_new("(@ay)", link_hash(view->ticket)), on_opened, view,
              NULL);
}

static void
on_failed(Link *link, const GError *error, gpointer data)
{
    View *view = data;

    if (manyseat_error_code(error) == MANYSEAT_ERROR_NOT_SIGNED_IN)
        socket_close(view->socket, SOCKET_CLOSE_NOT_SIGNED_IN, "expired");
    else
        socket_close(view->socket, SOCKET_CLOSE_UNREACHABLE, "not reachable");
}

static void
on_signal(Link *link, const char *name, GVariant *arguments, gpointer data)
{
    View *view = data;
    const char *reason;

    if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(s)")))
        return;
    g_variant_get(arguments, "(&s)", &reason);
    if (strcmp(name, "ViewClosed") == 0)
        close_ended(view, reason);
    else if (strcmp(name, "LoginEnded") == 0)
        socket_close(view->socket, SOCKET_CLOSE_NOT_SIGNED_IN, reason);
}

/* manyseatd, once back, would not know this viewer: the page comes again with a new ticket. */
static void
on_gone(Link *link, gpointer data)
{
    View *view = data;

    socket_close(view->socket, SOCKET_CLOSE_UNREACHABLE, "not reachable");
}

static void
on_text(Socket *socket, const char *text, gsize length, gpointer data)
{
    static const LinkHandlers handlers = { on_ready, on_failed, on_signal, on_gone };
    View *view = data;

    if (view->ticket != NULL) {
        socket_close(socket, SOCKET_CLOSE_WRONG_TYPE, "text in a view");
        return;
    }
    g_clear_handle_id(&view->ticket_timeout, g_source_remove);
    view->ticket = secret_from_text(text, length);
    if (view->ticket == NULL || secret_length(view->ticket) != LIMIT_TOKEN_BYTES)
        close_bad_ticket(view);
    else
        view->link = link_open(view->token, &handlers, view);
}

static gboolean on_may_tell(gpointer data);

/* The idle limit waits for it: told at once, and while it goes on now and then. */
static void
tell_input(View *view)
{
    view->untold = FALSE;
    view->input_timeout = g_timeout_add_seconds(LIMIT_WEB_INPUT_SECONDS, on_may_tell, view);
    link_call(view->link, "NoteInput", NULL, NULL, NULL, NULL);
}

static gboolean
on_may_tell(gpointer data)
{
    View *view = data;

    view->input_timeout = 0;
    if (view->untold)
        tell_input(view);
    return G_SOURCE_REMOVE;
}

static void
note_input(View *view)
{
    if (view->input_timeout != 0)
        view->untold = TRUE;
    else
        tell_input(view);
}

static void
on_binary(Socket *socket, const guint8 *bytes, gsize length, gpointer data)
{
    View *view = data;

    if (view->relay == NULL) {
        socket_close(socket, SOCKET_CLOSE_WRONG_TYPE, "RFB before the view");
        return;
    }
    rfb_relay_from_client(view->relay, bytes, length);
    if (rfb_relay_take_input(view->relay))
        note_input(view);
}

static void
on_drained(Socket *socket, gpointer data)
{
    View *view = data;

    if (view->relay != NULL)
        rfb_relay_drained(view->relay);
}

static void
on_closed(Socket *socket, gpointer data)
{
    View *view = data;

    g_clear_handle_id(&view->ticket_timeout, g_source_remove);
    g_clear_handle_id(&view->reason_timeout, g_source_remove);
    g_clear_handle_id(&view->input_timeout, g_source_remove);
    rfb_relay_free(view->relay);
    link_free(view->link);
    secret_free(view->ticket);
    secret_free(view->token);
    g_free(view);
}

static gboolean
on_no_ticket(gpointer data)
{
    View *view = data;

    view->ticket_timeout = 0;
    close_bad_ticket(view);
    return G_SOURCE_REMOVE;
}

void
route_view(Socket *socket, HttpRequest *request, gpointer data)
{
    static const SocketHandlers handlers = { on_text, on_binary, on_drained, on_closed };
    Server *server = data;
    View *view = g_new0(View, 1);

    view->socket = socket;
    view->token = http_request_token(request, server->cookie_name);
    socket_set_handlers(socket, &handlers, view);
    if (view->token == NULL)
        socket_close(socket, SOCKET_CLOSE_NOT_SIGNED_IN, "expired");
    else
        view->ticket_timeout =
            g_timeout_add_seconds(LIMIT_WEB_TICKET_WAIT_SECONDS, on_no_ticket, view);
}
