/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rfb-filter.h"

#include <string.h>

#include "rfb-server.h"

struct RfbFilter {
    ViewMode mode;
    gboolean update_requested;
    gboolean clipboard_announced; /* the extended one */
    gboolean has_input;
    RfbReader client;
    RfbServer server;
};

static gboolean client_message(RfbReader *reader, GError **error);

static gboolean
passes_encoding(ViewMode mode, gint32 encoding)
{
    static const gint32 both[] = {
        RFB_RAW,           RFB_COPY_RECT,
        RFB_TIGHT,         RFB_ZRLE,
        RFB_DESKTOP_SIZE,  RFB_LAST_RECT,
        RFB_CURSOR,        RFB_QEMU_KEY,
        RFB_QEMU_LED,      RFB_EXTENDED_DESKTOP_SIZE,
        RFB_FENCE,         RFB_CONTINUOUS_UPDATES,
        RFB_VMWARE_CURSOR,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(both); i++)
        if (both[i] == encoding)
            return TRUE;
    if (encoding >= RFB_QUALITY_LOWEST && encoding <= RFB_QUALITY_HIGHEST)
        return TRUE;
    if (encoding >= RFB_COMPRESSION_LOWEST && encoding <= RFB_COMPRESSION_HIGHEST)
        return TRUE;
    return mode == VIEW_MODE_CONTROL &&
           (encoding == RFB_HEXTILE || encoding == RFB_EXTENDED_CLIPBOARD);
}

/* The message is whole in the head: on to the next. */
static gboolean
finish(RfbReader *reader, gboolean keep)
{
    if (keep)
        rfb_reader_emit(reader);
    rfb_reader_next(reader, 1, client_message);
    return TRUE;
}

/* A key or the pointer. */
static gboolean
finish_input(RfbFilter *filter, RfbReader *reader)
{
    gboolean keep = filter->mode == VIEW_MODE_CONTROL;

    filter->has_input |= keep;
    return finish(reader, keep);
}

static gboolean
client_init(RfbReader *reader, GError **error)
{
    reader->head[0] = 1;
    return finish(reader, TRUE);
}

static gboolean
client_security(RfbReader *reader, GError **error)
{
    if (reader->head[0] != RFB_SECURITY_NONE)
        return rfb_reader_malformed(error, "the client chose security type %u", reader->head[0]);
    rfb_reader_emit(reader);
    rfb_reader_next(reader, 1, client_init);
    return TRUE;
}

static gboolean
client_version(RfbReader *reader, GError **error)
{
    if (memcmp(reader->head, RFB_VERSION, RFB_VERSION_BYTES) != 0)
        return rfb_reader_malformed(error, "the client does not speak RFB 3.8");
    rfb_reader_emit(reader);
    rfb_reader_next(reader, 1, client_security);
    return TRUE;
}

static gboolean
client_set_pixel_format(RfbFilter *filter, RfbReader *reader, GError **error)
{
    RfbFormat format;

    if (!rfb_reader_want(reader, 20))
        return TRUE;
    if (!rfb_format_parse(reader->head + 4, &format))
        return rfb_reader_malformed(error, "the client asks for a pixel format that is none");
    if (filter->mode == VIEW_MODE_VIEW && filter->update_requested)
        return rfb_reader_malformed(error, "the client changes the pixel format under way");
    filter->server.format = format;
    filter->server.format_is_clients = TRUE;
    return finish(reader, TRUE);
}

static gboolean
client_set_encodings(RfbFilter *filter, RfbReader *reader, GError **error)
{
    gsize kept = 0;
    guint n;

    if (!rfb_reader_want(reader, 4))
        return TRUE;
    n = rfb_reader_u16(reader, 2);
    if (n > LIMIT_RFB_ENCODINGS)
        return rfb_reader_malformed(error, "the client announces %u encodings", n);
    if (!rfb_reader_want(reader, 4 + 4 * (gsize) n))
        return TRUE;
    filter->clipboard_announced = FALSE;
    for (guint i = 0; i < n; i++) {
        gint32 encoding = (gint32) rfb_reader_u32(reader, 4 + 4 * (gsize) i);

        if (!passes_encoding(filter->mode, encoding))
            continue;
        memmove(reader->head + 4 + 4 * kept++, reader->head + 4 + 4 * (gsize) i, 4);
        filter->clipboard_announced |= encoding == RFB_EXTENDED_CLIPBOARD;
    }
    reader->head[2] = (guint8) (kept >> 8);
    reader->head[3] = (guint8) kept;
    reader->have = 4 + 4 * kept;
    return finish(reader, TRUE);
}

