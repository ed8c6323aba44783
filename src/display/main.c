/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "nursery.h"
#include "parent-bus.h"
#include "parent.h"

typedef struct {
    GMainLoop *loop;
    int status;
} Program;

static gboolean
on_signal(gpointer data)
{
    g_main_loop_quit(((Program *) data)->loop);
    return G_SOURCE_CONTINUE;
}

static void
on_nursery_gone(gpointer data)
{
    Program *program = data;

    g_warning("the nursery is gone: ending");
    program->status = EXIT_FAILURE;
    g_main_loop_quit(program->loop);
}

int
main(void)
{
    Program program = { .status = EXIT_SUCCESS };
    g_autoptr(GError) error = NULL;
    Parent *parent;
    ParentBus *bus;
    int nursery;

    log_init("manyseat-display");
    if (geteuid() == 0 || getuid() == 0) {
        g_warning("cannot run as root: run as account manyseat-display");
        return EXIT_FAILURE;
    }
    (void) signal(SIGPIPE, SIG_IGN);
    nursery =
        nursery_fork(&error); /* first: before there is anything that a worker must not have */
    if (nursery < 0) {
        g_warning("%s", error->message);
        return EXIT_FAILURE;
    }
    program.loop = g_main_loop_new(NULL, FALSE);
    parent = parent_new(nursery, on_nursery_gone, &program);
    bus = parent_bus_new(parent);
    (void) g_unix_signal_add(SIGTERM, on_signal, &program);
    (void) g_unix_signal_add(SIGINT, on_signal, &program);
    g_main_loop_run(program.loop);
    parent_free(parent);
    parent_bus_free(bus);
    g_main_loop_unref(program.loop);
    return program.status;
}
