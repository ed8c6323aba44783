/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parent and a worker say to each other, packets on a SOCK_SEQPACKET pair between two processes of one program on one
 * machine (so structs as they lie in memory). The parent takes a worker for an enemy: sizes and values are checked, the header of
 * a picture is written again.
 *
 * There are three kinds of them (nursery.h); what each is ordered and says stands at the words.
 *
 *   parent to worker   Order, after ORDER_PAINT the notice as a GVariant (a{sv} in its binary form)
 *   worker to parent   Word (its first byte is no PICTURE_VERSION), or a packet of base/picture.h whose session and sequence
 *                      the parent fills in
 */
#pragma once

#include <glib.h>

typedef enum {
    ORDER_WATCH, /* argument: bits of PictureSize, the whole list */
    ORDER_PACE,  /* argument: what periods are multiplied by, in thousandths; see pace.h */
    ORDER_TAKE, /* argument: a PictureSize; one picture, answered by WORD_DONE with a memfd that holds the JPEG, or none */
    ORDER_PAINT, /* to a painter; argument: the screen's size (ORDER_SIZE); answered by WORD_DONE with the memfd */
    ORDER_SHOW /* to one that shows a notice; brings such a memfd */
} OrderKind;

/* A screen's size in one number. */
#define ORDER_SIZE(width, height) ((guint32) (width) << 16 | (guint32) (height))
#define ORDER_WIDTH(size) ((guint) (size) >> 16)
#define ORDER_HEIGHT(size) ((guint) (size) &0xffff)
#define ORDER_PACKET_MAX 8192

typedef struct {
    guint32 kind;
    guint32 serial; /* comes back with WORD_DONE, when the order is carried out */
    guint32 argument;
} Order;

typedef enum {
    WORD_READY = 1, /* the screen can be watched (or painted for); first word of a worker */
    WORD_DONE,      /* serial; an order is carried out */
    WORD_GONE,      /* argument: a Reason; last word */
    WORD_SCREEN, /* serial: the screen's size, of one that shows a notice; after WORD_READY, and when it changes */
    WORD_PRESSED /* argument: a NoticeAnswer; the user pressed that button */
} WordKind;

/* Why there is no picture: the words of base/picture.h. */
typedef enum { REASON_NO_X, REASON_REFUSED, REASON_TOO_SLOW, REASON_ENDED } Reason;
#define N_REASONS 4

typedef struct {
    guint8 zero;
    guint8 kind;
    guint8 argument;
    guint8 spare;
    guint32 serial;
} Word;

/* What a worker may do between two waits: a timer of the kernel's ends it. The parent allows a little more. */
#define WORKER_SECONDS 3
#define WORKER_GRACE_SECONDS 1
