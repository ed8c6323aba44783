/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include <string.h>

#include "user-file.h"

#define X_SOCKET "/tmp/.X11-unix/X%d"
#define DISPLAY_DIGITS_MAX 5
#define DISPLAY_MAX 65535
#define XAUTHORITY_BYTES_MAX (64 * 1024)

int
connect_x_parse_display(const char *display)
{
    guint64 number;

    if (display[0] == ':')
        display++;
    if (strlen(display) > DISPLAY_DIGITS_MAX ||
        !g_ascii_string_to_unsigned(display, 10, 0, DISPLAY_MAX, &number, NULL))
        return -1;
    return (int) number;
}

static int
connect_display(int number, GError **error)
{
    g_autofree char *path = g_strdup_printf(X_SOCKET, number);
    g_autoptr(GError) missing = NULL;
    int fd = user_file_connect(path, &missing);

    if (fd < 0 && g_error_matches(missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return user_file_connect_abstract(path, error);
    if (fd < 0)
        g_propagate_error(error, g_steal_pointer(&missing));
    return fd;
}

gboolean
connect_x_open(GVariant *arguments, int *ret_number, int *ret_x, int *ret_xauthority,
               GError **error)
{
    const char *display;
    const char *xauthority;
    int number = -1;
    autofd x = -1;
    autofd cookie = -1;

    if (g_variant_lookup(arguments, "display", "&s", &display))
        number = connect_x_parse_display(display);
    if (number < 0 || !g_variant_lookup(arguments, "xauthority", "&s", &xauthority) ||
        xauthority[0] != '/') {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot connect to an X server: 'display' (a number) and 'xauthority' (a whole "
                    "path) are needed");
        return FALSE;
    }
    if ((x = connect_display(number, error)) < 0 ||
        (cookie = user_file_open(xauthority, XAUTHORITY_BYTES_MAX, error)) < 0)
        return FALSE;
    *ret_number = number;
    *ret_x = fd_steal(&x);
    *ret_xauthority = fd_steal(&cookie);
    return TRUE;
}

gboolean
connect_x(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error)
{
    g_autofree char *digits = NULL;
    int number, x, cookie;

    if (!connect_x_open(arguments, &number, &x, &cookie, error))
        return FALSE;
    digits = g_strdup_printf("%d", number);
    *ret_result = g_variant_ref_sink(g_variant_new_parsed("{'display': <%s>}", digits));
    fds->fds[fds->n_fds++] = x;
    fds->fds[fds->n_fds++] = cookie;
    return TRUE;
}
