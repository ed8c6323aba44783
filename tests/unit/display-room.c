/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "display-room.h"

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
#include "display/nursery.h"

static int nursery = -1; /* each room speaks to it on a duplicate */

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

int
room_connect_xvnc(const Room *room)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_snprintf(address.sun_path, sizeof address.sun_path, "/tmp/.X11-unix/X%d", room->number);
    if (connect(fd, (struct sockaddr *) &address, sizeof address) < 0)
        return -1;
    return fd_steal(&fd);
}

typedef struct {
    Room *room;
    char *session;
    Purpose purpose;
} Opening;

static int
connect_session(Room *room, const char *session)
{
    if (room->refuse)
        return -1;
    return room->connect != NULL ? room->connect(room, session) : room_connect_xvnc(room);
}

/* manyseatd's part: connect, or refuse. */
static gboolean
answer_open(gpointer data)
{
    Opening *opening = data;
    g_autofree char *display = g_strdup_printf("%d", opening->room->number);
    autofd x = connect_session(opening->room, opening->session);
    autofd cookie = memfd_create("no-cookie", MFD_CLOEXEC);

    if (x >= 0)
        parent_opened(opening->room->parent, opening->session, opening->purpose, display, x,
                      cookie);
    else
        parent_refused(opening->room->parent, opening->session, opening->purpose, REASON_NO_X);
    g_free(opening->session);
    g_free(opening);
    return G_SOURCE_REMOVE;
}

static void
on_open(const char *session, Purpose purpose, gpointer data)
{
    Opening *opening = g_new0(Opening, 1);

    opening->room = data;
    opening->session = g_strdup(session);
    opening->purpose = purpose;
    opening->room->opened++;
    (void) g_idle_add(answer_open, opening);
}

static void
on_pressed(const char *session, NoticeAnswer answer, gpointer data)
{
    ((Room *) data)->pressed = (int) answer;
}

static void
fail_nursery(gpointer data)
{
    g_assert_not_reached();
}

void
room_fill_at(Room *room, guint32 colour, const Rect *area)
{
    const guint32 values[] = { colour };
    const xcb_rectangle_t rectangle = { (gint16) area->left, (gint16) area->top,
                                        (guint16) (area->right - area->left),
                                        (guint16) (area->bottom - area->top) };
    xcb_gcontext_t gc = xcb_generate_id(room->x);

    (void) xcb_create_gc(room->x, gc, room->screen->root, XCB_GC_FOREGROUND, values);
    (void) xcb_poly_fill_rectangle(room->x, room->screen->root, gc, 1, &rectangle);
    (void) xcb_free_gc(room->x, gc);
    g_assert_cmpint(xcb_flush(room->x), >, 0);
}

void
room_fill(Room *room, guint32 colour, guint left, guint width, guint height)
{
    const Rect area = { left, 0, left + width, height };

    room_fill_at(room, colour, &area);
}

void
room_sync(Room *room)
{
    g_free(xcb_get_input_focus_reply(room->x, xcb_get_input_focus(room->x), NULL));
}

void
room_test_init(int *argc, char ***argv)
{
    g_autoptr(GError) error = NULL;

    g_test_init(argc, argv, NULL);
    (void) signal(SIGPIPE, SIG_IGN);
    nursery = nursery_fork(&error);
    g_assert_no_error(error);
}

void
room_open(Room *room, const char *geometry, const char *depth)
{
    static const ParentCalls calls = { on_open, on_pressed };
    g_autofree char *display = NULL;

    *room = (Room){ .pressed = -1 };
    start_xvnc(room, geometry, depth);
    display = g_strdup_printf(":%d", room->number);
    room->x = xcb_connect(display, NULL);
    g_assert_cmpint(xcb_connection_has_error(room->x), ==, 0);
    room->screen = xcb_setup_roots_iterator(xcb_get_setup(room->x)).data;
    room->parent = parent_new(fcntl(nursery, F_DUPFD_CLOEXEC, 3), fail_nursery, NULL);
    parent_set_calls(room->parent, &calls, room);
}

void
room_stop_xvnc(Room *room)
{
    if (room->xvnc == 0)
        return;
    (void) kill(room->xvnc, SIGKILL);
    (void) waitpid(room->xvnc, NULL, 0);
    room->xvnc = 0;
}

void
room_close(Room *room)
{
    parent_free(room->parent);
    xcb_disconnect(room->x);
    room_stop_xvnc(room);
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

Packet room_packet;

guint8 *
room_decode(const guint8 *jpeg, gsize length, guint width, guint height)
{
    guint8 *pixels = g_malloc((gsize) width * height * 3);
    tjhandle decoder = tjInitDecompress();

    g_assert_cmpint(
        tjDecompress2(decoder, jpeg, length, pixels, (int) width, 0, (int) height, TJPF_RGB, 0), ==,
        0);
    (void) tjDestroy(decoder);
    return pixels;
}

/* What a viewer sees of a tile. */
typedef struct {
    guint32 whole;
    guint8 *pixels; /* NULL: nothing */
} Seen;

static void
seen_free(gpointer data)
{
    Seen *seen = data;

    g_free(seen->pixels);
    g_free(seen);
}

static Seen *
find_seen(int viewer, const PictureHeader *header)
{
    static GHashTable *all;
    char *tile =
        g_strdup_printf("%d %" G_GUINT64_FORMAT " %d", viewer, header->session, (int) header->size);
    Seen *seen;

    if (all == NULL)
        all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seen_free);
    seen = g_hash_table_lookup(all, tile);
    if (seen == NULL) {
        seen = g_new0(Seen, 1);
        (void) g_hash_table_insert(all, g_steal_pointer(&tile), seen);
    }
    g_free(tile);
    return seen;
}

