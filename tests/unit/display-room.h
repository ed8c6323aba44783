/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manyseat-display without manyseatd, for tests: the parent's tables, the nursery and real workers, an Xvnc that the test paints
 * on, and viewers that read the pictures. What a picture shows is judged by decoding it.
 */
#pragma once

#include <xcb/xcb.h>

#include "base/picture.h"
#include "display/damage.h"
#include "display/parent.h"

#define DEADLINE_MS 10000
#define RED 0xff0000
#define BLUE 0x0000ff

typedef struct Room Room;

/* Connect session's X server: a socket, or -1. */
typedef int (*RoomConnectFunc)(Room *room, const char *session);

struct Room {
    Parent *parent;
    pid_t xvnc;
    int number;
    xcb_connection_t *x;
    const xcb_screen_t *screen;
    guint opened;            /* how often a connection was asked for */
    gboolean refuse;         /* the next one */
    int pressed;             /* the NoticeAnswer told last; -1: none */
    RoomConnectFunc connect; /* NULL: to the Xvnc */
};

/* g_test_init(), and the nursery of all rooms: call it first. */
void room_test_init(int *argc, char ***argv);

/* A connection on which nobody has spoken; what connect does for sessions of the Xvnc. */
int room_connect_xvnc(const Room *room);

/* Start an Xvnc and connect to it. */
void room_open(Room *room, const char *geometry, const char *depth);
void room_stop_xvnc(Room *room);
void room_close(Room *room);

/* Paint columns left to left + width, all rows that there are. */
void room_fill(Room *room, guint32 colour, guint left, guint width, guint height);

/* The same anywhere. */
void room_fill_at(Room *room, guint32 colour, const Rect *area);

/* Wait until the X server has done everything that was asked. */
void room_sync(Room *room);

/* A viewer of tiles (an a(ss) as text). Returns its socket. */
int room_add_viewer(Room *room, guint64 number, const char *tiles);

/* Wait for a packet on a viewer's socket, and answer that it is drawn: it is room_packet then; shown is what the viewer sees with it, a part on its picture. */
typedef struct {
    PictureHeader header;
    guint8 bytes[PICTURE_PACKET_MAX];
    gsize length;
    const guint8 *shown; /* header.width * header.height * 3, red first; NULL: nothing */
} Packet;
extern Packet room_packet;
gboolean room_next_packet(int viewer, guint milliseconds);

/* A JPEG's pixels, like shown. */
guint8 *room_decode(const guint8 *jpeg, gsize length, guint width, guint height);

/* The colours in the middle of the left and of the right half. */
void room_assert_jpeg(const guint8 *jpeg, gsize length, guint width, guint height, guint32 left,
                      guint32 right);
void room_assert_shows(guint32 left, guint32 right);
void room_assert_says(const char *reason);
