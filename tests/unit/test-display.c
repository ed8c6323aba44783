/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manyseat-display without manyseatd: the parent's tables, the nursery and real workers look at a real Xvnc that this test paints
 * on, and viewers read the pictures. What a picture shows is judged by decoding it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include "base/errand.h"
#include "base/fd.h"
#include "base/picture.h"
#include "display/parent.h"

#define DEADLINE_MS 10000
#define RED 0xff0000
#define BLUE 0x0000ff

typedef struct {
    Parent *parent;
    pid_t xvnc;
    int number;
    xcb_connection_t *x;
    const xcb_screen_t *screen;
    guint opened;
    gboolean refuse;
} Room;

static int nursery_socket = -1;

/* Xvnc says its number on a pipe when it is ready. */
static void
start_xvnc(Room *room, const char *geometry, const char *depth)
{
    char text[16] = "";
    gssize length = 0;
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    room->xvnc = fork();
    if (room->xvnc == 0) {
        g_autofree char *fd = g_strdup_printf("%d", ends[1]);
        int log = open("/dev/null", O_WRONLY);

        (void) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        (void) dup2(log, 2);
        (void) close(ends[0]);
        execlp("Xvnc", "Xvnc", "-displayfd", fd, "-geometry", geometry, "-depth", depth, "-rfbport",
               "-1", "-SecurityTypes", "None", "-nolisten", "tcp", NULL);
        _exit(127);
    }
    (void) close(ends[1]);
    while (length < (gssize) sizeof text - 1 && strchr(text, '\n') == NULL) {
        gssize n = read(ends[0], text + length, sizeof text - 1 - (gsize) length);

        g_assert_cmpint(n, >, 0); /* 0: it did not start */
        length += n;
    }
    (void) close(ends[0]);
    room->number = atoi(text);
}

static int
connect_x_socket(int number)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_snprintf(address.sun_path, sizeof address.sun_path, "/tmp/.X11-unix/X%d", number);
    if (connect(fd, (struct sockaddr *) &address, sizeof address) < 0)
        return -1;
    return fd_steal(&fd);
}

typedef struct {
    Room *room;
    char *session;
} Opening;

/* manyseatd's part: connect, or refuse. */
static gboolean
answer_open(gpointer data)
{
    Opening *opening = data;
    g_autofree char *display = g_strdup_printf("%d", opening->room->number);
    autofd x = opening->room->refuse ? -1 : connect_x_socket(opening->room->number);
    autofd cookie = memfd_create("no-cookie", MFD_CLOEXEC);

    if (x >= 0)
        parent_opened(opening->room->parent, opening->session, display, x, cookie);
    else
        parent_refused(opening->room->parent, opening->session, REASON_NO_X);
    g_free(opening->session);
    g_free(opening);
    return G_SOURCE_REMOVE;
}

static void
on_open(const char *session, gpointer data)
{
    Opening *opening = g_new0(Opening, 1);

    opening->room = data;
    opening->session = g_strdup(session);
    opening->room->opened++;
    (void) g_idle_add(answer_open, opening);
}

static void
fail_nursery(gpointer data)
{
    g_assert_not_reached();
}

static void
fill(Room *room, guint32 colour, guint left, guint width, guint height)
{
    const guint32 values[] = { colour };
    const xcb_rectangle_t area = { (gint16) left, 0, (guint16) width, (guint16) height };
    xcb_gcontext_t gc = xcb_generate_id(room->x);

    (void) xcb_create_gc(room->x, gc, room->screen->root, XCB_GC_FOREGROUND, values);
    (void) xcb_poly_fill_rectangle(room->x, room->screen->root, gc, 1, &area);
    (void) xcb_free_gc(room->x, gc);
    g_assert_cmpint(xcb_flush(room->x), >, 0);
}

static void
room_open(Room *room, const char *geometry, const char *depth)
{
    g_autofree char *display = NULL;

    *room = (Room){ 0 };
    start_xvnc(room, geometry, depth);
    display = g_strdup_printf(":%d", room->number);
    room->x = xcb_connect(display, NULL);
    g_assert_cmpint(xcb_connection_has_error(room->x), ==, 0);
    room->screen = xcb_setup_roots_iterator(xcb_get_setup(room->x)).data;
    room->parent = parent_new(fcntl(nursery_socket, F_DUPFD_CLOEXEC, 3), fail_nursery, NULL);
    parent_set_opener(room->parent, on_open, room);
}

static void
stop_xvnc(Room *room)
{
    if (room->xvnc == 0)
        return;
    (void) kill(room->xvnc, SIGKILL);
    (void) waitpid(room->xvnc, NULL, 0);
    room->xvnc = 0;
}

static void
room_close(Room *room)
{
    parent_free(room->parent);
    xcb_disconnect(room->x);
    stop_xvnc(room);
}

