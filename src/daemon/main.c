/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/paths.h"
#include "base/settings.h"
#include "server.h"
#include "start.h"

static gboolean
on_signal(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static int
run(Settings *settings)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GError) error = NULL;
    g_autoptr(Manager) manager = start_manager(settings, &error);
    g_autoptr(Server) server = manager != NULL ? server_new(manager, &error) : NULL;

    if (server == NULL) {
        g_warning("%s", error->message);
        return 1;
    }
    (void) g_unix_signal_add(SIGTERM, on_signal, loop);
    (void) g_unix_signal_add(SIGINT, on_signal, loop);
    g_message("manyseatd %s is ready", MANYSEAT_VERSION);
    g_main_loop_run(loop);
    return 0;
}

int
main(int argc, char **argv)
{
    g_autoptr(Settings) settings = NULL;
    g_autoptr(GError) error = NULL;

    log_init("manyseatd");
    if (argc > 1 || geteuid() != 0) {
        g_printerr("manyseatd: takes no arguments, and runs as root\n");
        return 2;
    }
    (void) umask(0022);
    (void) signal(SIGPIPE, SIG_IGN);
    settings = settings_load(PATH_CONFIG, &error);
    if (settings == NULL) {
        g_printerr("manyseatd: %s\n", error->message);
        return 1;
    }
    return run(settings);
}
