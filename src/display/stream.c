/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include <glib-unix.h>
#include <sys/socket.h>

#include "base/fd.h"

#define ANSWERS_PER_TURN 64

typedef struct {
    Tile tile;
    PictureNewest waiting;
    gboolean under_way; /* what was sent last is not drawn yet */
    gboolean queued;
} Slot;

struct Stream {
    guint64 number;
    int socket;
    guint readable, writable; /* sources */
    GHashTable *slots;        /* by tile */
    GQueue ready;             /* Slots that may be sent, who waits longest first */
    StreamClosedFunc on_closed;
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

/* FALSE: there is no room now. A socket that is broken takes everything: its end is told by on_readable(). */
static gboolean
try_send(Stream *stream, GBytes *packet)
{
    g_autoptr(GError) error = NULL;

    return fd_send_packet(stream->socket, g_bytes_get_data(packet, NULL), g_bytes_get_size(packet),
                          NULL, 0, &error) ||
           !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
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

/* The viewer has drawn what it has of a tile. FALSE: it said something else, or has closed. */
static gboolean
take_answer(Stream *stream, GError **error)
{
    guint8 answer[PICTURE_DRAWN_BYTES + 1];
    guint64 session;
    PictureSize size;
    Slot *slot;
    Tile tile;
    gssize length = fd_receive_packet(stream->socket, answer, sizeof answer, NULL, error);

    if (length <= 0 || !picture_drawn_parse(answer, (gsize) length, &session, &size) ||
        session > TILE_SESSION_MAX)
        return FALSE;
    tile = TILE(session, size);
    slot = g_hash_table_lookup(stream->slots, &tile);
    if (slot != NULL) {
        slot->under_way = FALSE;
        queue_if_ready(stream, slot);
    }
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
    stream->on_closed(stream->number, stream->data);
    return G_SOURCE_REMOVE;
}

Stream *
stream_new(guint64 number, int socket, StreamClosedFunc on_closed, gpointer data, GError **error)
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
    stream->on_closed = on_closed;
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
