/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a program reaches manyseatd. */
#pragma once

#include <gio/gio.h>

#define BUS_PATH_MANAGER "/org/manyseat/Manager"
#define BUS_PATH_LOGIN "/org/manyseat/Login"
#define BUS_PATH_LAUNCH "/org/manyseat/Launch"
#define BUS_PATH_DISPLAY "/org/manyseat/Display"
#define BUS_PATH_SESSION "/org/manyseat/Session"
#define BUS_PATH_WATCH "/org/manyseat/Watch"

/* A new connection to manyseatd's socket, checked to be served by uid 0. Message processing is delayed: export your objects,
 * connect your signals, then call g_dbus_connection_start_message_processing(). Does not end the program when it closes.
 * MANYSEAT_ERROR_UNREACHABLE when there is nobody. */
GDBusConnection *client_connect(GCancellable *cancellable, GError **error);

void client_connect_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GDBusConnection *client_connect_finish(GAsyncResult *result, GError **error);

/* Call a method of manyseatd by hand (the CLI and manyseat-web go by tables): parameters is consumed if floating. The answer's
 * tuple, or an error of MANYSEAT_ERROR where manyseatd made it (remote prefixes stripped). fds may be NULL. */
GVariant *client_call(GDBusConnection *connection, const char *path, const char *interface,
                      const char *method, GVariant *parameters, GUnixFDList **ret_fds,
                      GError **error);
