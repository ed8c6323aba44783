/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "locale.h"

#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyz"

static gboolean
is_plain(const char *locale)
{
    return strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0 ||
           g_str_has_prefix(locale, "C.");
}

char *
locale_get_language(const char *locale)
{
    gsize length = strspn(locale, LETTERS);

    if (is_plain(locale))
        return g_strdup("en");
    if (length < 2 || length > 3 || strchr("_.@:", locale[length]) == NULL)
        return g_strdup("");
    return g_strndup(locale, length);
}

char *
locale_find_language(const char *language, const char *lc_all, const char *lc_messages,
                     const char *lang)
{
    const char *const locales[] = { lc_all, lc_messages, lang };
    const char *locale = "";

    for (gsize i = 0; i < G_N_ELEMENTS(locales) && locale[0] == '\0'; i++)
        locale = locales[i] != NULL ? locales[i] : "";
    /* LANGUAGE counts in any locale but "C" itself. */
    if (language != NULL && language[0] != '\0' && locale[0] != '\0' && strcmp(locale, "C") != 0)
        return locale_get_language(language);
    return locale_get_language(locale);
}
