/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include <string.h>

#include "find-display.h"
#include "user-file.h"

#define X_SOCKET "/tmp/.X11-unix/X%d"
#define XAUTHORITY_BYTES_MAX (64 * 1024)

static int
connect_display(int number, ServedBy served_by, GError **error)
{
    g_autofree char *path = g_strdup_printf(X_SOCKET, number);
    g_autoptr(GError) missing = NULL;
    int fd = user_file_connect(path, served_by, &missing);

    if (fd < 0 && g_error_matches(missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return user_file_connect_abstract(path, served_by, error);
    if (fd < 0)
        g_propagate_error(error, g_steal_pointer(&missing));
    return fd;
}

/* The caller's two descriptors, or none. */
static gboolean
open_display(int number, const char *xauthority, ServedBy served_by, XConnection *ret,
             GError **error)
{
    autofd x = connect_display(number, served_by, error);
    autofd cookie = -1;

    if (x < 0 || (cookie = user_file_open(xauthority, XAUTHORITY_BYTES_MAX, error)) < 0)
        return FALSE;
    *ret = (XConnection){ number, fd_steal(&x), fd_steal(&cookie) };
    return TRUE;
}

/* Of a foreign session. Xorg of a local seat may run as root: nobody but root can put such a one up, it is connected to as the
 * user and with his cookie, and so it shows what it would show to him. */
static gboolean
search(const char *session, int number, XConnection *ret, GError **error)
{
    g_autoptr(GPtrArray) all = find_display(session, number);
    g_autoptr(GError) failure = NULL;

    for (guint i = 0; i < all->len; i++) {
        const FoundDisplay *found = g_ptr_array_index(all, i);

        g_clear_error(&failure);
        if (open_display(found->number, found->xauthority, SERVED_BY_USER_OR_ROOT, ret, &failure))
            return TRUE;
    }
    if (failure == NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "cannot find an X server: no process of the user in '%s' has one", session);
    else
        g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
connect_x_open(GVariant *arguments, XConnection *ret, GError **error)
{
    const char *display = "", *xauthority = "", *session = "";
    int number;

    (void) g_variant_lookup(arguments, "display", "&s", &display);
    (void) g_variant_lookup(arguments, "xauthority", "&s", &xauthority);
    (void) g_variant_lookup(arguments, "session", "&s", &session);
    number = find_display_parse(display);
    if (number >= 0 && xauthority[0] == '/')
        return open_display(number, xauthority, SERVED_BY_USER, ret, error);
    if ((number >= 0 || display[0] == '\0') && xauthority[0] == '\0' &&
        strchr(session, '/') != NULL)
        return search(session, number, ret, error);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                        "cannot connect to an X server: 'display' (a number) and 'xauthority' (a "
                        "whole path) are needed, or a control group as 'session' to find them by");
    return FALSE;
}

gboolean
connect_x(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error)
{
    g_autofree char *digits = NULL;
    XConnection connection;

    if (!connect_x_open(arguments, &connection, error))
        return FALSE;
    digits = g_strdup_printf("%d", connection.number);
    *ret_result = g_variant_ref_sink(g_variant_new_parsed("{'display': <%s>}", digits));
    fds->fds[fds->n_fds++] = connection.x;
    fds->fds[fds->n_fds++] = connection.xauthority;
    return TRUE;
}
