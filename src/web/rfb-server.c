/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rfb-server.h"

#include <string.h>

#define TIGHT_FILL 8
#define TIGHT_JPEG 9
#define TIGHT_HAS_FILTER 4
#define TIGHT_UNCOMPRESSED_BELOW 12 /* shorter data is sent as it is */

static gboolean server_message(RfbReader *reader, GError **error);
static gboolean server_rectangle(RfbReader *reader, GError **error);

static gboolean
is_888(const guint8 *bytes)
{
    static const guint8 max_255[6] = { 0, 255, 0, 255, 0, 255 };

    return bytes[0] == 32 && bytes[1] == 24 && bytes[3] != 0 && memcmp(bytes + 4, max_255, 6) == 0;
}

gboolean
rfb_format_parse(const guint8 *bytes, RfbFormat *ret)
{
    gboolean whole = is_888(bytes);

    if ((bytes[0] != 8 && bytes[0] != 16 && bytes[0] != 32) || bytes[1] == 0 || bytes[1] > 32)
        return FALSE;
    /* Servers disagree about Tight's pixel when 8 bit colours do not lie on bytes: nobody needs that. */
    if (whole && (bytes[10] % 8 != 0 || bytes[11] % 8 != 0 || bytes[12] % 8 != 0 ||
                  bytes[10] == bytes[11] || bytes[10] == bytes[12] || bytes[11] == bytes[12]))
        return FALSE;
    ret->pixel = bytes[0] / 8;
    ret->tight_pixel = whole ? 3 : ret->pixel;
    return TRUE;
}

static gboolean
next_message(RfbReader *reader)
{
    rfb_reader_next(reader, 1, server_message);
    return TRUE;
}

static gboolean
next_rectangle(RfbReader *reader)
{
    RfbServer *server = reader->owner;

    if (server->rectangles == 0)
        return next_message(reader);
    server->rectangles--;
    rfb_reader_next(reader, 12, server_rectangle);
    return TRUE;
}

/* The head passes, then step reads more. */
static gboolean
go_on(RfbReader *reader, gsize need, RfbStep step)
{
    rfb_reader_emit(reader);
    rfb_reader_next(reader, need, step);
    return TRUE;
}

/* The head of the rectangle's last piece is here, n bytes follow. */
static gboolean
finish_rectangle(RfbReader *reader, guint64 n)
{
    rfb_reader_emit(reader);
    rfb_reader_pass(reader, n, TRUE);
    return next_rectangle(reader);
}

static gboolean
server_zrle(RfbReader *reader, GError **error)
{
    return finish_rectangle(reader, rfb_reader_u32(reader, 0));
}

static gboolean
server_screens(RfbReader *reader, GError **error)
{
    return finish_rectangle(reader, 16 * (guint64) reader->head[0]);
}

/* VMware's cursor: its kind decides how many bytes a pixel takes. */
static gboolean
server_vmware_cursor(RfbReader *reader, GError **error)
{
    RfbServer *server = reader->owner;

    if (reader->head[0] > 1)
        return rfb_reader_malformed(error, "the server sends cursor kind %u", reader->head[0]);
    return finish_rectangle(reader, (guint64) server->width * server->height *
                                        (reader->head[0] == 1 ? 4 : 2 * server->format.pixel));
}

/* Tight's lengths: 7 bits a byte, the third has 8. */
static gboolean
server_tight_length(RfbReader *reader, GError **error)
{
    guint32 length = reader->head[0] & 0x7f;

    if (reader->head[0] & 0x80) {
        if (!rfb_reader_want(reader, 2))
            return TRUE;
        length |= (guint32) (reader->head[1] & 0x7f) << 7;
        if (reader->head[1] & 0x80) {
            if (!rfb_reader_want(reader, 3))
                return TRUE;
            length |= (guint32) reader->head[2] << 14;
        }
    }
    return finish_rectangle(reader, length);
}

