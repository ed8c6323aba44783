/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manyseat-display without manyseatd: the parent's tables, the nursery and real workers look at a real Xvnc that this test paints
 * on, and viewers read the pictures. What a picture shows is judged by decoding it.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "display-room.h"

#define ENLARGED_TRIES 10 /* others use this machine too: once must do */

/* Every size shows what is on the screen; a change is seen; stillness sends nothing. */
static void
test_look(void)
{
    static const struct {
        PictureSize size;
        guint width, height;
    } sizes[] = { { PICTURE_SMALL, 240, 135 },
                  { PICTURE_MEDIUM, 320, 180 },
                  { PICTURE_LARGE, 640, 360 } };
    gint64 start;
    guint32 sequence;
    Room room;
    autofd viewer = -1;

    room_open(&room, "1920x1080", "24");
    room_fill(&room, RED, 0, 960, 1080);
    room_fill(&room, BLUE, 960, 960, 1080);
    start = g_get_monotonic_time();
    viewer = room_add_viewer(&room, 1, "[('7', 'small'), ('7', 'medium'), ('7', 'large')]");
    for (guint i = 0; i < 3; i++) {
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        g_assert_cmpuint(room_packet.header.session, ==, 7);
        g_assert_cmpuint(room_packet.header.size, ==, sizes[i].size);
        g_assert_cmpuint(room_packet.header.width, ==, sizes[i].width);
        g_assert_cmpuint(room_packet.header.height, ==, sizes[i].height);
        g_assert_cmpuint(room_packet.header.screen_width, ==, 1920);
        g_assert_cmpuint(room_packet.header.screen_height, ==, 1080);
        room_assert_shows(RED, BLUE);
    }
    g_test_message("first pictures after %d ms", (int) (g_get_monotonic_time() - start) / 1000);
    sequence = room_packet.header.sequence;
    while (room_next_packet(viewer, 1500)) /* the test's own painting may have been halfway */
        sequence =
            room_packet.header.size == PICTURE_LARGE ? room_packet.header.sequence : sequence;
    room_fill(&room, BLUE, 0, 960, 1080);
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    room_assert_shows(BLUE, BLUE);
    for (guint i = 1; i < 3; i++)
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    g_assert_cmpuint(room_packet.header.sequence, ==, sequence + 1);
    g_assert_false(room_next_packet(viewer, 2500));
    g_assert_cmpuint(room.opened, ==, 1);
    room_close(&room);
}

/* A second viewer is shown at once what the first one sees, without another worker. */
static void
test_second_viewer(void)
{
    Room room;
    autofd first = -1;
    autofd second = -1;

    room_open(&room, "800x600", "24");
    room_fill(&room, RED, 0, 800, 600);
    first = room_add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(room_next_packet(first, DEADLINE_MS));
    while (room_next_packet(first, 1300))
        continue;
    second = room_add_viewer(&room, 2, "[('7', 'small'), ('7', 'small')]");
    g_assert_true(room_next_packet(second, 100));
    room_assert_shows(RED, RED);
    room_fill(&room, BLUE, 0, 800, 600);
    g_assert_true(room_next_packet(first, DEADLINE_MS));
    room_assert_shows(BLUE, BLUE);
    g_assert_true(room_next_packet(second, 100));
    room_assert_shows(BLUE, BLUE);
    g_assert_cmpuint(room.opened, ==, 1);
    room_close(&room);
}

static void
test_depths(void)
{
    static const char *const depths[] = { "16", "24" };

    for (gsize i = 0; i < G_N_ELEMENTS(depths); i++) {
        guint32 red = 0xff0000, blue = 0xff;
        autofd viewer = -1;
        Room room;

        g_test_message("depth %s", depths[i]);
        room_open(&room, "641x479", depths[i]);
        if (i == 0)
            red = 0xf800, blue = 0x1f;
        room_fill(&room, red, 0, 320, 479);
        room_fill(&room, blue, 320, 321, 479);
        room_sync(&room);
        viewer = room_add_viewer(&room, 1, "[('7', 'small')]");
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        room_assert_shows(RED, BLUE);
        room_close(&room);
    }
}

/* How many pictures come while the screen changes all the time. */
static guint
count_pictures(Room *room, int viewer, guint seconds)
{
    gint64 start = g_get_monotonic_time();
    guint n_pictures = 0;

    while (g_get_monotonic_time() - start < seconds * G_USEC_PER_SEC) {
        room_fill(room, (guint32) g_random_int_range(0, 0xffffff), 0, 40, 40);
        n_pictures += room_next_packet(viewer, 30);
    }
    return n_pictures;
}

