/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking more windows to close than are looked at: on an Xvnc, with a list of windows that this test makes as a window manager does. */
#include "errand/windows.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/fd.h"
#include "display-room.h"
#include "errand/errand.h"

#define SECONDS 1

static xcb_atom_t
atom(Room *room, const char *name)
{
    g_autofree xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
        room->x, xcb_intern_atom(room->x, 0, (guint16) strlen(name), name), NULL);

    g_assert_nonnull(reply);
    return reply->atom;
}

/* One that knows WM_DELETE_WINDOW can be asked, and stands; another, like a panel, holds nothing up. */
static xcb_window_t
make_window(Room *room, gboolean stands)
{
    const xcb_atom_t protocol = atom(room, "WM_DELETE_WINDOW");
    xcb_window_t window = xcb_generate_id(room->x);

    (void) xcb_create_window(room->x, XCB_COPY_FROM_PARENT, window, room->screen->root, 0, 0, 10,
                             10, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, room->screen->root_visual, 0,
                             NULL);
    if (stands)
        (void) xcb_change_property(room->x, XCB_PROP_MODE_REPLACE, window,
                                   atom(room, "WM_PROTOCOLS"), XCB_ATOM_ATOM, 32, 1, &protocol);
    return window;
}

/* So many windows that hold nothing up, then perhaps one that does. Returns that one, or 0. */
static xcb_window_t
list_windows(Room *room, guint n, gboolean with_one)
{
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(xcb_window_t));
    xcb_window_t window = 0;

    for (guint i = 0; i < n; i++) {
        window = make_window(room, FALSE);
        g_array_append_val(list, window);
    }
    window = with_one ? make_window(room, TRUE) : 0;
    if (with_one)
        g_array_append_val(list, window);
    (void) xcb_change_property(room->x, XCB_PROP_MODE_REPLACE, room->screen->root,
                               atom(room, "_NET_CLIENT_LIST"), XCB_ATOM_WINDOW, 32, list->len,
                               list->data);
    room_sync(room);
    return window;
}

static gboolean
was_asked(Room *room, xcb_window_t window)
{
    xcb_generic_event_t *event;
    gboolean asked = FALSE;

    room_sync(room);
    while ((event = xcb_poll_for_event(room->x)) != NULL) {
        asked |= (event->response_type & 0x7f) == XCB_CLIENT_MESSAGE &&
                 ((xcb_client_message_event_t *) event)->window == window;
        free(event);
    }
    return asked;
}

/* Ask the session to end, to the last word. Returns whether its session manager was called. */
static gboolean
ask_all(Room *room, const char *token)
{
    g_autofree char *directory = g_dir_make_tmp("manyseat-XXXXXX", NULL);
    g_autofree char *cookie = g_build_filename(directory, "Xauthority", NULL);
    g_autofree char *display = g_strdup_printf("%d", room->number);
    g_autoptr(GVariant) arguments = NULL;
    g_autoptr(GError) error = NULL;
    gboolean called = FALSE;
    const char *state = "";
    int ends[2];

    g_assert_true(g_file_set_contents(cookie, "", 0, NULL));
    arguments = g_variant_ref_sink(g_variant_new_parsed(
        "{'display': <%s>, 'xauthority': <%s>, 'session': <'no such'>, 'token': <%s>, 'seconds': "
        "<%u>}",
        display, cookie, token, (guint) SECONDS));
    g_assert_true(fd_socketpair(ends, NULL));
    g_assert_true(ask(arguments, ends[0], &error));
    g_assert_no_error(error);
    (void) alarm(0);
    while (g_strcmp0(state, ERRAND_ASK_OVER) != 0) {
        static guint8 packet[ERRAND_PACKET_MAX];
        gssize length = fd_receive_packet(ends[1], packet, sizeof packet, NULL, NULL);
        g_autoptr(GVariant) said = NULL;

        g_assert_cmpint(length, >, 0);
        g_assert_true(errand_reply_parse(packet, (gsize) length, &said, &error));
        g_assert_true(g_variant_lookup(said, "state", "&s", &state));
        state = g_intern_string(state);
        called |= g_strcmp0(state, ERRAND_ASK_LOGGING_OUT) == 0;
    }
    fd_clear(&ends[0]);
    fd_clear(&ends[1]);
    (void) g_remove(cookie);
    (void) g_rmdir(directory);
    return called;
}

/* Where not all were looked at nobody calls the session manager, which might drop what one of the others has. */
static void
test_limit(void)
{
    static const struct {
        guint n;
        gboolean with_one, asked, called;
    } cases[] = {
        { 3, FALSE, FALSE, TRUE },
        { WINDOWS_MAX, FALSE, FALSE, TRUE },
        { WINDOWS_MAX - 1, TRUE, TRUE, FALSE },
        { WINDOWS_MAX, TRUE, FALSE, FALSE },
        { WINDOWS_MAX + 1, FALSE, FALSE, FALSE },
    };
    Room room;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *token = g_strdup_printf("token%u", (guint) i);
        xcb_window_t window;

        g_test_message("%u and %d", cases[i].n, cases[i].with_one);
        room_open(&room, "640x480", "24");
        window = list_windows(&room, cases[i].n, cases[i].with_one);
        g_assert_cmpint(ask_all(&room, token), ==, cases[i].called);
        g_assert_cmpint(window != 0 && was_asked(&room, window), ==, cases[i].asked);
        room_close(&room);
    }
}

int
main(int argc, char **argv)
{
    room_test_init(&argc, &argv);
    g_test_add_func("/windows/limit", test_limit);
    return g_test_run();
}
