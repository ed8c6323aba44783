/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A standing picture of a screen in fewer pixels. Each of its pixels is the mean of the area of the screen that it covers, parts
 * of pixels by their part, whatever the ratio; so an area of the screen that changed costs the work of that area alone, and gives
 * what a whole new picture would. Pure.
 */
#pragma once

#include "damage.h"

typedef struct Average Average;

/* Black. width and height are at most the screen's, which is at most AVERAGE_SCREEN_MAX either way. */
#define AVERAGE_SCREEN_MAX 16384
Average *average_new(guint screen_width, guint screen_height, guint width, guint height);
void average_free(Average *average);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Average, average_free)

/* The picture in BGRX, rows without gaps, as long as average lives. */
const guint8 *average_get_pixels(const Average *average);

/* The area changed of the screen is going to be brought up to date. need grows to hold what must be given for that: whole areas
 * of all pixels that changed is a part of. One that was begun before and is not complete is given up. */
void average_begin(Average *average, const Rect *changed, Rect *need);

/* Rows of the screen in BGRX, from the top of need to its bottom in as many calls as it takes; given says which area these are
 * (all columns of need at least). What is not needed is passed over. */
void average_give(Average *average, const Rect *given, const guint8 *pixels, guint stride);

/* The area of the picture that this was all about: what pixels are others than before lies in it. FALSE (nothing is set): none
 * since it was last taken. */
gboolean average_take_changed(Average *average, Rect *ret);