/* One tile enlarged: ten pictures a second while it changes, and each change at once after a pause. */
static void
test_enlarged(void)
{
    autofd viewer = -1;
    guint most = 0;
    gint64 start;
    Room room;

    room_open(&room, "1920x1080", "24");
    viewer = room_add_viewer(&room, 1, "[('7', 'enlarged')]");
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    g_assert_cmpuint(room_packet.header.width, ==, 1280);
    g_assert_cmpuint(room_packet.header.height, ==, 720);
    while (room_next_packet(viewer, 300))
        continue;
    for (guint i = 0; i < 5; i++) {
        start = g_get_monotonic_time();
        room_fill(&room, i % 2 == 0 ? RED : BLUE, 0, 1920, 1080);
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
        g_test_message("shown after %d ms", (int) (g_get_monotonic_time() - start) / 1000);
        while (room_next_packet(viewer, 200))
            continue;
        room_assert_shows(i % 2 == 0 ? RED : BLUE, i % 2 == 0 ? RED : BLUE);
    }
    for (guint i = 0; i < ENLARGED_TRIES && most < 10; i++) {
        guint n_pictures = count_pictures(&room, viewer, 2);

        g_test_message("%u pictures in 2 s", n_pictures);
        g_assert_cmpuint(n_pictures, <=, 21);
        most = MAX(most, n_pictures);
    }
    g_assert_cmpuint(most, >=, 10);
    room_close(&room);
}

static guint last_pace;

static void
on_use(const Use *used, guint pace, gpointer data)
{
    g_test_message("%u permille, %u bytes a second: pace %u", used->cpu_permille,
                   used->bytes_per_second, pace);
    last_pace = pace;
}

/* Too much for the budget: fewer pictures; no budget any more: as many as before. */
static void
test_budget(void)
{
    const Use little = { .bytes_per_second = 1500 };
    const Use unlimited = { 0 };
    guint n_pictures[3] = { 0 };
    autofd viewer = -1;
    Room room;

    room_open(&room, "800x600", "24");
    viewer = room_add_viewer(&room, 1, "[('7', 'enlarged')]");
    parent_set_budget(room.parent, &little, on_use, NULL);
    for (guint phase = 0; phase < G_N_ELEMENTS(n_pictures); phase++) {
        gint64 start = g_get_monotonic_time();

        while (g_get_monotonic_time() - start < BUDGET_SECONDS * G_USEC_PER_SEC) {
            room_fill(&room, g_random_int_range(0, 0xffffff), 0, 40, 40);
            n_pictures[phase] += room_next_packet(viewer, 30);
        }
        if (phase == 1)
            parent_set_budget(room.parent, &unlimited, on_use, NULL);
    }
    g_test_message("%u, %u, %u pictures", n_pictures[0], n_pictures[1], n_pictures[2]);
    g_assert_cmpuint(n_pictures[1], <, n_pictures[0] / 2);
    g_assert_cmpuint(n_pictures[2], >, n_pictures[1] * 2);
    g_assert_cmpuint(last_pace, ==, PACE_FULL);
    room_close(&room);
}

/* A stopped X server costs its own tile, which says so. A worker that asks it something gets 3 s. */
static void
test_too_slow(void)
{
    Room room;
    autofd viewer = -1;
    gint64 start;

    room_open(&room, "800x600", "24");
    g_assert_cmpint(kill(room.xvnc, SIGSTOP), ==, 0);
    start = g_get_monotonic_time();
    viewer = room_add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    room_assert_says("too-slow");
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
    g_assert_cmpint(kill(room.xvnc, SIGCONT), ==, 0);
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    g_assert_cmpint(room_packet.header.kind, !=, PICTURE_KIND_UNAVAILABLE);
    g_assert_cmpuint(room.opened, ==, 2);
    room_close(&room);
}

static void
test_ended(void)
{
    Room room;
    autofd viewer = -1;

    room_open(&room, "800x600", "24");
    viewer = room_add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    g_assert_cmpint(room_packet.header.kind, !=, PICTURE_KIND_UNAVAILABLE);
    room_stop_xvnc(&room);
    room.refuse = TRUE; /* another test's Xvnc may have its number by then */
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    room_assert_says("ended");
    g_assert_true(room_next_packet(viewer, DEADLINE_MS)); /* tried again: nobody there */
    room_assert_says("no-x");
    room_close(&room);
}

