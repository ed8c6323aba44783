/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/picture.h"

#include <string.h>

static void
test_fit(void)
{
    static const struct {
        PictureSize size;
        guint screen[2];
        guint picture[2];
    } cases[] = {
        { PICTURE_SMALL, { 1280, 720 }, { 240, 135 } },
        { PICTURE_MEDIUM, { 1280, 720 }, { 320, 180 } },
        { PICTURE_LARGE, { 1280, 720 }, { 640, 360 } },
        { PICTURE_FULL, { 1280, 720 }, { 1280, 720 } },
        { PICTURE_SMALL, { 1280, 800 }, { 240, 150 } },
        { PICTURE_SMALL, { 1024, 768 }, { 200, 150 } },
        { PICTURE_SMALL, { 768, 1024 }, { 112, 150 } }, /* upright */
        { PICTURE_SMALL, { 100, 50 }, { 100, 50 } },    /* never larger than the screen */
        { PICTURE_SMALL, { 100, 1000 }, { 15, 150 } },
        { PICTURE_SMALL, { 32767, 1 }, { 240, 1 } }, /* never nothing */
        { PICTURE_SMALL, { 1, 32767 }, { 1, 150 } },
        { PICTURE_SMALL, { 0, 0 }, { 1, 1 } },
        { PICTURE_LARGE, { G_MAXUINT, G_MAXUINT }, { 400, 400 } },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint width, height;

        picture_fit(cases[i].size, cases[i].screen[0], cases[i].screen[1], &width, &height);
        g_test_message("case %u", i);
        g_assert_cmpuint(width, ==, cases[i].picture[0]);
        g_assert_cmpuint(height, ==, cases[i].picture[1]);
    }
}

static void
test_box(void)
{
    static const guint boxes[N_PICTURE_SIZES][2] = {
        { 240, 150 }, { 320, 200 }, { 640, 400 }, { 0, 0 }, { 1280, 800 }
    };

    for (PictureSize size = 0; size < N_PICTURE_SIZES; size++) {
        guint width, height;

        picture_box(size, &width, &height);
        g_assert_cmpuint(width, ==, boxes[size][0]);
        g_assert_cmpuint(height, ==, boxes[size][1]);
    }
}

static const guint8 sample[PICTURE_HEADER_BYTES] = {
    2,    2,    2,    0,                            /* version, kind, size, 0 */
    0x78, 0x56, 0x34, 0x12,                         /* sequence */
    0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01, /* session */
    0x80, 0x02, 0x68, 0x01,                         /* 640 x 360 */
    0x00, 0x05, 0xd0, 0x02,                         /* 1280 x 720 */
    0x77, 0x56, 0x34, 0x12,                         /* whole */
    0x10, 0x01, 0x20, 0x00,                         /* left, top */
};

/* The bytes as the header's comment has them: pages read them by these offsets. */
static void
test_bytes(void)
{
    const PictureHeader header = {
        PICTURE_KIND_PART, PICTURE_LARGE, 0x12345678, 0x0123456789abcdef, 640, 360, 1280, 720,
        0x12345677,        272,           32
    };
    guint8 out[PICTURE_HEADER_BYTES];
    PictureHeader back;

    picture_header_format(&header, out);
    g_assert_cmpmem(out, sizeof out, sample, sizeof sample);
    g_assert_true(picture_header_parse(out, sizeof out, &back));
    g_assert_cmpint(back.kind, ==, header.kind);
    g_assert_cmpint(back.size, ==, header.size);
    g_assert_cmpuint(back.sequence, ==, header.sequence);
    g_assert_cmpuint(back.session, ==, header.session);
    g_assert_cmpuint(back.width, ==, 640);
    g_assert_cmpuint(back.height, ==, 360);
    g_assert_cmpuint(back.screen_width, ==, 1280);
    g_assert_cmpuint(back.screen_height, ==, 720);
    g_assert_cmpuint(back.whole, ==, 0x12345677);
    g_assert_cmpuint(back.left, ==, 272);
    g_assert_cmpuint(back.top, ==, 32);
}

