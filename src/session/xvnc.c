/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "xvnc.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

GStrv
xvnc_command(const XvncOptions *options)
{
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_autofree char *display = g_strdup_printf(":%u", options->display);
    g_autofree char *geometry = g_strdup_printf("%ux%u", options->width, options->height);

    g_strv_builder_add_many(
        command, XVNC_PROGRAM, display, "-displayfd", G_STRINGIFY(XVNC_READY_FD),
        /* X: both Unix sockets or none, with our cookie; the last client that leaves resets nothing. */
        "-nolisten", "tcp", "-nopn", "-auth", options->xauthority, "-noreset", "-s", "0",
        /* RFB: -1 is what keeps it off the network; 0 would mean a port of its own choice. */
        "-rfbport", "-1", "-rfbunixpath", options->rfb, "-rfbunixmode", "0600", "-SecurityTypes",
        "None", "-UseBlacklist=0", "-AlwaysShared=1", "-AcceptSetDesktopSize=1",
        /* Keys by their places where the viewer sends them: the session's layout says what they mean. */
        "-RawKeyboard=1", "-AllowOverride=", "-geometry", geometry, "-depth", "24", "-desktop",
        options->title, NULL);
    return g_strv_builder_end(command);
}

/* It writes the display's number, and then a newline in a write of its own: closing the pipe between the two would end it. */
static gboolean
has_reported(int ready, gboolean *ret_whole, GError **error)
{
    char number[16];
    ssize_t got;

    do
        got = read(ready, number, sizeof number);
    while (got < 0 && errno == EINTR);
    if (got > 0) {
        *ret_whole = memchr(number, '\n', (size_t) got) != NULL;
        return TRUE;
    }
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "Xvnc ended before it was ready");
    return FALSE;
}

gboolean
xvnc_wait_ready(int ready, GError **error)
{
    struct pollfd poll_fd = { .fd = ready, .events = POLLIN };
    gint64 deadline = g_get_monotonic_time() + XVNC_READY_SECONDS * G_USEC_PER_SEC;
    gboolean whole = FALSE;

    while (!whole) {
        gint64 left = deadline - g_get_monotonic_time();

        if (left <= 0) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Xvnc was not ready after %d s",
                        XVNC_READY_SECONDS);
            return FALSE;
        }
        if (poll(&poll_fd, 1, (int) (left / 1000 + 1)) > 0 && !has_reported(ready, &whole, error))
            return FALSE;
    }
    return TRUE;
}
