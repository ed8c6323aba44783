/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "selection.h"

static GVariant *
sessions_of(char **words)
{
    GVariantBuilder sessions = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_STRING_ARRAY);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; words[i] != NULL; i++)
        if (g_hash_table_add(seen, words[i]))
            g_variant_builder_add(&sessions, "s", words[i]);
    return g_variant_builder_end(&sessions);
}

GVariant *
selection_new(const Arguments *arguments)
{
    GVariantBuilder selection = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    if (arguments_has(arguments, "all"))
        g_variant_builder_add(&selection, "{sv}", "all", g_variant_new_boolean(TRUE));
    else if (arguments_has(arguments, "user"))
        arguments_add_to(arguments, "user", &selection);
    else
        g_variant_builder_add(&selection, "{sv}", "sessions", sessions_of(arguments->words));
    return g_variant_builder_end(&selection);
}