static void
put_part(guint8 *pixels, const PictureHeader *header, const guint8 *jpeg, gsize length)
{
    tjhandle decoder = tjInitDecompress();
    int width, height, subsampling, colours;

    g_assert_cmpint(
        tjDecompressHeader3(decoder, jpeg, length, &width, &height, &subsampling, &colours), ==, 0);
    g_assert_cmpint(header->left + width, <=, header->width);
    g_assert_cmpint(header->top + height, <=, header->height);
    g_assert_cmpint(tjDecompress2(decoder, jpeg, length,
                                  pixels + ((gsize) header->top * header->width + header->left) * 3,
                                  width, header->width * 3, height, TJPF_RGB, 0),
                    ==, 0);
    (void) tjDestroy(decoder);
}

/* Returns the whole picture that the viewer sees then. */
static guint32
show_packet(int viewer)
{
    const PictureHeader *header = &room_packet.header;
    const guint8 *body = room_packet.bytes + PICTURE_HEADER_BYTES;
    gsize length = room_packet.length - PICTURE_HEADER_BYTES;
    Seen *seen = find_seen(viewer, header);

    if (header->kind == PICTURE_KIND_PART) {
        g_assert_nonnull(seen->pixels);
        g_assert_cmpuint(header->whole, ==, seen->whole);
        put_part(seen->pixels, header, body, length);
    } else {
        g_clear_pointer(&seen->pixels, g_free);
        seen->whole = header->sequence;
    }
    if (header->kind == PICTURE_KIND_WHOLE)
        seen->pixels = room_decode(body, length, header->width, header->height);
    room_packet.shown = seen->pixels;
    return seen->whole;
}

/* Wait for a packet on a viewer's socket. */
gboolean
room_next_packet(int viewer, guint milliseconds)
{
    gboolean late = FALSE;
    guint timer = g_timeout_add(milliseconds, on_timeout, &late);
    guint source = g_unix_fd_add(viewer, G_IO_IN, on_readable, NULL);
    guint8 answer[PICTURE_DRAWN_BYTES];
    PictureDrawn drawn;
    gssize length;

    for (;;) {
        length = recv(viewer, room_packet.bytes, sizeof room_packet.bytes, MSG_DONTWAIT);
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
    room_packet.length = (gsize) length;
    g_assert_true(picture_header_parse(room_packet.bytes, room_packet.length, &room_packet.header));
    drawn.whole = show_packet(viewer);
    drawn.session = room_packet.header.session;
    drawn.size = room_packet.header.size;
    drawn.sequence = room_packet.header.sequence;
    picture_drawn_format(&drawn, answer);
    (void) send(viewer, answer, sizeof answer, MSG_DONTWAIT); /* a test may read on after the end */
    return TRUE;
}

int
room_add_viewer(Room *room, guint64 number, const char *tiles)
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
assert_halves(const guint8 *pixels, guint width, guint height, guint32 left, guint32 right)
{
    gsize middle = (gsize) height / 2 * width * 3;

    g_test_message("left %u %u %u, right %u %u %u", pixels[middle + width / 4 * 3],
                   pixels[middle + width / 4 * 3 + 1], pixels[middle + width / 4 * 3 + 2],
                   pixels[middle + width * 3 / 4 * 3], pixels[middle + width * 3 / 4 * 3 + 1],
                   pixels[middle + width * 3 / 4 * 3 + 2]);
    g_assert_true(is_near(pixels + middle + width / 4 * 3, left));
    g_assert_true(is_near(pixels + middle + width * 3 / 4 * 3, right));
}

void
room_assert_jpeg(const guint8 *jpeg, gsize length, guint width, guint height, guint32 left,
                 guint32 right)
{
    g_autofree guint8 *pixels = room_decode(jpeg, length, width, height);

    assert_halves(pixels, width, height, left, right);
}

void
room_assert_shows(guint32 left, guint32 right)
{
    g_assert_cmpint(room_packet.header.kind, !=, PICTURE_KIND_UNAVAILABLE);
    assert_halves(room_packet.shown, room_packet.header.width, room_packet.header.height, left,
                  right);
}

void
room_assert_says(const char *reason)
{
    g_autofree char *said = g_strndup((const char *) room_packet.bytes + PICTURE_HEADER_BYTES,
                                      room_packet.length - PICTURE_HEADER_BYTES);

    g_assert_cmpint(room_packet.header.kind, ==, PICTURE_KIND_UNAVAILABLE);
    g_assert_cmpstr(said, ==, reason);
}
