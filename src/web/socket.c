/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "socket.h"

#include <libsoup/soup.h>

#include "base/limits.h"
#include "metered-stream.h"

struct Socket {
    SoupWebsocketConnection *connection;
    MeteredStream *stream;
    SocketHandlers handlers;
    gpointer data;
    guint64 queued; /* payload bytes given to the library */
    gsize high;     /* on_drained is due below this; 0: nobody waits */
    gboolean closed_here, closed_there;
    guint drained_idle, closed_idle, excess_idle, stall_timeout;
    MeteredExcess excess;
    guint64 written_before; /* at the last look at a stalled peer */
};

static guint n_sockets;

static void
free_if_gone(Socket *socket)
{
    if (!socket->closed_there || !socket->closed_here || socket->closed_idle != 0)
        return;
    metered_stream_forget(socket->stream);
    g_signal_handlers_disconnect_by_data(socket->connection, socket);
    g_clear_object(&socket->connection);
    g_clear_object(&socket->stream);
    g_free(socket);
    n_sockets--;
}

static gboolean
on_closed_idle(gpointer data)
{
    Socket *socket = data;

    const SocketHandlers handlers = socket->handlers;

    socket->closed_idle = 0;
    socket->handlers = (SocketHandlers){ NULL, NULL, NULL, NULL };
    if (handlers.on_closed != NULL)
        handlers.on_closed(socket, socket->data);
    free_if_gone(socket);
    return G_SOURCE_REMOVE;
}

/* No callback but on_closed comes after this. */
static void
finish(Socket *socket)
{
    if (socket->closed_here)
        return;
    socket->closed_here = TRUE;
    g_clear_handle_id(&socket->drained_idle, g_source_remove);
    g_clear_handle_id(&socket->excess_idle, g_source_remove);
    g_clear_handle_id(&socket->stall_timeout, g_source_remove);
    socket->closed_idle = g_idle_add(on_closed_idle, socket);
}

