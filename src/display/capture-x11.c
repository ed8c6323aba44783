/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <X11/Xauth.h>
#include <xcb/damage.h>
#include <xcb/randr.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>

#include "average.h"
#include "base/fd.h"

#define SEGMENT_BYTES (1024 * 1024)
#define SCREEN_MAX AVERAGE_SCREEN_MAX /* columns or rows */
#define REGION_RECTS_MAX 4096         /* looked at one by one; beyond, what contains them all */
#define COOKIE_PROTOCOL "MIT-MAGIC-COOKIE-1"
#define COOKIES_MAX 256 /* entries looked at */

struct Capture {
    xcb_connection_t *x;
    const xcb_screen_t *screen; /* of the setup, x's own */
    xcb_window_t root;
    PixelFormat format;
    guint bits, pad; /* of a pixel; that a row is padded to */
    guint width, height;
    guint8 damage_event, randr_event;
    xcb_damage_damage_t damage;
    xcb_xfixes_region_t region;
    xcb_shm_seg_t segment;
    const guint8 *pixels; /* the segment's memory */
    gboolean damaged, resized;
};

G_DEFINE_QUARK(manyseat - capture - error, capture_error)

/* A reply of xcb's, which is malloc()'s. */
#define autoreply __attribute__((cleanup(reply_clear)))
static void
reply_clear(void *reply)
{
    free(*(void **) reply);
}

static gboolean
refuse(GError **error, const char *why)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_REFUSED, "cannot watch the screen: %s", why);
    return FALSE;
}

static gboolean
set_ended(GError **error)
{
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_ENDED,
                "cannot watch the screen any more: the X server is gone");
    return FALSE;
}

/* An answer did not come, or an error did: gone, or refused? */
static gboolean
set_failed(Capture *capture, GError **error, const char *what)
{
    return xcb_connection_has_error(capture->x) ? set_ended(error) : refuse(error, what);
}

static gboolean
checked(Capture *capture, xcb_void_cookie_t cookie, GError **error, const char *what)
{
    autoreply xcb_generic_error_t *failure = xcb_request_check(capture->x, cookie);

    if (failure != NULL || xcb_connection_has_error(capture->x))
        return set_failed(capture, error, what);
    return TRUE;
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
find_format(Capture *capture, GError **error)
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
    const xcb_setup_t *setup = xcb_get_setup(capture->x);
    const xcb_visualtype_t *visual = find_visual(capture->screen);
    xcb_format_iterator_t at = xcb_setup_pixmap_formats_iterator(setup);

    while (at.rem > 0 && at.data->depth != capture->screen->root_depth)
        xcb_format_next(&at);
    if (at.rem == 0 || visual == NULL || setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST)
        return refuse(error, "its pixels are in no known order");
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (formats[i].depth == at.data->depth && formats[i].bits == at.data->bits_per_pixel &&
            formats[i].red == visual->red_mask && formats[i].blue == visual->blue_mask) {
            capture->format = formats[i].format;
            capture->bits = at.data->bits_per_pixel;
            capture->pad = at.data->scanline_pad;
            return TRUE;
        }
    return refuse(error, "its pixels are of no known format");
}

/* Bytes of a row of width pixels in an image. */
static guint
get_stride(const Capture *capture, guint width)
{
    return (width * capture->bits + capture->pad - 1) / capture->pad * capture->pad / 8;
}

static gboolean
set_geometry(Capture *capture, guint width, guint height, GError **error)
{
    if (width == 0 || height == 0 || width > SCREEN_MAX || height > SCREEN_MAX)
        return refuse(error, "its size is out of range");
    if (capture->pad == 0 || capture->pad > 64 || capture->pad % 8 != 0)
        return refuse(error, "its rows are padded in no known way");
    capture->width = width;
    capture->height = height;
    return TRUE;
}

static gboolean
open_connection(Capture *capture, int x, int cookie, const char *display, GError **error)
{
    capture->x = connect_with_cookie(x, cookie, display);
    if (xcb_connection_has_error(capture->x))
        return refuse(error, "the X server does not let us in");
    if (xcb_setup_roots_length(xcb_get_setup(capture->x)) < 1)
        return refuse(error, "there is none");
    capture->screen = xcb_setup_roots_iterator(xcb_get_setup(capture->x)).data;
    capture->root = capture->screen->root;
    return find_format(capture, error) && set_geometry(capture, capture->screen->width_in_pixels,
                                                       capture->screen->height_in_pixels, error);
}

