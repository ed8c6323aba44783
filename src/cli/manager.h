/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of org.manyseat.Manager. */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

/* A connection on which calls may be made at once. MANYSEAT_ERROR_UNREACHABLE when there is nobody. */
GDBusConnection *manager_connect(GError **error);

/* Call a method: parameters is consumed if floating, NULL for none. The answer's tuple. */
GVariant *manager_call(GDBusConnection *connection, const char *method, GVariant *parameters,
                       GError **error);

/* Call a method that answers with a descriptor: it, owned by the caller, or -1. */
int manager_call_for_fd(GDBusConnection *connection, const char *method, GVariant *parameters,
                        GError **error);

/* Connect, call, and return the answer's only member. */
GVariant *manager_ask(const char *method, GVariant *parameters, GError **error);

/* Have on_signal called for the manager's signal name (NULL: each), and ask manyseatd to send signals. Nothing that happens
 * after the return is missed. */
gboolean manager_subscribe(GDBusConnection *connection, const char *name,
                           GDBusSignalCallback on_signal, gpointer data, GError **error);
