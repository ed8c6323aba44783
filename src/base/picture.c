/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture.h"

#include <string.h>

static const struct {
    guint width, height;
} boxes[N_PICTURE_SIZES] = {
    [PICTURE_SMALL] = { 240, 150 },     [PICTURE_MEDIUM] = { 320, 200 },
    [PICTURE_LARGE] = { 640, 400 },     [PICTURE_FULL] = { 0, 0 },
    [PICTURE_ENLARGED] = { 1280, 800 },
};

void
picture_box(PictureSize size, guint *ret_width, guint *ret_height)
{
    *ret_width = boxes[size].width;
    *ret_height = boxes[size].height;
}

void
picture_fit(PictureSize size, guint screen_width, guint screen_height, guint *ret_width,
            guint *ret_height)
{
    guint64 width = screen_width;
    guint64 height = screen_height;
    guint box_width, box_height;

    picture_box(size, &box_width, &box_height);
    if (box_width > 0 && width > box_width) {
        height = height * box_width / width;
        width = box_width;
    }
    if (box_height > 0 && height > box_height) {
        width = width * box_height / height;
        height = box_height;
    }
    *ret_width = (guint) MAX(width, 1);
    *ret_height = (guint) MAX(height, 1);
}

static void
put_number(guint8 *at, guint64 number, guint bytes)
{
    for (guint i = 0; i < bytes; i++)
        at[i] = (guint8) (number >> (8 * i));
}

static guint64
get_number(const guint8 *at, guint bytes)
{
    guint64 number = 0;

    for (guint i = 0; i < bytes; i++)
        number |= (guint64) at[i] << (8 * i);
    return number;
}

void
picture_header_format(const PictureHeader *header, guint8 out[PICTURE_HEADER_BYTES])
{
    out[0] = PICTURE_VERSION;
    out[1] = (guint8) header->kind;
    out[2] = (guint8) header->size;
    out[3] = 0;
    put_number(out + 4, header->sequence, 4);
    put_number(out + 8, header->session, 8);
    put_number(out + 16, header->width, 2);
    put_number(out + 18, header->height, 2);
    put_number(out + 20, header->screen_width, 2);
    put_number(out + 22, header->screen_height, 2);
    put_number(out + 24, header->whole, 4);
    put_number(out + 28, header->left, 2);
    put_number(out + 30, header->top, 2);
}

static gboolean
has_good_place(const PictureHeader *header)
{
    if (header->kind == PICTURE_KIND_PART)
        return header->left < header->width && header->top < header->height;
    return header->whole == 0 && header->left == 0 && header->top == 0;
}

gboolean
picture_header_parse(const guint8 *packet, gsize length, PictureHeader *ret)
{
    PictureHeader header;

    if (length < PICTURE_HEADER_BYTES || length > PICTURE_PACKET_MAX ||
        packet[0] != PICTURE_VERSION || packet[1] >= N_PICTURE_KINDS ||
        packet[2] >= N_PICTURE_SIZES || packet[3] != 0)
        return FALSE;
    header = (PictureHeader){
        .kind = packet[1],
        .size = packet[2],
        .sequence = (guint32) get_number(packet + 4, 4),
        .session = get_number(packet + 8, 8),
        .width = (guint16) get_number(packet + 16, 2),
        .height = (guint16) get_number(packet + 18, 2),
        .screen_width = (guint16) get_number(packet + 20, 2),
        .screen_height = (guint16) get_number(packet + 22, 2),
        .whole = (guint32) get_number(packet + 24, 4),
        .left = (guint16) get_number(packet + 28, 2),
        .top = (guint16) get_number(packet + 30, 2),
    };
    if (!has_good_place(&header))
        return FALSE;
    *ret = header;
    return TRUE;
}

void
picture_drawn_format(const PictureDrawn *drawn, guint8 out[PICTURE_DRAWN_BYTES])
{
    out[0] = PICTURE_VERSION;
    out[1] = (guint8) drawn->size;
    out[2] = out[3] = 0;
    put_number(out + 4, drawn->sequence, 4);
    put_number(out + 8, drawn->session, 8);
    put_number(out + 16, drawn->whole, 4);
}

gboolean
picture_drawn_parse(const guint8 *packet, gsize length, PictureDrawn *ret)
{
    if (length != PICTURE_DRAWN_BYTES || packet[0] != PICTURE_VERSION ||
        packet[1] >= N_PICTURE_SIZES || packet[2] != 0 || packet[3] != 0)
        return FALSE;
    *ret = (PictureDrawn){
        .session = get_number(packet + 8, 8),
        .size = packet[1],
        .sequence = (guint32) get_number(packet + 4, 4),
        .whole = (guint32) get_number(packet + 16, 4),
    };
    return TRUE;
}

gboolean
picture_is_jpeg(const guint8 *bytes, gsize length)
{
    return length >= 4 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[length - 2] == 0xff &&
           bytes[length - 1] == 0xd9;
}

static gboolean
is_part(GBytes *packet)
{
    const guint8 *bytes = g_bytes_get_data(packet, NULL);

    return bytes[1] == PICTURE_KIND_PART;
}

void
picture_newest_put(PictureNewest *newest, GBytes *packet)
{
    g_clear_pointer(&newest->part, g_bytes_unref);
    if (is_part(packet)) {
        newest->part = g_bytes_ref(packet);
        return;
    }
    g_clear_pointer(&newest->whole, g_bytes_unref);
    newest->whole = g_bytes_ref(packet);
}

GBytes *
picture_newest_peek(const PictureNewest *newest)
{
    return newest->whole != NULL ? newest->whole : newest->part;
}

GBytes *
picture_newest_take(PictureNewest *newest)
{
    return newest->whole != NULL ? g_steal_pointer(&newest->whole) : g_steal_pointer(&newest->part);
}

void
picture_newest_clear(PictureNewest *newest)
{
    g_clear_pointer(&newest->whole, g_bytes_unref);
    g_clear_pointer(&newest->part, g_bytes_unref);
}