static gboolean
on_timeout(gpointer data)
{
    *(gboolean *) data = TRUE;
    return G_SOURCE_REMOVE;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
    return G_SOURCE_REMOVE;
}

typedef struct {
    PictureHeader header;
    guint8 bytes[PICTURE_PACKET_MAX];
    gsize length;
} Packet;

static Packet packet;

/* Wait for a packet on a viewer's socket. */
static gboolean
next_packet(int viewer, guint milliseconds)
{
    gboolean late = FALSE;
    guint timer = g_timeout_add(milliseconds, on_timeout, &late);
    guint source = g_unix_fd_add(viewer, G_IO_IN, on_readable, NULL);
    gssize length;

    for (;;) {
        length = recv(viewer, packet.bytes, sizeof packet.bytes, MSG_DONTWAIT);
        if (length >= 0 || late)
            break;
        (void) g_main_context_iteration(NULL, TRUE);
        if (g_main_context_find_source_by_id(NULL, source) == NULL)
            source = g_unix_fd_add(viewer, G_IO_IN, on_readable, NULL);
    }
    if (!late)
        (void) g_source_remove(timer);
    if (g_main_context_find_source_by_id(NULL, source) != NULL)
        (void) g_source_remove(source);
    if (length < 0)
        return FALSE;
    packet.length = (gsize) length;
    g_assert_true(picture_header_parse(packet.bytes, packet.length, &packet.header));
    return TRUE;
}

static int
add_viewer(Room *room, guint64 number, const char *tiles)
{
    g_autoptr(GVariant) watched = g_variant_ref_sink(g_variant_new_parsed(tiles));
    g_autoptr(GError) error = NULL;
    int ends[2];

    g_assert_true(fd_socketpair(ends, &error));
    g_assert_true(parent_add_stream(room->parent, number, ends[1], &error));
    g_assert_true(parent_set_stream(room->parent, number, watched, &error));
    g_assert_no_error(error);
    return ends[0];
}

static gboolean
is_near(const guint8 *rgb, guint32 colour)
{
    return ABS(rgb[0] - (int) (colour >> 16 & 255)) < 8 &&
           ABS(rgb[1] - (int) (colour >> 8 & 255)) < 8 && ABS(rgb[2] - (int) (colour & 255)) < 8;
}

static void
decode(const guint8 *jpeg, gsize length, guint width, guint height, guint32 left, guint32 right)
{
    g_autofree guint8 *pixels = g_malloc((gsize) width * height * 3);
    tjhandle decoder = tjInitDecompress();
    gsize middle = (gsize) height / 2 * width * 3;

    g_assert_cmpint(
        tjDecompress2(decoder, jpeg, length, pixels, (int) width, 0, (int) height, TJPF_RGB, 0), ==,
        0);
    g_test_message("left %u %u %u, right %u %u %u", pixels[middle + width / 4 * 3],
                   pixels[middle + width / 4 * 3 + 1], pixels[middle + width / 4 * 3 + 2],
                   pixels[middle + width * 3 / 4 * 3], pixels[middle + width * 3 / 4 * 3 + 1],
                   pixels[middle + width * 3 / 4 * 3 + 2]);
    g_assert_true(is_near(pixels + middle + width / 4 * 3, left));
    g_assert_true(is_near(pixels + middle + width * 3 / 4 * 3, right));
    (void) tjDestroy(decoder);
}

static void
assert_shows(guint32 left, guint32 right)
{
    g_assert_cmpint(packet.header.kind, ==, PICTURE_KIND_JPEG);
    decode(packet.bytes + PICTURE_HEADER_BYTES, packet.length - PICTURE_HEADER_BYTES,
           packet.header.width, packet.header.height, left, right);
}

static void
assert_says(const char *reason)
{
    g_autofree char *said = g_strndup((const char *) packet.bytes + PICTURE_HEADER_BYTES,
                                      packet.length - PICTURE_HEADER_BYTES);

    g_assert_cmpint(packet.header.kind, ==, PICTURE_KIND_UNAVAILABLE);
    g_assert_cmpstr(said, ==, reason);
}