void
socket_close(Socket *socket, guint code, const char *reason)
{
    if (socket->closed_here)
        return;
    finish(socket);
    /* A peer whose answer nobody reads could not say goodbye. */
    metered_stream_pause(socket->stream, FALSE);
    if (soup_websocket_connection_get_state(socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close(socket->connection, (gushort) code, reason);
}

static void
on_soup_closed(SoupWebsocketConnection *connection, gpointer data)
{
    Socket *socket = data;

    socket->closed_there = TRUE;
    if (!socket->closed_here)
        finish(socket);
    else if (socket->closed_idle == 0)
        socket->closed_idle = g_idle_add(on_closed_idle, socket);
}

static void
on_soup_message(SoupWebsocketConnection *connection, gint type, GBytes *message, gpointer data)
{
    Socket *socket = data;
    gsize length;
    const char *bytes = g_bytes_get_data(message, &length);

    if (socket->closed_here)
        return;
    if (type == SOUP_WEBSOCKET_DATA_TEXT && socket->handlers.on_text != NULL)
        socket->handlers.on_text(socket, bytes, length, socket->data);
    else if (type == SOUP_WEBSOCKET_DATA_BINARY && socket->handlers.on_binary != NULL)
        socket->handlers.on_binary(socket, (const guint8 *) bytes, length, socket->data);
    else
        socket_close(socket, SOCKET_CLOSE_WRONG_TYPE, "wrong type of message");
}

static gboolean
on_drained_idle(gpointer data)
{
    Socket *socket = data;

    socket->drained_idle = 0;
    socket->high = 0;
    if (socket->handlers.on_drained != NULL)
        socket->handlers.on_drained(socket, socket->data);
    return G_SOURCE_REMOVE;
}

static void
on_written(gpointer data)
{
    Socket *socket = data;

    if (socket->high > 0 && !socket->closed_here && socket->drained_idle == 0 &&
        socket_unsent(socket) <= socket->high)
        socket->drained_idle = g_idle_add(on_drained_idle, socket);
}

static gboolean
on_excess_idle(gpointer data)
{
    Socket *socket = data;

    socket->excess_idle = 0;
    if (socket->excess == METERED_MESSAGE_TOO_LONG)
        socket_close(socket, SOCKET_CLOSE_TOO_LONG, "message too long");
    else
        socket_close(socket, SOCKET_CLOSE_FLOOD, "too many control frames");
    return G_SOURCE_REMOVE;
}

static void
on_excess(MeteredExcess excess, gpointer data)
{
    Socket *socket = data;

    if (socket->closed_here || socket->excess_idle != 0)
        return;
    socket->excess = excess;
    socket->excess_idle = g_idle_add(on_excess_idle, socket);
}

Socket *
socket_new(GIOStream *stream, gsize message_max)
{
    static const MeteredHandlers handlers = { on_written, on_excess };
    g_autoptr(GUri) uri =
        g_uri_build(G_URI_FLAGS_NONE, "ws", NULL, "localhost", -1, "/", NULL, NULL);
    Socket *socket = g_new0(Socket, 1);

    n_sockets++;
    socket->stream = metered_stream_new(stream, message_max, &handlers, socket);
    socket->connection = soup_websocket_connection_new(
        G_IO_STREAM(socket->stream), uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
    /* The library hangs up without a close code at its limit: ours comes first. */
    soup_websocket_connection_set_max_incoming_payload_size(socket->connection, message_max + 1);
    soup_websocket_connection_set_keepalive_interval(socket->connection, LIMIT_WEB_PING_SECONDS);
    g_signal_connect(socket->connection, "message", G_CALLBACK(on_soup_message), socket);
    g_signal_connect(socket->connection, "closed", G_CALLBACK(on_soup_closed), socket);
    return socket;
}

void
socket_set_handlers(Socket *socket, const SocketHandlers *handlers, gpointer data)
{
    socket->handlers = *handlers;
    socket->data = data;
}

gsize
socket_unsent(Socket *socket)
{
    return (gsize) (socket->queued - metered_stream_written(socket->stream));
}

static gboolean
on_stall_timeout(gpointer data)
{
    Socket *socket = data;
    guint64 written = metered_stream_written(socket->stream);

    if (written != socket->written_before && socket_unsent(socket) > 0) {
        socket->written_before = written;
        return G_SOURCE_CONTINUE;
    }
    socket->stall_timeout = 0;
    if (socket_unsent(socket) > 0)
        socket_close(socket, SOCKET_CLOSE_TOO_SLOW, "nothing was read");
    return G_SOURCE_REMOVE;
}

static gboolean
may_send(Socket *socket, gsize length)
{
    if (socket->closed_here ||
        soup_websocket_connection_get_state(socket->connection) != SOUP_WEBSOCKET_STATE_OPEN)
        return FALSE;
    if (socket_unsent(socket) + length > LIMIT_WEB_UNSENT_ANY) {
        socket_close(socket, SOCKET_CLOSE_TOO_SLOW, "too much is unread");
        return FALSE;
    }
    socket->queued += length;
    return TRUE;
}

static void
watch_progress(Socket *socket)
{
    if (socket->stall_timeout != 0 || socket_unsent(socket) == 0 || socket->closed_here)
        return;
    socket->written_before = metered_stream_written(socket->stream);
    socket->stall_timeout =
        g_timeout_add_seconds(LIMIT_WEB_STALL_SECONDS, on_stall_timeout, socket);
}

void
socket_send_text(Socket *socket, const char *text)
{
    if (!may_send(socket, strlen(text)))
        return;
    soup_websocket_connection_send_text(socket->connection, text);
    watch_progress(socket);
}

void
socket_send_binary(Socket *socket, const void *bytes, gsize length)
{
    if (!may_send(socket, length))
        return;
    soup_websocket_connection_send_binary(socket->connection, bytes, length);
    watch_progress(socket);
}

gboolean
socket_is_above(Socket *socket, gsize high)
{
    if (socket_unsent(socket) <= high)
        return FALSE;
    socket->high = high;
    return TRUE;
}

void
socket_pause(Socket *socket, gboolean paused)
{
    if (!socket->closed_here)
        metered_stream_pause(socket->stream, paused);
}

guint
socket_count(void)
{
    return n_sockets;
}
