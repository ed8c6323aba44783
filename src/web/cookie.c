/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cookie.h"

#include <string.h>

#include "base/limits.h"

#define ATTRIBUTES "; Path=/; Secure; HttpOnly; SameSite=Strict"

Secret *
cookie_parse(const char *header, const char *name)
{
    const char *found = NULL;
    gsize length = 0, name_length = strlen(name);
    g_autoptr(Secret) token = NULL;

    for (const char *at = header; at != NULL && *at != '\0';) {
        gsize part;

        at += strspn(at, "; \t");
        part = strcspn(at, ";");
        if (part > name_length && memcmp(at, name, name_length) == 0 && at[name_length] == '=') {
            if (found != NULL)
                return NULL;
            found = at + name_length + 1;
            length = part - name_length - 1;
        }
        at += part;
    }
    if (found == NULL)
        return NULL;
    token = secret_from_text(found, length);
    if (token == NULL || secret_length(token) != LIMIT_TOKEN_BYTES)
        return NULL;
    return g_steal_pointer(&token);
}

Secret *
cookie_format(const char *name, const Secret *token)
{
    g_autoptr(Secret) text = token != NULL ? secret_to_text(token) : secret_new("", 0);
    const char *gone = token != NULL ? "" : "; Max-Age=0";
    char *value = g_strconcat(name, "=", secret_bytes(text), ATTRIBUTES, gone, NULL);
    Secret *secret = secret_new(value, strlen(value));

    secret_wipe(value, strlen(value));
    g_free(value);
    return secret;
}
