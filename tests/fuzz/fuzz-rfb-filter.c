/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first byte is the mode; then pieces: a byte (the high bit: from the server; the rest: how many bytes) and those bytes.
 * Beyond not falling over: in view mode the server never gets a byte of input, clipboard or resizing, which a second filter
 * in front of it would call out. */
#include <stdint.h>

#include "web/rfb-filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    RfbFilter *first, *second;
} Pair;

/* What has passed once passes again, unchanged. */
static gboolean
feed(const Pair *pair, gboolean from_server, const uint8_t *bytes, gsize length)
{
    g_autoptr(GByteArray) once = g_byte_array_new();
    g_autoptr(GByteArray) twice = g_byte_array_new();
    gboolean (*pass)(RfbFilter *, const guint8 *, gsize, GByteArray *, GError **) =
        from_server ? rfb_filter_from_server : rfb_filter_from_client;

    if (!pass(pair->first, bytes, length, once, NULL))
        return FALSE;
    g_assert_true(pass(pair->second, once->data, once->len, twice, NULL));
    g_assert_cmpmem(once->data, once->len, twice->data, twice->len);
    return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ViewMode mode = size > 0 && data[0] & 1 ? VIEW_MODE_CONTROL : VIEW_MODE_VIEW;
    g_autoptr(RfbFilter) first = rfb_filter_new(mode);
    g_autoptr(RfbFilter) second = rfb_filter_new(mode);
    const Pair pair = { first, second };
    size_t at = 1;

    while (at < size) {
        gsize n = MIN((gsize) (data[at] & 0x7f) + 1, size - at - 1);

        if (!feed(&pair, data[at] & 0x80, data + at + 1, n))
            break;
        at += 1 + n;
    }
    return 0;
}
