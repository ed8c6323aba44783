/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paint DISPLAY: for each line RRGGBB that it reads, paint the whole screen in that colour ("noise": in small squares of many), and
 * print when (CLOCK_MONOTONIC, microseconds) the request went to the X server. Ends with its input. XAUTHORITY has the cookie. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xcb/xcb.h>

#define SQUARE 12 /* pixels */
#define COLOURS 64

/* Squares of random colours everywhere; a colour's at once. */
static void
fill_with_noise(xcb_connection_t *x, const xcb_screen_t *screen, xcb_gcontext_t context)
{
    const unsigned columns = screen->width_in_pixels / SQUARE;
    const unsigned n = columns * (screen->height_in_pixels / SQUARE);
    const unsigned step = (unsigned) random() % n | 1;
    unsigned at = 0;

    for (unsigned colour = 0; colour < COLOURS; colour++) {
        const uint32_t value = (uint32_t) random() & 0xffffff;

        (void) xcb_change_gc(x, context, XCB_GC_FOREGROUND, &value);
        for (unsigned i = 0; i < n / COLOURS; i++, at = (at + step) % n) {
            const xcb_rectangle_t square = { (int16_t) (at % columns * SQUARE),
                                             (int16_t) (at / columns * SQUARE), SQUARE, SQUARE };

            (void) xcb_poly_fill_rectangle(x, screen->root, context, 1, &square);
        }
    }
}

static void
fill(xcb_connection_t *x, const xcb_screen_t *screen, xcb_gcontext_t context, const char *line)
{
    const xcb_rectangle_t all = { 0, 0, screen->width_in_pixels, screen->height_in_pixels };
    const uint32_t colour = (uint32_t) strtoul(line, NULL, 16);
    struct timespec now;

    if (strncmp(line, "noise", 5) == 0) {
        fill_with_noise(x, screen, context);
    } else {
        (void) xcb_change_gc(x, context, XCB_GC_FOREGROUND, &colour);
        (void) xcb_poly_fill_rectangle(x, screen->root, context, 1, &all);
    }
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    (void) xcb_flush(x);
    (void) printf("%lld\n", (long long) now.tv_sec * 1000000 + now.tv_nsec / 1000);
    (void) fflush(stdout);
}

int
main(int argc, char **argv)
{
    xcb_connection_t *x = xcb_connect(argc == 2 ? argv[1] : NULL, NULL);
    const xcb_screen_t *screen;
    xcb_gcontext_t context;
    char line[16];

    if (argc != 2 || xcb_connection_has_error(x)) {
        (void) fprintf(stderr, "usage: paint DISPLAY\n");
        return EXIT_FAILURE;
    }
    screen = xcb_setup_roots_iterator(xcb_get_setup(x)).data;
    context = xcb_generate_id(x);
    (void) xcb_create_gc(x, context, screen->root, 0, NULL);
    while (fgets(line, sizeof line, stdin) != NULL)
        fill(x, screen, context, line);
    xcb_disconnect(x);
    return EXIT_SUCCESS;
}