static void
test_refused(void)
{
    static const struct {
        guint at;
        guint8 value;
        gboolean good;
    } cases
        [] = {
            { 0, 0, FALSE }, { 0, 1, FALSE },  { 0, 2, TRUE },    { 0, 3, FALSE },
            { 1, 2, TRUE },  { 1, 3, FALSE },  { 1, 255, FALSE }, { 2, 0, TRUE },
            { 2, 4, TRUE },  { 2, 5, FALSE },  { 2, 255, FALSE }, { 3, 1, FALSE },
            { 29, 2, TRUE }, { 29, 3, FALSE }, /* left: 528, 784 of 640 */
            { 31, 1, TRUE }, { 31, 2, FALSE }, /* top: 288, 544 of 360 */
            { 1, 0, FALSE }, { 1, 1, FALSE },  /* a part's values, and no part */
        };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 bytes[PICTURE_HEADER_BYTES];
        PictureHeader back = { .sequence = 77 };

        memcpy(bytes, sample, sizeof bytes);
        bytes[cases[i].at] = cases[i].value;
        g_assert_cmpint(picture_header_parse(bytes, sizeof bytes, &back), ==, cases[i].good);
        g_assert_true(cases[i].good || back.sequence == 77);
    }
}

static void
test_lengths(void)
{
    g_autofree guint8 *large = g_malloc0(PICTURE_PACKET_MAX + 1);
    PictureHeader back;

    memcpy(large, sample, sizeof sample);
    for (gsize length = 0; length < PICTURE_HEADER_BYTES; length++) {
        g_autofree guint8 *exact = g_memdup2(sample, length); /* the sanitizer sees a read beyond */

        g_assert_false(picture_header_parse(exact, length, &back));
    }
    g_assert_true(picture_header_parse(large, PICTURE_PACKET_MAX, &back));
    g_assert_false(picture_header_parse(large, PICTURE_PACKET_MAX + 1, &back));
}

static void
test_drawn(void)
{
    static const guint8 wanted[PICTURE_DRAWN_BYTES] = {
        2,    4,    0,    0,                            /* version, size, 0 */
        0x78, 0x56, 0x34, 0x12,                         /* sequence */
        0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01, /* session */
        0x77, 0x56, 0x34, 0x12,                         /* whole */
    };
    const PictureDrawn drawn = { 0x0123456789abcdef, PICTURE_ENLARGED, 0x12345678, 0x12345677 };
    guint8 bytes[PICTURE_DRAWN_BYTES];
    PictureDrawn back;

    picture_drawn_format(&drawn, bytes);
    g_assert_cmpmem(bytes, sizeof bytes, wanted, sizeof wanted);
    g_assert_true(picture_drawn_parse(bytes, sizeof bytes, &back));
    g_assert_cmpuint(back.session, ==, drawn.session);
    g_assert_cmpint(back.size, ==, drawn.size);
    g_assert_cmpuint(back.sequence, ==, drawn.sequence);
    g_assert_cmpuint(back.whole, ==, drawn.whole);
}

static GBytes *
packet_new(PictureKind kind, guint32 sequence)
{
    const PictureHeader header = { .kind = kind, .sequence = sequence, .width = 1, .height = 1 };
    guint8 bytes[PICTURE_HEADER_BYTES];

    picture_header_format(&header, bytes);
    return g_bytes_new(bytes, sizeof bytes);
}

/* What is left of "wpp" (a whole one, two parts) and so on, as the numbers of the packets. */
static void
test_newest(void)
{
    static const struct {
        const char *came;
        const char *left;
    } cases[] = {
        { "", "" },      { "w", "0" },    { "p", "0" },     { "wp", "01" },
        { "wpp", "02" }, { "wppw", "3" }, { "wpwp", "23" }, { "wpu", "2" },
        { "u", "0" },    { "uw", "1" },   { "pp", "1" },    { "ww", "1" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) left = g_string_new(NULL);
        PictureNewest newest = { 0 };

        for (guint at = 0; cases[i].came[at] != '\0'; at++) {
            char kind = cases[i].came[at];
            g_autoptr(GBytes) packet = packet_new(kind == 'w'   ? PICTURE_KIND_WHOLE
                                                  : kind == 'p' ? PICTURE_KIND_PART
                                                                : PICTURE_KIND_UNAVAILABLE,
                                                  at);

            picture_newest_put(&newest, packet);
        }
        while (picture_newest_peek(&newest) != NULL) {
            g_autoptr(GBytes) packet = picture_newest_take(&newest);
            const guint8 *bytes = g_bytes_get_data(packet, NULL);

            g_string_append_c(left, (char) ('0' + bytes[4]));
        }
        g_assert_cmpstr(left->str, ==, cases[i].left);
        g_assert_null(picture_newest_take(&newest));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/picture/fit", test_fit);
    g_test_add_func("/picture/box", test_box);
    g_test_add_func("/picture/bytes", test_bytes);
    g_test_add_func("/picture/refused", test_refused);
    g_test_add_func("/picture/lengths", test_lengths);
    g_test_add_func("/picture/drawn", test_drawn);
    g_test_add_func("/picture/newest", test_newest);
    return g_test_run();
}
