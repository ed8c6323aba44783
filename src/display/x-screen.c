/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "x-screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <X11/Xauth.h>

#include "base/fd.h"

#define COOKIE_PROTOCOL "MIT-MAGIC-COOKIE-1"
#define COOKIES_MAX 256 /* entries looked at */

G_DEFINE_QUARK(manyseat - capture - error, capture_error)

void
x_reply_clear(void *reply)
{
    free(*(void **) reply);
}

gboolean
x_screen_refuse(GError **error, const char *why)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_REFUSED, "cannot use the screen: %s", why);
    return FALSE;
}

gboolean
x_screen_set_ended(GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_ENDED,
                "cannot use the screen any more: the X server is gone");
    return FALSE;
}

gboolean
x_screen_set_failed(const XScreen *screen, GError **error, const char *why)
{
    return xcb_connection_has_error(screen->x) ? x_screen_set_ended(error)
                                               : x_screen_refuse(error, why);
}

static gboolean
is_cookie_for(const Xauth *entry, const char *display)
{
    gsize length = strlen(display);

    return entry->name_length == strlen(COOKIE_PROTOCOL) &&
           memcmp(entry->name, COOKIE_PROTOCOL, entry->name_length) == 0 &&
           (entry->number_length == 0 ||
            (entry->number_length == length && memcmp(entry->number, display, length) == 0));
}

/* The first cookie for display. The file is its user's: anything may be in it. */
static Xauth *
read_cookie(int fd, const char *display)
{
    FILE *file = fdopen(fd, "r");
    Xauth *entry = NULL;

    if (file == NULL) {
        fd_clear(&fd);
        return NULL;
    }
    for (guint i = 0; i < COOKIES_MAX && (entry = XauReadAuth(file)) != NULL; i++) {
        if (is_cookie_for(entry, display))
            break;
        XauDisposeAuth(entry);
        entry = NULL;
    }
    (void) fclose(file);
    return entry;
}

static xcb_connection_t *
connect_with_cookie(int x, int cookie, const char *display)
{
    Xauth *entry = read_cookie(cookie, display);
    xcb_auth_info_t auth = { 0 };
    xcb_connection_t *connection;

    if (entry != NULL)
        auth = (xcb_auth_info_t){ .namelen = entry->name_length,
                                  .name = entry->name,
                                  .datalen = entry->data_length,
                                  .data = entry->data };
    connection = xcb_connect_to_fd(x, entry != NULL ? &auth : NULL);
    XauDisposeAuth(entry);
    return connection;
}

static const xcb_visualtype_t *
find_visual(const xcb_screen_t *screen)
{
    for (xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator(screen); depth.rem > 0;
         xcb_depth_next(&depth))
        for (xcb_visualtype_iterator_t visual = xcb_depth_visuals_iterator(depth.data);
             visual.rem > 0; xcb_visualtype_next(&visual))
            if (visual.data->visual_id == screen->root_visual)
                return visual.data;
    return NULL;
}

static gboolean
is_padding(guint bits)
{
    return bits > 0 && bits <= 64 && bits % 8 == 0;
}

static gboolean
find_format(XScreen *screen, GError **error)
{
    static const struct {
        guint8 depth, bits;
        guint32 red, blue;
        PixelFormat format;
    } formats[] = {
        { 24, 32, 0xff0000, 0xff, PIXELS_BGRX },
        { 32, 32, 0xff0000, 0xff, PIXELS_BGRX },
        { 16, 16, 0xf800, 0x1f, PIXELS_RGB565 },
        { 30, 32, 0x3ff00000, 0x3ff, PIXELS_AR30 },
    };
    const xcb_setup_t *setup = xcb_get_setup(screen->x);
    const xcb_visualtype_t *visual = find_visual(screen->screen);
    xcb_format_iterator_t at = xcb_setup_pixmap_formats_iterator(setup);

    while (at.rem > 0 && at.data->depth != screen->screen->root_depth)
        xcb_format_next(&at);
    if (at.rem == 0 || visual == NULL || setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST)
        return x_screen_refuse(error, "its pixels are in no known order");
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (formats[i].depth == at.data->depth && formats[i].bits == at.data->bits_per_pixel &&
            formats[i].red == visual->red_mask && formats[i].blue == visual->blue_mask) {
            screen->format = formats[i].format;
            screen->bits = at.data->bits_per_pixel;
            screen->pad = at.data->scanline_pad;
            return is_padding(screen->pad) ||
                   x_screen_refuse(error, "its rows are padded in no known way");
        }
    return x_screen_refuse(error, "its pixels are of no known format");
}

guint
x_screen_get_stride(const XScreen *screen, guint width)
{
    return (width * screen->bits + screen->pad - 1) / screen->pad * screen->pad / 8;
}

gboolean
x_screen_open(XScreen *screen, int x, int cookie, const char *display, GError **error)
{
    screen->x = connect_with_cookie(x, cookie, display);
    if (xcb_connection_has_error(screen->x))
        return x_screen_refuse(error, "the X server does not let us in");
    if (xcb_setup_roots_length(xcb_get_setup(screen->x)) < 1)
        return x_screen_refuse(error, "there is none");
    screen->screen = xcb_setup_roots_iterator(xcb_get_setup(screen->x)).data;
    return find_format(screen, error);
}

void
x_screen_clear(XScreen *screen)
{
    if (screen->x != NULL)
        xcb_disconnect(screen->x);
    screen->x = NULL;
}