/* The head ends here, palette bytes follow, then the rectangle's data. */
static gboolean
finish_tight(RfbReader *reader, guint64 palette, guint64 data)
{
    if (data < TIGHT_UNCOMPRESSED_BELOW)
        return finish_rectangle(reader, palette + data);
    rfb_reader_emit(reader);
    rfb_reader_pass(reader, palette, TRUE);
    rfb_reader_next(reader, 1, server_tight_length);
    return TRUE;
}

static gboolean
server_tight_palette(RfbReader *reader)
{
    RfbServer *server = reader->owner;
    guint colours;

    if (!rfb_reader_want(reader, 3))
        return TRUE;
    colours = reader->head[2] + 1u;
    return finish_tight(reader, (guint64) colours * server->format.tight_pixel,
                        (guint64) server->height *
                            (colours <= 2 ? (server->width + 7) / 8 : server->width));
}

static gboolean
server_tight_filter(RfbReader *reader, GError **error)
{
    RfbServer *server = reader->owner;

    if (!rfb_reader_want(reader, 2))
        return TRUE;
    if (reader->head[1] == 1)
        return server_tight_palette(reader);
    if (reader->head[1] > 2)
        return rfb_reader_malformed(error, "the server uses Tight filter %u", reader->head[1]);
    return finish_tight(reader, 0,
                        (guint64) server->width * server->height * server->format.tight_pixel);
}

static gboolean
server_tight(RfbReader *reader, GError **error)
{
    RfbServer *server = reader->owner;
    guint8 kind = reader->head[0] >> 4;

    if (kind == TIGHT_FILL)
        return finish_rectangle(reader, server->format.tight_pixel);
    if (kind == TIGHT_JPEG)
        return go_on(reader, 1, server_tight_length);
    if (kind > TIGHT_JPEG)
        return rfb_reader_malformed(error, "the server uses Tight compression %u", kind);
    if (kind & TIGHT_HAS_FILTER)
        return server_tight_filter(reader, error);
    return finish_tight(reader, 0,
                        (guint64) server->width * server->height * server->format.tight_pixel);
}

static gboolean
server_rectangle(RfbReader *reader, GError **error)
{
    RfbServer *server = reader->owner;
    gint32 encoding = (gint32) rfb_reader_u32(reader, 8);
    guint64 area;

    server->width = rfb_reader_u16(reader, 4);
    server->height = rfb_reader_u16(reader, 6);
    area = (guint64) server->width * server->height;
    switch (encoding) {
    case RFB_RAW:
        return finish_rectangle(reader, area * server->format.pixel);
    case RFB_COPY_RECT:
        return finish_rectangle(reader, 4);
    case RFB_ZRLE:
        return go_on(reader, 4, server_zrle);
    case RFB_TIGHT:
        return go_on(reader, 1, server_tight);
    case RFB_CURSOR:
        return finish_rectangle(reader, area * server->format.pixel +
                                            (server->width + 7) / 8 * (guint64) server->height);
    case RFB_VMWARE_CURSOR:
        return go_on(reader, 2, server_vmware_cursor);
    case RFB_EXTENDED_DESKTOP_SIZE:
        return go_on(reader, 4, server_screens);
    case RFB_DESKTOP_SIZE:
    case RFB_QEMU_KEY:
        return finish_rectangle(reader, 0);
    case RFB_QEMU_LED:
        return finish_rectangle(reader, 1);
    case RFB_LAST_RECT:
        server->rectangles = 0;
        return finish_rectangle(reader, 0);
    default:
        return rfb_reader_malformed(error, "the server uses encoding %d", encoding);
    }
}

static gboolean
server_update(RfbReader *reader)
{
    RfbServer *server = reader->owner;

    if (!rfb_reader_want(reader, 4))
        return TRUE;
    server->rectangles = rfb_reader_u16(reader, 2);
    rfb_reader_emit(reader);
    return next_rectangle(reader);
}

