/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nginx-values.h"

#include <string.h>

#include "base/paths.h"

#define PATH_PAGES MANYSEAT_DATADIR "/web"
#define PATH_HEADERS MANYSEAT_DATADIR "/front/headers.conf"
#define PATH_FRONT_RUN PATH_RUN "/front"

static const struct {
    const char *name;
    const char *path;
} paths[] = {
    { "dashboard-socket", PATH_DASHBOARD_SOCKET },
    { "station-socket", PATH_STATION_SOCKET },
    { "pages", PATH_PAGES },
    { "headers", PATH_HEADERS },
    { "run", PATH_FRONT_RUN },
};

char *
nginx_value_quote(const char *text, GError **error)
{
    for (const char *c = text; *c != '\0'; c++)
        if (strchr("\"\\$", *c) != NULL || g_ascii_iscntrl(*c)) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                        "'%s' holds a character that nginx's configuration cannot carry", text);
            return NULL;
        }
    return g_strdup_printf("\"%s\"", text);
}

char *
nginx_value_listen(const char *address, guint port, gboolean with_ipv6, GError **error)
{
    g_autoptr(GInetAddress) parsed = NULL;

    if (strcmp(address, "*") == 0)
        return g_strdup_printf(with_ipv6 ? "listen %u ssl; listen [::]:%u ssl ipv6only=on;"
                                         : "listen %u ssl;",
                               port, port);
    parsed = g_inet_address_new_from_string(address);
    if (parsed == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "address '%s' is neither '*' nor an IP address", address);
        return NULL;
    }
    if (g_inet_address_get_family(parsed) == G_SOCKET_FAMILY_IPV6)
        return g_strdup_printf("listen [%s]:%u ssl;", address, port);
    return g_strdup_printf("listen %s:%u ssl;", address, port);
}

char *
nginx_value(const char *name, gpointer data, GError **error)
{
    const Settings *settings = data;

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
        if (strcmp(name, paths[i].name) == 0)
            return g_strdup(paths[i].path);
    if (strcmp(name, "certificate") == 0)
        return nginx_value_quote(settings->certificate, error);
    if (strcmp(name, "certificate-key") == 0)
        return nginx_value_quote(settings->certificate_key, error);
    if (strcmp(name, "port") == 0)
        return g_strdup_printf("%u", settings->port);
    if (strcmp(name, "listen") == 0)
        return nginx_value_listen(settings->address, settings->port,
                                  g_file_test("/proc/net/if_inet6", G_FILE_TEST_EXISTS), error);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no value is called '%s'", name);
    return NULL;
}
