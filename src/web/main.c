/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/paths.h"
#include "sandbox.h"
#include "server.h"

static gboolean
on_signal(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_REMOVE;
}

static int
run(Kind kind)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GError) error = NULL;
    g_autoptr(Server) server = NULL;

    if (!sandbox_enter(&error) || (server = server_new(kind, &error)) == NULL) {
        g_printerr("manyseat-web: %s\n", error->message);
        return 1;
    }
    g_unix_signal_add(SIGTERM, on_signal, loop);
    g_unix_signal_add(SIGINT, on_signal, loop);
    g_main_loop_run(loop);
    return 0;
}

int
main(int argc, char **argv)
{
    Kind kind;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("manyseat-web %s\n", MANYSEAT_VERSION);
        return 0;
    }
    if (argc != 2 || !server_kind_from_name(argv[1], &kind)) {
        fprintf(stderr, "usage: manyseat-web dashboard|station\n");
        return 2;
    }
    log_init("manyseat-web");
    return run(kind);
}
