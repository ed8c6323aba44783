/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session that somebody looks at, or looked at until a moment ago: its worker, the newest picture of each size, and when to try
 * again. What a picture shows is never known here.
 */
#pragma once

#include <gio/gio.h>

#include "base/picture.h"
#include "nursery.h"
#include "worker-link.h"

typedef struct Watched Watched;

/* What a watched session asks of the program. None of them may free it, except idle. */
typedef struct {
    /* An X connection is needed: answer with watched_opened() or watched_refused(), later. */
    void (*open)(Watched *watched, gpointer data);
    /* A packet (base/picture.h) for whoever watches this size. */
    void (*packet)(Watched *watched, PictureSize size, GBytes *packet, gpointer data);
    /* Nobody has looked for a while. */
    void (*idle)(Watched *watched, gpointer data);
} WatchedEvents;

/* number is id as a number. */
Watched *watched_new(const char *id, guint64 number, Nursery *nursery, const WatchedEvents *events,
                     gpointer data);
/* Pictures that were asked for fail with "ended". */
void watched_free(Watched *watched);

const char *watched_get_id(const Watched *watched);
guint64 watched_get_number(const Watched *watched);

/* The sizes (bits) that somebody watches now. */
void watched_set_sizes(Watched *watched, guint sizes);

/* What periods are multiplied by from now on (pace.h). */
void watched_set_pace(Watched *watched, guint pace);

/* Microseconds of CPU that its worker has used since this was last asked. */
gint64 watched_take_cpu(Watched *watched);

/* What to show a new viewer of a size at once. */
const PictureNewest *watched_get_newest(const Watched *watched, PictureSize size);

/* One picture: func gets a memfd with the JPEG (the callee's), or -1 and why not. */
typedef void (*WatchedTakeFunc)(int memory, Reason reason, gpointer data);
void watched_take(Watched *watched, PictureSize size, WatchedTakeFunc func, gpointer data);

/* Answers to open. The descriptors are the caller's. */
void watched_opened(Watched *watched, const char *display, int x, int cookie);
void watched_refused(Watched *watched, Reason reason);

/* The word for a reason that stands in a packet. */
const char *reason_to_name(Reason reason);
