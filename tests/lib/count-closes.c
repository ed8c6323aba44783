/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * count-closes FILE: a window that stays, and a byte more in FILE each time it is asked to close (WM_DELETE_WINDOW). For stories
 * that hold a session up, and that count how often its programs are asked. Ends with its X server, or when it is killed.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xcb/xcb.h>

#define TITLE "count-closes"

static xcb_atom_t
atom_of(xcb_connection_t *x, const char *name)
{
    xcb_intern_atom_reply_t *reply =
        xcb_intern_atom_reply(x, xcb_intern_atom(x, 0, (uint16_t) strlen(name), name), NULL);
    xcb_atom_t atom = reply != NULL ? reply->atom : XCB_ATOM_NONE;

    free(reply);
    return atom;
}

static void
show_window(xcb_connection_t *x, xcb_atom_t protocols, xcb_atom_t delete_window)
{
    static const char class[] = TITLE "\0" TITLE;
    xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(x)).data;
    xcb_window_t window = xcb_generate_id(x);

    (void) xcb_create_window(x, XCB_COPY_FROM_PARENT, window, screen->root, 0, 0, 200, 100, 0,
                             XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual, XCB_CW_BACK_PIXEL,
                             &screen->white_pixel);
    (void) xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_NAME, XCB_ATOM_STRING,
                               8, strlen(TITLE), TITLE);
    (void) xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING,
                               8, sizeof class, class);
    (void) xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, protocols, XCB_ATOM_ATOM, 32, 1,
                               &delete_window);
    (void) xcb_map_window(x, window);
    (void) xcb_flush(x);
}

int
main(int argc, char **argv)
{
    xcb_connection_t *x = xcb_connect(NULL, NULL);
    int file = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
    xcb_atom_t protocols, delete_window;
    xcb_generic_event_t *event;

    if (file < 0 || xcb_connection_has_error(x) != 0)
        return 1;
    protocols = atom_of(x, "WM_PROTOCOLS");
    delete_window = atom_of(x, "WM_DELETE_WINDOW");
    show_window(x, protocols, delete_window);
    while ((event = xcb_wait_for_event(x)) != NULL) {
        const xcb_client_message_event_t *message = (const xcb_client_message_event_t *) event;

        if ((event->response_type & 0x7f) == XCB_CLIENT_MESSAGE && message->type == protocols &&
            message->data.data32[0] == delete_window && write(file, "x", 1) != 1)
            return 1;
        free(event);
    }
    return 0;
}
