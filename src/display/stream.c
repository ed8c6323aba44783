/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include <glib-unix.h>
#include <sys/socket.h>

#include "base/fd.h"

typedef struct {
    Tile tile;
    PictureNewest waiting; /* not empty: the slot is in the queue */
} Slot;

struct Stream {
    guint64 number;
    int socket;
    guint hang_up, writable; /* sources */
    GHashTable *slots;       /* by tile */
    GQueue waiting;          /* Slots, who waits longest first */
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

/* Viewers say nothing: whatever makes the socket readable is its end. */
static gboolean
on_hang_up(int socket, GIOCondition condition, gpointer data)
{
    Stream *stream = data;

    (void) socket;
    (void) condition;
    stream->hang_up = 0;
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
    stream->hang_up =
        g_unix_fd_add(stream->socket, G_IO_IN | G_IO_HUP | G_IO_ERR, on_hang_up, stream);
    return stream;
}

void
stream_free(Stream *stream)
{
    if (stream == NULL)
        return;
    g_clear_handle_id(&stream->hang_up, g_source_remove);
    g_clear_handle_id(&stream->writable, g_source_remove);
    g_queue_clear(&stream->waiting);
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
    for (GList *at = stream->waiting.head, *next; at != NULL; at = next) {
        next = at->next;
        if (g_hash_table_contains(old, &((Slot *) at->data)->tile))
            g_queue_delete_link(&stream->waiting, at);
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

/* FALSE: there is no room now. A socket that is broken takes everything: its end is told by on_hang_up(). */
static gboolean
try_send(Stream *stream, GBytes *packet)
{
    g_autoptr(GError) error = NULL;

    return fd_send_packet(stream->socket, g_bytes_get_data(packet, NULL), g_bytes_get_size(packet),
                          NULL, 0, &error) ||
           !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static gboolean
on_writable(int socket, GIOCondition condition, gpointer data)
{
    Stream *stream = data;
    Slot *slot;

    (void) socket;
    (void) condition;
    while ((slot = g_queue_peek_head(&stream->waiting)) != NULL) {
        g_autoptr(GBytes) sent = NULL;

        if (!try_send(stream, picture_newest_peek(&slot->waiting)))
            return G_SOURCE_CONTINUE;
        sent = picture_newest_take(&slot->waiting);
        if (picture_newest_peek(&slot->waiting) == NULL)
            (void) g_queue_pop_head(&stream->waiting);
    }
    stream->writable = 0;
    return G_SOURCE_REMOVE;
}

void
stream_offer(Stream *stream, Tile tile, GBytes *packet)
{
    Slot *slot = g_hash_table_lookup(stream->slots, &tile);

    if (slot == NULL)
        return;
    if (g_queue_is_empty(&stream->waiting) && try_send(stream, packet))
        return;
    if (picture_newest_peek(&slot->waiting) == NULL)
        g_queue_push_tail(&stream->waiting, slot);
    picture_newest_put(&slot->waiting, packet);
    if (stream->writable == 0)
        stream->writable = g_unix_fd_add(stream->socket, G_IO_OUT, on_writable, stream);
}
