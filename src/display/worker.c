/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/picture.h"
#include "capture.h"
#include "order.h"
#include "pace.h"
#include "sandbox.h"
#include "thumbnail.h"

#define CONVERT_ROWS 16 /* of other formats than BGRX, at a time */
#define PLANE_BYTES                                                                                \
    (128 *                                                                                         \
     1024) /* what is as large goes back to the kernel when it is freed: a picture looked at enlarged */
#define LIST_US (100 * 1000)  /* from a picture to the first of a tile that was listed anew */
#define SETTLE_US (20 * 1000) /* a change after a pause: its rest follows at once */

/* Microseconds from one picture of a size to the next. */
static const gint64 periods[N_PICTURE_SIZES] = {
    [PICTURE_SMALL] = G_USEC_PER_SEC,
    [PICTURE_MEDIUM] = G_USEC_PER_SEC,
    [PICTURE_LARGE] = G_USEC_PER_SEC / 2,
    [PICTURE_ENLARGED] = G_USEC_PER_SEC / 10,
};

typedef struct {
    Thumbnail *thumbnail; /* NULL: nobody watches this size */
    gint64 first; /* its first picture is not sent before this, however often it is listed */
    /* When it was last brought up to date, and sent if that made it another one; 0: never */
    gint64 looked;
} Tile;

typedef struct {
    int parent;
    Capture *capture;
    Tile tiles[N_PICTURE_SIZES];
    guint width, height;
    PixelFormat format;
    Damage *dirty; /* what the tiles do not show yet */
    guint8 *bgrx;  /* CONVERT_ROWS rows of the screen; NULL: they are BGRX as they are */
    GByteArray *packet;
    guint pace;
    gint64 damaged; /* since when; 0: nothing changed */
    Order order;
    gboolean ordered; /* order is not carried out yet */
} Worker;

/* What is done between two waits has a deadline that no X server and no parent can put off: the timer's signal ends us. */
static void
set_timer(guint seconds)
{
    const struct itimerval timer = { .it_value = { .tv_sec = seconds } };

    (void) setitimer(ITIMER_REAL, &timer, NULL);
}

static gboolean
say(Worker *worker, WordKind kind, guint8 argument, guint32 serial, int fd)
{
    const Word word = { .kind = (guint8) kind, .argument = argument, .serial = serial };

    return fd_send_packet(worker->parent, &word, sizeof word, &fd, fd >= 0 ? 1 : 0, NULL);
}

/* The screen is new, or another one: all tiles start again. */
static void
take_screen(Worker *worker)
{
    capture_get_screen(worker->capture, &worker->width, &worker->height, &worker->format);
    damage_free(worker->dirty);
    worker->dirty = damage_new(worker->width, worker->height);
    damage_add_all(worker->dirty);
    if (worker->format != PIXELS_BGRX)
        worker->bgrx = g_realloc(worker->bgrx, (gsize) worker->width * CONVERT_ROWS * BGRX_BYTES);
    for (guint size = 0; size < N_PICTURE_SIZES; size++) {
        Tile *tile = &worker->tiles[size];

        if (tile->thumbnail == NULL)
            continue;
        thumbnail_free(tile->thumbnail);
        tile->thumbnail = thumbnail_new(size, worker->width, worker->height);
    }
}

static void
give_bgrx(const Rect *area, const guint8 *pixels, guint stride, Thumbnail *const *thumbnails)
{
    for (guint i = 0; i < N_PICTURE_SIZES; i++)
        if (thumbnails[i] != NULL)
            average_give(thumbnail_get_average(thumbnails[i]), area, pixels, stride);
}

static void
give(Worker *worker, const Rect *area, const guint8 *pixels, guint stride,
     Thumbnail *const *thumbnails)
{
    const guint width = area->right - area->left;
    Rect part = *area;

    if (worker->format == PIXELS_BGRX) {
        give_bgrx(area, pixels, stride, thumbnails);
        return;
    }
    for (; part.top < area->bottom; part.top = part.bottom) {
        part.bottom = MIN(part.top + CONVERT_ROWS, area->bottom);
        pixel_format_to_bgrx(worker->format, pixels + (gsize) (part.top - area->top) * stride,
                             stride, width, part.bottom - part.top, worker->bgrx);
        give_bgrx(&part, worker->bgrx, width * BGRX_BYTES, thumbnails);
    }
}

/* Bring an area of the screen up to date in each of thumbnails (NULL entries are none). */
static gboolean
update_area(Worker *worker, const Rect *area, Thumbnail *const *thumbnails, GError **error)
{
    Rect need = *area;
    Rect part;
    guint most;

    for (guint i = 0; i < N_PICTURE_SIZES; i++)
        if (thumbnails[i] != NULL)
            average_begin(thumbnail_get_average(thumbnails[i]), area, &need);
    most = capture_get_rows_max(worker->capture, need.right - need.left);
    for (part = need; part.top < need.bottom; part.top = part.bottom) {
        const guint8 *pixels;
        guint stride;

        part.bottom = MIN(part.top + most, need.bottom);
        if (!capture_area(worker->capture, &part, &pixels, &stride, error))
            return FALSE;
        give(worker, &part, pixels, stride, thumbnails);
    }
    return TRUE;
}