/* Every size shows what is on the screen; a change is seen; stillness sends nothing. */
static void
test_look(void)
{
    static const struct {
        PictureSize size;
        guint width, height;
    } sizes[] = { { PICTURE_SMALL, 240, 135 },
                  { PICTURE_MEDIUM, 320, 180 },
                  { PICTURE_LARGE, 640, 360 } };
    gint64 start;
    guint32 sequence;
    Room room;
    autofd viewer = -1;

    room_open(&room, "1920x1080", "24");
    fill(&room, RED, 0, 960, 1080);
    fill(&room, BLUE, 960, 960, 1080);
    start = g_get_monotonic_time();
    viewer = add_viewer(&room, 1, "[('7', 'small'), ('7', 'medium'), ('7', 'large')]");
    for (guint i = 0; i < 3; i++) {
        g_assert_true(next_packet(viewer, DEADLINE_MS));
        g_assert_cmpuint(packet.header.session, ==, 7);
        g_assert_cmpuint(packet.header.size, ==, sizes[i].size);
        g_assert_cmpuint(packet.header.width, ==, sizes[i].width);
        g_assert_cmpuint(packet.header.height, ==, sizes[i].height);
        g_assert_cmpuint(packet.header.screen_width, ==, 1920);
        g_assert_cmpuint(packet.header.screen_height, ==, 1080);
        assert_shows(RED, BLUE);
    }
    g_test_message("first pictures after %d ms", (int) (g_get_monotonic_time() - start) / 1000);
    sequence = packet.header.sequence;
    while (next_packet(viewer, 1500)) /* the test's own painting may have been halfway */
        sequence = packet.header.size == PICTURE_LARGE ? packet.header.sequence : sequence;
    fill(&room, BLUE, 0, 960, 1080);
    g_assert_true(next_packet(viewer, 1500));
    assert_shows(BLUE, BLUE);
    for (guint i = 1; i < 3; i++)
        g_assert_true(next_packet(viewer, 1500));
    g_assert_cmpuint(packet.header.sequence, ==, sequence + 1);
    g_assert_false(next_packet(viewer, 2500));
    g_assert_cmpuint(room.opened, ==, 1);
    room_close(&room);
}

/* A second viewer is shown at once what the first one sees, without another worker. */
static void
test_second_viewer(void)
{
    Room room;
    autofd first = -1;
    autofd second = -1;

    room_open(&room, "800x600", "24");
    fill(&room, RED, 0, 800, 600);
    first = add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(next_packet(first, DEADLINE_MS));
    while (next_packet(first, 1300))
        continue;
    second = add_viewer(&room, 2, "[('7', 'small'), ('7', 'small')]");
    g_assert_true(next_packet(second, 100));
    assert_shows(RED, RED);
    fill(&room, BLUE, 0, 800, 600);
    g_assert_true(next_packet(first, DEADLINE_MS));
    assert_shows(BLUE, BLUE);
    g_assert_true(next_packet(second, 100));
    assert_shows(BLUE, BLUE);
    g_assert_cmpuint(room.opened, ==, 1);
    room_close(&room);
}

static void
test_depths(void)
{
    static const char *const depths[] = { "16", "24" };

    for (gsize i = 0; i < G_N_ELEMENTS(depths); i++) {
        guint32 red = 0xff0000, blue = 0xff;
        autofd viewer = -1;
        Room room;

        g_test_message("depth %s", depths[i]);
        room_open(&room, "641x479", depths[i]);
        if (i == 0)
            red = 0xf800, blue = 0x1f;
        fill(&room, red, 0, 320, 479);
        fill(&room, blue, 320, 321, 479);
        g_free(xcb_get_input_focus_reply(room.x, xcb_get_input_focus(room.x), NULL));
        viewer = add_viewer(&room, 1, "[('7', 'small')]");
        g_assert_true(next_packet(viewer, DEADLINE_MS));
        assert_shows(RED, BLUE);
        room_close(&room);
    }
}

/* A stopped X server costs its own tile, which says so. A worker that asks it something gets 3 s. */
static void
test_too_slow(void)
{
    Room room;
    autofd viewer = -1;
    gint64 start;

    room_open(&room, "800x600", "24");
    g_assert_cmpint(kill(room.xvnc, SIGSTOP), ==, 0);
    start = g_get_monotonic_time();
    viewer = add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(next_packet(viewer, DEADLINE_MS));
    assert_says("too-slow");
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
    g_assert_cmpint(kill(room.xvnc, SIGCONT), ==, 0);
    g_assert_true(next_packet(viewer, DEADLINE_MS));
    g_assert_cmpint(packet.header.kind, ==, PICTURE_KIND_JPEG);
    g_assert_cmpuint(room.opened, ==, 2);
    room_close(&room);
}

static void
test_ended(void)
{
    Room room;
    autofd viewer = -1;

    room_open(&room, "800x600", "24");
    viewer = add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(next_packet(viewer, DEADLINE_MS));
    g_assert_cmpint(packet.header.kind, ==, PICTURE_KIND_JPEG);
    stop_xvnc(&room);
    g_assert_true(next_packet(viewer, DEADLINE_MS));
    assert_says("ended");
    g_assert_true(next_packet(viewer, DEADLINE_MS)); /* tried again: nobody there */
    assert_says("no-x");
    room_close(&room);
}

