/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How coarse a JPEG's steps may be so that the picture still looks like itself: coarser where there is much contrast, which hides
 * the errors, finer where there is little. The measure is the mean structural similarity (SSIM) that is to be expected. Pure.
 */
#pragma once

#include <glib.h>

#define SIMILARITY_COARSEST 24

/* The coarsest step, at most SIMILARITY_COARSEST, with which a similarity of 0.97 can be expected, but at least
 * finest. pixels are BGRX, stride bytes from one row to the next. */
guint similarity_find_step(const guint8 *pixels, guint stride, guint width, guint height,
                           guint finest);
