/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture-stream.h"

#include <glib-unix.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/error.h"

#define RETRY_SECONDS 2
#define PACKETS_PER_TURN 32

struct PictureStream {
    Link *link;
    Socket *socket;
    GVariant *tiles;
    gboolean opening; /* OpenThumbnails is under way */
    gboolean setting; /* SetThumbnails is */
    gboolean changed; /* tiles were changed meanwhile */
    int fd;
    guint fd_source, retry;
};

static void open_stream(PictureStream *stream);
static void set_tiles(PictureStream *stream);

PictureStream *
picture_stream_new(Link *link, Socket *socket)
{
    PictureStream *stream = g_new0(PictureStream, 1);

    stream->link = link;
    stream->socket = socket;
    stream->fd = -1;
    return stream;
}

static void
close_stream(PictureStream *stream)
{
    g_clear_handle_id(&stream->fd_source, g_source_remove);
    fd_clear(&stream->fd);
}

void
picture_stream_free(PictureStream *stream)
{
    if (stream == NULL)
        return;
    close_stream(stream);
    g_clear_handle_id(&stream->retry, g_source_remove);
    g_clear_pointer(&stream->tiles, g_variant_unref);
    g_free(stream);
}

static gboolean
on_retry(gpointer data)
{
    PictureStream *stream = data;

    stream->retry = 0;
    open_stream(stream);
    return G_SOURCE_REMOVE;
}

static void
retry_later(PictureStream *stream)
{
    close_stream(stream);
    if (stream->retry == 0)
        stream->retry = g_timeout_add_seconds(RETRY_SECONDS, on_retry, stream);
}

static gboolean
on_packet(int fd, GIOCondition condition, gpointer data)
{
    static guint8 packet[PICTURE_PACKET_MAX];
    PictureStream *stream = data;

    for (guint i = 0; i < PACKETS_PER_TURN; i++) {
        g_autoptr(GError) error = NULL;
        PictureHeader header;
        gssize length;

        /* What the page does not read stays where it is, and is read when the socket has drained. */
        if (socket_is_above(stream->socket, LIMIT_WEB_UNSENT_PICTURES)) {
            stream->fd_source = 0;
            return G_SOURCE_REMOVE;
        }
        length = fd_receive_packet(fd, packet, sizeof packet, NULL, &error);
        if (length < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            return G_SOURCE_CONTINUE;
        if (length <= 0) {
            stream->fd_source = 0;
            retry_later(stream);
            return G_SOURCE_REMOVE;
        }
        if (picture_header_parse(packet, (gsize) length, &header))
            socket_send_binary(stream->socket, packet, (gsize) length);
    }
    return G_SOURCE_CONTINUE;
}

void
picture_stream_drained(PictureStream *stream)
{
    if (stream->fd >= 0 && stream->fd_source == 0)
        stream->fd_source = g_unix_fd_add(stream->fd, G_IO_IN, on_packet, stream);
}

static void
on_opened(GVariant *answer, GUnixFDList *fds, const GError *failure, gpointer data)
{
    PictureStream *stream = data;
    g_autoptr(GError) error = NULL;

    stream->opening = FALSE;
    if (failure == NULL)
        stream->fd = link_take_fd(answer, 0, fds, &error);
    if (stream->fd < 0 || !g_unix_set_fd_nonblocking(stream->fd, TRUE, &error)) {
        g_debug("no thumbnails yet: %s", failure != NULL ? failure->message : error->message);
        retry_later(stream);
        return;
    }
    picture_stream_drained(stream);
    set_tiles(stream);
}

static void
open_stream(PictureStream *stream)
{
    stream->opening = TRUE;
    link_call(stream->link, "OpenThumbnails", NULL, on_opened, stream, NULL);
}

static void
on_tiles_set(GVariant *answer, GUnixFDList *fds, const GError *error, gpointer data)
{
    PictureStream *stream = data;

    stream->setting = FALSE;
    /* Of a list that goes beyond a limit what is within it comes; asking again at once would not change that. */
    if (error != NULL && manyseat_error_code(error) != MANYSEAT_ERROR_LIMIT_REACHED)
        retry_later(stream);
    else if (stream->changed && stream->fd >= 0)
        set_tiles(stream);
}

/* One call at a time: a page that scrolls sends many lists, of which the last one counts. */
static void
set_tiles(PictureStream *stream)
{
    stream->changed = stream->setting;
    if (stream->setting)
        return;
    stream->setting = TRUE;
    link_call(stream->link, "SetThumbnails", g_variant_new("(@a(ss))", stream->tiles), on_tiles_set,
              stream, NULL);
}

void
picture_stream_watch(PictureStream *stream, GVariant *tiles)
{
    g_clear_pointer(&stream->tiles, g_variant_unref);
    stream->tiles = g_variant_ref(tiles);
    if (stream->fd >= 0)
        set_tiles(stream);
    else if (!stream->opening && stream->retry == 0)
        open_stream(stream);
}

void
picture_stream_drawn(PictureStream *stream, const PictureDrawn *drawn)
{
    guint8 answer[PICTURE_DRAWN_BYTES];

    if (stream->fd < 0)
        return;
    picture_drawn_format(drawn, answer);
    /* A tile whose answer is lost would stand still; so all begin again. */
    if (!fd_send_packet(stream->fd, answer, sizeof answer, NULL, 0, NULL))
        retry_later(stream);
}