/* A viewer that never reads holds up nobody. */
static void
test_mute_viewer(void)
{
    Room room;
    autofd mute = -1;
    autofd viewer = -1;

    room_open(&room, "800x600", "24");
    mute = add_viewer(&room, 1, "[('7', 'small'), ('7', 'large')]");
    g_assert_cmpint(setsockopt(mute, SOL_SOCKET, SO_RCVBUF, &(int){ 1 }, sizeof(int)), ==, 0);
    viewer = add_viewer(&room, 2, "[('7', 'large')]");
    for (guint i = 0; i < 8; i++) {
        fill(&room, i % 2 == 0 ? RED : BLUE, 0, 800, 600);
        g_assert_true(next_packet(viewer, 1500));
    }
    room_close(&room);
}

static void
test_bad_calls(void)
{
    static const char *const lists[] = {
        "[('', 'small')]",
        "[('0', 'small')]",
        "[('x', 'small')]",
        "[('7', 'full')]",
        "[('7', 'gigantic')]",
        "[('-1', 'small')]",
        "[('99999999999999999999', 'small')]",
    };
    Room room;
    autofd viewer = -1;

    room_open(&room, "800x600", "24");
    room.refuse = TRUE;
    viewer = add_viewer(&room, 1, "[('7', 'small')]");
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GVariant) watched = g_variant_ref_sink(g_variant_new_parsed(lists[i]));
        g_autoptr(GError) error = NULL;

        g_assert_false(parent_set_stream(room.parent, 1, watched, &error));
        g_test_message("%s", error->message);
    }
    g_assert_false(parent_remove_stream(room.parent, 9, NULL));
    g_assert_false(parent_add_stream(room.parent, 9, open("/dev/null", O_RDWR), NULL));
    g_assert_true(next_packet(viewer, DEADLINE_MS)); /* the list of before is still good */
    assert_says("no-x");
    room_close(&room);
}

typedef struct {
    gboolean done;
    int memory;
    Reason reason;
} Taken;

static void
on_taken(int memory, Reason reason, gpointer data)
{
    *(Taken *) data = (Taken){ TRUE, memory, reason };
}

static void
test_take(void)
{
    Room room;
    Taken taken = { 0 };
    autofd memory = -1;
    g_autofree guint8 *jpeg = g_malloc(1 << 20);
    gssize length;

    room_open(&room, "1366x768", "24");
    fill(&room, RED, 0, 683, 768);
    fill(&room, BLUE, 683, 683, 768);
    g_free(xcb_get_input_focus_reply(room.x, xcb_get_input_focus(room.x), NULL));
    g_assert_true(parent_take(room.parent, "7", "full", on_taken, &taken, NULL));
    while (!taken.done)
        (void) g_main_context_iteration(NULL, TRUE);
    memory = taken.memory;
    g_assert_cmpint(memory, >=, 0);
    length = read(memory, jpeg, 1 << 20);
    g_assert_cmpint(length, >, 1000);
    decode(jpeg, (gsize) length, 1366, 768, RED, BLUE);

    taken.done = FALSE;
    g_assert_true(parent_take(room.parent, "7", "small", on_taken, &taken, NULL));
    parent_forget(room.parent, "7");
    g_assert_true(taken.done);
    g_assert_cmpint(taken.memory, ==, -1);
    g_assert_cmpint(taken.reason, ==, REASON_ENDED);
    g_assert_false(parent_take(room.parent, "7", "huge", on_taken, &taken, NULL));
    room_close(&room);
}

/* The screen is another one from one moment to the next. */
static void
test_resize(void)
{
    g_autofree char *command = NULL;
    Room room;
    autofd viewer = -1;

    room_open(&room, "1024x768", "24");
    viewer = add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(next_packet(viewer, DEADLINE_MS));
    g_assert_cmpuint(packet.header.screen_width, ==, 1024);
    command = g_strdup_printf("xrandr -display :%d -s 640x480", room.number);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    do
        g_assert_true(next_packet(viewer, DEADLINE_MS));
    while (packet.header.screen_width != 640);
    fill(&room, BLUE, 0, 640, 480);
    do
        g_assert_true(next_packet(viewer, 1500));
    while (packet.header.screen_width != 640);
    while (next_packet(viewer, 1200))
        continue;
    assert_shows(BLUE, BLUE);
    room_close(&room);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    g_test_init(&argc, &argv, NULL);
    (void) signal(SIGPIPE, SIG_IGN);
    nursery_socket = nursery_fork(&error);
    g_assert_no_error(error);
    g_test_add_func("/display/look", test_look);
    g_test_add_func("/display/second-viewer", test_second_viewer);
    g_test_add_func("/display/depths", test_depths);
    g_test_add_func("/display/take", test_take);
    g_test_add_func("/display/resize", test_resize);
    g_test_add_func("/display/mute-viewer", test_mute_viewer);
    g_test_add_func("/display/bad-calls", test_bad_calls);
    g_test_add_func("/display/ended", test_ended);
    g_test_add_func("/display/too-slow", test_too_slow);
    return g_test_run();
}
