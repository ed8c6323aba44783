/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One viewer's end: which tiles it carries, and the newest of each that is not sent, as the one before it is not drawn yet. A viewer
 * that is slow loses pictures; what waits for it is what is kept for others as well, and it never holds up another viewer.
 */
#pragma once

#include <gio/gio.h>

#include "base/picture.h"

/* A tile is a session and a size, in one number. */
typedef guint64 Tile;
#define TILE_SIZES 8 /* room for N_PICTURE_SIZES */
#define TILE_SESSION_MAX (G_MAXUINT64 / TILE_SIZES - 1)
#define TILE(session, size) ((session) *TILE_SIZES + (guint64) (size))
#define TILE_SESSION(tile) ((tile) / TILE_SIZES)
#define TILE_SIZE(tile) ((PictureSize) ((tile) % TILE_SIZES))

typedef struct Stream Stream;

typedef struct {
    /* The peer has closed, or says what it may not, or the socket is broken; the stream may be freed in here. */
    void (*closed)(guint64 number, gpointer data);
    /* The viewer has lost the whole picture that its part is of: both are to be offered again. */
    void (*missed)(Stream *stream, Tile tile, gpointer data);
} StreamEvents;

/* socket (SOCK_SEQPACKET) is taken over. NULL when it is none that can be used. */
Stream *stream_new(guint64 number, int socket, const StreamEvents *events, gpointer data,
                   GError **error);
void stream_free(Stream *stream);

/* What it carries from now on. Each tile once; pictures that wait for tiles that are not in the
 * list are dropped. */
void stream_set(Stream *stream, const Tile *tiles, gsize n_tiles);
gboolean stream_has(const Stream *stream, Tile tile);

/* Call func for each tile it carries. */
typedef void (*StreamTileFunc)(Tile tile, gpointer data);
void stream_foreach(const Stream *stream, StreamTileFunc func, gpointer data);

/* Send a packet of base/picture.h, or keep it until there is room and the last one is drawn; it takes the place of what is still
 * kept (picture_newest_put()). Nothing happens if the stream does not carry the tile. */
void stream_offer(Stream *stream, Tile tile, GBytes *packet);

/* Bytes of packets that were sent since this was last asked. */
guint64 stream_take_bytes(Stream *stream);
