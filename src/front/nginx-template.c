/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nginx-template.h"

#include <string.h>

/* One place, from its first '@' on: append its value and say where the text goes on. */
static const char *
fill_place(GString *text, const char *place, NginxTemplateValue value, gpointer data,
           GError **error)
{
    gsize length = strspn(place + 1, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-");
    g_autofree char *name = g_strndup(place + 1, length);
    g_autofree char *filling = NULL;

    if (place[length + 1] != '@') {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "'@%s' is not closed", name);
        return NULL;
    }
    filling = value(name, data, error);
    if (filling == NULL)
        return NULL;
    g_string_append(text, filling);
    return place + length + 2;
}

static guint
line_of(const char *template, const char *at)
{
    guint line = 1;

    for (const char *c = template; c < at; c++)
        line += *c == '\n';
    return line;
}

char *
nginx_template_fill(const char *template, NginxTemplateValue value, gpointer data, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *at = template;
    const char *place;

    while ((place = strchr(at, '@')) != NULL) {
        g_string_append_len(text, at, place - at);
        at = fill_place(text, place, value, data, error);
        if (at == NULL) {
            g_prefix_error(error, "line %u: ", line_of(template, place));
            return NULL;
        }
    }
    g_string_append(text, at);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
