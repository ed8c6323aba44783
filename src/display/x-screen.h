/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to a session's X server, and what its pixels look like. Runs in the processes that hold one, and waits without a
 * deadline: their timer is what ends them. */
#pragma once

#include <gio/gio.h>
#include <xcb/xcb.h>

#include "pixel.h"

#define CAPTURE_ERROR (capture_error_quark())
GQuark capture_error_quark(void);
typedef enum {
    CAPTURE_ERROR_REFUSED, /* not let in, or not a screen that we can use; the message says which */
    CAPTURE_ERROR_ENDED,   /* the X server closed the connection, or talks nonsense */
    CAPTURE_ERROR_RESIZED  /* the screen has another size by now: capture_resize(), then again */
} CaptureError;

typedef struct {
    xcb_connection_t *x;
    const xcb_screen_t *screen; /* of the setup, x's own */
    PixelFormat format;
    guint bits, pad; /* of a pixel; that a row is padded to: 8, 16 ... 64 */
} XScreen;

/* Connect on a socket to an X server that nobody has spoken on yet; both descriptors are taken over. cookie is an Xauthority
 * file, display the number to look for in it. */
gboolean x_screen_open(XScreen *screen, int x, int cookie, const char *display, GError **error);
void x_screen_clear(XScreen *screen);

/* Bytes of a row of width pixels in an image. */
guint x_screen_get_stride(const XScreen *screen, guint width);

/* Set the errors: refused, with the reason; the X server is gone; which of them follows from the connection. All return FALSE. */
gboolean x_screen_refuse(GError **error, const char *why);
gboolean x_screen_set_ended(GError **error);
gboolean x_screen_set_failed(const XScreen *screen, GError **error, const char *why);

/* A reply of xcb's, which is malloc()'s. */
#define autoreply __attribute__((cleanup(x_reply_clear)))
void x_reply_clear(void *reply);
