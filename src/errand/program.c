/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "program.h"

#include <string.h>

#define ENTRY_GROUP "Desktop Entry"
#define ENTRY_SUFFIX ".desktop"

static const char *const directories[] = { "/usr/local/share/applications",
                                           "/usr/share/applications" };

/* Windows, by class and the end of the title, that were seen to have unsaved work only where they are marked: an editor that marks
 * all of it, and the folders of a file manager, which shows what it does to files in windows of another title. */
static const struct {
    const char *class, *end;
} telling[] = { { "Mousepad", "" }, { "Thunar", " - Thunar" } };

/* GTK's editors, Qt's [*], and words of older programs in our languages. */
static const char *const first[] = { "*", "● ", "• ", NULL };
static const char *const last[] = { "*", "[modified]", "[modificado]", "[изменён]", NULL };

static const char *const separators[] = { " - ", " — ", " – ", NULL };

static gboolean
may_be_entry(const char *class)
{
    return class[0] != '\0' && class[0] != '.' && strchr(class, '/') == NULL;
}

static char *
read_name(const char *directory, const char *class)
{
    g_autoptr(GKeyFile) entry = g_key_file_new();
    g_autofree char *path = g_strconcat(directory, "/", class, ENTRY_SUFFIX, NULL);

    if (!g_key_file_load_from_file(entry, path, G_KEY_FILE_NONE, NULL))
        return NULL;
    return g_key_file_get_string(entry, ENTRY_GROUP, "Name", NULL);
}

/* Whether a file is the entry of a program that is called class in it, as "org.kde.kate.desktop" is kate's. */
static gboolean
is_entry_of(const char *file, const char *class)
{
    g_autofree char *end = g_strconcat(".", class, ENTRY_SUFFIX, NULL);
    gsize length = strlen(file);

    return length > strlen(end) && g_ascii_strcasecmp(file + length - strlen(end), end) == 0;
}

/* By an entry that has the vendor's domain before it; NULL without one. */
static char *
find_name(const char *directory, const char *class)
{
    g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
    const char *file;

    while (entries != NULL && (file = g_dir_read_name(entries)) != NULL)
        if (is_entry_of(file, class)) {
            g_autofree char *id = g_strndup(file, strlen(file) - strlen(ENTRY_SUFFIX));

            return read_name(directory, id);
        }
    return NULL;
}

char *
program_name(const char *class)
{
    g_autofree char *small = g_ascii_strdown(class, -1);
    const char *const spellings[] = { class, small };

    for (gsize i = 0; may_be_entry(class) && i < G_N_ELEMENTS(spellings); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(directories); j++) {
            char *name = read_name(directories[j], spellings[i]);

            if (name != NULL)
                return name;
        }
    for (gsize j = 0; may_be_entry(class) && j < G_N_ELEMENTS(directories); j++) {
        char *name = find_name(directories[j], class);

        if (name != NULL)
            return name;
    }
    return g_strdup(class);
}

char *
program_cut_title(const char *title, const char *name)
{
    for (gsize i = 0; separators[i] != NULL; i++) {
        g_autofree char *end = g_strconcat(separators[i], name, NULL);

        if (g_str_has_suffix(title, end) && strlen(title) > strlen(end))
            return g_strndup(title, strlen(title) - strlen(end));
    }
    return g_strdup(title);
}

static gboolean
starts_with_mark(const char *title)
{
    for (gsize i = 0; first[i] != NULL; i++)
        if (g_str_has_prefix(title, first[i]))
            return TRUE;
    return FALSE;
}

/* At the end of the document's name: of the title, or of what stands before the program's name. */
static gboolean
ends_with_mark(const char *title)
{
    for (gsize i = 0; last[i] != NULL; i++) {
        if (g_str_has_suffix(title, last[i]))
            return TRUE;
        for (gsize j = 0; separators[j] != NULL; j++) {
            g_autofree char *both = g_strconcat(last[i], separators[j], NULL);

            if (strstr(title, both) != NULL)
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
is_telling(const char *class, const char *title)
{
    for (gsize i = 0; i < G_N_ELEMENTS(telling); i++)
        if (g_str_equal(class, telling[i].class) && g_str_has_suffix(title, telling[i].end))
            return TRUE;
    return FALSE;
}

Unsaved
program_judge(const char *class, const char *title)
{
    if (starts_with_mark(title) || ends_with_mark(title))
        return UNSAVED_YES;
    return is_telling(class, title) ? UNSAVED_NO : UNSAVED_UNKNOWN;
}
