/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One picture of one session as it goes from manyseat-display to manyseat-web and on to the browser: a SOCK_SEQPACKET packet
 * (a binary WebSocket message) of PICTURE_HEADER_BYTES and the body. All numbers little endian.
 *
 *   offset  size
 *   0       1     version: PICTURE_VERSION
 *   1       1     kind: 0 picture (body: JPEG), 1 not available (body: why, UTF-8: no-x, refused, too-slow, ended)
 *   2       1     size: PictureSize (0 small, 1 medium, 2 large, 3 full, 4 enlarged)
 *   3       1     0
 *   4       4     sequence, one more with each picture of this session and size
 *   8       8     session id
 *   16      2     width of the picture
 *   18      2     height of the picture
 *   20      2     width of the screen
 *   22      2     height of the screen
 *
 * A receiver shows the newest and may throw away any older one.
 */
#pragma once

#include "names.h"

#define PICTURE_VERSION 1
#define PICTURE_HEADER_BYTES 24
#define PICTURE_PACKET_MAX (192 * 1024) /* below the default net.core.wmem_max of 212992 bytes */

typedef enum { PICTURE_KIND_JPEG, PICTURE_KIND_UNAVAILABLE } PictureKind;

typedef struct {
    PictureKind kind;
    PictureSize size;
    guint32 sequence;
    guint64 session;
    guint16 width, height;
    guint16 screen_width, screen_height;
} PictureHeader;

/* The box a size is scaled into, keeping the screen's shape; FULL has no box (0, 0). */
void picture_box(PictureSize size, guint *ret_width, guint *ret_height);

/* The picture's size for a screen: the largest of the screen's shape that fits the box, never larger than the screen,
 * at least 1x1. */
void picture_fit(PictureSize size, guint screen_width, guint screen_height, guint *ret_width,
                 guint *ret_height);

void picture_header_format(const PictureHeader *header, guint8 out[PICTURE_HEADER_BYTES]);

/* Whether the bytes begin and end as a JPEG does: without that its writer died on the way. */
gboolean picture_is_jpeg(const guint8 *bytes, gsize length);

/* FALSE if it is shorter than a header, of another version, or has values out of range. */
gboolean picture_header_parse(const guint8 *packet, gsize length, PictureHeader *ret);
