/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a screen changed and is not looked at yet: one rectangle in each band of rows, so that a clock in one corner and a
 * cursor in another are two small areas and not the whole screen between them. Pure. */
#pragma once

#include "rect.h"

#define DAMAGE_BAND_ROWS 64

typedef struct Damage Damage;

/* Nothing changed. */
Damage *damage_new(guint width, guint height);
void damage_free(Damage *damage);

/* rect (cut to the screen; nothing happens if that leaves nothing) changed. */
void damage_add(Damage *damage, const Rect *rect);
void damage_add_all(Damage *damage);

gboolean damage_is_empty(const Damage *damage);

/* Take out the next area, from the top; bands that lie on each other and are about as wide come as one. FALSE: nothing
 * is left. */
gboolean damage_take(Damage *damage, Rect *ret);
