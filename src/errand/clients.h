/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XSMP clients that XFCE's session manager has asked to save, and that have not answered: whom a log-off waits for when no window
 * stands. Parts of the desktop itself (its panel, its window manager) do not count: they have nothing to save. Asynchronous; what
 * can't be asked about does not stand.
 */
#pragma once

#include <gio/gio.h>

typedef struct Clients Clients;

/* From the main loop: the list has changed. */
typedef void (*ClientsFunc)(gpointer data);

/* Begin when the log-off was called. Who answers within CLIENTS_PATIENCE_MS is never on the list. */
#define CLIENTS_PATIENCE_MS 3000
Clients *clients_watch(GDBusConnection *bus, ClientsFunc changed, gpointer data);

/* changed is not called any more. NULL is fine. */
void clients_close(Clients *clients);

/* An array of Blocker without windows and titles. Owned by clients, valid until it changes. */
const GPtrArray *clients_standing(const Clients *clients);
