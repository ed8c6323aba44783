/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process that workers are forked from (without exec: there is nothing to load, and the pages are shared). It is itself forked
 * from main() before there are threads, D-Bus connections or pictures, so that no worker inherits anything of another session.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

typedef struct Nursery Nursery;

/* A worker was forked: its pidfd is the callee's. */
typedef void (*NurseryBornFunc)(guint64 birth, int pidfd, gpointer data);
/* The nursery is gone; no worker can be had any more. */
typedef void (*NurseryGoneFunc)(gpointer data);

/* Fork the nursery. The process must have one thread. Returns this process's end of a socket to it, or -1. */
int nursery_fork(GError **error);

/* Talk to the nursery on socket, which is taken over. */
Nursery *nursery_new(int socket, NurseryBornFunc on_born, NurseryGoneFunc on_gone, gpointer data);
void nursery_free(Nursery *nursery);

/* Have a worker forked that holds x, cookie and its end of a socket (all stay the caller's). birth is any number; it comes
 * back to on_born. */
gboolean nursery_bear(Nursery *nursery, guint64 birth, const char *display, int x, int cookie,
                      int socket, GError **error);