static gboolean
find_extensions(Capture *capture, GError **error)
{
    xcb_connection_t *x = capture->x;
    const xcb_query_extension_reply_t *damage = xcb_get_extension_data(x, &xcb_damage_id);
    const xcb_query_extension_reply_t *fixes = xcb_get_extension_data(x, &xcb_xfixes_id);
    const xcb_query_extension_reply_t *shm = xcb_get_extension_data(x, &xcb_shm_id);
    const xcb_query_extension_reply_t *randr = xcb_get_extension_data(x, &xcb_randr_id);

    if (damage == NULL || !damage->present || fixes == NULL || !fixes->present || shm == NULL ||
        !shm->present)
        return set_failed(capture, error, "the X server lacks DAMAGE, XFIXES or MIT-SHM");
    capture->damage_event = damage->first_event + XCB_DAMAGE_NOTIFY;
    if (randr != NULL && randr->present)
        capture->randr_event = randr->first_event + XCB_RANDR_SCREEN_CHANGE_NOTIFY;
    return TRUE;
}

static gboolean
check_versions(Capture *capture, GError **error)
{
    xcb_connection_t *x = capture->x;
    xcb_damage_query_version_cookie_t damage_asked = xcb_damage_query_version(x, 1, 1);
    xcb_xfixes_query_version_cookie_t fixes_asked = xcb_xfixes_query_version(x, 2, 0);
    xcb_shm_query_version_cookie_t shm_asked = xcb_shm_query_version(x);
    autoreply xcb_damage_query_version_reply_t *damage =
        xcb_damage_query_version_reply(x, damage_asked, NULL);
    autoreply xcb_xfixes_query_version_reply_t *fixes =
        xcb_xfixes_query_version_reply(x, fixes_asked, NULL);
    autoreply xcb_shm_query_version_reply_t *shm = xcb_shm_query_version_reply(x, shm_asked, NULL);

    if (damage == NULL || fixes == NULL || fixes->major_version < 2 || shm == NULL ||
        shm->major_version < 1 || (shm->major_version == 1 && shm->minor_version < 2))
        return set_failed(capture, error, "the X server's extensions are too old");
    return TRUE;
}

/* Whoever gets the segment can write into it for good, so it is ours alone, and can't be made shorter under our eyes. */
static gboolean
attach_segment(Capture *capture, GError **error)
{
    autofd memory = memfd_create("manyseat-display", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    void *pixels;

    if (memory < 0 || ftruncate(memory, SEGMENT_BYTES) < 0 ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return refuse(error, "there is no memory to share");
    pixels = mmap(NULL, SEGMENT_BYTES, PROT_READ, MAP_SHARED, memory, 0);
    if (pixels == MAP_FAILED)
        return refuse(error, "there is no memory to share");
    capture->pixels = pixels;
    capture->segment = xcb_generate_id(capture->x);
    return checked(capture,
                   xcb_shm_attach_fd_checked(capture->x, capture->segment, fd_steal(&memory), 0),
                   error, "the X server does not take shared memory");
}

static gboolean
watch_root(Capture *capture, GError **error)
{
    const guint32 events = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
    xcb_connection_t *x = capture->x;

    (void) xcb_change_window_attributes(x, capture->root, XCB_CW_EVENT_MASK, &events);
    if (capture->randr_event != 0)
        (void) xcb_randr_select_input(x, capture->root, XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE);
    capture->region = xcb_generate_id(x);
    (void) xcb_xfixes_create_region(x, capture->region, 0, NULL);
    capture->damage = xcb_generate_id(x);
    return checked(capture,
                   xcb_damage_create_checked(x, capture->damage, capture->root,
                                             XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY),
                   error, "the X server does not tell what changes");
}

Capture *
capture_open(int x, int cookie, const char *display, GError **error)
{
    g_autoptr(Capture) capture = g_new0(Capture, 1);

    if (!open_connection(capture, x, cookie, display, error) || !find_extensions(capture, error) ||
        !check_versions(capture, error) || !attach_segment(capture, error) ||
        !watch_root(capture, error))
        return NULL;
    return g_steal_pointer(&capture);
}

void
capture_free(Capture *capture)
{
    if (capture == NULL)
        return;
    if (capture->x != NULL)
        xcb_disconnect(capture->x);
    if (capture->pixels != NULL)
        (void) munmap((void *) capture->pixels, SEGMENT_BYTES);
    g_free(capture);
}

int
capture_get_fd(const Capture *capture)
{
    return xcb_get_file_descriptor(capture->x);
}

void
capture_get_screen(const Capture *capture, guint *ret_width, guint *ret_height,
                   PixelFormat *ret_format)
{
    *ret_width = capture->width;
    *ret_height = capture->height;
    *ret_format = capture->format;
}

static void
handle_event(Capture *capture, const xcb_generic_event_t *event)
{
    guint8 type = event->response_type & 0x7f;

    if (type == capture->damage_event)
        capture->damaged = TRUE;
    else if (capture->randr_event != 0 && type == capture->randr_event)
        capture->resized = TRUE;
    else if (type == XCB_CONFIGURE_NOTIFY &&
             ((const xcb_configure_notify_event_t *) event)->window == capture->root)
        capture->resized = TRUE;
}

gboolean
capture_drain(Capture *capture, gboolean *ret_damaged, GError **error)
{
    for (;;) {
        autoreply xcb_generic_event_t *event = xcb_poll_for_event(capture->x);

        if (event == NULL)
            break;
        handle_event(capture, event);
    }
    if (xcb_connection_has_error(capture->x))
        return set_ended(error);
    if (capture->resized) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_RESIZED, "the screen was resized");
        return FALSE;
    }
    *ret_damaged = capture->damaged;
    return TRUE;
}

