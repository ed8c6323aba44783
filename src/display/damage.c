/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "damage.h"

struct Damage {
    guint width, height;
    guint n_bands;
    Rect bands[]; /* right is 0: nothing changed in it */
};

Damage *
damage_new(guint width, guint height)
{
    guint n_bands = (height + DAMAGE_BAND_ROWS - 1) / DAMAGE_BAND_ROWS;
    Damage *damage = g_malloc0(sizeof *damage + n_bands * sizeof *damage->bands);

    damage->width = width;
    damage->height = height;
    damage->n_bands = n_bands;
    return damage;
}

void
damage_free(Damage *damage)
{
    g_free(damage);
}

void
damage_add(Damage *damage, const Rect *rect)
{
    Rect cut = { rect->left, rect->top, MIN(rect->right, damage->width),
                 MIN(rect->bottom, damage->height) };

    if (rect_is_empty(&cut))
        return;
    for (guint band = cut.top / DAMAGE_BAND_ROWS; band * DAMAGE_BAND_ROWS < cut.bottom; band++) {
        Rect part = cut;

        part.top = MAX(cut.top, band * DAMAGE_BAND_ROWS);
        part.bottom = MIN(cut.bottom, (band + 1) * DAMAGE_BAND_ROWS);
        rect_grow(&damage->bands[band], &part);
    }
}

void
damage_add_all(Damage *damage)
{
    const Rect all = { 0, 0, damage->width, damage->height };

    damage_add(damage, &all);
}

gboolean
damage_is_empty(const Damage *damage)
{
    for (guint band = 0; band < damage->n_bands; band++)
        if (!rect_is_empty(&damage->bands[band]))
            return FALSE;
    return TRUE;
}

/* Two that touch are one if that makes at most a quarter more of it. */
static gboolean
try_join(Rect *rect, const Rect *next)
{
    Rect both = *rect;

    if (rect_is_empty(next) || rect->bottom != next->top)
        return FALSE;
    rect_grow(&both, next);
    if (rect_area(&both) * 4 > (rect_area(rect) + rect_area(next)) * 5)
        return FALSE;
    *rect = both;
    return TRUE;
}

gboolean
damage_take(Damage *damage, Rect *ret)
{
    const Rect nothing = { 0 };
    guint band = 0;

    while (band < damage->n_bands && rect_is_empty(&damage->bands[band]))
        band++;
    if (band == damage->n_bands)
        return FALSE;
    *ret = damage->bands[band];
    damage->bands[band] = nothing;
    while (++band < damage->n_bands && try_join(ret, &damage->bands[band]))
        damage->bands[band] = nothing;
    return TRUE;
}
