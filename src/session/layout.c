/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layout.h"

#include <string.h>

#define GROUPS_MAX 4 /* of XKB */

static gboolean
is_name(const char *name)
{
    gsize length = strlen(name);

    for (gsize i = 0; i < length; i++)
        if (!g_ascii_islower(name[i]))
            return FALSE;
    return length == 2 || length == 3;
}

gboolean
layout_is_valid(const char *layout)
{
    g_auto(GStrv) names = g_strsplit(layout, ",", GROUPS_MAX + 1);
    guint n_names = g_strv_length(names);

    for (guint i = 0; i < n_names; i++)
        if (!is_name(names[i]))
            return FALSE;
    return n_names > 0 && n_names <= GROUPS_MAX;
}

GStrv
layout_command(const char *layout)
{
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();

    /* Xvnc maps raw scancodes to the key codes of evdev, so the rules stay that. */
    g_strv_builder_add_many(command, "/usr/bin/setxkbmap", "-rules", "evdev", "-model", "pc105",
                            "-layout", layout, "-option", "", NULL);
    if (strchr(layout, ',') != NULL)
        g_strv_builder_add_many(command, "-option", "grp:alt_shift_toggle", NULL);
    return g_strv_builder_end(command);
}