static gboolean
update_tiles(Worker *worker, GError **error)
{
    Thumbnail *thumbnails[N_PICTURE_SIZES];
    Rect area;

    if (worker->damaged != 0 && !capture_fetch_damage(worker->capture, worker->dirty, error))
        return FALSE;
    worker->damaged = 0;
    for (guint i = 0; i < N_PICTURE_SIZES; i++)
        thumbnails[i] = worker->tiles[i].thumbnail;
    while (damage_take(worker->dirty, &area))
        if (!update_area(worker, &area, thumbnails, error))
            return FALSE;
    return TRUE;
}

static gboolean
send_picture(Worker *worker, PictureSize size, Thumbnail *thumbnail)
{
    PictureHeader header = { .kind = PICTURE_KIND_PART, .size = size };
    guint width, height;
    Rect area;
    gsize length = thumbnail_encode(thumbnail, worker->packet, PICTURE_HEADER_BYTES,
                                    PICTURE_PACKET_MAX - PICTURE_HEADER_BYTES, &area);

    if (length == 0)
        return TRUE; /* not even at the lowest quality: the last one stays */
    thumbnail_get_size(thumbnail, &width, &height);
    if (area.right - area.left == width && area.bottom - area.top == height)
        header.kind = PICTURE_KIND_WHOLE;
    header.left = (guint16) area.left;
    header.top = (guint16) area.top;
    header.width = (guint16) width;
    header.height = (guint16) height;
    header.screen_width = (guint16) worker->width;
    header.screen_height = (guint16) worker->height;
    picture_header_format(&header, worker->packet->data);
    return fd_send_packet(worker->parent, worker->packet->data, PICTURE_HEADER_BYTES + length, NULL,
                          0, NULL);
}

static gint64
get_period(const Worker *worker, PictureSize size)
{
    return periods[size] * worker->pace / PACE_FULL;
}

/* When the next picture of the tile may go; 0: none is waiting. */
static gint64
tile_due(const Worker *worker, PictureSize size)
{
    const Tile *tile = &worker->tiles[size];

    if (tile->thumbnail == NULL)
        return 0;
    if (tile->looked == 0)
        return MAX(tile->first, 1);
    if (!damage_is_empty(worker->dirty) || thumbnail_has_changed(tile->thumbnail))
        return tile->looked + get_period(worker, size);
    if (worker->damaged != 0)
        return MAX(tile->looked + get_period(worker, size), worker->damaged + SETTLE_US);
    return 0;
}

/* Send the pictures that are due. FALSE with error: the screen; without: the parent is gone. */
static gboolean
send_due(Worker *worker, gint64 now, GError **error)
{
    gboolean updated = FALSE;

    for (guint size = 0; size < N_PICTURE_SIZES; size++) {
        Tile *tile = &worker->tiles[size];
        gint64 due = tile_due(worker, size);

        if (due == 0 || due > now)
            continue;
        if (!updated && !update_tiles(worker, error))
            return FALSE;
        updated = TRUE;
        tile->looked = now;
        if (thumbnail_has_changed(tile->thumbnail) && !send_picture(worker, size, tile->thumbnail))
            return FALSE;
    }
    return TRUE;
}

static void
order_watch(Worker *worker, guint32 sizes)
{
    for (guint size = 0; size < N_PICTURE_SIZES; size++) {
        Tile *tile = &worker->tiles[size];
        gboolean wanted = (sizes & 1U << size) != 0;
        gint64 first = tile->looked != 0 ? tile->looked + LIST_US : tile->first;

        if (wanted == (tile->thumbnail != NULL))
            continue;
        thumbnail_free(tile->thumbnail);
        *tile = (Tile){ .first = first };
        if (wanted)
            tile->thumbnail = thumbnail_new(size, worker->width, worker->height);
        if (wanted)
            damage_add_all(worker->dirty);
    }
}

static int
memory_of(const guint8 *bytes, gsize length)
{
    autofd memory = memfd_create("manyseat-picture", MFD_CLOEXEC);

    for (gsize at = 0; memory >= 0 && at < length;) {
        gssize written = write(memory, bytes + at, length - at);

        if (written <= 0)
            return -1;
        at += (gsize) written;
    }
    if (memory < 0 || lseek(memory, 0, SEEK_SET) < 0)
        return -1;
    return fd_steal(&memory);
}

/* One picture for somebody who asked for it: whole, from planes of its own. */
static gboolean
order_take(Worker *worker, PictureSize size, guint32 serial, GError **error)
{
    g_autoptr(Thumbnail) thumbnail = thumbnail_new(size, worker->width, worker->height);
    g_autoptr(GByteArray) jpeg = g_byte_array_new();
    Thumbnail *thumbnails[N_PICTURE_SIZES] = { thumbnail };
    const Rect whole = { 0, 0, worker->width, worker->height };
    Rect shown;
    autofd memory = -1;
    gsize length;

    if (!update_area(worker, &whole, thumbnails, error))
        return FALSE;
    length = thumbnail_encode(thumbnail, jpeg, 0, 0, &shown);
    memory = length > 0 ? memory_of(jpeg->data, length) : -1;
    return say(worker, WORD_DONE, 0, serial, memory);
}

