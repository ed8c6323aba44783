/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Follows the frames of one direction of a WebSocket (RFC 6455) as they run by, to know what the HTTP library does not tell:
 * how much of what was queued has left, how long a message of many fragments has become, how many control frames came. It
 * judges nothing else; whether a frame is well-formed is the library's to say. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint8 head[14];
    guint have;
    guint64 rest;      /* of this frame's payload */
    gboolean is_data;  /* this frame */
    gboolean is_final; /* this frame ends its message */
    guint64 payload;   /* bytes of data frames, all so far */
    guint64 message;   /* bytes of the data message under way, as announced by its frames */
    guint64 longest;   /* the longest message, under way or complete */
    guint controls;    /* control frames so far */
} FrameMeter;

/* Start with a zeroed meter. Bytes may be cut anywhere. */
void frame_meter_feed(FrameMeter *meter, const guint8 *bytes, gsize length);
