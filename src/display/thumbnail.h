/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One size of one screen: standing planes that strips of the screen are averaged into, and the JPEG of them. Pure: no X, no
 * socket. Row d of the picture is the average of rows d*H/h to (d+1)*H/h of the screen (whole rows; libyuv's box filter), so a
 * change of some rows of the screen costs the work of those rows alone.
 */
#pragma once

#include "base/names.h"
#include "strip.h"

typedef struct Thumbnail Thumbnail;

/* Black, of the size that picture_fit() gives. */
Thumbnail *thumbnail_new(PictureSize size, guint screen_width, guint screen_height);
void thumbnail_free(Thumbnail *thumbnail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Thumbnail, thumbnail_free)

void thumbnail_get_size(const Thumbnail *thumbnail, guint *ret_width, guint *ret_height);

/* The planes (y, u, v) and their strides, as long as the thumbnail lives. */
const guint8 *thumbnail_get_plane(const Thumbnail *thumbnail, guint plane, guint *ret_stride);

/* Widen *first and *end so that a strip of these rows of the screen is enough to update every row of the picture that rows
 * from to to of the screen are part of. */
void thumbnail_widen(const Thumbnail *thumbnail, guint from, guint to, guint *first, guint *end);

/* Update the rows of the picture that rows from to to of the screen are part of. strip holds at least what thumbnail_widen()
 * asked for. */
void thumbnail_update(Thumbnail *thumbnail, guint from, guint to, const Strip *strip);

/* Encode the picture at jpeg_at in buffer, which grows as needed. At most max bytes (0: no limit): quality goes down
 * until it fits. Returns the JPEG's length, 0 if it can't be made. */
gsize thumbnail_encode(Thumbnail *thumbnail, GByteArray *buffer, gsize jpeg_at, gsize max);

/* Find out what the processor can do now: later, in the sandbox, nobody may look. */
void thumbnail_prepare(void);
