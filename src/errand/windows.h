/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The windows of a session that can be asked to close: those that the window manager lists (without one: those with WM_STATE), but
 * no desktop, dock or notification, none that goes around the window manager, and none that does not know WM_DELETE_WINDOW.
 * Followed by events, never by looking again and again.
 */
#pragma once

#include <gio/gio.h>

#include "blocker.h"

typedef struct Windows Windows;

/* From the main loop: the list has changed, or the X server has gone. */
typedef void (*WindowsFunc)(gpointer data);

/* Connect as connect_x_open() does. The list is there at once. NULL when the X server can't be reached, or refuses. */
Windows *windows_open(GVariant *arguments, WindowsFunc changed, gpointer data, GError **error);

void windows_free(Windows *windows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Windows, windows_free)

/* What stands, an array of Blocker, in the window manager's order. Another array when it changes: who refs this one keeps it. */
const GPtrArray *windows_standing(const Windows *windows);

/* Whether the X server has gone; the list says nothing then. */
gboolean windows_is_gone(const Windows *windows);

/* Whether there are more than WINDOWS_MAX, which are not looked at: there may be one among them that would stand. */
#define WINDOWS_MAX 500
gboolean windows_have_more(const Windows *windows);

/* Send WM_DELETE_WINDOW to each window that stands now, but to no dialog whose parent stands, and to none at all when a former asking
 * of that token did so. Returns them all, an array of Blocker that the caller unrefs. */
GPtrArray *windows_ask(Windows *windows, const char *token);

/* The steps of an asking that are done once, whatever becomes of the errand that does them. */
typedef enum {
    WINDOWS_STEP_ASK = 1, /* windows_ask() */
    WINDOWS_STEP_CALL,    /* the session manager is called */
} WindowsStep;

/* TRUE when this step of the asking of that token is still to be done; noted from now on, on the X server's root window, which outlives
 * the errand and ends with the session. */
gboolean windows_begin_step(Windows *windows, const char *token, WindowsStep step);
