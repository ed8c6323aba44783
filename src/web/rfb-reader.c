/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rfb-reader.h"

#include <string.h>

void
rfb_reader_init(RfbReader *reader, gpointer owner, gsize need, RfbStep step)
{
    memset(reader, 0, sizeof *reader);
    reader->owner = owner;
    rfb_reader_next(reader, need, step);
}

static gsize
take_body(RfbReader *reader, const guint8 *bytes, gsize length)
{
    gsize n = (gsize) MIN(reader->rest, (guint64) length);

    if (reader->keep)
        g_byte_array_append(reader->out, bytes, (guint) n);
    reader->rest -= n;
    return n;
}

static gsize
take_head(RfbReader *reader, const guint8 *bytes, gsize length)
{
    gsize n = MIN(reader->need - reader->have, length);

    memcpy(reader->head + reader->have, bytes, n);
    reader->have += n;
    return n;
}

gboolean
rfb_reader_feed(RfbReader *reader, const guint8 *bytes, gsize length, GByteArray *out,
                GError **error)
{
    reader->out = out;
    while (length > 0) {
        gboolean body = reader->rest > 0;
        gsize n = body ? take_body(reader, bytes, length) : take_head(reader, bytes, length);

        bytes += n;
        length -= n;
        if (!body && reader->have == reader->need && !reader->step(reader, error))
            return FALSE;
    }
    return TRUE;
}

void
rfb_reader_next(RfbReader *reader, gsize need, RfbStep step)
{
    g_assert(need > 0 && need <= RFB_HEAD_MAX);
    reader->have = 0;
    reader->need = need;
    reader->step = step;
}

gboolean
rfb_reader_want(RfbReader *reader, gsize n)
{
    g_assert(n <= RFB_HEAD_MAX);
    if (reader->have >= n)
        return TRUE;
    reader->need = n;
    return FALSE;
}

void
rfb_reader_emit(RfbReader *reader)
{
    g_byte_array_append(reader->out, reader->head, (guint) reader->have);
}

void
rfb_reader_pass(RfbReader *reader, guint64 n, gboolean keep)
{
    reader->rest = n;
    reader->keep = keep;
}

guint16
rfb_reader_u16(const RfbReader *reader, gsize at)
{
    return (guint16) (reader->head[at] << 8 | reader->head[at + 1]);
}

guint32
rfb_reader_u32(const RfbReader *reader, gsize at)
{
    return (guint32) rfb_reader_u16(reader, at) << 16 | rfb_reader_u16(reader, at + 2);
}

gboolean
rfb_reader_malformed(GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, text);
    return FALSE;
}
