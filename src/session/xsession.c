/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "xsession.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"

#define ID_BYTES_MAX 100

gboolean
xsession_id_is_valid(const char *id)
{
    gsize length = strlen(id);

    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(id[i]) && (i == 0 || strchr("-_.+", id[i]) == NULL))
            return FALSE;
    return length > 0 && length <= ID_BYTES_MAX;
}

static gboolean
refuse(GError **error, const char *id, const char *why)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "cannot use desktop '%s': %s", id, why);
    return FALSE;
}

/* In the search path that the session will have, not in ours. */
static gboolean
is_installed(const char *program)
{
    g_auto(GStrv) directories = g_strsplit(ENVIRONMENT_PATH, ":", -1);

    if (g_path_is_absolute(program))
        return access(program, X_OK) == 0;
    for (guint i = 0; directories[i] != NULL; i++) {
        g_autofree char *path = g_build_filename(directories[i], program, NULL);

        if (access(path, X_OK) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Field codes stand for files and icons, of which there are none here. */
static gboolean
is_field_code(const char *word)
{
    return word[0] == '%' && strlen(word) == 2 && word[1] != '%';
}

/* Xsession splits its argument at spaces and expands patterns: words that would not survive are refused. */
static gboolean
is_plain(const char *word)
{
    return *word != '\0' && strpbrk(word, " \t\n*?[]\"'\\`$") == NULL;
}

static char *
parse_exec(const char *exec, const char *id, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GString) command = g_string_new(NULL);

    if (!g_shell_parse_argv(exec, NULL, &words, error))
        return NULL;
    for (guint i = 0; words[i] != NULL; i++) {
        if (is_field_code(words[i]))
            continue;
        if (!is_plain(words[i])) {
            refuse(error, id, "its Exec has words that /etc/X11/Xsession does not take");
            return NULL;
        }
        g_string_append_printf(command, "%s%s", i > 0 ? " " : "", words[i]);
    }
    if (is_installed(words[0]))
        return g_string_free(g_steal_pointer(&command), FALSE);
    refuse(error, id, "its program is not installed");
    return NULL;
}

static gboolean
check_file(GKeyFile *file, const char *id, GError **error)
{
    g_autofree char *try_exec = g_key_file_get_string(file, G_KEY_FILE_DESKTOP_GROUP,
                                                      G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, NULL);

    if (g_key_file_get_boolean(file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN,
                               NULL) ||
        g_key_file_get_boolean(file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NO_DISPLAY,
                               NULL))
        return refuse(error, id, "it is hidden");
    if (try_exec != NULL && !is_installed(try_exec))
        return refuse(error, id, "its TryExec is not installed");
    return TRUE;
}

static char *
get_names(GKeyFile *file)
{
    g_auto(GStrv) names =
        g_key_file_get_string_list(file, G_KEY_FILE_DESKTOP_GROUP, "DesktopNames", NULL, NULL);

    return names != NULL ? g_strjoinv(":", names) : g_strdup("");
}

Xsession *
xsession_find(const char *directory, const char *id, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_strdup_printf("%s/%s.desktop", directory, id);
    g_autofree char *exec = NULL;
    g_autoptr(Xsession) xsession = g_new0(Xsession, 1);

    if (!xsession_id_is_valid(id)) {
        refuse(error, id, "that is not the id of a desktop");
        return NULL;
    }
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
        g_prefix_error(error, "cannot use desktop '%s': '%s': ", id, path);
        return NULL;
    }
    if (!check_file(file, id, error))
        return NULL;
    exec =
        g_key_file_get_string(file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, error);
    if (exec == NULL || (xsession->command = parse_exec(exec, id, error)) == NULL)
        return NULL;
    xsession->id = g_strdup(id);
    xsession->names = get_names(file);
    return g_steal_pointer(&xsession);
}

void
xsession_free(Xsession *xsession)
{
    if (xsession == NULL)
        return;
    g_free(xsession->id);
    g_free(xsession->command);
    g_free(xsession->names);
    g_free(xsession);
}
