/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link to manyseat-display. A stream is a socket pair: one end is a viewer's, the other manyseat-display's. manyseatd keeps
 * a duplicate of the latter, so that a restarted manyseat-display goes on with the same viewers.
 */
#pragma once

#include <gio/gio.h>

#include "base/settings.h"
#include "daemon.h"

/* settings stay the caller's. */
Watch *watch_new(const Settings *settings);
void watch_free(Watch *watch);

/* manyseat-display is at the other end of this connection from now on; all streams are handed to it. */
void watch_register(Watch *watch, GDBusConnection *connection);

/* A connection is closed: if it is that one, manyseat-display is away. */
void watch_closed(Watch *watch, GDBusConnection *connection);
gboolean watch_is_there(Watch *watch);

/* What manyseat-display says that it used. */
typedef struct {
    guint cpu_permille, bytes_per_second;
    guint pace; /* thousandths; above 1000: it slows down to keep to the budget */
} WatchUse;
void watch_set_use(Watch *watch, const WatchUse *use);

/* NULL: there is no budget, or nothing is known yet. */
const WatchUse *watch_get_use(const Watch *watch);

/* Make a stream for a viewer: its end, or -1. ret_stream names it. */
int watch_open_stream(Watch *watch, guint64 *ret_stream, GError **error);

/* What it carries: an a(ss) of (session, size) that the policy has passed. */
void watch_set_stream(Watch *watch, guint64 stream, GVariant *watched);
void watch_close_stream(Watch *watch, guint64 stream);

/* One picture: the end to read from, or -1. */
int watch_take(Watch *watch, const char *session, const char *size, GError **error);

/* Have a notice shown in a session (as org.manyseat.Watch.ShowNotice() takes it), or hidden. */
void watch_show_notice(Watch *watch, const char *session, GVariant *notice);
void watch_hide_notice(Watch *watch, const char *session);

/* The session has ended. */
void watch_forget(Watch *watch, const char *session);
