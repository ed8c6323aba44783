/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desktop at work: page DISPLAY letters|typing|dragging|noise|still. Paints on the root window until it is ended: a page as full of
 * letters as can be a second, or, ten times a second, a letter, a window somewhere else, noise; or nothing after the first page. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>

#define LETTER_WIDTH 6
#define LETTER_HEIGHT 13
#define RUN_MAX 255      /* letters of one request */
#define NOISE_ROWS 32    /* of one request: below the X server's longest */
#define NOISE_BYTES 8192 /* of one row at most */

typedef struct {
    xcb_connection_t *x;
    const xcb_screen_t *screen;
    xcb_gcontext_t text, ground;
    GRand *random;
} Desktop;

static void
desktop_open(Desktop *desktop, const char *display)
{
    xcb_font_t font;
    guint32 values[3] = { 0xd0d0d0, 0x101018 };

    desktop->x = xcb_connect(display, NULL);
    if (xcb_connection_has_error(desktop->x))
        g_error("cannot paint on '%s': no connection", display);
    desktop->screen = xcb_setup_roots_iterator(xcb_get_setup(desktop->x)).data;
    desktop->random = g_rand_new_with_seed(1);
    font = xcb_generate_id(desktop->x);
    (void) xcb_open_font(desktop->x, font, strlen("fixed"), "fixed");
    values[2] = font;
    desktop->text = xcb_generate_id(desktop->x);
    (void) xcb_create_gc(desktop->x, desktop->text, desktop->screen->root,
                         XCB_GC_FOREGROUND | XCB_GC_BACKGROUND | XCB_GC_FONT, values);
    desktop->ground = xcb_generate_id(desktop->x);
    (void) xcb_create_gc(desktop->x, desktop->ground, desktop->screen->root, XCB_GC_FOREGROUND,
                         values + 1);
}

static void
paint_text(Desktop *desktop, gint16 x, gint16 y, guint8 n_letters)
{
    char letters[RUN_MAX];

    for (guint i = 0; i < n_letters; i++)
        letters[i] = g_rand_int_range(desktop->random, 0, 5) == 0
                         ? ' '
                         : (char) g_rand_int_range(desktop->random, 'a', 'z' + 1);
    (void) xcb_image_text_8(desktop->x, n_letters, desktop->screen->root, desktop->text, x, y,
                            letters);
}

static void
paint_page(Desktop *desktop)
{
    const xcb_rectangle_t all = { 0, 0, desktop->screen->width_in_pixels,
                                  desktop->screen->height_in_pixels };

    (void) xcb_poly_fill_rectangle(desktop->x, desktop->screen->root, desktop->ground, 1, &all);
    for (guint y = LETTER_HEIGHT; y < all.height; y += LETTER_HEIGHT) {
        guint n_letters = (guint) g_rand_int_range(desktop->random, 10, all.width / LETTER_WIDTH);

        for (guint at = 0; at < n_letters; at += RUN_MAX)
            paint_text(desktop, (gint16) (at * LETTER_WIDTH), (gint16) y,
                       (guint8) MIN(n_letters - at, RUN_MAX));
    }
}

static void
paint_letter(Desktop *desktop)
{
    static guint n_letters;
    guint x = n_letters % 100 * LETTER_WIDTH;
    guint y = LETTER_HEIGHT * (1 + n_letters / 100 % 40);

    paint_text(desktop, (gint16) x, (gint16) y, 1);
    n_letters++;
}

/* A window of its own, which bares what is below and paints itself where it comes to be. */
static void
drag_window(Desktop *desktop)
{
    static xcb_window_t window;
    static guint step;
    const guint32 ground = 0x8090a0;
    guint32 place[2];

    if (window == 0) {
        window = xcb_generate_id(desktop->x);
        (void) xcb_create_window(desktop->x, XCB_COPY_FROM_PARENT, window, desktop->screen->root, 0,
                                 0, 800, 600, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
                                 XCB_COPY_FROM_PARENT, XCB_CW_BACK_PIXEL, &ground);
        (void) xcb_map_window(desktop->x, window);
    }
    step++;
    place[0] = step * 17 % (desktop->screen->width_in_pixels - 800U);
    place[1] = step * 11 % (desktop->screen->height_in_pixels - 600U);
    (void) xcb_configure_window(desktop->x, window, XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y,
                                place);
}

static void
paint_noise(Desktop *desktop)
{
    static guint8 rows[NOISE_ROWS * NOISE_BYTES * 4];
    guint16 width = (guint16) MIN(desktop->screen->width_in_pixels, NOISE_BYTES / 4);

    for (guint i = 0; i < sizeof rows; i += 4)
        *(guint32 *) (void *) (rows + i) = g_rand_int(desktop->random);
    for (guint y = 0; y < desktop->screen->height_in_pixels; y += NOISE_ROWS)
        (void) xcb_put_image(desktop->x, XCB_IMAGE_FORMAT_Z_PIXMAP, desktop->screen->root,
                             desktop->text, width, NOISE_ROWS, 0, (gint16) y, 0,
                             desktop->screen->root_depth, width * 4U * NOISE_ROWS, rows);
}

int
main(int argc, char **argv)
{
    Desktop desktop;
    const char *work;

    if (argc != 3)
        g_error("usage: page DISPLAY letters|typing|dragging|noise|still");
    work = argv[2];
    desktop_open(&desktop, argv[1]);
    paint_page(&desktop);
    for (guint tenth = 0; xcb_flush(desktop.x) > 0; tenth++) {
        g_usleep(G_USEC_PER_SEC / 10);
        if (strcmp(work, "letters") == 0 && tenth % 10 == 9)
            paint_page(&desktop);
        else if (strcmp(work, "typing") == 0)
            paint_letter(&desktop);
        else if (strcmp(work, "dragging") == 0)
            drag_window(&desktop);
        else if (strcmp(work, "noise") == 0)
            paint_noise(&desktop);
    }
    return EXIT_FAILURE; /* the X server has ended */
}
