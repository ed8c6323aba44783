/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manyseat-web, one of its two kinds: what its routes share. */
#pragma once

#include "code.h"
#include "http.h"

typedef enum { KIND_DASHBOARD, KIND_STATION } Kind;

typedef struct {
    Kind kind;
    const char *cookie_name;
    Http *http;
    CodeTable *codes;
    guint n_log_on;          /* log-on sockets */
    GHashTable *log_on_from; /* address -> number of log-on sockets, in the pointer */
    guint codes_timeout;
} Server;

/* "dashboard" or "station"; FALSE: neither. */
gboolean server_kind_from_name(const char *name, Kind *ret);

/* Listen on the kind's socket (or on the one that was handed over, LISTEN_FDS=1) and serve. */
Server *server_new(Kind kind, GError **error);
void server_free(Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)

/* Keep the token (taken over) for the browser that will show the code; NULL: too many wait. */
Secret *server_add_code(Server *server, Secret *token);

/* The routes, each in its file. */
void route_log_on(Socket *socket, HttpRequest *request, gpointer server);
void route_login(HttpRequest *request, gpointer server);
void route_sign_out(HttpRequest *request, gpointer server);
void route_screenshot(HttpRequest *request, gpointer server);
void route_socket(Socket *socket, HttpRequest *request, gpointer server);
void route_view(Socket *socket, HttpRequest *request, gpointer server);
