/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a thumbnail of one desktop costs at the very least: floor DISPLAY WIDTH HEIGHT. Damage, XShmGetImage of the rows that
 * changed, box averaging, one JPEG a second; a line "LENGTH MICROSECONDS RRGGBB" for each: when it was done (CLOCK_MONOTONIC), and its
 * first pixel's colour. No sandbox, no viewers, no deadlines; sides must divide. */
#include <glib.h>
#include <libyuv/convert_argb.h>
#include <libyuv/convert_from_argb.h>
#include <libyuv/scale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <turbojpeg.h>
#include <xcb/damage.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>

#define QUALITY 85

typedef struct {
    guint8 *planes[3];
    int strides[3];
    guint width, height;
} Picture;

typedef struct {
    xcb_connection_t *x;
    const xcb_screen_t *screen;
    xcb_damage_damage_t damage;
    xcb_xfixes_region_t region;
    xcb_shm_seg_t segment;
    guint8 *pixels;
    Picture whole, small;
    tjhandle encoder;
    guint8 *jpeg;
} Floor;

static void
picture_init(Picture *picture, guint width, guint height)
{
    for (guint i = 0; i < 3; i++) {
        guint part = i == 0 ? 1 : 2;

        picture->strides[i] = (int) (width / part);
        picture->planes[i] = g_malloc0((gsize) (width / part) * (height / part));
    }
    picture->width = width;
    picture->height = height;
}

static void
open_x(Floor *lowest, const char *display)
{
    xcb_connection_t *x = xcb_connect(display, NULL);
    int id;

    if (xcb_connection_has_error(x))
        g_error("cannot look at '%s': no connection", display);
    lowest->x = x;
    lowest->screen = xcb_setup_roots_iterator(xcb_get_setup(x)).data;
    picture_init(&lowest->whole, lowest->screen->width_in_pixels, lowest->screen->height_in_pixels);
    free(xcb_damage_query_version_reply(x, xcb_damage_query_version(x, 1, 1), NULL));
    free(xcb_xfixes_query_version_reply(x, xcb_xfixes_query_version(x, 2, 0), NULL));
    id = shmget(IPC_PRIVATE, (gsize) lowest->whole.width * lowest->whole.height * 4, 0600);
    lowest->pixels = shmat(id, NULL, 0);
    lowest->segment = xcb_generate_id(x);
    (void) xcb_shm_attach(x, lowest->segment, (guint32) id, 0);
    lowest->region = xcb_generate_id(x);
    (void) xcb_xfixes_create_region(x, lowest->region, 0, NULL);
    lowest->damage = xcb_generate_id(x);
    (void) xcb_damage_create(x, lowest->damage, lowest->screen->root,
                             XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
    free(xcb_get_input_focus_reply(x, xcb_get_input_focus(x), NULL));
    (void) shmctl(id, IPC_RMID, NULL);
}

/* The rows of the screen, whole ones of the picture in pairs, that changed. */
static void
find_rows(Floor *lowest, guint *ret_first, guint *ret_end)
{
    guint step = lowest->whole.height / lowest->small.height * 2;
    xcb_xfixes_fetch_region_reply_t *region;
    guint end;

    (void) xcb_damage_subtract(lowest->x, lowest->damage, XCB_NONE, lowest->region);
    region = xcb_xfixes_fetch_region_reply(
        lowest->x, xcb_xfixes_fetch_region(lowest->x, lowest->region), NULL);
    if (region == NULL)
        exit(EXIT_SUCCESS);
    end = (guint) (region->extents.y + region->extents.height + (int) step - 1) / step * step;
    *ret_first = (guint) region->extents.y / step * step;
    *ret_end = MIN(end, lowest->whole.height);
    free(region);
}

static void
fetch(Floor *lowest, guint first, guint end)
{
    free(xcb_shm_get_image_reply(lowest->x,
                                 xcb_shm_get_image(lowest->x, lowest->screen->root, 0,
                                                   (gint16) first, (guint16) lowest->whole.width,
                                                   (guint16) (end - first), ~0U,
                                                   XCB_IMAGE_FORMAT_Z_PIXMAP, lowest->segment, 0),
                                 NULL));
    (void) ARGBToJ420(lowest->pixels, (int) lowest->whole.width * 4, lowest->whole.planes[0],
                      lowest->whole.strides[0], lowest->whole.planes[1], lowest->whole.strides[1],
                      lowest->whole.planes[2], lowest->whole.strides[2], (int) lowest->whole.width,
                      (int) (end - first));
}

static void
average(Floor *lowest, guint first, guint end)
{
    guint ratio = lowest->whole.height / lowest->small.height;

    for (guint i = 0; i < 3; i++) {
        guint part = i == 0 ? 1 : 2;

        ScalePlane(lowest->whole.planes[i], lowest->whole.strides[i],
                   (int) (lowest->whole.width / part), (int) ((end - first) / part),
                   lowest->small.planes[i] +
                       (gsize) (first / ratio / part) * (guint) lowest->small.strides[i],
                   lowest->small.strides[i], (int) (lowest->small.width / part),
                   (int) ((end - first) / ratio / part), kFilterBox);
    }
}

static guint
first_colour(const Picture *picture)
{
    const guint8 *const *planes = (const guint8 *const *) picture->planes;
    guint8 pixel[4 * 4];

    (void) J420ToARGB(planes[0], picture->strides[0], planes[1], picture->strides[1], planes[2],
                      picture->strides[2], pixel, 8, 2, 2);
    return (guint) pixel[2] << 16 | (guint) pixel[1] << 8 | pixel[0];
}

static void
print_picture(Floor *lowest)
{
    unsigned long length =
        tjBufSize((int) lowest->small.width, (int) lowest->small.height, TJSAMP_420);

    if (lowest->jpeg == NULL)
        lowest->jpeg = g_malloc(length);
    (void) tjCompressFromYUVPlanes(lowest->encoder, (const guint8 **) lowest->small.planes,
                                   (int) lowest->small.width, lowest->small.strides,
                                   (int) lowest->small.height, TJSAMP_420, &lowest->jpeg, &length,
                                   QUALITY, TJFLAG_NOREALLOC);
    (void) printf("%lu %" G_GINT64_FORMAT " %06x\n", length, g_get_monotonic_time(),
                  first_colour(&lowest->small));
    (void) fflush(stdout);
}

int
main(int argc, char **argv)
{
    Floor lowest = { 0 };
    xcb_generic_event_t *event;

    if (argc != 4)
        g_error("usage: floor DISPLAY WIDTH HEIGHT");
    open_x(&lowest, argv[1]);
    picture_init(&lowest.small, (guint) atoi(argv[2]), (guint) atoi(argv[3]));
    lowest.encoder = tjInitCompress();
    while ((event = xcb_wait_for_event(lowest.x)) != NULL) {
        guint first, end;

        free(event);
        g_usleep(20 * 1000); /* the rest of the change */
        find_rows(&lowest, &first, &end);
        if (first >= end)
            continue;
        fetch(&lowest, first, end);
        average(&lowest, first, end);
        print_picture(&lowest);
        g_usleep(G_USEC_PER_SEC - 40 * 1000);
    }
    return EXIT_SUCCESS;
}
