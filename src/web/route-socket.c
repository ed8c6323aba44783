/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WebSocket socket: a page's calls, the signals to it, and its thumbnails. */
#include "server.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "json.h"
#include "link.h"
#include "message.h"
#include "method.h"
#include "picture-stream.h"

typedef struct {
    Socket *socket;
    Link *link;
    gboolean ready; /* attached */
    guint in_flight;
    PictureStream *pictures;
} Page;

/* A call under way. */
typedef struct {
    Page *page;
    gint64 id;
    Secret *ticket; /* what the reply says, if it is not what the method gave */
} Call;

static void
send_object(Page *page, const char *type, JsonObject *object)
{
    g_autofree char *text = NULL;

    json_object_set_string_member(object, "type", type);
    text = json_object_to_text(object);
    socket_send_text(page->socket, text);
}

/* id -1: the message had none. */
static void
send_error(Page *page, gint64 id, const GError *error)
{
    JsonObject *object = json_from_error(error);

    if (id >= 0)
        json_object_set_int_member(object, "id", id);
    else
        json_object_set_null_member(object, "id");
    send_object(page, "error", object);
}

static void
send_reply(Page *page, gint64 id, JsonNode *result)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "id", id);
    json_object_set_member(object, "result", result);
    send_object(page, "reply", object);
}

static Call *
call_new(Page *page, gint64 id)
{
    Call *call = g_new0(Call, 1);

    call->page = page;
    call->id = id;
    page->in_flight++;
    return call;
}

static void
call_free(gpointer data)
{
    Call *call = data;

    secret_free(call->ticket);
    g_free(call);
}

static void
on_reply(GVariant *answer, GUnixFDList *fds, const GError *error, gpointer data)
{
    Call *call = data;
    JsonNode *result;

    call->page->in_flight--;
    if (error != NULL) {
        send_error(call->page, call->id, error);
        return;
    }
    if (call->ticket != NULL)
        result = json_node_init_string(json_node_alloc(), secret_bytes(call->ticket));
    else
        result = method_result(answer);
    send_reply(call->page, call->id, result);
}

static void
handle_ticket(Page *page, const Message *message)
{
    g_autoptr(Secret) ticket = secret_new_random(LIMIT_TOKEN_BYTES);
    Call *call = call_new(page, message->id);

    call->ticket = secret_to_text(ticket);
    link_call(page->link, "IssueTicket",
              g_variant_new("(@ayss)", link_hash(ticket), message->session,
                            view_mode_to_name(message->mode)),
              on_reply, call, call_free);
}

static void
handle_message(Page *page, const Message *message)
{
    switch (message->type) {
    case MESSAGE_CALL:
        link_call(page->link, message->method, message->arguments, on_reply,
                  call_new(page, message->id), call_free);
        break;
    case MESSAGE_TICKET:
        handle_ticket(page, message);
        break;
    case MESSAGE_WATCH:
        picture_stream_watch(page->pictures, message->arguments);
        break;
    case MESSAGE_DRAWN:
        picture_stream_drawn(page->pictures, &message->drawn);
        break;
    }
}

static void
on_text(Socket *socket, const char *text, gsize length, gpointer data)
{
    Page *page = data;
    gint64 id = -1;
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) message = message_parse(text, length, &id, &error);
    gboolean calls =
        message != NULL && (message->type == MESSAGE_CALL || message->type == MESSAGE_TICKET);

    if (error == NULL && !page->ready)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                            "wait for the caller message");
    else if (error == NULL && calls && page->in_flight >= LIMIT_CALLS_IN_FLIGHT)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                    "more than %d calls are under way", LIMIT_CALLS_IN_FLIGHT);
    if (error != NULL)
        send_error(page, id, error);
    else
        handle_message(page, message);
}

static void
on_ready(Link *link, GVariant *caller, gpointer data)
{
    Page *page = data;
    JsonObject *object = json_object_new();

    page->ready = TRUE;
    socket_pause(page->socket, FALSE);
    page->pictures = picture_stream_new(link, page->socket);
    json_object_set_member(object, "caller", json_gvariant_serialize(caller));
    send_object(page, "caller", object);
}

static void
on_failed(Link *link, const GError *error, gpointer data)
{
    Page *page = data;

    if (manyseat_error_code(error) == MANYSEAT_ERROR_NOT_SIGNED_IN)
        socket_close(page->socket, SOCKET_CLOSE_NOT_SIGNED_IN, "expired");
    else
        socket_close(page->socket, SOCKET_CLOSE_UNREACHABLE, "not reachable");
}

static void
on_gone(Link *link, gpointer data)
{
    Page *page = data;

    socket_close(page->socket, SOCKET_CLOSE_UNREACHABLE, "not reachable");
}

static void
on_signal(Link *link, const char *name, GVariant *arguments, gpointer data)
{
    Page *page = data;
    JsonObject *object;

    if (strcmp(name, "LoginEnded") == 0) {
        const char *reason = "expired";

        if (g_variant_is_of_type(arguments, G_VARIANT_TYPE("(s)")))
            g_variant_get(arguments, "(&s)", &reason);
        socket_close(page->socket, SOCKET_CLOSE_NOT_SIGNED_IN, reason);
        return;
    }
    object = json_object_new();
    json_object_set_string_member(object, "name", name);
    json_object_set_member(object, "arguments", json_gvariant_serialize(arguments));
    send_object(page, "signal", object);
}

static void
on_drained(Socket *socket, gpointer data)
{
    Page *page = data;

    if (page->pictures != NULL)
        picture_stream_drained(page->pictures);
}

static void
on_closed(Socket *socket, gpointer data)
{
    Page *page = data;

    link_free(page->link);
    picture_stream_free(page->pictures);
    g_free(page);
}

void
route_socket(Socket *socket, HttpRequest *request, gpointer data)
{
    static const SocketHandlers handlers = { on_text, NULL, on_drained, on_closed };
    static const LinkHandlers link_handlers = { on_ready, on_failed, on_signal, on_gone };
    Server *server = data;
    g_autoptr(Secret) token = http_request_token(request, server->cookie_name);
    Page *page = g_new0(Page, 1);

    page->socket = socket;
    socket_set_handlers(socket, &handlers, page);
    /* What the page says before it has heard who it is, waits. */
    socket_pause(socket, TRUE);
    if (token != NULL)
        page->link = link_open(token, &link_handlers, page);
    else /* nothing has ended: nobody was here */
        socket_close(socket, SOCKET_CLOSE_NOT_SIGNED_IN, "");
}
