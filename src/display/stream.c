/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include <glib-unix.h>
#include <sys/socket.h>

#include "base/fd.h"

#define ANSWERS_PER_TURN 64
#define MISSED_US                                                                                  \
    G_USEC_PER_SEC /* no whole picture is sent again sooner: not to one who can't show it */

typedef struct {
    Tile tile;
    PictureNewest waiting;
    PictureHeader sent; /* what was sent last */
    gboolean under_way; /* and is not drawn yet */
    gboolean queued;
    gint64 missed; /* when that was last told */
} Slot;

struct Stream {
    guint64 number;
    int socket;
    guint readable, writable; /* sources */
    GHashTable *slots;        /* by tile */
    GQueue ready;             /* Slots that may be sent, who waits longest first */
    guint64 bytes;            /* sent since it was last asked */
    const StreamEvents *events;
    gpointer data;
};

static void
slot_free(gpointer data)
{
    Slot *slot = data;

    picture_newest_clear(&slot->waiting);
    g_free(slot);
}

static void
queue_if_ready(Stream *stream, Slot *slot)
{
    if (slot->queued || slot->under_way || picture_newest_peek(&slot->waiting) == NULL)
        return;
    slot->queued = TRUE;
    g_queue_push_tail(&stream->ready, slot);
}

/* Both ends are told: manyseatd has a duplicate of this one, so closing it would not reach the viewer. */
static void
hang_up(Stream *stream)
{
    (void) shutdown(stream->socket, SHUT_RDWR);
}

/* FALSE: there is no room now. What can't be sent for another reason ends the stream, as its tile would stand still:
 * on_readable() hears of it. */
static gboolean
try_send(Stream *stream, GBytes *packet)
{
    g_autoptr(GError) error = NULL;

    if (fd_send_packet(stream->socket, g_bytes_get_data(packet, NULL), g_bytes_get_size(packet),
                       NULL, 0, &error)) {
        stream->bytes += g_bytes_get_size(packet);
        return TRUE;
    }
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return FALSE;
    hang_up(stream);
    return TRUE;
}

/* FALSE: there is no room for all of them. */
static gboolean
send_ready(Stream *stream)
{
    Slot *slot;

    while ((slot = g_queue_peek_head(&stream->ready)) != NULL) {
        g_autoptr(GBytes) sent = NULL;

        if (!try_send(stream, picture_newest_peek(&slot->waiting)))
            return FALSE;
        (void) g_queue_pop_head(&stream->ready);
        sent = picture_newest_take(&slot->waiting);
        (void) picture_header_parse(g_bytes_get_data(sent, NULL), g_bytes_get_size(sent),
                                    &slot->sent);
        slot->queued = FALSE;
        slot->under_way = TRUE;
    }
    return TRUE;
}

static gboolean
on_writable(int socket, GIOCondition condition, gpointer data)
{
    Stream *stream = data;

    (void) socket;
    (void) condition;
    if (!send_ready(stream))
        return G_SOURCE_CONTINUE;
    stream->writable = 0;
    return G_SOURCE_REMOVE;
}

static void
send_or_wait(Stream *stream)
{
    if (stream->writable == 0 && !send_ready(stream))
        stream->writable = g_unix_fd_add(stream->socket, G_IO_OUT, on_writable, stream);
}

static void
take_drawn(Stream *stream, Slot *slot, const PictureDrawn *drawn)
{
    gint64 now = g_get_monotonic_time();
    gboolean missed = drawn->sequence == 0 ||
                      (slot->sent.kind == PICTURE_KIND_PART && drawn->whole != slot->sent.whole);

    /* What was sent before the tile was last listed is no longer waited for. */
    if (drawn->sequence == 0 ? slot->under_way
                             : !slot->under_way || drawn->sequence != slot->sent.sequence)
        return;
    slot->under_way = FALSE;
    if (missed && (slot->missed == 0 || now - slot->missed >= MISSED_US)) {
        slot->missed = now;
        stream->events->missed(stream, slot->tile, stream->data);
    }
    queue_if_ready(stream, slot);
}

