/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stream under a WebSocket, wrapped: the HTTP library queues without limit, reads without limit, and tells of neither. Here
 * the bytes that run by are followed (frame.h), so that the socket above knows what has left; reading is bounded for each
 * turn of the main loop, may be paused, and stops for good when a message or a flood of control frames exceeds its limit.
 */
#pragma once

#include <gio/gio.h>

#define METERED_TYPE_STREAM (metered_stream_get_type())
G_DECLARE_FINAL_TYPE(MeteredStream, metered_stream, METERED, STREAM, GIOStream)

typedef enum { METERED_MESSAGE_TOO_LONG, METERED_CONTROL_FLOOD } MeteredExcess;

/* Both are called from inside the library's reading and writing: they must not touch the WebSocket, but may add an idle. */
typedef struct {
    void (*on_written)(gpointer data);
    void (*on_excess)(MeteredExcess excess, gpointer data);
} MeteredHandlers;

/* base's two streams must be pollable; it is kept by a reference of its own. A peer's message has at most message_max bytes. */
MeteredStream *metered_stream_new(GIOStream *base, guint64 message_max,
                                  const MeteredHandlers *handlers, gpointer data);

/* No handler is called any more. */
void metered_stream_forget(MeteredStream *stream);

/* Payload bytes of the data frames that have been written, since the beginning. */
guint64 metered_stream_written(MeteredStream *stream);

/* While paused nothing is read, not even the end of the stream. */
void metered_stream_pause(MeteredStream *stream, gboolean paused);
