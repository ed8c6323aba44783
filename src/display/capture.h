/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where pixels come from: a screen that says which areas of it changed, and gives areas. Runs in a worker, one a process. Calls
 * wait for the X server without a deadline of their own: the worker's timer is what ends them.
 */
#pragma once

#include <gio/gio.h>

#include "damage.h"
#include "pixel.h"
#include "x-screen.h"

typedef struct Capture Capture;

/* Connect on a socket to an X server that nobody has spoken on yet; both descriptors are taken over. cookie is an Xauthority
 * file, display the number to look for in it. */
Capture *capture_open(int x, int cookie, const char *display, GError **error);
void capture_free(Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_free)

/* What to poll for reading; capture_drain() first, since events may have been read already. */
int capture_get_fd(const Capture *capture);

void capture_get_screen(const Capture *capture, guint *ret_width, guint *ret_height,
                        PixelFormat *ret_format);

/* Take in what has arrived. ret_damaged: something changed since capture_fetch_damage(). No more is sent until that is
 * called, so that a busy screen wakes nobody who does not look. FALSE: ENDED, RESIZED. */
gboolean capture_drain(Capture *capture, gboolean *ret_damaged, GError **error);

/* Add what changed since the last call to damage, which is of the screen's size; more is told from now on. */
gboolean capture_fetch_damage(Capture *capture, Damage *damage, GError **error);

/* The most rows of width pixels that capture_area() gives at once; at least 1. */
guint capture_get_rows_max(const Capture *capture, guint width);

/* An area of the screen as it is now. ret_pixels is good until the next call and may change under the reader's eyes: the X
 * server can write there. */
gboolean capture_area(Capture *capture, const Rect *area, const guint8 **ret_pixels,
                      guint *ret_stride, GError **error);

/* Ask for the screen's size again; everything counts as changed. */
gboolean capture_resize(Capture *capture, GError **error);
