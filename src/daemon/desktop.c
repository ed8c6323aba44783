/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop.h"

#include <string.h>

#include "base/paths.h"

#define SUFFIX ".desktop"

/* NULL when the file is none to offer (unreadable, or hidden). */
static char *
read_name(const char *path)
{
    g_autoptr(GKeyFile) file = g_key_file_new();

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL) ||
        g_key_file_get_boolean(file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN,
                               NULL) ||
        g_key_file_get_boolean(file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NO_DISPLAY,
                               NULL))
        return NULL;
    return g_key_file_get_string(file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, NULL);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

GVariant *
desktop_list(const Settings *settings)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(PATH_XSESSIONS, 0, NULL);
    GVariantBuilder rows;
    const char *file;

    while (directory != NULL && (file = g_dir_read_name(directory)) != NULL)
        if (g_str_has_suffix(file, SUFFIX))
            g_ptr_array_add(files, g_strdup(file));
    g_ptr_array_sort(files, compare_texts);
    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *path = g_build_filename(PATH_XSESSIONS, files->pdata[i], NULL);
        g_autofree char *id = g_strndup(files->pdata[i], strlen(files->pdata[i]) - strlen(SUFFIX));
        g_autofree char *name = read_name(path);
        GVariantDict row;

        if (name == NULL)
            continue;
        g_variant_dict_init(&row, NULL);
        g_variant_dict_insert(&row, "id", "s", id);
        g_variant_dict_insert(&row, "name", "s", name);
        g_variant_dict_insert(&row, "default", "b", strcmp(id, settings->desktop) == 0);
        g_variant_builder_add_value(&rows, g_variant_dict_end(&row));
    }
    return g_variant_builder_end(&rows);
}