static gboolean
client_cut_text(RfbFilter *filter, RfbReader *reader, GError **error)
{
    gboolean keep = filter->mode == VIEW_MODE_CONTROL;
    gint64 length;

    if (!rfb_reader_want(reader, 8))
        return TRUE;
    length = (gint32) rfb_reader_u32(reader, 4);
    if (ABS(length) > LIMIT_RFB_CUT_TEXT)
        return rfb_reader_malformed(error, "the client's clipboard has %" G_GINT64_FORMAT " bytes",
                                    ABS(length));
    if (length < 0 && keep && !filter->clipboard_announced)
        return rfb_reader_malformed(error, "the client did not announce this form of clipboard");
    finish(reader, keep);
    rfb_reader_pass(reader, (guint64) ABS(length), keep);
    return TRUE;
}

static gboolean
client_fence(RfbFilter *filter, RfbReader *reader, GError **error)
{
    guint8 length;

    if (!rfb_reader_want(reader, 9))
        return TRUE;
    length = reader->head[8];
    if (length > RFB_FENCE_PAYLOAD_MAX)
        return rfb_reader_malformed(error, "the client's fence has %u bytes", length);
    finish(reader, TRUE);
    rfb_reader_pass(reader, length, TRUE);
    return TRUE;
}

static gboolean
client_set_desktop_size(RfbFilter *filter, RfbReader *reader, GError **error)
{
    guint screens;

    if (!rfb_reader_want(reader, 8))
        return TRUE;
    screens = reader->head[6];
    if (screens > LIMIT_RFB_SCREENS || rfb_reader_u16(reader, 2) > LIMIT_RFB_SIDE ||
        rfb_reader_u16(reader, 4) > LIMIT_RFB_SIDE)
        return rfb_reader_malformed(error, "the client asks for %u screens of %ux%u in all",
                                    screens, rfb_reader_u16(reader, 2), rfb_reader_u16(reader, 4));
    if (!rfb_reader_want(reader, 8 + 16 * (gsize) screens))
        return TRUE;
    return finish(reader, filter->mode == VIEW_MODE_CONTROL);
}

static gboolean
client_qemu(RfbFilter *filter, RfbReader *reader, GError **error)
{
    if (!rfb_reader_want(reader, 2))
        return TRUE;
    if (reader->head[1] != 0)
        return rfb_reader_malformed(error, "the client sends QEMU message %u", reader->head[1]);
    if (!rfb_reader_want(reader, 12))
        return TRUE;
    return finish_input(filter, reader);
}

static gboolean
client_update_request(RfbFilter *filter, RfbReader *reader, GError **error)
{
    if (!rfb_reader_want(reader, 10))
        return TRUE;
    filter->update_requested = TRUE;
    return finish(reader, TRUE);
}

static gboolean
client_input(RfbFilter *filter, RfbReader *reader, GError **error)
{
    if (!rfb_reader_want(reader, reader->head[0] == 4 ? 8 : 6))
        return TRUE;
    return finish_input(filter, reader);
}

static gboolean
client_message(RfbReader *reader, GError **error)
{
    static const struct {
        guint8 type;
        gboolean (*handle)(RfbFilter *filter, RfbReader *reader, GError **error);
    } messages[] = {
        { 0, client_set_pixel_format },
        { 2, client_set_encodings },
        { 3, client_update_request },
        { 4, client_input },
        { 5, client_input },
        { 6, client_cut_text },
        { 150, client_update_request },
        { 248, client_fence },
        { 251, client_set_desktop_size },
        { 255, client_qemu },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
        if (messages[i].type == reader->head[0])
            return messages[i].handle(reader->owner, reader, error);
    return rfb_reader_malformed(error, "the client sends message %u", reader->head[0]);
}

RfbFilter *
rfb_filter_new(ViewMode mode)
{
    RfbFilter *filter = g_new0(RfbFilter, 1);

    filter->mode = mode;
    rfb_reader_init(&filter->client, filter, RFB_VERSION_BYTES, client_version);
    rfb_server_init(&filter->server, mode);
    return filter;
}

void
rfb_filter_free(RfbFilter *filter)
{
    g_free(filter);
}

gboolean
rfb_filter_from_client(RfbFilter *filter, const guint8 *bytes, gsize length, GByteArray *out,
                       GError **error)
{
    return rfb_reader_feed(&filter->client, bytes, length, out, error);
}

gboolean
rfb_filter_take_input(RfbFilter *filter)
{
    gboolean has_input = filter->has_input;

    filter->has_input = FALSE;
    return has_input;
}

gboolean
rfb_filter_from_server(RfbFilter *filter, const guint8 *bytes, gsize length, GByteArray *out,
                       GError **error)
{
    return rfb_reader_feed(&filter->server.reader, bytes, length, out, error);
}