/* FALSE: closed, nobody needs us. */
static gboolean
take_order(Worker *worker)
{
    worker->ordered = fd_receive_packet(worker->parent, &worker->order, sizeof worker->order, NULL,
                                        NULL) == sizeof worker->order;
    if (worker->ordered && worker->order.kind == ORDER_WATCH)
        order_watch(worker, worker->order.argument);
    if (worker->ordered && worker->order.kind == ORDER_PACE)
        worker->pace = CLAMP(worker->order.argument, PACE_FULL, PACE_SLOWEST);
    return worker->ordered;
}

/* An order that a change of the screen's size comes between is carried out again. */
static gboolean
obey(Worker *worker, GError **error)
{
    const Order *order = &worker->order;
    gboolean done;

    if (order->kind == ORDER_TAKE && order->argument < N_PICTURE_SIZES)
        done = order_take(worker, order->argument, order->serial, error);
    else
        done = send_due(worker, g_get_monotonic_time(), error) &&
               say(worker, WORD_DONE, 0, order->serial, -1);
    worker->ordered = !done;
    return done;
}

static int
wait_milliseconds(const Worker *worker)
{
    gint64 next = worker->ordered ? 0 : G_MAXINT64;

    for (guint size = 0; size < N_PICTURE_SIZES; size++) {
        gint64 due = tile_due(worker, size);

        if (due != 0)
            next = MIN(next, due);
    }
    if (next == G_MAXINT64)
        return -1;
    return (int) ((MAX(next - g_get_monotonic_time(), 0) + 999) / 1000);
}

static gboolean
take_events(Worker *worker, GError **error)
{
    gboolean damaged;

    if (!capture_drain(worker->capture, &damaged, error))
        return FALSE;
    if (damaged && worker->damaged == 0)
        worker->damaged = g_get_monotonic_time();
    return TRUE;
}

/* Everything that is to be done now. Waiting for answers may have read events, which nothing on the socket tells of: so they
 * are taken in before and after. */
static gboolean
work(Worker *worker, GError **error)
{
    return take_events(worker, error) && (!worker->ordered || obey(worker, error)) &&
           send_due(worker, g_get_monotonic_time(), error) && take_events(worker, error);
}

static gboolean
recover(Worker *worker, GError **error)
{
    if (!g_error_matches(*error, CAPTURE_ERROR, CAPTURE_ERROR_RESIZED))
        return FALSE;
    g_clear_error(error);
    if (!capture_resize(worker->capture, error))
        return FALSE;
    take_screen(worker);
    return TRUE;
}

/* Until the parent has closed (no error) or the screen is no longer to be had. */
static void
run(Worker *worker, GError **error)
{
    for (;;) {
        struct pollfd fds[2] = { { .fd = worker->parent, .events = POLLIN },
                                 { .fd = capture_get_fd(worker->capture), .events = POLLIN } };
        GError *failure = NULL;

        set_timer(0);
        if (poll(fds, 2, wait_milliseconds(worker)) < 0 && errno != EINTR)
            return;
        set_timer(WORKER_SECONDS);
        if (!worker->ordered && fds[0].revents != 0 && !take_order(worker))
            return;
        if (work(worker, &failure))
            continue;
        if (failure == NULL)
            return;
        if (!recover(worker, &failure)) {
            g_propagate_error(error, failure);
            return;
        }
    }
}

static Reason
reason_of(const GError *error)
{
    return g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_ENDED) ? REASON_ENDED
                                                                      : REASON_REFUSED;
}

static void
worker_clear(Worker *worker)
{
    for (guint size = 0; size < N_PICTURE_SIZES; size++)
        thumbnail_free(worker->tiles[size].thumbnail);
    g_free(worker->bgrx);
    damage_free(worker->dirty);
    g_byte_array_unref(worker->packet);
    capture_free(worker->capture);
    fd_clear(&worker->parent);
}

int
worker_run(int x, int cookie, int parent, const char *display)
{
    Worker worker = { .parent = parent, .packet = g_byte_array_new(), .pace = PACE_FULL };
    g_autoptr(GError) error = NULL;
    int status;

    set_timer(WORKER_SECONDS);
    (void) mallopt(M_MMAP_THRESHOLD, PLANE_BYTES);
    thumbnail_prepare();
    if (sandbox_enter(&error))
        worker.capture = capture_open(x, cookie, display, &error);
    if (worker.capture != NULL) {
        take_screen(&worker);
        if (say(&worker, WORD_READY, 0, 0, -1))
            run(&worker, &error);
    }
    set_timer(WORKER_SECONDS);
    if (error != NULL)
        (void) say(&worker, WORD_GONE, reason_of(error), 0, -1);
    status = error != NULL ? EXIT_FAILURE : EXIT_SUCCESS;
    worker_clear(&worker);
    return status;
}
