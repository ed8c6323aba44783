/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture-slots.h"

typedef struct {
    guint64 session;
    PictureSize size;
    PictureNewest waiting;
    gboolean under_way;
    gboolean watched;
    GList link; /* in ready, when queued */
    gboolean queued;
} Slot;

struct PictureSlots {
    GHashTable *slots; /* set of Slot */
    GQueue ready;      /* slots that may be sent */
};

static guint
slot_hash(gconstpointer key)
{
    const Slot *slot = key;

    return g_int64_hash(&slot->session) * N_PICTURE_SIZES + slot->size;
}

static gboolean
slot_equal(gconstpointer a, gconstpointer b)
{
    const Slot *one = a, *other = b;

    return one->session == other->session && one->size == other->size;
}

static void
slot_free(gpointer data)
{
    Slot *slot = data;

    picture_newest_clear(&slot->waiting);
    g_free(slot);
}

PictureSlots *
picture_slots_new(void)
{
    PictureSlots *slots = g_new0(PictureSlots, 1);

    slots->slots = g_hash_table_new_full(slot_hash, slot_equal, slot_free, NULL);
    g_queue_init(&slots->ready);
    return slots;
}

void
picture_slots_free(PictureSlots *slots)
{
    if (slots == NULL)
        return;
    g_hash_table_unref(slots->slots);
    g_free(slots);
}

static Slot *
find(PictureSlots *slots, guint64 session, PictureSize size)
{
    const Slot key = { .session = session, .size = size };

    return g_hash_table_lookup(slots->slots, &key);
}

static void
queue_if_ready(PictureSlots *slots, Slot *slot)
{
    if (slot->queued || slot->under_way || picture_newest_peek(&slot->waiting) == NULL)
        return;
    slot->link.data = slot;
    slot->queued = TRUE;
    g_queue_push_tail_link(&slots->ready, &slot->link);
}

static void
add_tile(PictureSlots *slots, const char *session, const char *size_name)
{
    guint64 id;
    PictureSize size;
    Slot *slot;

    if (!picture_size_from_name(size_name, &size) ||
        !g_ascii_string_to_unsigned(session, 10, 0, G_MAXUINT64, &id, NULL))
        return;
    slot = find(slots, id, size);
    if (slot == NULL) {
        slot = g_new0(Slot, 1);
        slot->session = id;
        slot->size = size;
        g_hash_table_add(slots->slots, slot);
    }
    slot->watched = TRUE;
}

static gboolean
drop_unless_watched(gpointer key, gpointer value, gpointer data)
{
    Slot *slot = key;
    PictureSlots *slots = data;

    if (slot->watched)
        return FALSE;
    if (slot->queued)
        g_queue_unlink(&slots->ready, &slot->link);
    return TRUE;
}

void
picture_slots_watch(PictureSlots *slots, GVariant *tiles)
{
    GHashTableIter slot_iter;
    GVariantIter iter;
    gpointer slot;
    const char *session, *size;

    g_hash_table_iter_init(&slot_iter, slots->slots);
    while (g_hash_table_iter_next(&slot_iter, &slot, NULL))
        ((Slot *) slot)->watched = FALSE;
    g_variant_iter_init(&iter, tiles);
    while (g_variant_iter_next(&iter, "(&s&s)", &session, &size))
        add_tile(slots, session, size);
    g_hash_table_foreach_remove(slots->slots, drop_unless_watched, slots);
}

gboolean
picture_slots_put(PictureSlots *slots, const guint8 *packet, gsize length)
{
    g_autoptr(GBytes) picture = NULL;
    PictureHeader header;
    Slot *slot;

    if (!picture_header_parse(packet, length, &header))
        return FALSE;
    slot = find(slots, header.session, header.size);
    if (slot == NULL)
        return FALSE;
    picture = g_bytes_new(packet, length);
    picture_newest_put(&slot->waiting, picture);
    queue_if_ready(slots, slot);
    return TRUE;
}

void
picture_slots_drawn(PictureSlots *slots, const char *session, PictureSize size)
{
    guint64 id;
    Slot *slot;

    if (!g_ascii_string_to_unsigned(session, 10, 0, G_MAXUINT64, &id, NULL))
        return;
    slot = find(slots, id, size);
    if (slot == NULL)
        return;
    slot->under_way = FALSE;
    queue_if_ready(slots, slot);
}

GBytes *
picture_slots_next(PictureSlots *slots)
{
    GList *link = g_queue_pop_head_link(&slots->ready);
    Slot *slot;

    if (link == NULL)
        return NULL;
    slot = link->data;
    slot->queued = FALSE;
    slot->under_way = TRUE;
    return picture_newest_take(&slot->waiting);
}
