/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thumbnails from manyseat-display to one page: what comes goes on as it is, as long as the page reads. */
#pragma once

#include "base/picture.h"
#include "link.h"
#include "socket.h"

typedef struct PictureStream PictureStream;

/* Nothing is asked for until tiles are watched. link and socket must outlive it. */
PictureStream *picture_stream_new(Link *link, Socket *socket);
void picture_stream_free(PictureStream *stream);

/* The whole list, a(ss). While manyseat-display is away the list is kept, and asked for again every few seconds. */
void picture_stream_watch(PictureStream *stream, GVariant *tiles);

/* The page has drawn a tile's last picture, or passed it over: manyseat-display may send the next. */
void picture_stream_drawn(PictureStream *stream, const PictureDrawn *drawn);

/* The socket has drained: read on. */
void picture_stream_drained(PictureStream *stream);
