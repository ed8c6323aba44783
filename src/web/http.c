/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http.h"

#include <libsoup/soup.h>
#include <string.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/error.h"
#include "cookie.h"
#include "json.h"
#include "origin.h"

struct Http {
    SoupServer *server;
    const HttpRoute *routes;
    gpointer data;
};

struct HttpRequest {
    SoupServerMessage *message;
};

static const char *
header(SoupServerMessage *message, const char *name)
{
    return soup_message_headers_get_one(soup_server_message_get_request_headers(message), name);
}

static void
answer_text(SoupServerMessage *message, guint status, const char *name, const char *text)
{
    JsonObject *object = json_object_new();
    g_autofree char *body = NULL;

    json_object_set_string_member(object, "name", name);
    json_object_set_string_member(object, "message", text);
    body = json_object_to_text(object);
    soup_server_message_set_status(message, status, NULL);
    soup_server_message_set_response(message, "application/json", SOUP_MEMORY_COPY, body,
                                     strlen(body));
}

/* The body has not been read yet. The library reads one that is refused too, before it answers: it is thrown away then. */
static void
on_headers(SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer data)
{
    SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
    SoupEncoding encoding = soup_message_headers_get_encoding(headers);

    if (encoding == SOUP_ENCODING_NONE ||
        (encoding == SOUP_ENCODING_CONTENT_LENGTH &&
         soup_message_headers_get_content_length(headers) <= LIMIT_WEB_LOG_ON_MESSAGE))
        return;
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
    soup_message_headers_replace(soup_server_message_get_response_headers(message), "Connection",
                                 "close");
    if (encoding == SOUP_ENCODING_CONTENT_LENGTH)
        answer_text(message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "InvalidArgument",
                    "the body is too long");
    else
        answer_text(message, SOUP_STATUS_LENGTH_REQUIRED, "InvalidArgument",
                    "the body has no length");
}

typedef struct {
    Http *http;
    const HttpRoute *route;
} Upgrade;

static void
on_upgraded(SoupServerMessage *message, gpointer data)
{
    Upgrade *upgrade = data;
    HttpRequest request = { message };
    g_autoptr(GIOStream) stream = soup_server_message_steal_connection(message);
    Socket *socket = socket_new(stream, upgrade->route->message_max);

    upgrade->route->handle_socket(socket, &request, upgrade->http->data);
}

static void
free_upgrade(gpointer data, GClosure *closure)
{
    g_free(data);
}

static void
upgrade(Http *http, SoupServerMessage *message, const HttpRoute *route)
{
    Upgrade *data;

    if (socket_count() >= LIMIT_WEB_SOCKETS) {
        answer_text(message, SOUP_STATUS_SERVICE_UNAVAILABLE, "LimitReached",
                    "too many connections");
        return;
    }
    /* Without extensions: compressed frames could not be followed, and 1 KB could become 1 MB. */
    if (!soup_websocket_server_process_handshake(message, NULL, NULL, NULL, NULL))
        return;
    data = g_new0(Upgrade, 1);
    data->http = http;
    data->route = route;
    g_signal_connect_data(message, "wrote-informational", G_CALLBACK(on_upgraded), data,
                          free_upgrade, 0);
}

static const HttpRoute *
find_route(Http *http, const char *path)
{
    for (const HttpRoute *route = http->routes; route->path != NULL; route++)
        if (strcmp(route->path, path) == 0)
            return route;
    return NULL;
}

static void
on_request(SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer data)
{
    Http *http = data;
    const HttpRoute *route = find_route(http, path);
    HttpRequest request = { message };

    if (route == NULL) {
        answer_text(message, SOUP_STATUS_NOT_FOUND, "InvalidArgument", "there is no such path");
    } else if (strcmp(soup_server_message_get_method(message),
                      route->handle_post != NULL ? "POST" : "GET") != 0) {
        answer_text(message, SOUP_STATUS_METHOD_NOT_ALLOWED, "InvalidArgument",
                    "this path does not take that method");
    } else if (!origin_matches(header(message, "Origin"), header(message, "Host"))) {
        answer_text(message, SOUP_STATUS_FORBIDDEN, "NotPermitted",
                    "the request does not come from this host's own page");
    } else if (route->handle_post != NULL) {
        route->handle_post(&request, http->data);
    } else {
        upgrade(http, message, route);
    }
}

static gboolean
listen_on(Http *http, int listener, GError **error)
{
    autofd fd = listener;
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, error);

    if (socket == NULL)
        return FALSE;
    fd = -1; /* the GSocket's now */
    return soup_server_listen_socket(http->server, socket, 0, error);
}

Http *
http_new(int listener, const HttpRoute *routes, gpointer data, GError **error)
{
    g_autoptr(Http) http = g_new0(Http, 1);

    http->routes = routes;
    http->data = data;
    http->server = soup_server_new(NULL, NULL);
    soup_server_add_early_handler(http->server, NULL, on_headers, http, NULL);
    soup_server_add_handler(http->server, NULL, on_request, http, NULL);
    return listen_on(http, listener, error) ? g_steal_pointer(&http) : NULL;
}

void
http_free(Http *http)
{
    if (http == NULL)
        return;
    soup_server_disconnect(http->server);
    g_clear_object(&http->server);
    g_free(http);
}

const char *
http_request_source(HttpRequest *request)
{
    const char *source = header(request->message, "X-Real-IP");

    return source != NULL && g_hostname_is_ip_address(source) ? source : "";
}

Secret *
http_request_token(HttpRequest *request, const char *cookie_name)
{
    /* Several Cookie headers come joined by commas, which no cookie of ours holds: not found then. */
    const char *cookies = soup_message_headers_get_list(
        soup_server_message_get_request_headers(request->message), "Cookie");

    return cookie_parse(cookies, cookie_name);
}

const char *
http_request_body(HttpRequest *request, gsize *ret_length)
{
    SoupMessageBody *body = soup_server_message_get_request_body(request->message);

    /* Flattened by the library, and owned by the body. */
    *ret_length = (gsize) body->length;
    return body->data != NULL ? body->data : "";
}

void
http_request_done(HttpRequest *request, const Secret *set_cookie)
{
    if (set_cookie != NULL)
        soup_message_headers_append(soup_server_message_get_response_headers(request->message),
                                    "Set-Cookie", secret_bytes(set_cookie));
    soup_server_message_set_status(request->message, SOUP_STATUS_NO_CONTENT, NULL);
}

void
http_request_send(HttpRequest *request, const char *type, GBytes *body)
{
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(request->message);

    soup_server_message_set_status(request->message, SOUP_STATUS_OK, NULL);
    soup_message_headers_replace(headers, "Cache-Control", "no-store");
    soup_message_headers_set_content_type(headers, type, NULL);
    soup_message_headers_set_content_length(headers, (goffset) g_bytes_get_size(body));
    soup_message_body_append_bytes(soup_server_message_get_response_body(request->message), body);
}

void
http_request_fail(HttpRequest *request, const GError *error)
{
    ManyseatError code = manyseat_error_code(error);

    answer_text(request->message, manyseat_error_http_status(code), manyseat_error_name(code),
                error->message);
}

HttpRequest *
http_request_hold(HttpRequest *request)
{
    HttpRequest *held = g_new0(HttpRequest, 1);

    held->message = g_object_ref(request->message);
    soup_server_message_pause(held->message);
    return held;
}

void
http_request_release(HttpRequest *request)
{
    soup_server_message_unpause(request->message);
    g_object_unref(request->message);
    g_free(request);
}
