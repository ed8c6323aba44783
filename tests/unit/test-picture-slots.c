/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/picture-slots.h"

#define PACKET_BYTES (PICTURE_HEADER_BYTES + 1)

static gboolean
put_kind(PictureSlots *slots, PictureKind kind, guint64 session, PictureSize size, guint32 sequence)
{
    const PictureHeader header = { .kind = kind,
                                   .size = size,
                                   .sequence = sequence,
                                   .session = session,
                                   .width = 1,
                                   .height = 1 };
    guint8 packet[PACKET_BYTES] = { 0 };

    picture_header_format(&header, packet);
    return picture_slots_put(slots, packet, sizeof packet);
}

static gboolean
put(PictureSlots *slots, guint64 session, PictureSize size, guint32 sequence)
{
    return put_kind(slots, PICTURE_KIND_WHOLE, session, size, sequence);
}

/* The sequence number of the picture that goes now, -1: none. */
static gint64
next(PictureSlots *slots)
{
    g_autoptr(GBytes) picture = picture_slots_next(slots);
    PictureHeader header;
    gsize length;
    const guint8 *bytes;

    if (picture == NULL)
        return -1;
    bytes = g_bytes_get_data(picture, &length);
    g_assert_cmpuint(length, ==, PACKET_BYTES);
    g_assert_true(picture_header_parse(bytes, length, &header));
    return header.sequence;
}

static void
watch(PictureSlots *slots, const char *tiles)
{
    g_autoptr(GVariant) list = g_variant_parse(G_VARIANT_TYPE("a(ss)"), tiles, NULL, NULL, NULL);

    picture_slots_watch(slots, list);
}

static void
test_newest_wins(void)
{
    g_autoptr(PictureSlots) slots = picture_slots_new();

    watch(slots, "[('17', 'small')]");
    g_assert_true(put(slots, 17, PICTURE_SMALL, 1));
    g_assert_cmpint(next(slots), ==, 1);
    for (guint32 i = 2; i < 10; i++)
        g_assert_true(put(slots, 17, PICTURE_SMALL, i));
    g_assert_cmpint(next(slots), ==, -1);
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    g_assert_cmpint(next(slots), ==, 9);
    g_assert_cmpint(next(slots), ==, -1);
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    g_assert_cmpint(next(slots), ==, -1);
}

/* A part does not take the place of the picture that it lies on: both go, one after the other is drawn. */
static void
test_parts(void)
{
    g_autoptr(PictureSlots) slots = picture_slots_new();

    watch(slots, "[('17', 'small')]");
    g_assert_true(put(slots, 17, PICTURE_SMALL, 1));
    g_assert_true(put_kind(slots, PICTURE_KIND_PART, 17, PICTURE_SMALL, 2));
    g_assert_true(put_kind(slots, PICTURE_KIND_PART, 17, PICTURE_SMALL, 3));
    g_assert_cmpint(next(slots), ==, 1);
    g_assert_cmpint(next(slots), ==, -1);
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    g_assert_cmpint(next(slots), ==, 3);
    g_assert_true(put_kind(slots, PICTURE_KIND_PART, 17, PICTURE_SMALL, 4));
    g_assert_true(put(slots, 17, PICTURE_SMALL, 5));
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    g_assert_cmpint(next(slots), ==, 5);
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    g_assert_cmpint(next(slots), ==, -1);
}

static void
test_tiles_are_apart(void)
{
    g_autoptr(PictureSlots) slots = picture_slots_new();

    watch(slots, "[('17', 'small'), ('18', 'small'), ('17', 'large')]");
    g_assert_true(put(slots, 18, PICTURE_SMALL, 180));
    g_assert_true(put(slots, 17, PICTURE_SMALL, 170));
    g_assert_true(put(slots, 17, PICTURE_LARGE, 175));
    g_assert_cmpint(next(slots), ==, 180);
    g_assert_cmpint(next(slots), ==, 170);
    g_assert_cmpint(next(slots), ==, 175);
}

static void
test_unwatched(void)
{
    g_autoptr(PictureSlots) slots = picture_slots_new();

    g_assert_false(put(slots, 17, PICTURE_SMALL, 1));
    watch(slots, "[('17', 'small'), ('18', 'small'), ('x', 'small'), ('-1', 'small')]");
    g_assert_false(put(slots, 17, PICTURE_LARGE, 1));
    g_assert_true(put(slots, 17, PICTURE_SMALL, 1));
    g_assert_true(put(slots, 18, PICTURE_SMALL, 2));
    watch(slots, "[('18', 'small')]");
    g_assert_false(put(slots, 17, PICTURE_SMALL, 3));
    g_assert_cmpint(next(slots), ==, 2);
    g_assert_cmpint(next(slots), ==, -1);
    picture_slots_drawn(slots, "17", PICTURE_SMALL);
    picture_slots_drawn(slots, "nonsense", PICTURE_SMALL);
    g_assert_cmpint(next(slots), ==, -1);
}

static void
test_kept_while_watched(void)
{
    g_autoptr(PictureSlots) slots = picture_slots_new();

    watch(slots, "[('17', 'small')]");
    g_assert_true(put(slots, 17, PICTURE_SMALL, 1));
    g_assert_cmpint(next(slots), ==, 1);
    watch(slots, "[('17', 'small'), ('18', 'small')]");
    g_assert_true(put(slots, 17, PICTURE_SMALL, 2));
    g_assert_cmpint(next(slots), ==, -1);
}

static void
test_bad_packets(void)
{
    g_autoptr(PictureSlots) slots = picture_slots_new();
    const guint8 packet[PICTURE_HEADER_BYTES] = { 99 };

    watch(slots, "[('0', 'small')]");
    g_assert_false(picture_slots_put(slots, packet, sizeof packet));
    g_assert_false(picture_slots_put(slots, packet, 3));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/picture-slots/newest wins", test_newest_wins);
    g_test_add_func("/picture-slots/parts", test_parts);
    g_test_add_func("/picture-slots/tiles are apart", test_tiles_are_apart);
    g_test_add_func("/picture-slots/unwatched", test_unwatched);
    g_test_add_func("/picture-slots/kept while watched", test_kept_while_watched);
    g_test_add_func("/picture-slots/bad packets", test_bad_packets);
    return g_test_run();
}
