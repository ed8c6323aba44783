/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A notice on a real X server, against everybody who may want it gone: it is back within a second. What is seen is read from the
 * screen; nobody's word is taken for it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xcb/randr.h>
#include <xcb/shape.h>

#include "base/limits.h"
#include "display-room.h"
#include "display/pixel.h"
#include "fake-x.h"

#define BACK_MS 1000  /* what the user is promised */
#define FIRST_MS 5000 /* a first notice waits for the painter's start, on a busy machine */
#define PROCESS "manyseat-notice"
#define FIGHT_SECONDS 3

static const guint32 grounds[] = { 0xfdf0d1, 0xfae6e3,
                                   0xe2edfb }; /* of a warning, of force, of who looks */

static GVariant *
content(const char *more)
{
    g_autoptr(GVariant) given = g_variant_parse(G_VARIANT_TYPE_VARDICT, more, NULL, NULL, NULL);
    GVariantDict dict;

    g_variant_dict_init(&dict, given);
    if (!g_variant_dict_contains(&dict, "stage"))
        g_variant_dict_insert(&dict, "stage", "s", "warn");
    g_variant_dict_insert(&dict, "mode", "s", "ask");
    g_variant_dict_insert(&dict, "by", "s", "Olga Castañeda");
    g_variant_dict_insert(&dict, "deadline", "x", g_get_real_time() + 119 * G_USEC_PER_SEC);
    return g_variant_dict_end(&dict);
}

static void
show_whole(Room *room, const char *session, GVariant *whole)
{
    g_autoptr(GVariant) notice = g_variant_ref_sink(whole);
    g_autoptr(GError) error = NULL;

    g_assert_true(parent_show_notice(room->parent, session, notice, &error));
    g_assert_no_error(error);
}

static void
show(Room *room, const char *session, const char *more)
{
    show_whole(room, session, content(more));
}

/* What is shown is what was drawn, as exactly as each format can say it. */
static void
test_pixels(void)
{
    static const guint8 drawn[] = { 0xd1, 0xf0, 0xfd, 255, 0, 0, 0, 255, 255, 255, 255, 255 };
    static const PixelFormat formats[] = { PIXELS_BGRX, PIXELS_RGB565, PIXELS_AR30 };
    const guint width = sizeof drawn / BGRX_BYTES;

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        const guint stride = width * pixel_format_bytes(formats[i]);
        guint8 packed[sizeof drawn];
        guint8 back[sizeof drawn];

        pixel_format_from_bgrx(formats[i], drawn, sizeof drawn, width, 1, packed, stride);
        pixel_format_to_bgrx(formats[i], packed, stride, width, 1, back);
        for (gsize k = 0; k < sizeof drawn; k++)
            if (k % BGRX_BYTES != BGRX_BYTES - 1)
                g_assert_cmpint(ABS((int) drawn[k] - (int) back[k]), <, 8);
    }
}

/* Where a notice is to be on a monitor: an area of ground alone, above its words. */
static Rect
place_on(int x, int y, guint width, guint height)
{
    guint notice = MIN(width - 32, 640);
    guint left = (guint) x + (width - notice) / 2;
    guint top = (guint) y + height / 14;

    return (Rect){ left + 10, top + 3, left + notice - 10, top + 9 };
}

static Rect
place(const Room *room)
{
    return place_on(0, 0, room->screen->width_in_pixels, room->screen->height_in_pixels);
}

