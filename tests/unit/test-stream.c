/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A viewer that never reads beside ten that do: it costs one picture a tile, and they miss nothing. */
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "display/stream.h"

#define N_READERS 10
#define N_TILES 4
#define N_PICTURES 60 /* of each tile: a minute's */
#define N_MANY 40
#define PACKET_BYTES (64 * 1024)

static guint n_alive; /* packets that somebody holds */

static void
on_packet_freed(gpointer memory)
{
    g_free(memory);
    n_alive--;
}

static GBytes *
part_new(Tile tile, guint sequence, guint whole)
{
    const PictureHeader header = {
        .kind = whole != 0 ? PICTURE_KIND_PART : PICTURE_KIND_WHOLE,
        .size = TILE_SIZE(tile),
        .session = TILE_SESSION(tile),
        .sequence = sequence,
        .whole = whole,
        .width = 1,
        .height = 1,
    };
    guint8 *memory = g_malloc0(PACKET_BYTES);

    picture_header_format(&header, memory);
    n_alive++;
    return g_bytes_new_with_free_func(memory, PACKET_BYTES, on_packet_freed, memory);
}

static GBytes *
packet_new(Tile tile, guint sequence)
{
    return part_new(tile, sequence, 0);
}

/* What a stream has told. */
typedef struct {
    guint n_closed;
    guint n_missed;
} Told;

static void
on_closed(guint64 number, gpointer data)
{
    ((Told *) data)->n_closed++;
}

static void
on_missed(Stream *stream, Tile tile, gpointer data)
{
    ((Told *) data)->n_missed++;
}

static Stream *
open_stream(guint64 number, int *ret_viewer, Told *told)
{
    static const StreamEvents events = { on_closed, on_missed };
    Tile tiles[N_TILES];
    Stream *stream;
    int ends[2];

    g_assert_true(fd_socketpair(ends, NULL));
    stream = stream_new(number, ends[1], &events, told, NULL);
    for (guint i = 0; i < N_TILES; i++)
        tiles[i] = TILE(7 + i, PICTURE_SMALL);
    stream_set(stream, tiles, N_TILES);
    *ret_viewer = ends[0];
    return stream;
}

