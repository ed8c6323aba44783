/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker.h"

#include <errno.h>
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
#include "sandbox.h"
#include "thumbnail.h"

#define BAND_ROWS                                                                                  \
    96 /* of a screen up to 2160 rows; a multiple of the usual scales, so that bands do not overlap */
#define BAND_SCREEN 2160
#define SETTLE_US (30 * 1000) /* a change after a pause: its rest follows at once */

/* Microseconds from one picture of a size to the next. */
static const gint64 periods[N_PICTURE_SIZES] = {
    [PICTURE_SMALL] = G_USEC_PER_SEC,
    [PICTURE_MEDIUM] = G_USEC_PER_SEC,
    [PICTURE_LARGE] = G_USEC_PER_SEC / 2,
};

typedef struct {
    Thumbnail *thumbnail; /* NULL: nobody watches this size */
    gboolean changed;     /* since the last picture */
    gint64 sent;          /* when; 0: never */
} Tile;

typedef struct {
    int parent;
    Capture *capture;
    Tile tiles[N_PICTURE_SIZES];
    guint width, height, band_rows;
    PixelFormat format;
    GByteArray *dirty; /* a byte a band */
    Strip strip;
    GByteArray *packet;
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

static void
mark_rows(guint from, guint to, gpointer data)
{
    Worker *worker = data;

    for (guint band = from / worker->band_rows; band * worker->band_rows < to; band++)
        worker->dirty->data[band] = 1;
}

static void
mark_all(Worker *worker)
{
    memset(worker->dirty->data, 1, worker->dirty->len);
}

/* The screen is new, or another one: all planes start again. */
static void
take_screen(Worker *worker)
{
    capture_get_screen(worker->capture, &worker->width, &worker->height, &worker->format);
    worker->band_rows = BAND_ROWS * ((worker->height + BAND_SCREEN - 1) / BAND_SCREEN);
    g_byte_array_set_size(worker->dirty,
                          (worker->height + worker->band_rows - 1) / worker->band_rows);
    mark_all(worker);
    for (guint size = 0; size < N_PICTURE_SIZES; size++) {
        Tile *tile = &worker->tiles[size];

        if (tile->thumbnail == NULL)
            continue;
        thumbnail_free(tile->thumbnail);
        tile->thumbnail = thumbnail_new(size, worker->width, worker->height);
    }
}

static gboolean
capture_strip(Worker *worker, guint first, guint end, GError **error)
{
    guint most = capture_get_rows_max(worker->capture);

    strip_begin(&worker->strip, worker->width, first, end);
    for (guint row = worker->strip.first; row < end; row += most) {
        guint n_rows = MIN(most, end - row);
        const guint8 *pixels;
        guint stride;

        if (!capture_rows(worker->capture, row, n_rows, &pixels, &stride, error))
            return FALSE;
        strip_convert(&worker->strip, worker->format, row, n_rows, pixels, stride);
    }
    return TRUE;
}

/* Bring the rows from to to up to date in each of thumbnails (NULL entries are none). */
static gboolean
update_rows(Worker *worker, guint from, guint to, Thumbnail *const *thumbnails, GError **error)
{
    guint first = from;
    guint end = to;

    for (guint i = 0; i < N_PICTURE_SIZES; i++)
        if (thumbnails[i] != NULL)
            thumbnail_widen(thumbnails[i], from, to, &first, &end);
    /* An odd end would leave the last row of chroma half full. */
    end = MIN((end + 1) & ~1U, worker->height);
    if (!capture_strip(worker, first, end, error))
        return FALSE;
    for (guint i = 0; i < N_PICTURE_SIZES; i++)
        if (thumbnails[i] != NULL)
            thumbnail_update(thumbnails[i], from, to, &worker->strip);
    return TRUE;
}

static gboolean
update_tiles(Worker *worker, GError **error)
{
    Thumbnail *thumbnails[N_PICTURE_SIZES];

    if (worker->damaged != 0 && !capture_fetch_damage(worker->capture, mark_rows, worker, error))
        return FALSE;
    worker->damaged = 0;
    for (guint i = 0; i < N_PICTURE_SIZES; i++)
        thumbnails[i] = worker->tiles[i].thumbnail;
    for (guint band = 0; band < worker->dirty->len; band++) {
        guint from = band * worker->band_rows;

        if (!worker->dirty->data[band])
            continue;
        if (!update_rows(worker, from, MIN(from + worker->band_rows, worker->height), thumbnails,
                         error))
            return FALSE;
        worker->dirty->data[band] = 0;
        for (guint i = 0; i < N_PICTURE_SIZES; i++)
            worker->tiles[i].changed = TRUE;
    }
    return TRUE;
}

static gboolean
send_picture(Worker *worker, PictureSize size, Thumbnail *thumbnail)
{
    PictureHeader header = { .kind = PICTURE_KIND_JPEG, .size = size };
    guint width, height;
    gsize length = thumbnail_encode(thumbnail, worker->packet, PICTURE_HEADER_BYTES,
                                    PICTURE_PACKET_MAX - PICTURE_HEADER_BYTES);

    if (length == 0)
        return TRUE; /* not even at the lowest quality: the last one stays */
    thumbnail_get_size(thumbnail, &width, &height);
    header.width = (guint16) width;
    header.height = (guint16) height;
    header.screen_width = (guint16) worker->width;
    header.screen_height = (guint16) worker->height;
    picture_header_format(&header, worker->packet->data);
    return fd_send_packet(worker->parent, worker->packet->data, PICTURE_HEADER_BYTES + length, NULL,
                          0, NULL);
}

static gboolean
has_dirty(const Worker *worker)
{
    return memchr(worker->dirty->data, 1, worker->dirty->len) != NULL;
}

/* When the next picture of the tile may go; 0: none is waiting. */
static gint64
tile_due(const Worker *worker, PictureSize size)
{
    const Tile *tile = &worker->tiles[size];

    if (tile->thumbnail == NULL)
        return 0;
    if (tile->sent == 0)
        return 1;
    if (tile->changed || has_dirty(worker))
        return tile->sent + periods[size];
    if (worker->damaged != 0)
        return MAX(tile->sent + periods[size], worker->damaged + SETTLE_US);
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
        tile->changed = FALSE;
        tile->sent = now;
        if (!send_picture(worker, size, tile->thumbnail))
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

        if (wanted == (tile->thumbnail != NULL))
            continue;
        thumbnail_free(tile->thumbnail);
        *tile = (Tile){ .thumbnail =
                            wanted ? thumbnail_new(size, worker->width, worker->height) : NULL };
        if (wanted)
            mark_all(worker);
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
    autofd memory = -1;
    gsize length;

    for (guint row = 0; row < worker->height; row += worker->band_rows)
        if (!update_rows(worker, row, MIN(row + worker->band_rows, worker->height), thumbnails,
                         error))
            return FALSE;
    length = thumbnail_encode(thumbnail, jpeg, 0, 0);
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
    strip_clear(&worker->strip);
    g_byte_array_unref(worker->dirty);
    g_byte_array_unref(worker->packet);
    capture_free(worker->capture);
    fd_clear(&worker->parent);
}

int
worker_run(int x, int cookie, int parent, const char *display)
{
    Worker worker = { .parent = parent, .dirty = g_byte_array_new(), .packet = g_byte_array_new() };
    g_autoptr(GError) error = NULL;
    int status;

    set_timer(WORKER_SECONDS);
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
