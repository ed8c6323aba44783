/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's side of the painter (painter.h): one process for all notices, started when one is to be drawn and gone when none has
 * been for a while. */
#pragma once

#include "nursery.h"

typedef struct Easel Easel;

Easel *easel_new(Nursery *nursery);
void easel_free(Easel *easel);

/* Draw notice (an a{sv}) for a screen of this size. func is called later, once: memory (the callee's) is what notice-picture.h
 * says, or -1 when it could not be drawn; unless easel_forget() came before. */
typedef void (*EaselFunc)(int memory, gpointer data);
void easel_paint(Easel *easel, GVariant *notice, guint width, guint height, EaselFunc func,
                 gpointer data);

/* What was asked for with data is not wanted any more. */
void easel_forget(Easel *easel, gpointer data);