/* The viewer says that it has drawn a packet of the tile, and which whole picture it has; the stream hears of it. */
static void
answer_with(int viewer, Tile tile, guint32 sequence, guint32 whole)
{
    const PictureDrawn drawn = { TILE_SESSION(tile), TILE_SIZE(tile), sequence, whole };
    guint8 bytes[PICTURE_DRAWN_BYTES];

    picture_drawn_format(&drawn, bytes);
    g_assert_cmpint(send(viewer, bytes, sizeof bytes, 0), ==, sizeof bytes);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

static void
answer(int viewer, Tile tile, guint32 sequence)
{
    answer_with(viewer, tile, sequence, sequence);
}

static void
assert_reads(int viewer, Tile tile, guint sequence)
{
    static guint8 bytes[PACKET_BYTES + 1];
    PictureHeader header;

    g_assert_cmpint(recv(viewer, bytes, sizeof bytes, MSG_DONTWAIT), ==, PACKET_BYTES);
    g_assert_true(picture_header_parse(bytes, PACKET_BYTES, &header));
    g_assert_cmpuint(TILE(header.session, header.size), ==, tile);
    g_assert_cmpuint(header.sequence, ==, sequence);
}

static void
offer(Stream *const *streams, const int *viewers, Tile tile, guint sequence)
{
    GBytes *packet = packet_new(tile, sequence);

    for (guint i = 0; i <= N_READERS; i++)
        stream_offer(streams[i], tile, packet);
    g_bytes_unref(packet);
    for (guint i = 0; i < N_READERS; i++) {
        assert_reads(viewers[i], tile, sequence);
        answer(viewers[i], tile, sequence);
    }
}

/* The last of streams and viewers is the one that does not read. */
static void
test_mute_beside_ten(void)
{
    Stream *streams[N_READERS + 1];
    int viewers[N_READERS + 1];
    Told told = { 0 };

    for (guint i = 0; i <= N_READERS; i++)
        streams[i] = open_stream(i + 1, &viewers[i], &told);
    for (guint sequence = 1; sequence <= N_PICTURES; sequence++)
        for (guint i = 0; i < N_TILES; i++)
            offer(streams, viewers, TILE(7 + i, PICTURE_SMALL), sequence);
    g_assert_cmpuint(n_alive, ==, N_TILES);
    g_assert_cmpuint(told.n_closed, ==, 0);

    /* It begins to read: what it was sent at first, then the newest of each, nothing between. */
    for (guint i = 0; i < 2 * N_TILES; i++) {
        const Tile tile = TILE(7 + i % N_TILES, PICTURE_SMALL);

        guint sequence = i < N_TILES ? 1 : N_PICTURES;

        assert_reads(viewers[N_READERS], tile, sequence);
        answer(viewers[N_READERS], tile, sequence);
    }
    g_assert_cmpuint(n_alive, ==, 0);
    for (guint i = 0; i <= N_READERS; i++) {
        stream_free(streams[i]);
        fd_clear(&viewers[i]);
    }
}

/* A whole picture and parts of it wait: the picture and the newest part come, in this order. */
static void
test_parts(void)
{
    const Tile tile = TILE(7, PICTURE_SMALL);
    Told told = { 0 };
    int viewer;
    Stream *stream = open_stream(1, &viewer, &told);
    guint8 byte;

    for (guint sequence = 1; sequence <= 3 * N_PICTURES; sequence += 3)
        for (guint i = 0; i < 3; i++) {
            g_autoptr(GBytes) packet = part_new(tile, sequence + i, i == 0 ? 0 : sequence);

            stream_offer(stream, tile, packet);
        }
    g_assert_cmpuint(n_alive, ==, 2);
    assert_reads(viewer, tile, 1);
    answer(viewer, tile, 1);
    assert_reads(viewer, tile, 3 * N_PICTURES - 2);
    answer(viewer, tile, 3 * N_PICTURES - 2);
    assert_reads(viewer, tile, 3 * N_PICTURES);
    answer_with(viewer, tile, 3 * N_PICTURES, 3 * N_PICTURES - 2);
    g_assert_cmpint(recv(viewer, &byte, 1, MSG_DONTWAIT), <, 0);
    g_assert_cmpuint(n_alive, ==, 0);
    g_assert_cmpuint(told.n_missed, ==, 0);
    stream_free(stream);
    fd_clear(&viewer);
}

/* Only the answer to what was sent last lets the next go; who has lost the whole picture of a part is told of, once a second. */
static void
test_answers(void)
{
    const Tile tile = TILE(7, PICTURE_SMALL);
    static const struct {
        guint32 sequence, whole; /* the answer */
        gboolean goes;           /* the next packet */
        guint n_missed;          /* so far */
    } cases[] = {
        { 99, 1, FALSE, 0 }, /* another's */
        { 0, 0, FALSE, 0 },  /* nothing is shown, but something is under way */
        { 2, 0, TRUE, 1 },   /* the whole picture is lost */
        { 2, 1, FALSE, 1 },  /* again */
        { 3, 0, TRUE, 1 },   /* too soon */
        { 4, 1, TRUE, 1 },
    };
    Told told = { 0 };
    int viewer;
    Stream *stream = open_stream(1, &viewer, &told);
    guint sequence = 2;

    for (guint i = 0; i <= G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) packet = part_new(tile, sequence, 1);
        guint8 byte;

        g_test_message("case %u", i);
        if (i > 0)
            answer_with(viewer, tile, cases[i - 1].sequence, cases[i - 1].whole);
        g_assert_cmpuint(told.n_missed, ==, i > 0 ? cases[i - 1].n_missed : 0);
        if (i == 0 || cases[i - 1].goes) {
            stream_offer(stream, tile, packet);
            assert_reads(viewer, tile, sequence++);
        }
        g_assert_cmpint(recv(viewer, &byte, 1, MSG_DONTWAIT), <, 0);
    }
    g_assert_cmpuint(told.n_closed, ==, 0);
    stream_free(stream);
    fd_clear(&viewer);
}

/* A tile that was listed anew while nothing was sent is told of by who shows nothing of it. */
static void
test_empty(void)
{
    Told told = { 0 };
    int viewer;
    Stream *stream = open_stream(1, &viewer, &told);

    answer_with(viewer, TILE(7, PICTURE_SMALL), 0, 0);
    g_assert_cmpuint(told.n_missed, ==, 1);
    stream_free(stream);
    fd_clear(&viewer);
}

