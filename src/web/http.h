/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP for manyseat-front (nginx) on a Unix socket: the only file that knows the library's server. A request that is of no
 * route, of the wrong method, without our page's Origin, or with a body longer than LIMIT_WEB_LOG_ON_MESSAGE is answered
 * here and reaches nobody. Headers that make browsers careful (CSP and the like) are manyseat-front's, the same on every answer.
 */
#pragma once

#include "base/secret.h"
#include "socket.h"

typedef struct Http Http;
typedef struct HttpRequest HttpRequest;

/* One of the two handlers: a POST, or a WebSocket, whose handlers it must set. The request is good during the call. */
typedef struct {
    const char *path;
    void (*handle_post)(HttpRequest *request, gpointer data);
    void (*handle_socket)(Socket *socket, HttpRequest *request, gpointer data);
    gsize message_max; /* of the WebSocket */
} HttpRoute;

/* Serve the routes (an array ended by a NULL path, which must live on) to whoever connects to the listening socket, which is
 * taken over. */
Http *http_new(int listener, const HttpRoute *routes, gpointer data, GError **error);
void http_free(Http *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Http, http_free)

/* The address of the client, as nginx says; "" if it says none. */
const char *http_request_source(HttpRequest *request);

/* The login token in the request's cookie; NULL: none. */
Secret *http_request_token(HttpRequest *request, const char *cookie_name);

/* The body, not NUL-terminated. */
const char *http_request_body(HttpRequest *request, gsize *ret_length);

/* Answer: 204, with a Set-Cookie if there is one; a body of a MIME type, kept by nobody on the way; or an error's status and
 * JSON. */
void http_request_done(HttpRequest *request, const Secret *set_cookie);
void http_request_send(HttpRequest *request, const char *type, GBytes *body);
void http_request_fail(HttpRequest *request, const GError *error);

/* Keep a POST beyond its handler; it must be answered, then released. */
HttpRequest *http_request_hold(HttpRequest *request);
void http_request_release(HttpRequest *request);
