/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One size of one screen: a standing picture that areas of the screen are averaged into, and the JPEG of it. Pure: no X, no
 * socket. */
#pragma once

#include "average.h"
#include "base/names.h"

typedef struct Thumbnail Thumbnail;

/* Black, of the size that picture_fit() gives. The screen is at most AVERAGE_SCREEN_MAX either way. */
Thumbnail *thumbnail_new(PictureSize size, guint screen_width, guint screen_height);
void thumbnail_free(Thumbnail *thumbnail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Thumbnail, thumbnail_free)

void thumbnail_get_size(const Thumbnail *thumbnail, guint *ret_width, guint *ret_height);

/* What average_begin() and average_give() are called with, and average_get_pixels(). */
Average *thumbnail_get_average(const Thumbnail *thumbnail);

/* Whether it is another picture than the last one that was encoded, or none was. */
gboolean thumbnail_has_changed(Thumbnail *thumbnail);

/*
 * Encode at jpeg_at in buffer, which grows as needed, as coarse as it may be (similarity.h): the whole picture, or, if that is
 * less, the part that has changed since the whole one; ret_area says which. At most max bytes (0: no limit): coarser until it
 * fits. Returns the JPEG's length, 0 if it can't be made.
 */
gsize thumbnail_encode(Thumbnail *thumbnail, GByteArray *buffer, gsize jpeg_at, gsize max,
                       Rect *ret_area);

/* Find out what the processor can do now: later, in the sandbox, nobody may look. */
void thumbnail_prepare(void);