/* Whether a pixel is of a ground, as exactly as the screen's depth can say it. */
static gboolean
is_ground(guint32 pixel, guint depth)
{
    for (gsize i = 0; i < G_N_ELEMENTS(grounds); i++) {
        guint red = grounds[i] >> 16, green = grounds[i] >> 8 & 255, blue = grounds[i] & 255;

        if (depth == 24 && (pixel & 0xffffff) == grounds[i])
            return TRUE;
        if (depth == 16 && pixel == ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3))
            return TRUE;
        if (depth == 30 && (pixel >> 22 & 255) == red && (pixel >> 12 & 255) == green &&
            (pixel >> 2 & 255) == blue)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_seen_at(const Room *room, const Rect *area)
{
    guint width = area->right - area->left, height = area->bottom - area->top;
    g_autofree xcb_get_image_reply_t *image = xcb_get_image_reply(
        room->x,
        xcb_get_image(room->x, XCB_IMAGE_FORMAT_Z_PIXMAP, room->screen->root, (gint16) area->left,
                      (gint16) area->top, (guint16) width, (guint16) height, ~0U),
        NULL);
    const guint8 *data;
    gboolean seen = image != NULL;

    if (image == NULL)
        return FALSE;
    data = xcb_get_image_data(image);
    for (guint i = 0; i < width * height && seen; i++)
        seen = image->depth == 16
                   ? is_ground(((const guint16 *) (const void *) data)[i], 16)
                   : is_ground(((const guint32 *) (const void *) data)[i], image->depth);
    return seen;
}

static gboolean
on_look(gpointer data)
{
    (void) data;
    return G_SOURCE_CONTINUE;
}

/* Wait until the notice is (or is not) to be seen. Returns the milliseconds that took; fails after most. */
static guint
wait_for(Room *room, const Rect *area, gboolean seen, guint most)
{
    gint64 start = g_get_monotonic_time();
    guint look = g_timeout_add(10, on_look, NULL);
    gint64 took;

    while (is_seen_at(room, area) != seen) {
        g_assert_cmpint(g_get_monotonic_time() - start, <, (gint64) most * 1000);
        (void) g_main_context_iteration(NULL, TRUE);
    }
    (void) g_source_remove(look);
    took = (g_get_monotonic_time() - start) / 1000;
    return (guint) took;
}

static guint
wait_back_for(Room *room, const char *after, guint most)
{
    const Rect area = place(room);
    guint took = wait_for(room, &area, TRUE, most);

    g_test_message("back after %u ms: %s", took, after);
    return took;
}

static void
wait_back(Room *room, const char *after)
{
    (void) wait_back_for(room, after, BACK_MS);
}

/* Let the parent work for so long. */
static void
go_on(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + (gint64) milliseconds * 1000;
    guint look = g_timeout_add(10, on_look, NULL);

    while (g_get_monotonic_time() < end)
        (void) g_main_context_iteration(NULL, TRUE);
    (void) g_source_remove(look);
}

static gint64
status_number(const char *text, const char *key)
{
    const char *at = strstr(text, key);

    return at != NULL ? g_ascii_strtoll(at + strlen(key), NULL, 10) : -1;
}

static char *
read_status(gint64 pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%" G_GINT64_FORMAT "/status", pid);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

typedef guint64 (*NoticeFunc)(pid_t pid, const char *status, int argument);

/* The sum of func over the processes of our own nursery that show notices. */
static guint64
for_notices(NoticeFunc func, int argument)
{
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    guint64 sum = 0;

    for (const char *name; (name = g_dir_read_name(proc)) != NULL;) {
        gint64 pid = g_ascii_strtoll(name, NULL, 10);
        g_autofree char *status = read_status(pid);
        g_autofree char *nursery = NULL;

        if (pid == 0 || !g_str_has_prefix(status, "Name:\t" PROCESS))
            continue;
        nursery = read_status(status_number(status, "\nPPid:\t"));
        if (status_number(nursery, "\nPPid:\t") == getpid())
            sum += func((pid_t) pid, status, argument);
    }
    return sum;
}

static guint64
send_signal(pid_t pid, const char *status, int number)
{
    return kill(pid, number) == 0;
}

static void
signal_notices(int number)
{
    g_assert_cmpuint(for_notices(send_signal, number), ==, 1);
}

static guint64
get_switches(pid_t pid, const char *status, int none)
{
    return (guint64) status_number(status, "\nvoluntary_ctxt_switches:\t");
}

/* The notice's window: an override-redirect one of the notice's class. */
static xcb_window_t
find_window(Room *room)
{
    g_autofree xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(room->x, xcb_query_tree(room->x, room->screen->root), NULL);
    const xcb_window_t *children = xcb_query_tree_children(tree);

    for (int i = 0; i < xcb_query_tree_children_length(tree); i++) {
        g_autofree xcb_get_property_reply_t *class = xcb_get_property_reply(
            room->x,
            xcb_get_property(room->x, 0, children[i], XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, 0, 64),
            NULL);

        if (class != NULL && xcb_get_property_value_length(class) > (int) strlen(PROCESS) &&
            memcmp(xcb_get_property_value(class), PROCESS, strlen(PROCESS)) == 0)
            return children[i];
    }
    g_assert_not_reached();
}

/* Wait until it is the topmost window: painted over another one it can be seen before. */
static void
wait_top(Room *room)
{
    gint64 end = g_get_monotonic_time() + 2 * BACK_MS * 1000;

    for (;;) {
        g_autofree xcb_query_tree_reply_t *tree =
            xcb_query_tree_reply(room->x, xcb_query_tree(room->x, room->screen->root), NULL);
        int last = xcb_query_tree_children_length(tree) - 1;

        if (last >= 0 && xcb_query_tree_children(tree)[last] == find_window(room))
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        go_on(20);
    }
}

static void
open_with_notice(Room *room, const char *geometry, const char *depth)
{
    Rect area;

    room_open(room, geometry, depth);
    area = place(room);
    show(room, "7", "{}");
    g_test_message("first seen after %u ms", wait_for(room, &area, TRUE, FIRST_MS));
}

/* A window of somebody else's over the whole screen. */
static xcb_window_t
make_cover(Room *room)
{
    const guint32 values[] = { BLUE, TRUE };
    xcb_window_t cover = xcb_generate_id(room->x);

    (void) xcb_create_window(room->x, XCB_COPY_FROM_PARENT, cover, room->screen->root, 0, 0,
                             room->screen->width_in_pixels, room->screen->height_in_pixels, 0,
                             XCB_WINDOW_CLASS_INPUT_OUTPUT, room->screen->root_visual,
                             XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
    return cover;
}

static void
raise_window(Room *room, xcb_window_t window)
{
    const guint32 above = XCB_STACK_MODE_ABOVE;

    (void) xcb_configure_window(room->x, window, XCB_CONFIG_WINDOW_STACK_MODE, &above);
    (void) xcb_flush(room->x);
}

static void
click(Room *room, int x, int y)
{
    g_autofree char *command =
        g_strdup_printf("env DISPLAY=:%d xdotool mousemove %d %d click 1", room->number, x, y);

    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
}

/* The notice's lower right corner has "Log off now"; its height is the window's. */
static void
click_proceed(Room *room)
{
    g_autofree xcb_get_geometry_reply_t *geometry =
        xcb_get_geometry_reply(room->x, xcb_get_geometry(room->x, find_window(room)), NULL);

    click(room, geometry->x + geometry->width - 40, geometry->y + geometry->height - 30);
}

static void
wait_pressed(Room *room, int answer)
{
    for (guint i = 0; i < 100 && room->pressed != answer; i++)
        go_on(20);
    g_assert_cmpint(room->pressed, ==, answer);
}

static void
test_shown_and_hidden(void)
{
    Room room;
    Rect area;

    open_with_notice(&room, "1280x720", "24");
    area = place(&room);
    show(&room, "7", "{'stage': <'grace'>}");
    go_on(300);
    g_assert_true(is_seen_at(&room, &area));
    parent_hide_notice(room.parent, "7");
    (void) wait_for(&room, &area, FALSE, BACK_MS);
    show(&room, "7", "{}");
    (void) wait_for(&room, &area, TRUE, BACK_MS);
    parent_forget(room.parent, "7");
    (void) wait_for(&room, &area, FALSE, BACK_MS);
    room_close(&room);
}

static void
test_buttons(void)
{
    Room room;
    Rect area;

    open_with_notice(&room, "1280x720", "24");
    area = place(&room);
    click_proceed(&room); /* somebody who clicked on what was there a moment ago */
    go_on(100);
    g_assert_cmpint(room.pressed, ==, -1);
    go_on(600);
    click(&room, (int) area.left + 5, (int) area.top + 5); /* no button */
    go_on(100);
    g_assert_cmpint(room.pressed, ==, -1);
    click_proceed(&room);
    wait_pressed(&room, NOTICE_PROCEED);
    room_close(&room);
}

/* A click that a program makes up is none. */
static void
test_made_up_click(void)
{
    Room room;
    xcb_button_press_event_t event = { .response_type = XCB_BUTTON_PRESS, .detail = 1 };

    open_with_notice(&room, "1280x720", "24");
    go_on(600);
    event.event = find_window(&room);
    event.root = room.screen->root;
    event.event_x = 600;
    event.event_y = 90;
    (void) xcb_send_event(room.x, 0, event.event, XCB_EVENT_MASK_BUTTON_PRESS, (char *) &event);
    event.response_type = XCB_BUTTON_RELEASE;
    (void) xcb_send_event(room.x, 0, event.event, XCB_EVENT_MASK_BUTTON_RELEASE, (char *) &event);
    room_sync(&room);
    go_on(300);
    g_assert_cmpint(room.pressed, ==, -1);
    room_close(&room);
}

static void
cover(Room *room, xcb_window_t window)
{
    xcb_window_t over = make_cover(room);

    (void) window;
    (void) xcb_map_window(room->x, over);
    raise_window(room, over);
}

static void
unmap(Room *room, xcb_window_t window)
{
    (void) xcb_unmap_window(room->x, window);
}

static void
destroy(Room *room, xcb_window_t window)
{
    (void) xcb_destroy_window(room->x, window);
}

static void
kill_client(Room *room, xcb_window_t window)
{
    (void) xcb_kill_client(room->x, window);
}

static void
move_away(Room *room, xcb_window_t window)
{
    const guint32 values[] = { 5000, 5000, 1, 1 };

    (void) xcb_configure_window(room->x, window,
                                XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y |
                                    XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                                values);
}

static void
reparent(Room *room, xcb_window_t window)
{
    const guint32 values[] = { TRUE };
    xcb_window_t trap = xcb_generate_id(room->x);

    (void) xcb_create_window(room->x, XCB_COPY_FROM_PARENT, trap, room->screen->root, 0, 0, 1, 1, 0,
                             XCB_WINDOW_CLASS_INPUT_OUTPUT, room->screen->root_visual,
                             XCB_CW_OVERRIDE_REDIRECT, values);
    (void) xcb_reparent_window(room->x, window, trap, 0, 0);
}

static void
shape_away(Room *room, xcb_window_t window)
{
    const xcb_rectangle_t nothing = { 0, 0, 0, 0 };

    (void) xcb_shape_rectangles(room->x, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING,
                                XCB_CLIP_ORDERING_UNSORTED, window, 0, 0, 1, &nothing);
}

static void
fill_with_child(Room *room, xcb_window_t window)
{
    const guint32 values[] = { RED };
    xcb_window_t child = xcb_generate_id(room->x);

    (void) xcb_create_window(room->x, XCB_COPY_FROM_PARENT, child, window, 0, 0, 2000, 2000, 0,
                             XCB_WINDOW_CLASS_INPUT_OUTPUT, room->screen->root_visual,
                             XCB_CW_BACK_PIXEL, values);
    (void) xcb_map_window(room->x, child);
}

static void
draw_over(Room *room, xcb_window_t window)
{
    const guint32 values[] = { RED };
    const xcb_rectangle_t all = { 0, 0, 2000, 2000 };
    xcb_gcontext_t gc = xcb_generate_id(room->x);

    (void) xcb_create_gc(room->x, gc, window, XCB_GC_FOREGROUND, values);
    (void) xcb_poly_fill_rectangle(room->x, window, gc, 1, &all);
}

static void
lower(Room *room, xcb_window_t window)
{
    const guint32 below = XCB_STACK_MODE_BELOW;
    xcb_window_t over = make_cover(room);

    (void) xcb_map_window(room->x, over);
    (void) xcb_configure_window(room->x, window, XCB_CONFIG_WINDOW_STACK_MODE, &below);
}

static Rect
place_of_window(Room *room)
{
    g_autofree xcb_get_geometry_reply_t *geometry =
        xcb_get_geometry_reply(room->x, xcb_get_geometry(room->x, find_window(room)), NULL);

    return (Rect){ (guint) geometry->x, (guint) geometry->y, (guint) geometry->x + geometry->width,
                   (guint) geometry->y + geometry->height };
}

/* Where the line of who looks is to be, above its letters. */
static Rect
place_of_strip(const Room *room)
{
    guint middle = room->screen->width_in_pixels / 2;

    return (Rect){ middle - 80, 1, middle + 80, 3 };
}

/* Who looks stands on one line at the upper edge; a log-off takes its place, and it comes back; no trick takes it away. */
static void
test_strip(void)
{
    static void (*const acts[])(Room * room, xcb_window_t window) = {
        cover, lower, unmap, destroy, kill_client, move_away, reparent, shape_away, fill_with_child
    };
    Room room;
    Rect warning, strip, whole;

    room_open(&room, "1280x720", "24");
    warning = place(&room);
    strip = place_of_strip(&room);
    show_whole(&room, "7", g_variant_new_parsed("{'viewers': <['Olga Castañeda']>}"));
    (void) wait_for(&room, &strip, TRUE, FIRST_MS);
    whole = place_of_window(&room);
    g_assert_cmpuint(whole.top, ==, 0);
    g_assert_cmpuint(whole.bottom, <=, 32);
    g_assert_cmpuint(whole.right - whole.left, <, 400);
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        signal_notices(SIGSTOP);
        /* What it had asked for just before may undo the first one: the X server has that already. */
        for (guint tries = 0; tries < 3 && is_seen_at(&room, &strip); tries++) {
            acts[i](&room, find_window(&room));
            room_sync(&room);
        }
        g_assert_false(is_seen_at(&room, &strip));
        signal_notices(SIGCONT);
        (void) wait_for(&room, &strip, TRUE, BACK_MS);
        wait_top(&room);
    }
    show(&room, "7", "{}");
    (void) wait_for(&room, &warning, TRUE, BACK_MS);
    g_assert_false(is_seen_at(&room, &strip));
    show_whole(&room, "7", g_variant_new_parsed("{'viewers': <['Olga Castañeda', 'Ana']>}"));
    (void) wait_for(&room, &strip, TRUE, BACK_MS);
    g_assert_false(is_seen_at(&room, &warning));
    parent_hide_notice(room.parent, "7");
    (void) wait_for(&room, &strip, FALSE, BACK_MS);
    room_close(&room);
}

/* Everything that a program of the user's can do to a window, three times each. */
static void
test_adversaries(void)
{
    static const struct {
        const char *name;
        void (*act)(Room *room, xcb_window_t window);
    } acts[] = {
        { "covered", cover },        { "lowered", lower },
        { "unmapped", unmap },       { "destroyed", destroy },
        { "killed", kill_client },   { "moved away", move_away },
        { "reparented", reparent },  { "shaped", shape_away },
        { "drawn over", draw_over }, { "filled with a child", fill_with_child },
    };
    Room room;
    Rect area;

    open_with_notice(&room, "1280x720", "24");
    area = place(&room);
    for (gsize i = 0; i < G_N_ELEMENTS(acts) * 3; i++) {
        xcb_window_t window = find_window(&room);

        signal_notices(SIGSTOP); /* so that it is seen to be gone first */
        acts[i / 3].act(&room, window);
        room_sync(&room);
        g_assert_false(is_seen_at(&room, &area));
        signal_notices(SIGCONT);
        /* Of drawing nobody is told: it is gone with the next second that is drawn. */
        (void) wait_back_for(&room, acts[i / 3].name,
                             BACK_MS * (acts[i / 3].act == draw_over ? 2 : 1));
        wait_top(&room);
        g_assert_true(is_seen_at(&room, &area)); /* and stays */
    }
    room_close(&room);
}

/* While another program has the whole server to itself nothing can be drawn: right after, it is there. */
static void
test_server_grab(void)
{
    Room room;

    open_with_notice(&room, "1280x720", "24");
    (void) xcb_grab_server(room.x);
    (void) xcb_unmap_window(room.x, find_window(&room));
    room_sync(&room);
    go_on(1500);
    (void) xcb_ungrab_server(room.x);
    room_sync(&room);
    wait_back(&room, "the server was grabbed");
    room_close(&room);
}

/* An open menu has the pointer: the notice is seen, and its buttons wait until the menu is closed. */
static void
test_pointer_grab(void)
{
    Room room;
    xcb_window_t menu;
    g_autofree xcb_grab_pointer_reply_t *grab = NULL;

    open_with_notice(&room, "1280x720", "24");
    go_on(600);
    menu = make_cover(&room);
    (void) xcb_map_window(room.x, menu);
    grab = xcb_grab_pointer_reply(room.x,
                                  xcb_grab_pointer(room.x, 0, menu, XCB_EVENT_MASK_BUTTON_PRESS,
                                                   XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC,
                                                   XCB_NONE, XCB_NONE, XCB_CURRENT_TIME),
                                  NULL);
    g_assert_cmpint(grab->status, ==, XCB_GRAB_STATUS_SUCCESS);
    wait_back(&room, "a menu was opened");
    click_proceed(&room);
    go_on(200);
    g_assert_cmpint(room.pressed, ==, -1);
    (void) xcb_ungrab_pointer(room.x, XCB_CURRENT_TIME);
    (void) xcb_destroy_window(room.x, menu);
    room_sync(&room);
    click_proceed(&room);
    wait_pressed(&room, NOTICE_PROCEED);
    room_close(&room);
}

/* The keyboard stays where it is, also when the notice is clicked on. */
static void
test_focus(void)
{
    Room room;
    xcb_window_t typed;
    g_autofree xcb_get_input_focus_reply_t *focus = NULL;

    room_open(&room, "1280x720", "24");
    typed = make_cover(&room);
    (void) xcb_map_window(room.x, typed);
    (void) xcb_set_input_focus(room.x, XCB_INPUT_FOCUS_PARENT, typed, XCB_CURRENT_TIME);
    room_sync(&room);
    show(&room, "7", "{}");
    {
        const Rect area = place(&room);

        (void) wait_for(&room, &area, TRUE, FIRST_MS);
    }
    go_on(600);
    click_proceed(&room);
    wait_pressed(&room, NOTICE_PROCEED);
    focus = xcb_get_input_focus_reply(room.x, xcb_get_input_focus(room.x), NULL);
    g_assert_cmpuint(focus->focus, ==, typed);
    room_close(&room);
}

/* One that puts itself on top for ever, as lockers do: the notice answers no more often than it may, and is seen all the same. */
static void
test_fight(void)
{
    const guint32 events = XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY;
    gint64 end;
    guint raised = 0, looks = 0, seen = 0;
    Rect area;
    xcb_window_t window, over;
    Room room;

    open_with_notice(&room, "1280x720", "24");
    area = place(&room);
    window = find_window(&room);
    over = make_cover(&room);
    (void) xcb_map_window(room.x, over);
    (void) xcb_change_window_attributes(room.x, room.screen->root, XCB_CW_EVENT_MASK, &events);
    end = g_get_monotonic_time() + FIGHT_SECONDS * G_USEC_PER_SEC;
    while (g_get_monotonic_time() < end) {
        raise_window(&room, over);
        go_on(10);
        looks++;
        seen += is_seen_at(&room, &area);
        for (xcb_generic_event_t *event; (event = xcb_poll_for_event(room.x)) != NULL;
             free(event)) {
            const xcb_configure_notify_event_t *configured = (const void *) event;

            raised += event->response_type == XCB_CONFIGURE_NOTIFY && configured->window == window;
        }
    }
    g_test_message("raised itself %u times in %d s, seen at %u of %u looks", raised, FIGHT_SECONDS,
                   seen, looks);
    g_assert_cmpuint(raised, >=, FIGHT_SECONDS - 1); /* it does not give up */
    g_assert_cmpuint(seen, >, looks / 2);
    g_assert_cmpuint(raised, <=, (FIGHT_SECONDS + 1) * (LIMIT_NOTICE_RAISES_A_SECOND + 1));
    wait_back(&room, "a fight");
    room_close(&room);
}

/* One that kills it as soon as it is there: it comes back, and no more often than it may. */
static void
test_killed_again_and_again(void)
{
    gint64 end;
    guint before;
    Room room;
    Rect area;

    open_with_notice(&room, "1280x720", "24");
    area = place(&room);
    before = room.opened;
    end = g_get_monotonic_time() + FIGHT_SECONDS * G_USEC_PER_SEC;
    while (g_get_monotonic_time() < end) {
        (void) wait_for(&room, &area, TRUE, BACK_MS);
        kill_client(&room, find_window(&room));
        room_sync(&room);
        (void) wait_for(&room, &area, FALSE, BACK_MS);
    }
    g_assert_cmpuint(room.opened - before, >=, FIGHT_SECONDS);
    g_assert_cmpuint(room.opened - before, <=,
                     (FIGHT_SECONDS + 1) * LIMIT_NOTICE_BIRTHS_A_SECOND + 1);
    wait_back(&room, "killed again and again");
    room_close(&room);
}

static void
test_depths(void)
{
    static const char *const depths[] = { "16", "24" };
    static const char *const sizes[] = { "640x480", "1920x1080" };

    for (gsize i = 0; i < G_N_ELEMENTS(depths); i++) {
        Room room;

        open_with_notice(&room, sizes[i], depths[i]);
        room_close(&room);
    }
}

static void
xrandr(Room *room, const char *arguments)
{
    g_autofree char *command = g_strdup_printf("xrandr -display :%d %s", room->number, arguments);
    int status = -1;

    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
}

static void
test_screen_changes(void)
{
    const Rect small = place_on(0, 0, 640, 480);
    const Rect left = place_on(0, 0, 320, 480);
    const Rect right = place_on(320, 0, 320, 480);
    Room room;

    open_with_notice(&room, "1024x768", "24");
    xrandr(&room, "-s 640x480");
    (void) wait_for(&room, &small, TRUE, BACK_MS);
    /* Two monitors: it is on both. */
    xrandr(&room, "--setmonitor one 320/100x480/150+0+0 VNC-0");
    xrandr(&room, "--setmonitor two 320/100x480/150+320+0 none");
    (void) wait_for(&room, &left, TRUE, BACK_MS);
    (void) wait_for(&room, &right, TRUE, BACK_MS);
    room_close(&room);
}

/* Nobody does anything: it wakes once a second, for its countdown, and does not answer itself. */
static void
test_rest(void)
{
    guint64 before, made;
    Room room;

    open_with_notice(&room, "1280x720", "24");
    go_on(1000);
    before = for_notices(get_switches, 0);
    go_on(5000);
    made = for_notices(get_switches, 0) - before;
    g_test_message("%u wakes in 5 s", (guint) made);
    g_assert_cmpuint(made, >=, 4);
    g_assert_cmpuint(made, <=, 5 * 8);
    room_close(&room);
}

static int
connect_fake(Room *room, const char *session)
{
    guint number = (guint) g_ascii_strtoull(session, NULL, 10);

    return number < 100 ? room_connect_xvnc(room) : fake_x_start(number - 100);
}

/* X servers that misbehave in every known way: beside them a real session's notice is there as ever. */
static void
test_hostile_servers(void)
{
    Room room;
    Rect area;

    room_open(&room, "1280x720", "24");
    area = place(&room);
    room.connect = connect_fake;
    for (guint i = 0; i < N_FAKES; i++) {
        g_autofree char *session = g_strdup_printf("%u", 100 + i);

        show(&room, session, "{}");
    }
    show(&room, "7", "{}");
    (void) wait_for(&room, &area, TRUE, FIRST_MS);
    go_on(2000);
    kill_client(&room, find_window(&room));
    room_sync(&room);
    wait_back(&room, "killed, beside hostile X servers");
    room_close(&room);
}

static void
test_bad_calls(void)
{
    g_autofree char *words = g_strnfill(NOTICE_BYTES_MAX, 'x');
    g_autofree char *long_text = g_strdup_printf("{'message': <'%s'>}", words);
    g_autoptr(GVariant) too_long = g_variant_ref_sink(content(long_text));
    g_autoptr(GVariant) good = g_variant_ref_sink(content("{}"));
    Room room;

    room_open(&room, "640x480", "24");
    g_assert_false(parent_show_notice(room.parent, "7", too_long, NULL));
    g_assert_false(parent_show_notice(room.parent, "../7", good, NULL));
    parent_hide_notice(room.parent, "7");
    parent_hide_notice(room.parent, "x");
    room_close(&room);
}

int
main(int argc, char **argv)
{
    room_test_init(&argc, &argv);
    g_test_add_func("/notice/pixels", test_pixels);
    g_test_add_func("/notice/shown-and-hidden", test_shown_and_hidden);
    g_test_add_func("/notice/buttons", test_buttons);
    g_test_add_func("/notice/made-up-click", test_made_up_click);
    g_test_add_func("/notice/adversaries", test_adversaries);
    g_test_add_func("/notice/strip", test_strip);
    g_test_add_func("/notice/server-grab", test_server_grab);
    g_test_add_func("/notice/pointer-grab", test_pointer_grab);
    g_test_add_func("/notice/focus", test_focus);
    g_test_add_func("/notice/fight", test_fight);
    g_test_add_func("/notice/killed-again-and-again", test_killed_again_and_again);
    g_test_add_func("/notice/depths", test_depths);
    g_test_add_func("/notice/screen-changes", test_screen_changes);
    g_test_add_func("/notice/rest", test_rest);
    g_test_add_func("/notice/hostile-servers", test_hostile_servers);
    g_test_add_func("/notice/bad-calls", test_bad_calls);
    return g_test_run();
}
