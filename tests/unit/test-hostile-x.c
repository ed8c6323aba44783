/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All X servers that misbehave, at once, beside a real one: each costs its own tile, which says why in time, and the real
 * one's viewer misses nothing. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "display-room.h"
#include "fake-x.h"

#define FIRST_FAKE 100 /* sessions from this one on are fakes */
#define SAID_SECONDS 6 /* a worker's 3, or the parent's 4 after it is ready, and a busy machine */

/* What each comes to: words that may stand on its tile, or a picture. */
static const char *const ends[N_FAKES][3] = {
    [FAKE_HONEST] = { "picture" },
    [FAKE_MUTE] = { "too-slow" },
    [FAKE_DEAF] = { "too-slow" },
    [FAKE_CLOSING] = { "refused", "ended" },
    [FAKE_REFUSING] = { "refused" },
    [FAKE_GARBAGE] = { "refused", "ended", "too-slow" },
    [FAKE_HALF_SETUP] = { "too-slow" },
    [FAKE_NO_SCREEN] = { "refused" },
    [FAKE_HUGE_SCREEN] = { "refused" },
    [FAKE_EMPTY_SCREEN] = { "refused" },
    [FAKE_NO_EXTENSIONS] = { "refused" },
    [FAKE_STOPPING] = { "too-slow" },
    [FAKE_LONG_REPLY] = { "too-slow" },
    [FAKE_FLOOD] = { "too-slow" },
    [FAKE_RESIZING] = { "picture", "too-slow" },
    [FAKE_WRONG_IMAGE] = { "refused" },
    [FAKE_NO_IMAGE] = { "refused" },
    [FAKE_WILD_REGION] = { "picture" },
};

static int
connect_fake(Room *room, const char *session)
{
    guint number = (guint) g_ascii_strtoull(session, NULL, 10);

    return number < FIRST_FAKE ? room_connect_xvnc(room) : fake_x_start(number - FIRST_FAKE);
}

/* The packet that has come is a fake's first. */
static void
judge(Fake fake)
{
    const char *const *words = ends[fake];
    g_autofree char *said = room_packet.header.kind != PICTURE_KIND_UNAVAILABLE
                                ? g_strdup("picture")
                                : g_strndup((const char *) room_packet.bytes + PICTURE_HEADER_BYTES,
                                            room_packet.length - PICTURE_HEADER_BYTES);
    gboolean expected = FALSE;

    g_test_message("fake %d: %s", (int) fake, said);
    for (guint i = 0; i < 3 && words[i] != NULL; i++)
        expected = expected || strcmp(words[i], said) == 0;
    g_assert_true(expected);
}

static void
paint(Room *room, guint round)
{
    room_fill(room, round % 2 == 0 ? RED : BLUE, 0, 320, 240);
    room_sync(room);
}

static void
test_all(void)
{
    g_autoptr(GString) tiles = g_string_new("[");
    gboolean said[N_FAKES] = { FALSE };
    guint n_said = 0, n_real = 0;
    gint64 start;
    Room room;
    autofd hostile = -1;
    autofd real = -1;

    for (guint fake = 0; fake < N_FAKES; fake++)
        g_string_append_printf(tiles, "%s('%u', 'small')", fake > 0 ? ", " : "", FIRST_FAKE + fake);
    g_string_append_c(tiles, ']');
    room_open(&room, "320x240", "24");
    room.connect = connect_fake;
    start = g_get_monotonic_time();
    hostile = room_add_viewer(&room, 1, tiles->str);
    real = room_add_viewer(&room, 2, "[('7', 'large')]");
    while (n_said < N_FAKES) {
        Fake fake;

        paint(&room, n_real);
        n_real += room_next_packet(real, 700);
        if (!room_next_packet(hostile, 100))
            continue;
        fake = room_packet.header.session - FIRST_FAKE;
        if (!said[fake])
            judge(fake), said[fake] = TRUE, n_said++;
        g_assert_cmpint(g_get_monotonic_time() - start, <, 2 * SAID_SECONDS * G_USEC_PER_SEC);
    }
    g_test_message("%u pictures of the real one meanwhile", n_real);
    g_assert_cmpuint(n_real, >=, 5);
    paint(&room, n_real);
    g_assert_true(room_next_packet(real, 1500));
    g_assert_cmpint(room_packet.header.kind, !=, PICTURE_KIND_UNAVAILABLE);
    room_close(&room);
}

int
main(int argc, char **argv)
{
    room_test_init(&argc, &argv);
    g_test_add_func("/hostile-x/all", test_all);
    return g_test_run();
}
