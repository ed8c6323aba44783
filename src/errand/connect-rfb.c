/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include <string.h>

#include "base/paths.h"
#include "user-file.h"

#define PARTS_BELOW 3 /* ID, "user", name */

gboolean
connect_rfb_may_open(const char *path)
{
    g_auto(GStrv) parts = NULL;

    if (!g_str_has_prefix(path, PATH_SESSIONS "/"))
        return FALSE;
    parts = g_strsplit(path + strlen(PATH_SESSIONS "/"), "/", PARTS_BELOW + 1);
    if (g_strv_length(parts) != PARTS_BELOW || !g_str_equal(parts[1], "user"))
        return FALSE;
    for (guint i = 0; i < PARTS_BELOW; i++)
        if (parts[i][0] == '\0' || parts[i][0] == '.')
            return FALSE;
    return TRUE;
}

gboolean
connect_rfb(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error)
{
    const char *path;
    int fd;

    if (!g_variant_lookup(arguments, "path", "&s", &path) || !connect_rfb_may_open(path)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot connect to a session's RFB socket: 'path' is not one of those below %s",
                    PATH_SESSIONS);
        return FALSE;
    }
    fd = user_file_connect(path, SERVED_BY_USER, error);
    if (fd < 0)
        return FALSE;
    fds->fds[fds->n_fds++] = fd;
    return TRUE;
}