/* FALSE: the viewer said something else than what it has drawn, or has closed. */
static gboolean
take_answer(Stream *stream, GError **error)
{
    guint8 answer[PICTURE_DRAWN_BYTES + 1];
    PictureDrawn drawn;
    Slot *slot;
    Tile tile;
    gssize length = fd_receive_packet(stream->socket, answer, sizeof answer, NULL, error);

    if (length <= 0 || !picture_drawn_parse(answer, (gsize) length, &drawn) ||
        drawn.session > TILE_SESSION_MAX)
        return FALSE;
    tile = TILE(drawn.session, drawn.size);
    slot = g_hash_table_lookup(stream->slots, &tile);
    if (slot != NULL)
        take_drawn(stream, slot, &drawn);
    return TRUE;
}

static gboolean
on_readable(int socket, GIOCondition condition, gpointer data)
{
    Stream *stream = data;
    g_autoptr(GError) error = NULL;
    guint n = 0;

    (void) socket;
    (void) condition;
    while (n < ANSWERS_PER_TURN && take_answer(stream, &error))
        n++;
    if (n == ANSWERS_PER_TURN || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        send_or_wait(stream);
        return G_SOURCE_CONTINUE;
    }
    stream->readable = 0;
    hang_up(stream);
    stream->events->closed(stream->number, stream->data);
    return G_SOURCE_REMOVE;
}

Stream *
stream_new(guint64 number, int socket, const StreamEvents *events, gpointer data, GError **error)
{
    autofd owned = socket;
    Stream *stream;
    socklen_t length = sizeof(int);
    int type;

    if (getsockopt(owned, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_SEQPACKET) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot use stream '%" G_GUINT64_FORMAT "': not a SOCK_SEQPACKET socket",
                    number);
        return NULL;
    }
    if (!g_unix_set_fd_nonblocking(owned, TRUE, error))
        return NULL;
    stream = g_new0(Stream, 1);
    stream->number = number;
    stream->socket = fd_steal(&owned);
    stream->slots = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, slot_free);
    stream->events = events;
    stream->data = data;
    stream->readable =
        g_unix_fd_add(stream->socket, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, stream);
    return stream;
}

void
stream_free(Stream *stream)
{
    if (stream == NULL)
        return;
    g_clear_handle_id(&stream->readable, g_source_remove);
    g_clear_handle_id(&stream->writable, g_source_remove);
    g_queue_clear(&stream->ready);
    g_hash_table_unref(stream->slots);
    fd_clear(&stream->socket);
    g_free(stream);
}

void
stream_set(Stream *stream, const Tile *tiles, gsize n_tiles)
{
    g_autoptr(GHashTable) old = stream->slots;

    stream->slots = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, slot_free);
    for (gsize i = 0; i < n_tiles; i++) {
        Slot *slot = g_hash_table_lookup(old, &tiles[i]);

        if (slot != NULL)
            (void) g_hash_table_steal(old, &tiles[i]);
        else
            slot = g_new0(Slot, 1);
        slot->tile = tiles[i];
        (void) g_hash_table_insert(stream->slots, &slot->tile, slot);
    }
    for (GList *at = stream->ready.head, *next; at != NULL; at = next) {
        next = at->next;
        if (g_hash_table_contains(old, &((Slot *) at->data)->tile))
            g_queue_delete_link(&stream->ready, at);
    }
}

gboolean
stream_has(const Stream *stream, Tile tile)
{
    return g_hash_table_contains(stream->slots, &tile);
}

void
stream_foreach(const Stream *stream, StreamTileFunc func, gpointer data)
{
    GHashTableIter iter;
    gpointer slot;

    g_hash_table_iter_init(&iter, stream->slots);
    while (g_hash_table_iter_next(&iter, NULL, &slot))
        func(((Slot *) slot)->tile, data);
}

void
stream_offer(Stream *stream, Tile tile, GBytes *packet)
{
    Slot *slot = g_hash_table_lookup(stream->slots, &tile);

    if (slot == NULL)
        return;
    picture_newest_put(&slot->waiting, packet);
    queue_if_ready(stream, slot);
    send_or_wait(stream);
}

guint64
stream_take_bytes(Stream *stream)
{
    guint64 bytes = stream->bytes;

    stream->bytes = 0;
    return bytes;
}
