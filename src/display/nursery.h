/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process that workers are forked from (without exec: there is nothing to load, and the pages are shared). It is itself forked
 * from main() before there are threads, D-Bus connections or pictures, so that no worker inherits anything of another session.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

typedef struct Nursery Nursery;

typedef enum {
    CHILD_WORKER,  /* looks at one session's screen (worker.h) */
    CHILD_NOTICE,  /* shows a notice on one session's screen (notice-worker.h) */
    CHILD_PAINTER, /* draws notices; holds no X connection (painter.h) */
    N_CHILDREN
} ChildKind;

/* A worker was forked: its pidfd is the callee's. */
typedef void (*NurseryBornFunc)(guint64 birth, int pidfd, gpointer data);
/* The nursery is gone; no worker can be had any more. */
typedef void (*NurseryGoneFunc)(gpointer data);

/* Fork the nursery. The process must have one thread. Returns this process's end of a socket to it, or -1. */
int nursery_fork(GError **error);

/* Talk to the nursery on socket, which is taken over. */
Nursery *nursery_new(int socket, NurseryBornFunc on_born, NurseryGoneFunc on_gone, gpointer data);
void nursery_free(Nursery *nursery);

/* What a child is to hold; the descriptors stay the caller's. A painter has no X server: then x and cookie are -1. */
typedef struct {
    ChildKind kind;
    const char *display;
    int x, cookie;
    int socket; /* its end of one to the parent */
} ChildOrder;

/* Have a child forked. birth is any number; it comes back to on_born. */
gboolean nursery_bear(Nursery *nursery, guint64 birth, const ChildOrder *order, GError **error);
