/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"

#include <string.h>

static guint
character_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

guint
text_width(const char *text)
{
    guint width = 0;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        width += character_width(g_utf8_get_char(at));
    return width;
}

/* U+202A to U+202E and U+2066 to U+2069 change the direction of the rest of the line. */
static gboolean
may_show(gunichar c)
{
    return !g_unichar_iscntrl(c) && !(c >= 0x202A && c <= 0x202E) &&
           !(c >= 0x2066 && c <= 0x2069) && c != 0x2028 && c != 0x2029;
}

char *
text_visible(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *visible = g_string_new(NULL);

    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_string_append_unichar(visible, may_show(c) ? c : 0xFFFD);
    }
    return g_string_free(visible, FALSE);
}

char *
text_wrap(const char *text, guint indent, guint columns)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    GString *lines = g_string_new(NULL);
    guint at = indent;

    for (guint i = 0; words[i] != NULL; i++) {
        guint width = text_width(words[i]);

        if (at > indent && at + 1 + width > columns) {
            g_string_append_printf(lines, "\n%*s", (int) indent, "");
            at = indent;
        } else if (at > indent) {
            g_string_append_c(lines, ' ');
            at++;
        }
        g_string_append(lines, words[i]);
        at += width;
    }
    return g_string_free(lines, FALSE);
}