/* What lies left of or above the screen is not on it. */
static void
add_rectangle(Damage *damage, const xcb_rectangle_t *at)
{
    const int right = at->x + at->width, bottom = at->y + at->height;
    const Rect rect = { (guint) MAX(at->x, 0), (guint) MAX(at->y, 0), (guint) MAX(right, 0),
                        (guint) MAX(bottom, 0) };

    damage_add(damage, &rect);
}

gboolean
capture_fetch_damage(Capture *capture, Damage *damage, GError **error)
{
    autoreply xcb_xfixes_fetch_region_reply_t *region = NULL;
    const xcb_rectangle_t *at;
    int n;

    /* Before the pixels are read: what changes meanwhile is told again. */
    capture->damaged = FALSE;
    (void) xcb_damage_subtract(capture->x, capture->damage, XCB_NONE, capture->region);
    region = xcb_xfixes_fetch_region_reply(
        capture->x, xcb_xfixes_fetch_region(capture->x, capture->region), NULL);
    if (region == NULL)
        return set_failed(capture, error, "the X server does not tell what changed");
    at = xcb_xfixes_fetch_region_rectangles(region);
    n = xcb_xfixes_fetch_region_rectangles_length(region);
    if (n > REGION_RECTS_MAX) {
        at = &region->extents;
        n = 1;
    }
    for (int i = 0; i < n; i++)
        add_rectangle(damage, &at[i]);
    return TRUE;
}

guint
capture_get_rows_max(const Capture *capture, guint width)
{
    return SEGMENT_BYTES / get_stride(capture, width);
}

/* A screen that shrank meanwhile is no reason to give up, once per change. */
static gboolean
set_area_failed(Capture *capture, GError **error)
{
    gboolean damaged;

    if (!capture_drain(capture, &damaged, error))
        return FALSE;
    return refuse(error, "the X server does not give its pixels");
}

gboolean
capture_area(Capture *capture, const Rect *area, const guint8 **ret_pixels, guint *ret_stride,
             GError **error)
{
    const guint width = area->right - area->left;
    const guint n_rows = area->bottom - area->top;
    const guint stride = get_stride(capture, width);
    autoreply xcb_shm_get_image_reply_t *image = NULL;

    g_return_val_if_fail(n_rows <= capture_get_rows_max(capture, width), FALSE);
    image = xcb_shm_get_image_reply(
        capture->x,
        xcb_shm_get_image(capture->x, capture->root, (gint16) area->left, (gint16) area->top,
                          (guint16) width, (guint16) n_rows, ~0U, XCB_IMAGE_FORMAT_Z_PIXMAP,
                          capture->segment, 0),
        NULL);
    if (image == NULL || image->size != stride * n_rows)
        return set_area_failed(capture, error);
    *ret_pixels = capture->pixels;
    *ret_stride = stride;
    return TRUE;
}

gboolean
capture_resize(Capture *capture, GError **error)
{
    xcb_connection_t *x = capture->x;
    autoreply xcb_get_geometry_reply_t *geometry =
        xcb_get_geometry_reply(x, xcb_get_geometry(x, capture->root), NULL);

    capture->resized = FALSE;
    if (geometry == NULL)
        return set_failed(capture, error, "the X server does not tell its size");
    if (!set_geometry(capture, geometry->width, geometry->height, error))
        return FALSE;
    /* A new one: what the old one watches may be gone with the old frame. */
    (void) xcb_damage_destroy(x, capture->damage);
    capture->damage = xcb_generate_id(x);
    return checked(capture,
                   xcb_damage_create_checked(x, capture->damage, capture->root,
                                             XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY),
                   error, "the X server does not tell what changes");
}
