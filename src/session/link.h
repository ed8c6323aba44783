/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The connection to manyseatd for as long as a session runs. manyseatd may go away and come back at any time: the link
 * connects again by itself, at once when the socket is made anew, and every few seconds anyway.
 */
#pragma once

#include <gio/gio.h>

typedef struct Link Link;

typedef struct {
    /* manyseatd is there again; not called for the first connection. */
    void (*on_connected)(gpointer data);
    /* manyseatd calls org.manyseat.Session.Stop; kill: mode kill. timeout in milliseconds. */
    void (*on_stop)(gboolean kill, guint timeout, gpointer data);
} LinkHandlers;

/* Keeps a reference to the connection, exports org.manyseat.Session on it. */
Link *link_new(GDBusConnection *connection, const LinkHandlers *handlers, gpointer data);

/* Call a method of org.manyseat.Launch; parameters are consumed if floating. callback runs later, or
 * never if the link is freed first. FALSE, and no callback, if there is no connection now. */
typedef void (*LinkCallback)(const GError *error, gpointer data);
gboolean link_call(Link *link, const char *method, GVariant *parameters, LinkCallback callback);

/* The connection is of no use: drop it and connect again after a while. */
void link_retry(Link *link);

void link_free(Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_free)
