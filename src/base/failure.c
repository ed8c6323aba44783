/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failure.h"

#include <errno.h>

gboolean
failure_set(GError **error, const char *what, const char *on)
{
    int saved = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved), "cannot %s '%s': %s", what, on,
                g_strerror(saved));
    errno = saved;
    return FALSE;
}
