/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One picture of one session as it goes from manyseat-display to manyseat-web and on to the browser: a SOCK_SEQPACKET packet
 * (a binary WebSocket message) of PICTURE_HEADER_BYTES and the body. All numbers little endian.
 *
 *   offset  size
 *   0       1     version: PICTURE_VERSION
 *   1       1     kind: 0 whole (body: JPEG), 1 not available (body: why, UTF-8: no-x, refused, too-slow, ended),
 *                 2 part (body: JPEG of the area that has changed since the whole picture)
 *   2       1     size: PictureSize (0 small, 1 medium, 2 large, 3 full, 4 enlarged)
 *   3       1     0
 *   4       4     sequence, one more with each packet of this session and size
 *   8       8     session id
 *   16      2     width of the whole picture
 *   18      2     height of it
 *   20      2     width of the screen
 *   22      2     height of the screen
 *   24      4     whole: of a part, the sequence of the picture that it lies on; else 0
 *   28      2     left: of a part, its first column in the picture; else 0
 *   30      2     top: its first row; else 0
 *
 * A part has all that is not as in its whole picture any more, so a receiver needs no other: it shows the newest whole picture
 * with the newest part that is of it, and may throw away any older packet. A part of another whole picture than the one it shows
 * is of no use to it.
 *
 * The receiver answers each packet with PICTURE_DRAWN_BYTES when it has shown it, or passed it over; until then no other of that
 * session and size is sent to it. What it has no time for is thus never sent, and waits nowhere but in manyseat-display, which
 * keeps it once for all. Who answers a part with another whole picture than the part's has lost that one, and is sent it again, at
 * most once a second.
 *
 *   offset  size
 *   0       1     version: PICTURE_VERSION
 *   1       1     size
 *   2       2     0
 *   4       4     sequence of the packet that is answered; 0: none, it shows nothing any more of what it had
 *   8       8     session id
 *   16      4     sequence of the whole picture that is shown now; 0: none
 */
#pragma once

#include "names.h"

#define PICTURE_VERSION 2
#define PICTURE_HEADER_BYTES 32
#define PICTURE_DRAWN_BYTES 20
#define PICTURE_PACKET_MAX (192 * 1024) /* below the default net.core.wmem_max of 212992 bytes */

typedef enum { PICTURE_KIND_WHOLE, PICTURE_KIND_UNAVAILABLE, PICTURE_KIND_PART } PictureKind;
#define N_PICTURE_KINDS 3

typedef struct {
    PictureKind kind;
    PictureSize size;
    guint32 sequence;
    guint64 session;
    guint16 width, height;
    guint16 screen_width, screen_height;
    guint32 whole;
    guint16 left, top;
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

/* FALSE if it is shorter than a header, of another version, or has values out of range (a part that begins outside of its
 * picture, and what has a part's values and is none). */
gboolean picture_header_parse(const guint8 *packet, gsize length, PictureHeader *ret);

typedef struct {
    guint64 session;
    PictureSize size;
    guint32 sequence;
    guint32 whole;
} PictureDrawn;

void picture_drawn_format(const PictureDrawn *drawn, guint8 out[PICTURE_DRAWN_BYTES]);

/* FALSE if it is of another length or version, or has values out of range. */
gboolean picture_drawn_parse(const guint8 *packet, gsize length, PictureDrawn *ret);

/* What somebody who has seen nothing needs (or who has seen the whole picture: the part alone). Zeroed: nothing. */
typedef struct {
    GBytes *whole; /* or the one that says why there is none */
    GBytes *part;  /* of it */
} PictureNewest;

/* packet (one that picture_header_parse() likes) came: a part takes the place of the part, any other one of both. */
void picture_newest_put(PictureNewest *newest, GBytes *packet);

/* The next one to be sent; NULL: there is none. peek leaves it there and keeps it. */
GBytes *picture_newest_peek(const PictureNewest *newest);
GBytes *picture_newest_take(PictureNewest *newest);

void picture_newest_clear(PictureNewest *newest);
