/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a viewer shows on its X screen.
 *   see DISPLAY RRGGBB...  a place within what is of each colour, a line "X,Y" each; "-" where too little is
 *   see DISPLAY X,Y...     a line "INDEX MICROSECONDS RRGGBB" (CLOCK_MONOTONIC) for each of these pixels, and again whenever it is
 *                          of another colour; until it is ended
 * Woken by damage only, so that it beats with nobody's period. XAUTHORITY has the cookie. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/damage.h>
#include <xcb/xcb.h>

#define PIXELS_MAX 64
#define PIXELS_LEAST 1000 /* of a tile */
#define COLOUR_MARGIN 12  /* of a channel: pictures may be JPEGs */

typedef struct {
    xcb_connection_t *x;
    const xcb_screen_t *screen;
} Viewer;

typedef struct {
    gint16 x, y;
    guint32 colour;
} Pixel;

/* Owned by the caller; exits when the X server has ended. */
static xcb_get_image_reply_t *
viewer_read(const Viewer *viewer, gint16 x, gint16 y, guint16 width, guint16 height)
{
    xcb_get_image_reply_t *image =
        xcb_get_image_reply(viewer->x,
                            xcb_get_image(viewer->x, XCB_IMAGE_FORMAT_Z_PIXMAP,
                                          viewer->screen->root, x, y, width, height, ~0U),
                            NULL);

    if (image == NULL)
        exit(EXIT_SUCCESS);
    return image;
}

static gboolean
colour_is_near(guint32 a, guint32 b)
{
    for (guint shift = 0; shift < 24; shift += 8)
        if (ABS((int) (a >> shift & 0xff) - (int) (b >> shift & 0xff)) > COLOUR_MARGIN)
            return FALSE;
    return TRUE;
}

/* How many from here on are of this colour. */
static guint
count_near(const guint32 *pixels, guint n, guint32 colour)
{
    guint i = 0;

    while (i < n && colour_is_near(pixels[i], colour))
        i++;
    return i;
}

/* Of the longest row of this colour, and what is of it below its first quarter: not the middle, where pointers are. */
static void
print_place(const guint32 *pixels, guint width, guint height, guint32 colour)
{
    guint left = 0, top = 0, longest = 0, rows = 0;

    for (guint y = 0; y < height; y++)
        for (guint x = 0, n; x < width; x += n + 1) {
            n = count_near(pixels + y * width + x, width - x, colour);
            if (n > longest) {
                longest = n;
                left = x + n / 4;
                top = y;
            }
        }
    while (longest > 0 && top + rows < height &&
           colour_is_near(pixels[(top + rows) * width + left], colour))
        rows++;
    if (longest * rows >= PIXELS_LEAST)
        (void) printf("%u,%u\n", left, top + rows / 4);
    else
        (void) printf("-\n");
}

static void
viewer_find(const Viewer *viewer, char **colours)
{
    g_autofree xcb_get_image_reply_t *image = viewer_read(
        viewer, 0, 0, viewer->screen->width_in_pixels, viewer->screen->height_in_pixels);

    for (; *colours != NULL; colours++)
        print_place((const guint32 *) (const void *) xcb_get_image_data(image),
                    viewer->screen->width_in_pixels, viewer->screen->height_in_pixels,
                    (guint32) strtoul(*colours, NULL, 16));
}

/* Says so if it is not as it was. */
static void
viewer_look(const Viewer *viewer, guint index, Pixel *pixel)
{
    g_autofree xcb_get_image_reply_t *image = viewer_read(viewer, pixel->x, pixel->y, 1, 1);
    guint32 colour = *(const guint32 *) (const void *) xcb_get_image_data(image) & 0xffffff;

    if (colour == pixel->colour)
        return;
    pixel->colour = colour;
    (void) printf("%u %" G_GINT64_FORMAT " %06x\n", index, g_get_monotonic_time(), colour);
    (void) fflush(stdout);
}

static void
viewer_watch(const Viewer *viewer, char **places)
{
    const guint n = MIN(g_strv_length(places), PIXELS_MAX);
    xcb_damage_damage_t damage = xcb_generate_id(viewer->x);
    xcb_generic_event_t *event;
    Pixel pixels[PIXELS_MAX];

    for (guint i = 0; i < n; i++) {
        char *end;

        pixels[i].x = (gint16) strtol(places[i], &end, 10);
        pixels[i].y = (gint16) strtol(end + 1, NULL, 10);
        pixels[i].colour = G_MAXUINT32;
    }
    free(
        xcb_damage_query_version_reply(viewer->x, xcb_damage_query_version(viewer->x, 1, 1), NULL));
    (void) xcb_damage_create(viewer->x, damage, viewer->screen->root,
                             XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
    do {
        (void) xcb_damage_subtract(viewer->x, damage, XCB_NONE, XCB_NONE);
        for (guint i = 0; i < n; i++)
            viewer_look(viewer, i, pixels + i);
        event = xcb_wait_for_event(viewer->x);
        free(event);
    } while (event != NULL);
}

int
main(int argc, char **argv)
{
    Viewer viewer = { .x = xcb_connect(argc > 2 ? argv[1] : NULL, NULL) };

    if (argc < 3 || xcb_connection_has_error(viewer.x)) {
        (void) fprintf(stderr, "usage: see DISPLAY RRGGBB...|X,Y...\n");
        return EXIT_FAILURE;
    }
    viewer.screen = xcb_setup_roots_iterator(xcb_get_setup(viewer.x)).data;
    if (strchr(argv[2], ',') == NULL)
        viewer_find(&viewer, argv + 2);
    else
        viewer_watch(&viewer, argv + 2);
    xcb_disconnect(viewer.x);
    return EXIT_SUCCESS;
}
