/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A notice on an X screen: one window on each monitor that shows one picture, takes no keyboard, and is put right again whenever
 * somebody covers, moves, unmaps, reshapes or destroys it. Runs in a process of its own. Nothing here waits for the X server after
 * notice_window_open() but notice_window_resize(); the worker's timer ends what hangs.
 */
#pragma once

#include <gio/gio.h>

#include "notice-picture.h"

#define NOTICE_MONITORS_MAX 16 /* more have no window */

typedef struct NoticeWindow NoticeWindow;

/* What has happened since the last look. */
typedef struct {
    gboolean disturbed; /* something moved on the screen: notice_window_assert() */
    gboolean resized;   /* the monitors changed: notice_window_resize() */
    int pressed;        /* a NoticeAnswer; -1: none */
} NoticeEvents;

/* x, cookie and display are as in x_screen_open(), and taken over. Nothing is shown yet. */
NoticeWindow *notice_window_open(int x, int cookie, const char *display, GError **error);
void notice_window_free(NoticeWindow *window);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoticeWindow, notice_window_free)

/* What to poll for reading; notice_window_take_events() first, since events may have been read already. */
int notice_window_get_fd(const NoticeWindow *window);

/* The smallest monitor: what a picture has to fit. */
void notice_window_get_size(const NoticeWindow *window, guint *ret_width, guint *ret_height);

/* Show another picture: memory holds what notice-picture.h says, length bytes. FALSE: it does not. Sent is what differs from the
 * last one. */
gboolean notice_window_show(NoticeWindow *window, const void *memory, gsize length);

/* Have every window there, on top, in its place, whole, and showing the picture. FALSE: one that covered it right after it had been
 * raised is painted over instead, and it is to be asserted again. */
gboolean notice_window_assert(NoticeWindow *window);

/* FALSE: the X server is gone. */
gboolean notice_window_take_events(NoticeWindow *window, NoticeEvents *ret, GError **error);

/* Ask for the monitors again. */
gboolean notice_window_resize(NoticeWindow *window, GError **error);