/* More tiles than the socket has room for: what does not fit waits, and goes when there is room. */
static void
test_full(void)
{
    Told told = { 0 };
    guint n_read = 0;
    guint8 byte;
    int viewer;
    Stream *stream = open_stream(1, &viewer, &told);
    Tile tiles[N_MANY];

    for (guint i = 0; i < N_MANY; i++)
        tiles[i] = TILE(100 + i, PICTURE_SMALL);
    stream_set(stream, tiles, N_MANY);
    for (guint i = 0; i < N_MANY; i++) {
        g_autoptr(GBytes) packet = packet_new(tiles[i], 1);

        stream_offer(stream, tiles[i], packet);
    }
    g_assert_cmpuint(n_alive, >, 0);
    while (n_read < N_MANY) {
        if (recv(viewer, &byte, 1, MSG_DONTWAIT) < 0)
            (void) g_main_context_iteration(NULL, TRUE);
        else
            n_read++;
    }
    g_assert_cmpuint(n_alive, ==, 0);
    stream_free(stream);
    fd_clear(&viewer);
}

/* What waits for a tile that is no longer looked at is dropped; what goes on waiting is not. */
static void
test_set(void)
{
    const Tile tiles[] = { TILE(8, PICTURE_SMALL), TILE(9, PICTURE_LARGE) };
    Told told = { 0 };
    int viewer;
    Stream *stream = open_stream(1, &viewer, &told);

    for (guint sequence = 1; sequence <= N_PICTURES; sequence++)
        for (guint i = 0; i < N_TILES; i++) {
            g_autoptr(GBytes) packet = packet_new(TILE(7 + i, PICTURE_SMALL), sequence);

            stream_offer(stream, TILE(7 + i, PICTURE_SMALL), packet);
        }
    g_assert_cmpuint(n_alive, ==, N_TILES);
    stream_set(stream, tiles, G_N_ELEMENTS(tiles));
    g_assert_cmpuint(n_alive, ==, 1);
    g_assert_true(stream_has(stream, tiles[1]));
    g_assert_false(stream_has(stream, TILE(7, PICTURE_SMALL)));
    stream_free(stream);
    g_assert_cmpuint(n_alive, ==, 0);
    fd_clear(&viewer);
}

/* A viewer that closes, or says what it may not, is told of once. */
static void
test_close(void)
{
    static const struct {
        guint8 words[PICTURE_DRAWN_BYTES + 1];
        gsize length; /* 0: it closes */
    } cases[] = {
        { { 0 }, 0 },
        { { '?' }, 1 },
        { { PICTURE_VERSION }, PICTURE_DRAWN_BYTES - 1 },
        { { PICTURE_VERSION }, PICTURE_DRAWN_BYTES + 1 },
        { { PICTURE_VERSION + 1 }, PICTURE_DRAWN_BYTES },
        { { PICTURE_VERSION, N_PICTURE_SIZES }, PICTURE_DRAWN_BYTES },
        { { PICTURE_VERSION, 0, 1 }, PICTURE_DRAWN_BYTES },
        { { PICTURE_VERSION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff },
          PICTURE_DRAWN_BYTES },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Told told = { 0 };
        int viewer;
        Stream *stream = open_stream(1, &viewer, &told);

        g_test_message("case %u", i);
        if (cases[i].length > 0)
            g_assert_cmpint(send(viewer, cases[i].words, cases[i].length, 0), ==, cases[i].length);
        else
            fd_clear(&viewer);
        while (told.n_closed == 0)
            (void) g_main_context_iteration(NULL, TRUE);
        while (g_main_context_iteration(NULL, FALSE))
            continue;
        g_assert_cmpuint(told.n_closed, ==, 1);
        stream_free(stream);
        fd_clear(&viewer);
    }
}

/* Answers about tiles that it does not carry mean nothing. */
static void
test_other_answers(void)
{
    Told told = { 0 };
    int viewer;
    Stream *stream = open_stream(1, &viewer, &told);

    answer(viewer, TILE(99, PICTURE_SMALL), 1);
    answer(viewer, TILE(7, PICTURE_LARGE), 0);
    answer(viewer, TILE(7, PICTURE_SMALL), 1);
    g_assert_cmpuint(told.n_closed, ==, 0);
    stream_free(stream);
    fd_clear(&viewer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    (void) signal(SIGPIPE, SIG_IGN);
    g_test_add_func("/stream/mute-beside-ten", test_mute_beside_ten);
    g_test_add_func("/stream/set", test_set);
    g_test_add_func("/stream/other answers", test_other_answers);
    g_test_add_func("/stream/close", test_close);
    g_test_add_func("/stream/parts", test_parts);
    g_test_add_func("/stream/answers", test_answers);
    g_test_add_func("/stream/empty", test_empty);
    g_test_add_func("/stream/full", test_full);
    return g_test_run();
}
