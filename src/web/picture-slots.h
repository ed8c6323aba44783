/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which picture goes to a page next. For each watched tile (session, size) at most one picture is under way until the page has
 * drawn it, and what waits is the newest alone: at most a whole picture and a part of it. Pure.
 */
#pragma once

#include "base/picture.h"

typedef struct PictureSlots PictureSlots;

PictureSlots *picture_slots_new(void);
void picture_slots_free(PictureSlots *slots);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PictureSlots, picture_slots_free)

/* The whole list of watched tiles, a(ss). Tiles that are no longer in it are forgotten; ids that are no number, ignored. */
void picture_slots_watch(PictureSlots *slots, GVariant *tiles);

/* A picture has come: it replaces what waits (picture_newest_put()). FALSE if it is none or its tile is not watched. */
gboolean picture_slots_put(PictureSlots *slots, const guint8 *packet, gsize length);

/* The page has drawn the tile's last picture. */
void picture_slots_drawn(PictureSlots *slots, const char *session, PictureSize size);

/* The picture to send now, which is then under way, the longest waiting tile first; NULL when there is none. */
GBytes *picture_slots_next(PictureSlots *slots);
