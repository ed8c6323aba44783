/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens of all sizes and depths, areas that change here and there, and what a worker holds for it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sanitizer.h"
#include "display-room.h"

#define PRIVATE_MOST (1024 * 1024) /* of a worker, beyond its planes */

static const struct {
    const char *geometry, *depth;
    guint width, height;
    guint32 red, blue;
} screens[] = {
    { "640x480", "24", 640, 480, RED, BLUE },     { "1366x768", "16", 1366, 768, 0xf800, 0x1f },
    { "1920x1080", "24", 1920, 1080, RED, BLUE }, { "3841x2161", "24", 3841, 2161, RED, BLUE },
    { "7680x4320", "24", 7680, 4320, RED, BLUE },
};

static guint64
read_first_child(guint64 pid)
{
    g_autofree char *path = g_strdup_printf(
        "/proc/%" G_GUINT64_FORMAT "/task/%" G_GUINT64_FORMAT "/children", pid, pid);
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return g_ascii_strtoull(text, NULL, 10);
}

/* Our first child is the nursery, whose only child is the worker. Bytes that no other process has: what it wrote; code is every
 * worker's, also if there is but one now. The tests run as root: nobody else may look. */
static guint64
get_private_memory(void)
{
    guint64 worker = read_first_child(read_first_child((guint64) getpid()));
    g_autofree char *path = g_strdup_printf("/proc/%" G_GUINT64_FORMAT "/smaps_rollup", worker);
    g_autofree char *text = NULL;
    const char *at;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    at = strstr(text, "\nPrivate_Dirty:");
    g_assert_nonnull(at);
    return g_ascii_strtoull(strchr(at, ':') + 1, NULL, 10) * 1024;
}

/* A sanitizer's own memory is not counted. */
static void
check_memory(guint planes)
{
    guint64 private_memory = get_private_memory();

    g_test_message("private memory %" G_GUINT64_FORMAT " KiB, planes %u KiB", private_memory / 1024,
                   planes / 1024);
    g_assert_cmpuint(private_memory, >, 0);
#if !WITH_SANITIZER
    g_assert_cmpuint(private_memory, <=, PRIVATE_MOST + planes);
#endif
}

/* Left and right are seen, and what is painted in the last column and row; the worker holds little beyond its planes. */
static void
test_sizes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(screens); i++) {
        guint half = screens[i].width / 2;
        autofd viewer = -1;
        gint64 start;
        Room room;

        room_open(&room, screens[i].geometry, screens[i].depth);
        room_fill(&room, screens[i].red, 0, half, screens[i].height);
        room_fill(&room, screens[i].blue, half, screens[i].width - half, screens[i].height);
        room_sync(&room);
        start = g_get_monotonic_time();
        viewer = room_add_viewer(&room, 1, "[('7', 'small')]");
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        g_test_message("%s: first picture after %d ms", screens[i].geometry,
                       (int) (g_get_monotonic_time() - start) / 1000);
        g_assert_cmpuint(room_packet.header.screen_width, ==, screens[i].width);
        g_assert_cmpuint(room_packet.header.screen_height, ==, screens[i].height);
        room_assert_shows(RED, BLUE);
        room_fill(&room, screens[i].red, half, screens[i].width - half, screens[i].height);
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        room_assert_shows(RED, RED);
        check_memory(room_packet.header.width * room_packet.header.height * 4U);
        room_close(&room);
    }
}

/* What looks at it enlarged took is given back afterwards. */
static void
test_memory_after_enlarged(void)
{
    static const char *const tiles[] = { "[('7', 'small')]",
                                         "[('7', 'small'), ('7', 'enlarged')]" };
    autofd viewer = -1;
    Room room;

    room_open(&room, "1920x1080", "24");
    viewer = room_add_viewer(&room, 1, tiles[0]);
    for (guint i = 0; i < 7; i++) {
        g_autoptr(GVariant) watched = g_variant_ref_sink(g_variant_new_parsed(tiles[i % 2]));

        g_assert_true(parent_set_stream(room.parent, 1, watched, NULL));
        room_fill(&room, (guint32) g_random_int_range(0, 0xffffff), 0, 1920, 1080);
        do
            g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        while (room_packet.header.size != (i % 2 == 0 ? PICTURE_SMALL : PICTURE_ENLARGED));
    }
    check_memory(room_packet.header.width * room_packet.header.height * 4U);
    room_close(&room);
}

typedef struct {
    gboolean done;
    int memory;
} Taken;

static void
on_taken(int memory, Reason reason, gpointer data)
{
    *(Taken *) data = (Taken){ TRUE, memory };
}

/* The tile shows what a whole new picture does: to the byte if it is one, else but for the coarseness of its parts. */
static void
assert_as_whole(Room *room)
{
    const guint n = room_packet.header.width * room_packet.header.height * 3;
    g_autofree guint8 *jpeg = g_malloc(PICTURE_PACKET_MAX);
    g_autofree guint8 *whole = NULL;
    Taken taken = { 0 };
    autofd memory = -1;
    guint64 differences = 0;
    gssize length;

    g_assert_true(parent_take(room->parent, "7", "medium", on_taken, &taken, NULL));
    while (!taken.done)
        (void) g_main_context_iteration(NULL, TRUE);
    memory = taken.memory;
    length = read(memory, jpeg, PICTURE_PACKET_MAX);
    whole = room_decode(jpeg, (gsize) length, room_packet.header.width, room_packet.header.height);
    for (guint i = 0; i < n; i++)
        differences += (guint64) ABS(room_packet.shown[i] - whole[i]);
    g_test_message("kind %d: a mean difference of %.2f", (int) room_packet.header.kind,
                   (double) differences / n);
    g_assert_cmpfloat((double) differences / n, <=,
                      room_packet.header.kind == PICTURE_KIND_WHOLE ? 0 : 2);
}

/* Small areas here and there, again and again: the tile is what a whole new picture would be. */
static void
test_areas(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    autofd viewer = -1;
    Room room;

    room_open(&room, "1366x768", "24");
    viewer = room_add_viewer(&room, 1, "[('7', 'medium')]");
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    for (guint round = 0; round < 4; round++) {
        for (guint i = 0; i < 1 + round * 10; i++) {
            Rect area = { 0 };

            area.left = (guint) g_rand_int_range(random, 0, 1360);
            area.top = (guint) g_rand_int_range(random, 0, 760);
            area.right = area.left + (guint) g_rand_int_range(random, 1, 60);
            area.bottom = area.top + (guint) g_rand_int_range(random, 1, 30);
            room_fill_at(&room, g_rand_int(random) & 0xffffff, &area);
        }
        room_sync(&room);
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        while (room_next_packet(viewer, 1200))
            continue;
        assert_as_whole(&room);
    }
    g_assert_cmpuint(room.opened, ==, 1);
    room_close(&room);
}

int
main(int argc, char **argv)
{
    room_test_init(&argc, &argv);
    g_test_add_func("/screens/sizes", test_sizes);
    g_test_add_func("/screens/areas", test_areas);
    g_test_add_func("/screens/memory after enlarged", test_memory_after_enlarged);
    return g_test_run();
}
