/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server.h"

#include <string.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/paths.h"
#include "listen.h"

#define ROUTES(kind)                                                                               \
    {                                                                                              \
        { "/api/" kind "/log-on", NULL, route_log_on, LIMIT_WEB_LOG_ON_MESSAGE },                  \
            { "/api/" kind "/login", route_login, NULL, 0 },                                       \
            { "/api/" kind "/sign-out", route_sign_out, NULL, 0 },                                 \
            { "/api/" kind "/screenshot", route_screenshot, NULL, 0 },                             \
            { "/api/" kind "/socket", NULL, route_socket, LIMIT_WEB_MESSAGE },                     \
            { "/api/" kind "/view", NULL, route_view, LIMIT_WEB_MESSAGE },                         \
            { NULL, NULL, NULL, 0 },                                                               \
    }

static const struct {
    const char *name;
    const char *path;
    const char *cookie_name;
    HttpRoute routes[7];
} kinds[] = {
    [KIND_DASHBOARD] = { "dashboard", PATH_DASHBOARD_SOCKET, "__Host-manyseat",
                         ROUTES("dashboard") },
    [KIND_STATION] = { "station", PATH_STATION_SOCKET, "__Host-manyseat-station",
                       ROUTES("station") },
};

gboolean
server_kind_from_name(const char *name, Kind *ret)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0) {
            *ret = (Kind) i;
            return TRUE;
        }
    return FALSE;
}

Server *
server_new(Kind kind, GError **error)
{
    g_autoptr(Server) server = g_new0(Server, 1);
    autofd listener = listen_open(kinds[kind].path, error);

    if (listener < 0)
        return NULL;
    server->kind = kind;
    server->cookie_name = kinds[kind].cookie_name;
    server->codes = code_table_new();
    server->log_on_from = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server->http = http_new(fd_steal(&listener), kinds[kind].routes, server, error);
    return server->http != NULL ? g_steal_pointer(&server) : NULL;
}

void
server_free(Server *server)
{
    if (server == NULL)
        return;
    g_clear_handle_id(&server->codes_timeout, g_source_remove);
    http_free(server->http);
    code_table_free(server->codes);
    g_clear_pointer(&server->log_on_from, g_hash_table_unref);
    g_free(server);
}

static gboolean
on_codes_timeout(gpointer data)
{
    Server *server = data;

    if (code_table_purge(server->codes, g_get_monotonic_time()) > 0)
        return G_SOURCE_CONTINUE;
    server->codes_timeout = 0;
    return G_SOURCE_REMOVE;
}

Secret *
server_add_code(Server *server, Secret *token)
{
    /* Tokens that nobody fetches do not stay in memory. */
    if (server->codes_timeout == 0)
        server->codes_timeout =
            g_timeout_add_seconds(LIMIT_WEB_CODE_SECONDS + 1, on_codes_timeout, server);
    return code_table_add(server->codes, token, g_get_monotonic_time());
}
