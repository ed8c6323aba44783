/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame.h"

#define FINAL 0x80
#define CONTROL 0x08
#define MASKED 0x80
#define MASK_BYTES 4

static guint
length_bytes(const guint8 *head)
{
    switch (head[1] & 0x7f) {
    case 126:
        return 2;
    case 127:
        return 8;
    default:
        return 0;
    }
}

static guint64
payload_length(const guint8 *head)
{
    guint n = length_bytes(head);
    guint64 length = 0;

    if (n == 0)
        return head[1] & 0x7f;
    for (guint i = 0; i < n; i++)
        length = length << 8 | head[2 + i];
    return length;
}

static void
end_frame(FrameMeter *meter)
{
    meter->have = 0;
    if (meter->is_data && meter->is_final)
        meter->message = 0;
}

static void
begin_frame(FrameMeter *meter)
{
    meter->rest = payload_length(meter->head);
    meter->is_data = (meter->head[0] & CONTROL) == 0;
    meter->is_final = (meter->head[0] & FINAL) != 0;
    if (meter->is_data) {
        /* A length near 2^64 must not come around to a small sum. */
        meter->message += MIN(meter->rest, G_MAXUINT64 - meter->message);
        meter->longest = MAX(meter->longest, meter->message);
    } else {
        meter->controls++;
    }
    if (meter->rest == 0)
        end_frame(meter);
}

/* TRUE when the head is whole. */
static gboolean
take_head(FrameMeter *meter, guint8 byte)
{
    meter->head[meter->have++] = byte;
    if (meter->have < 2)
        return FALSE;
    return meter->have ==
           2 + length_bytes(meter->head) + (meter->head[1] & MASKED ? MASK_BYTES : 0);
}

void
frame_meter_feed(FrameMeter *meter, const guint8 *bytes, gsize length)
{
    while (length > 0) {
        gsize n = 1;

        if (meter->rest > 0) {
            n = (gsize) MIN(meter->rest, (guint64) length);
            meter->rest -= n;
            if (meter->is_data)
                meter->payload += n;
            if (meter->rest == 0)
                end_frame(meter);
        } else if (take_head(meter, *bytes)) {
            begin_frame(meter);
        }
        bytes += n;
        length -= n;
    }
}