/* A viewer that never reads holds up nobody. */
static void
test_mute_viewer(void)
{
    Room room;
    autofd mute = -1;
    autofd viewer = -1;

    room_open(&room, "800x600", "24");
    mute = room_add_viewer(&room, 1, "[('7', 'small'), ('7', 'large')]");
    g_assert_cmpint(setsockopt(mute, SOL_SOCKET, SO_RCVBUF, &(int){ 1 }, sizeof(int)), ==, 0);
    viewer = room_add_viewer(&room, 2, "[('7', 'large')]");
    for (guint i = 0; i < 8; i++) {
        room_fill(&room, i % 2 == 0 ? RED : BLUE, 0, 800, 600);
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    }
    room_close(&room);
}

static void
test_bad_calls(void)
{
    static const char *const lists[] = {
        "[('', 'small')]",
        "[('0', 'small')]",
        "[('x', 'small')]",
        "[('7', 'full')]",
        "[('7', 'gigantic')]",
        "[('-1', 'small')]",
        "[('99999999999999999999', 'small')]",
    };
    Room room;
    autofd viewer = -1;

    room_open(&room, "800x600", "24");
    room.refuse = TRUE;
    viewer = room_add_viewer(&room, 1, "[('7', 'small')]");
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GVariant) watched = g_variant_ref_sink(g_variant_new_parsed(lists[i]));
        g_autoptr(GError) error = NULL;

        g_assert_false(parent_set_stream(room.parent, 1, watched, &error));
        g_test_message("%s", error->message);
    }
    g_assert_false(parent_remove_stream(room.parent, 9, NULL));
    g_assert_false(parent_add_stream(room.parent, 9, open("/dev/null", O_RDWR), NULL));
    g_assert_true(room_next_packet(viewer, DEADLINE_MS)); /* the list of before is still good */
    room_assert_says("no-x");
    room_close(&room);
}

typedef struct {
    gboolean done;
    int memory;
    Reason reason;
} Taken;

static void
on_taken(int memory, Reason reason, gpointer data)
{
    *(Taken *) data = (Taken){ TRUE, memory, reason };
}

static void
test_take(void)
{
    Room room;
    Taken taken = { 0 };
    autofd memory = -1;
    g_autofree guint8 *jpeg = g_malloc(1 << 20);
    gssize length;

    room_open(&room, "1366x768", "24");
    room_fill(&room, RED, 0, 683, 768);
    room_fill(&room, BLUE, 683, 683, 768);
    room_sync(&room);
    g_assert_true(parent_take(room.parent, "7", "full", on_taken, &taken, NULL));
    while (!taken.done)
        (void) g_main_context_iteration(NULL, TRUE);
    memory = taken.memory;
    g_assert_cmpint(memory, >=, 0);
    length = read(memory, jpeg, 1 << 20);
    g_assert_cmpint(length, >, 1000);
    room_assert_jpeg(jpeg, (gsize) length, 1366, 768, RED, BLUE);

    taken.done = FALSE;
    g_assert_true(parent_take(room.parent, "7", "small", on_taken, &taken, NULL));
    parent_forget(room.parent, "7");
    g_assert_true(taken.done);
    g_assert_cmpint(taken.memory, ==, -1);
    g_assert_cmpint(taken.reason, ==, REASON_ENDED);
    g_assert_false(parent_take(room.parent, "7", "huge", on_taken, &taken, NULL));
    room_close(&room);
}

/* The screen is another one from one moment to the next. */
static void
test_resize(void)
{
    g_autofree char *command = NULL;
    Room room;
    autofd viewer = -1;

    room_open(&room, "1024x768", "24");
    viewer = room_add_viewer(&room, 1, "[('7', 'small')]");
    g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    g_assert_cmpuint(room_packet.header.screen_width, ==, 1024);
    command = g_strdup_printf("xrandr -display :%d -s 640x480", room.number);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    do
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    while (room_packet.header.screen_width != 640);
    room_fill(&room, BLUE, 0, 640, 480);
    do
        g_assert_true(room_next_packet(viewer, DEADLINE_MS));
    while (room_packet.header.screen_width != 640);
    while (room_next_packet(viewer, 1200))
        continue;
    room_assert_shows(BLUE, BLUE);
    room_close(&room);
}

int
main(int argc, char **argv)
{
    room_test_init(&argc, &argv);
    g_test_add_func("/display/look", test_look);
    g_test_add_func("/display/second-viewer", test_second_viewer);
    g_test_add_func("/display/depths", test_depths);
    g_test_add_func("/display/enlarged", test_enlarged);
    g_test_add_func("/display/budget", test_budget);
    g_test_add_func("/display/take", test_take);
    g_test_add_func("/display/resize", test_resize);
    g_test_add_func("/display/mute-viewer", test_mute_viewer);
    g_test_add_func("/display/bad-calls", test_bad_calls);
    g_test_add_func("/display/ended", test_ended);
    g_test_add_func("/display/too-slow", test_too_slow);
    return g_test_run();
}
