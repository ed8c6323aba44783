/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/frame.h"

typedef struct {
    const char *name;
    guint8 head[14];
    gsize head_length;
    guint64 body;
    guint64 payload, message, longest;
    guint controls;
} Frame;

/* One stream, frame after frame; the numbers are the meter's after each. */
static const Frame frames[] = {
    { "text", { 0x81, 5 }, 2, 5, 5, 0, 5, 0 },
    { "empty", { 0x82, 0 }, 2, 0, 5, 0, 5, 0 },
    { "ping", { 0x89, 3 }, 2, 3, 5, 0, 5, 1 },
    { "16 bit length", { 0x82, 126, 1, 0 }, 4, 256, 261, 0, 256, 1 },
    { "masked", { 0x81, 0x80 | 7, 1, 2, 3, 4 }, 6, 7, 268, 0, 256, 1 },
    { "first fragment", { 0x01, 0x80 | 100, 1, 2, 3, 4 }, 6, 100, 368, 100, 256, 1 },
    { "pong between", { 0x8a, 0x80, 1, 2, 3, 4 }, 6, 0, 368, 100, 256, 2 },
    { "middle fragment", { 0x00, 0x80 | 126, 1, 0, 1, 2, 3, 4 }, 8, 256, 624, 356, 356, 2 },
    { "last fragment", { 0x80, 0x80, 1, 2, 3, 4 }, 6, 0, 624, 0, 356, 2 },
    { "64 bit length", { 0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0 }, 10, 65536, 66160, 0, 65536, 2 },
};

static void
feed(FrameMeter *meter, const Frame *frame, gsize piece)
{
    g_autofree guint8 *bytes = g_malloc0(frame->head_length + frame->body);
    gsize length = frame->head_length + frame->body;

    for (gsize i = 0; i < frame->head_length; i++)
        bytes[i] = frame->head[i];
    for (gsize at = 0; at < length; at += piece)
        frame_meter_feed(meter, bytes + at, MIN(piece, length - at));
}

static void
test_stream(void)
{
    static const gsize pieces[] = { 1, 2, 3, 7, 1000, 100000 };

    for (gsize p = 0; p < G_N_ELEMENTS(pieces); p++) {
        FrameMeter meter = { 0 };

        for (gsize i = 0; i < G_N_ELEMENTS(frames); i++) {
            g_test_message("%s in pieces of %zu", frames[i].name, pieces[p]);
            feed(&meter, &frames[i], pieces[p]);
            g_assert_cmpuint(meter.payload, ==, frames[i].payload);
            g_assert_cmpuint(meter.message, ==, frames[i].message);
            g_assert_cmpuint(meter.longest, ==, frames[i].longest);
            g_assert_cmpuint(meter.controls, ==, frames[i].controls);
        }
    }
}

/* What is announced counts before it has come, and does not wrap around. */
static void
test_announced(void)
{
    static const guint8 huge[] = { 0x01, 127, 255, 255, 255, 255, 255, 255, 255, 255 };
    FrameMeter meter = { .message = 10 };

    frame_meter_feed(&meter, huge, sizeof huge);
    g_assert_cmpuint(meter.longest, ==, G_MAXUINT64);
    g_assert_cmpuint(meter.payload, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/stream", test_stream);
    g_test_add_func("/frame/announced", test_announced);
    return g_test_run();
}
