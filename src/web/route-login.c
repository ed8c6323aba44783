/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST login: a one-time code becomes the login cookie. POST sign-out: the login ends. */
#include "server.h"

#include "bus/error.h"
#include "cookie.h"
#include "json.h"
#include "link.h"

static const char *
code_of(JsonObject *body, GError **error)
{
    return body != NULL ? json_get_text(body, "code", error) : NULL;
}

void
route_login(HttpRequest *request, gpointer data)
{
    Server *server = data;
    gsize length;
    const char *text = http_request_body(request, &length);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) body = json_parse_object(text, length, &error);
    const char *code = code_of(body, &error);
    g_autoptr(Secret) token = NULL;
    g_autoptr(Secret) cookie = NULL;

    if (code != NULL)
        token = code_table_take(server->codes, code, g_get_monotonic_time());
    if (code != NULL && token == NULL)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_TICKET,
                            "the code is unknown, used, or too old");
    if (error != NULL) {
        http_request_fail(request, error);
        return;
    }
    cookie = cookie_format(server->cookie_name, token);
    http_request_done(request, cookie);
}

typedef struct {
    Server *server;
    HttpRequest *request;
    Link *link;
} SignOut;

/* error NULL, or that nobody is signed in: either way the browser forgets its cookie. */
static void
sign_out_end(SignOut *sign_out, const GError *error)
{
    g_autoptr(Secret) cookie = cookie_format(sign_out->server->cookie_name, NULL);

    if (error == NULL || manyseat_error_code(error) == MANYSEAT_ERROR_NOT_SIGNED_IN)
        http_request_done(sign_out->request, cookie);
    else
        http_request_fail(sign_out->request, error);
    http_request_release(sign_out->request);
    link_free(sign_out->link);
    g_free(sign_out);
}

static void
on_signed_out(GVariant *answer, GUnixFDList *fds, const GError *error, gpointer data)
{
    sign_out_end(data, error);
}

static void
on_ready(Link *link, GVariant *caller, gpointer data)
{
    link_call_login(link, "SignOut", NULL, on_signed_out, data, NULL);
}

static void
on_failed(Link *link, const GError *error, gpointer data)
{
    sign_out_end(data, error);
}

void
route_sign_out(HttpRequest *request, gpointer data)
{
    static const LinkHandlers handlers = { on_ready, on_failed, NULL, NULL };
    Server *server = data;
    g_autoptr(Secret) token = http_request_token(request, server->cookie_name);
    SignOut *sign_out = g_new0(SignOut, 1);

    sign_out->server = server;
    sign_out->request = http_request_hold(request);
    if (token != NULL)
        sign_out->link = link_open(token, &handlers, sign_out);
    else
        sign_out_end(sign_out, NULL);
}
