/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One WebSocket: the only file that knows the library's. Everything on the main loop's thread. Callbacks come from the main
 * loop, never from inside a call to a socket_ function.
 */
#pragma once

#include <gio/gio.h>

/* Close codes of docs/PROTOCOL.md. */
#define SOCKET_CLOSE_NORMAL 1000
#define SOCKET_CLOSE_MALFORMED 1002
#define SOCKET_CLOSE_WRONG_TYPE 1003
#define SOCKET_CLOSE_FLOOD 1008
#define SOCKET_CLOSE_TOO_LONG 1009
#define SOCKET_CLOSE_NOT_SIGNED_IN 4401
#define SOCKET_CLOSE_BAD_TICKET 4403
#define SOCKET_CLOSE_TOO_SLOW 4408
#define SOCKET_CLOSE_VIEW_ENDED 4410
#define SOCKET_CLOSE_UNREACHABLE 4503

typedef struct Socket Socket;

typedef struct {
    /* A message; one whose handler is NULL closes the socket (1003). text is NUL-terminated UTF-8. */
    void (*on_text)(Socket *socket, const char *text, gsize length, gpointer data);
    void (*on_binary)(Socket *socket, const guint8 *bytes, gsize length, gpointer data);
    /* socket_is_above() was TRUE and has become FALSE. May be NULL. */
    void (*on_drained)(Socket *socket, gpointer data);
    /* The last callback, once: whoever closed it. The socket must be forgotten then. */
    void (*on_closed)(Socket *socket, gpointer data);
} SocketHandlers;

/* Take over an upgraded stream. A message of the peer has at most message_max bytes. */
Socket *socket_new(GIOStream *stream, gsize message_max);

/* Before the main loop runs again. */
void socket_set_handlers(Socket *socket, const SocketHandlers *handlers, gpointer data);

/* Queue a message. A peer that reads nothing for LIMIT_WEB_STALL_SECONDS, or lets LIMIT_WEB_UNSENT_ANY pile up, is closed
 * (4408). After the close nothing is sent. */
void socket_send_text(Socket *socket, const char *text);
void socket_send_binary(Socket *socket, const void *bytes, gsize length);

/* Payload bytes queued and not yet taken by the kernel. */
gsize socket_unsent(Socket *socket);

/* TRUE when more than high bytes are unsent; on_drained comes then. */
gboolean socket_is_above(Socket *socket, gsize high);

/* Read nothing from the peer until unpaused: its kernel buffers fill and it has to wait. */
void socket_pause(Socket *socket, gboolean paused);

/* Close with a code and a short reason (NULL: none); on_closed follows. */
void socket_close(Socket *socket, guint code, const char *reason);

/* WebSockets of this process that are not gone yet. */
guint socket_count(void);
