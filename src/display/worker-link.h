/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's side of one worker: orders go out, pictures come in, and a worker that is silent for too long is killed. Whatever
 * a worker sends is checked here; pixels are passed on unseen.
 */
#pragma once

#include <gio/gio.h>

#include "base/picture.h"
#include "nursery.h"
#include "order.h"

typedef struct WorkerLink WorkerLink;

/* All are called from the main context. A link may be freed in any of them. */
typedef struct {
    /* The screen can be watched. */
    void (*on_ready)(gpointer data);
    /* A picture; header has been checked, session and sequence are the callee's to fill in. packet is the callee's to change,
     * until it returns. */
    void (*on_picture)(const PictureHeader *header, guint8 *packet, gsize length, gpointer data);
    /* The order is carried out; memory (the callee's) holds the JPEG of worker_link_take(), or is -1. */
    void (*on_done)(guint32 serial, int memory, gpointer data);
    /* One that shows a notice: the screen's size, or a button that was pressed; NULL where neither is said. */
    void (*on_screen)(guint width, guint height, gpointer data);
    void (*on_pressed)(guint answer, gpointer data);
    /* There is no worker any more, for this reason. */
    void (*on_gone)(Reason reason, gpointer data);
} WorkerLinkEvents;

/* Have a worker born, of any kind; order's socket is made here, its other descriptors are the caller's. Members of events that such
 * a worker has no reason to call may be NULL. NULL when that can't be. */
WorkerLink *worker_link_new(Nursery *nursery, const ChildOrder *order,
                            const WorkerLinkEvents *events, gpointer data, GError **error);
/* Also ends the worker. */
void worker_link_free(WorkerLink *link);

/* For the nursery's on_born: birth is the number of a link that is there, or of none (pidfd is taken over anyway). */
void worker_link_born(guint64 birth, int pidfd);

/* The sizes (bits) to be watched from now on. */
void worker_link_watch(WorkerLink *link, guint sizes);

/* What periods are multiplied by from now on (pace.h). */
void worker_link_pace(WorkerLink *link, guint pace);

/* Microseconds of CPU that the worker has used since this was last asked; 0 when it cannot be told. */
gint64 worker_link_take_cpu(WorkerLink *link);

/* One picture; returns the serial that on_done will tell. */
guint32 worker_link_take(WorkerLink *link, PictureSize size);

/* Of a painter: draw this notice (an a{sv}) for a screen; returns the serial that on_done will tell, with the memfd. */
guint32 worker_link_paint(WorkerLink *link, GVariant *notice, guint width, guint height);

/* Of one that shows a notice: show what was painted (the memfd stays the caller's). */
void worker_link_show(WorkerLink *link, int memory);
