/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>

#include "bus/error.h"
#include "event.h"
#include "json.h"
#include "manager.h"
#include "report.h"

typedef struct {
    GMainLoop *loop;
    gboolean json;
    int status;
    GError *error;
} Watch;

static void
on_event(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
         const char *signal, GVariant *parameters, gpointer data)
{
    Watch *watch = data;
    g_autofree char *line = NULL;

    if (watch->json)
        json_print(event_to_record(signal, parameters, g_get_real_time()));
    else if ((line = event_format(signal, parameters, g_get_real_time())) != NULL)
        report_print(line);
    watch->status = report_flush(COMMAND_DONE);
    if (watch->status != COMMAND_DONE) /* nobody reads any more */
        g_main_loop_quit(watch->loop);
}

static void
on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    Watch *watch = data;

    watch->status = COMMAND_ERROR;
    watch->error = g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_UNREACHABLE,
                                       _("it closed the connection"));
    g_main_loop_quit(watch->loop);
}

static gboolean
on_signal(gpointer data)
{
    Watch *watch = data;

    g_main_loop_quit(watch->loop);
    return G_SOURCE_CONTINUE;
}

int
cmd_watch(const Arguments *arguments, GError **error)
{
    Watch watch = { .json = arguments_has(arguments, "json"), .status = COMMAND_DONE };
    g_autoptr(GDBusConnection) connection = manager_connect(error);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    guint signals[2];

    if (connection == NULL)
        return COMMAND_ERROR;
    watch.loop = loop;
    g_signal_connect(connection, "closed", G_CALLBACK(on_closed), &watch);
    if (!manager_subscribe(connection, NULL, on_event, &watch, error))
        return COMMAND_ERROR;
    signals[0] = g_unix_signal_add(SIGINT, on_signal, &watch);
    signals[1] = g_unix_signal_add(SIGTERM, on_signal, &watch);
    g_main_loop_run(loop);
    g_source_remove(signals[0]);
    g_source_remove(signals[1]);
    g_signal_handlers_disconnect_by_data(connection, &watch);
    if (watch.error != NULL)
        g_propagate_error(error, watch.error);
    return watch.status;
}
