/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "origin.h"

#include <string.h>

#define SCHEME "https://"

static gboolean
is_host(const char *host)
{
    return *host != '\0' && strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789.-_:[]") == strlen(host);
}

gboolean
origin_matches(const char *origin, const char *host)
{
    if (origin == NULL || host == NULL || !is_host(host) || !g_str_has_prefix(origin, SCHEME))
        return FALSE;
    /* Browsers write the origin's host in lower case, Host as it was typed. */
    return g_ascii_strcasecmp(origin + strlen(SCHEME), host) == 0;
}
