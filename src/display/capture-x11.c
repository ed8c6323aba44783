/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/damage.h>
#include <xcb/randr.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>

#include "average.h"
#include "base/fd.h"

#define SEGMENT_BYTES (1024 * 1024)
#define SCREEN_MAX AVERAGE_SCREEN_MAX /* columns or rows */
#define REGION_RECTS_MAX 4096         /* looked at one by one; beyond, what contains them all */

struct Capture {
    XScreen screen;
    xcb_connection_t *x; /* the screen's */
    xcb_window_t root;
    guint width, height;
    guint8 damage_event, randr_event;
    xcb_damage_damage_t damage;
    xcb_xfixes_region_t region;
    xcb_shm_seg_t segment;
    const guint8 *pixels; /* the segment's memory */
    gboolean damaged, resized;
};

static gboolean
checked(Capture *capture, xcb_void_cookie_t cookie, GError **error, const char *what)
{
    autoreply xcb_generic_error_t *failure = xcb_request_check(capture->x, cookie);

    if (failure != NULL || xcb_connection_has_error(capture->x))
        return x_screen_set_failed(&capture->screen, error, what);
    return TRUE;
}

static gboolean
set_geometry(Capture *capture, guint width, guint height, GError **error)
{
    if (width == 0 || height == 0 || width > SCREEN_MAX || height > SCREEN_MAX)
        return x_screen_refuse(error, "its size is out of range");
    capture->width = width;
    capture->height = height;
    return TRUE;
}

static gboolean
open_screen(Capture *capture, int x, int cookie, const char *display, GError **error)
{
    const xcb_screen_t *screen;

    if (!x_screen_open(&capture->screen, x, cookie, display, error))
        return FALSE;
    screen = capture->screen.screen;
    capture->x = capture->screen.x;
    capture->root = screen->root;
    return set_geometry(capture, screen->width_in_pixels, screen->height_in_pixels, error);
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
        return x_screen_set_failed(&capture->screen, error,
                                   "the X server lacks DAMAGE, XFIXES or MIT-SHM");
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
        return x_screen_set_failed(&capture->screen, error,
                                   "the X server's extensions are too old");
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
        return x_screen_refuse(error, "there is no memory to share");
    pixels = mmap(NULL, SEGMENT_BYTES, PROT_READ, MAP_SHARED, memory, 0);
    if (pixels == MAP_FAILED)
        return x_screen_refuse(error, "there is no memory to share");
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

    if (!open_screen(capture, x, cookie, display, error) || !find_extensions(capture, error) ||
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
    x_screen_clear(&capture->screen);
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
    *ret_format = capture->screen.format;
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
        return x_screen_set_ended(error);
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
        return x_screen_set_failed(&capture->screen, error,
                                   "the X server does not tell what changed");
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
    return SEGMENT_BYTES / x_screen_get_stride(&capture->screen, width);
}

/* A screen that shrank meanwhile is no reason to give up, once per change. */
static gboolean
set_area_failed(Capture *capture, GError **error)
{
    gboolean damaged;

    if (!capture_drain(capture, &damaged, error))
        return FALSE;
    return x_screen_refuse(error, "the X server does not give its pixels");
}

gboolean
capture_area(Capture *capture, const Rect *area, const guint8 **ret_pixels, guint *ret_stride,
             GError **error)
{
    const guint width = area->right - area->left;
    const guint n_rows = area->bottom - area->top;
    const guint stride = x_screen_get_stride(&capture->screen, width);
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
        return x_screen_set_failed(&capture->screen, error, "the X server does not tell its size");
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
