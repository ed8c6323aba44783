/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One direction of an RFB stream, cut at any byte: collects the head of each message, calls its step, and lets a body that
 * nobody looks at run through or vanish without storing it. Pure: bytes in, bytes out.
 */
#pragma once

#include <gio/gio.h>

#include "base/limits.h"

#define RFB_HEAD_MAX (4 + 4 * LIMIT_RFB_ENCODINGS) /* the longest head: SetEncodings, whole */

typedef struct RfbReader RfbReader;

/* Called when the bytes asked for are in head. Must go on with rfb_reader_next() or rfb_reader_want(); FALSE: malformed. */
typedef gboolean (*RfbStep)(RfbReader *reader, GError **error);

struct RfbReader {
    gpointer owner;
    RfbStep step;
    gsize have, need; /* bytes in head, bytes that step waits for */
    guint64 rest;     /* bytes of the body that is running through */
    gboolean keep;    /* whether they go to out */
    GByteArray *out;
    guint8 head[RFB_HEAD_MAX];
};

void rfb_reader_init(RfbReader *reader, gpointer owner, gsize need, RfbStep step);

/* Take bytes and append what may pass to out. FALSE with G_IO_ERROR_INVALID_DATA when they are malformed; the reader must
 * not be fed again then. */
gboolean rfb_reader_feed(RfbReader *reader, const guint8 *bytes, gsize length, GByteArray *out,
                         GError **error);

/* For steps: the next head has need bytes (at least one). */
void rfb_reader_next(RfbReader *reader, gsize need, RfbStep step);

/* For steps: TRUE when head holds n bytes; else the step is called again once it does. */
gboolean rfb_reader_want(RfbReader *reader, gsize n);

/* For steps: append the head to out; let n bytes of body run through (keep) or vanish before the next head. */
void rfb_reader_emit(RfbReader *reader);
void rfb_reader_pass(RfbReader *reader, guint64 n, gboolean keep);

/* For steps: big endian numbers of the head. */
guint16 rfb_reader_u16(const RfbReader *reader, gsize at);
guint32 rfb_reader_u32(const RfbReader *reader, gsize at);

/* For steps: set G_IO_ERROR_INVALID_DATA and return FALSE. */
gboolean rfb_reader_malformed(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