/* The head is whole, n bytes of body follow. */
static gboolean
finish_message(RfbReader *reader, guint64 n, gboolean keep)
{
    if (keep)
        rfb_reader_emit(reader);
    rfb_reader_pass(reader, n, keep);
    return next_message(reader);
}

static gboolean
server_cut_text(RfbReader *reader)
{
    gint64 length;

    if (!rfb_reader_want(reader, 8))
        return TRUE;
    length = (gint32) rfb_reader_u32(reader, 4);
    return finish_message(reader, (guint64) ABS(length), FALSE);
}

static gboolean
server_message(RfbReader *reader, GError **error)
{
    switch (reader->head[0]) {
    case 0:
        return server_update(reader);
    case 1: /* SetColourMapEntries */
        if (!rfb_reader_want(reader, 6))
            return TRUE;
        return finish_message(reader, 6 * (guint64) rfb_reader_u16(reader, 4), TRUE);
    case 2:   /* Bell */
    case 150: /* EndOfContinuousUpdates */
        return finish_message(reader, 0, TRUE);
    case 3:
        return server_cut_text(reader);
    case 248: /* Fence */
        if (!rfb_reader_want(reader, 9))
            return TRUE;
        if (reader->head[8] > RFB_FENCE_PAYLOAD_MAX)
            return rfb_reader_malformed(error, "the server's fence has %u bytes", reader->head[8]);
        return finish_message(reader, reader->head[8], TRUE);
    default:
        return rfb_reader_malformed(error, "the server sends message %u", reader->head[0]);
    }
}

/* Control mode: nothing is held back, all that comes is body. */
static gboolean
server_anything(RfbReader *reader, GError **error)
{
    rfb_reader_emit(reader);
    rfb_reader_next(reader, 1, server_anything);
    rfb_reader_pass(reader, G_MAXUINT64, TRUE);
    return TRUE;
}

static gboolean
server_init(RfbReader *reader, GError **error)
{
    RfbServer *server = reader->owner;
    guint32 name = rfb_reader_u32(reader, 20);
    RfbFormat format;

    if (!rfb_format_parse(reader->head + 4, &format) || name > LIMIT_RFB_NAME)
        return rfb_reader_malformed(error, "the server's ServerInit is none");
    if (!server->format_is_clients)
        server->format = format;
    rfb_reader_emit(reader);
    rfb_reader_next(reader, 1,
                    server->mode == VIEW_MODE_CONTROL ? server_anything : server_message);
    rfb_reader_pass(reader, name, TRUE);
    return TRUE;
}

static gboolean
server_security_result(RfbReader *reader, GError **error)
{
    if (rfb_reader_u32(reader, 0) != 0)
        return rfb_reader_malformed(error, "the server refuses the connection");
    return go_on(reader, 24, server_init);
}

/* Whatever else the server offers, the client is shown None alone. */
static gboolean
server_security_types(RfbReader *reader, GError **error)
{
    static const guint8 only_none[] = { 1, RFB_SECURITY_NONE };
    guint n = reader->head[0];

    if (!rfb_reader_want(reader, 1 + (gsize) n))
        return TRUE;
    if (memchr(reader->head + 1, RFB_SECURITY_NONE, n) == NULL)
        return rfb_reader_malformed(error, "the server offers no security type None");
    g_byte_array_append(reader->out, only_none, sizeof only_none);
    rfb_reader_next(reader, 4, server_security_result);
    return TRUE;
}

static gboolean
server_version(RfbReader *reader, GError **error)
{
    if (memcmp(reader->head, RFB_VERSION, RFB_VERSION_BYTES) != 0)
        return rfb_reader_malformed(error, "the server does not speak RFB 3.8");
    return go_on(reader, 1, server_security_types);
}

void
rfb_server_init(RfbServer *server, ViewMode mode)
{
    memset(server, 0, sizeof *server);
    server->mode = mode;
    rfb_reader_init(&server->reader, server, RFB_VERSION_BYTES, server_version);
}
