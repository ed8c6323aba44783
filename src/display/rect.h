/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An area of a screen or of a picture. Pure. */
#pragma once

#include <glib.h>

/* Columns left to right, rows top to bottom; right and bottom are outside. */
typedef struct {
    guint left, top, right, bottom;
} Rect;

static inline gboolean
rect_is_empty(const Rect *rect)
{
    return rect->left >= rect->right || rect->top >= rect->bottom;
}

/* Pixels; of one that is empty: 0. */
static inline guint64
rect_area(const Rect *rect)
{
    return rect_is_empty(rect) ? 0
                               : (guint64) (rect->right - rect->left) * (rect->bottom - rect->top);
}

/* Make rect (which may be empty) the smallest that has by, too. */
static inline void
rect_grow(Rect *rect, const Rect *by)
{
    if (rect_is_empty(rect)) {
        *rect = *by;
        return;
    }
    rect->left = MIN(rect->left, by->left);
    rect->top = MIN(rect->top, by->top);
    rect->right = MAX(rect->right, by->right);
    rect->bottom = MAX(rect->bottom, by->bottom);
}
