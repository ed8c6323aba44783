/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "web/rfb-filter.h"

/* Bytes are written as hexadecimal, blanks do not count; "NNxHH" is NN (decimal) times the byte HH. */
static GByteArray *
bytes_of(const char *text)
{
    GByteArray *bytes = g_byte_array_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);

    for (char **word = words; *word != NULL; word++) {
        const char *at = *word, *times = strchr(at, 'x');
        gulong n = times != NULL ? strtoul(at, NULL, 10) : 1;

        at = times != NULL ? times + 1 : at;
        for (; at[0] != '\0'; at += 2) {
            const char pair[3] = { at[0], at[1], '\0' };
            const guint8 byte = (guint8) strtoul(pair, NULL, 16);

            for (gulong i = 0; i < n; i++)
                g_byte_array_append(bytes, &byte, 1);
        }
    }
    return bytes;
}

#define VERSION "524642203030332e3030380a "
#define FORMAT_888 "20 18 00 01 00ff 00ff 00ff 10 08 00 000000 "
#define FORMAT_565 "10 10 00 01 001f 003f 001f 0b 05 00 000000 "
#define HELLO VERSION "01 00 "
#define HELLO_OUT VERSION "01 01 "
#define SERVER_HELLO VERSION "02 02 01 00000000 0400 0300 " FORMAT_888 "00000003 616263 "
#define SERVER_HELLO_OUT VERSION "01 01 00000000 0400 0300 " FORMAT_888 "00000003 616263 "
#define REQUEST "03 00 0000 0000 0400 0300 "
#define ENCODINGS "02 00 0003 00000000 00000007 ffffff21 "
#define KEY "04 01 0000 0000ff0d "
#define POINTER "05 01 0010 0020 "
#define QEMU_KEY "ff 00 0001 0000ff0d 0000001c "
#define RESIZE "fb 00 0500 0400 01 00 00000000 0000 0000 0500 0400 00000000 "
#define CUT "06 000000 00000003 616263 "
#define CUT_EXTENDED "06 000000 fffffffc 00000001 "
#define FENCE "f8 000000 80000000 04 61626364 "
#define CONTINUOUS "96 01 0000 0000 0400 0300 "
#define BELL "02 "
#define SERVER_CUT "03 000000 00000003 616263 "
#define SERVER_CUT_EXTENDED "03 000000 fffffffc 01020304 "
#define UPDATE "00 00 0001 "
#define RECT "0000 0000 0002 0003 "

typedef struct {
    const char *name;
    ViewMode mode;
    gboolean from_server;
    const char *first; /* fed to the other direction before, or NULL */
    const char *in;
    const char *out; /* NULL: malformed */
} Case;

#define VIEW VIEW_MODE_VIEW
#define CONTROL VIEW_MODE_CONTROL
static const Case cases[] = {
    { "hello", VIEW, FALSE, NULL, HELLO, HELLO_OUT },
    { "hello shared", CONTROL, FALSE, NULL, VERSION "01 01", HELLO_OUT },
    { "version 3.3", VIEW, FALSE, NULL, "524642203030332e3030330a", NULL },
    { "HTTP", VIEW, FALSE, NULL, "474554202f20485454502f31", NULL },
    { "security VNC", CONTROL, FALSE, NULL, VERSION "02", NULL },
    { "request", VIEW, FALSE, NULL, HELLO REQUEST, HELLO_OUT REQUEST },
    { "key view", VIEW, FALSE, NULL, HELLO KEY REQUEST, HELLO_OUT REQUEST },
    { "key control", CONTROL, FALSE, NULL, HELLO KEY REQUEST, HELLO_OUT KEY REQUEST },
    { "pointer view", VIEW, FALSE, NULL, HELLO POINTER REQUEST, HELLO_OUT REQUEST },
    { "pointer control", CONTROL, FALSE, NULL, HELLO POINTER, HELLO_OUT POINTER },
    { "qemu key view", VIEW, FALSE, NULL, HELLO QEMU_KEY REQUEST, HELLO_OUT REQUEST },
    { "qemu key control", CONTROL, FALSE, NULL, HELLO QEMU_KEY, HELLO_OUT QEMU_KEY },
    { "qemu audio", CONTROL, FALSE, NULL, HELLO "ff 01 0000", NULL },
    { "xvp shutdown", CONTROL, FALSE, NULL, HELLO "fa 00 01 02", NULL },
    { "unknown message", CONTROL, FALSE, NULL, HELLO "07", NULL },
    { "resize view", VIEW, FALSE, NULL, HELLO RESIZE REQUEST, HELLO_OUT REQUEST },
    { "resize control", CONTROL, FALSE, NULL, HELLO RESIZE, HELLO_OUT RESIZE },
    { "resize most screens", CONTROL, FALSE, NULL, HELLO "fb 00 0500 0400 10 00 256x00",
      HELLO_OUT "fb 00 0500 0400 10 00 256x00" },
    { "resize many screens", CONTROL, FALSE, NULL, HELLO "fb 00 0500 0400 11 00", NULL },
    { "resize most", CONTROL, FALSE, NULL, HELLO "fb 00 2000 2000 01 00 16x00",
      HELLO_OUT "fb 00 2000 2000 01 00 16x00" },
    { "resize too wide", CONTROL, FALSE, NULL, HELLO "fb 00 2001 0400 01 00", NULL },
    { "resize too high", CONTROL, FALSE, NULL, HELLO "fb 00 0400 2001 01 00", NULL },
    { "cut view", VIEW, FALSE, NULL, HELLO CUT REQUEST, HELLO_OUT REQUEST },
    { "cut control", CONTROL, FALSE, NULL, HELLO CUT REQUEST, HELLO_OUT CUT REQUEST },
    { "cut too long", CONTROL, FALSE, NULL, HELLO "06 000000 00100001", NULL },
    { "cut least number", CONTROL, FALSE, NULL, HELLO "06 000000 80000000", NULL },
    { "cut extended unannounced", CONTROL, FALSE, NULL, HELLO CUT_EXTENDED, NULL },
    { "cut extended announced", CONTROL, FALSE, NULL,
      HELLO "02 00 0001 c0a1e5ce " CUT_EXTENDED REQUEST,
      HELLO_OUT "02 00 0001 c0a1e5ce " CUT_EXTENDED REQUEST },
    { "cut extended view", VIEW, FALSE, NULL, HELLO "02 00 0001 c0a1e5ce " CUT_EXTENDED REQUEST,
      HELLO_OUT "02 00 0000 " REQUEST },
    { "encodings", VIEW, FALSE, NULL, HELLO ENCODINGS, HELLO_OUT ENCODINGS },
    { "encodings filtered in view", VIEW, FALSE, NULL,
      HELLO "02 ff 0007 00000005 00000010 00000032 fffffefc ffffffe6 fffffecb c0a1e5ce",
      HELLO_OUT "02 ff 0002 00000010 ffffffe6" },
    { "encodings filtered in control", CONTROL, FALSE, NULL,
      HELLO "02 00 0005 00000005 00000010 00000032 fffffefc c0a1e5ce",
      HELLO_OUT "02 00 0003 00000005 00000010 c0a1e5ce" },
    { "encodings too many", VIEW, FALSE, NULL, HELLO "02 00 0101", NULL },
    { "encodings most", VIEW, FALSE, NULL, HELLO "02 00 0100 1024x00",
      HELLO_OUT "02 00 0100 1024x00" },
    { "fence", VIEW, FALSE, NULL, HELLO FENCE REQUEST, HELLO_OUT FENCE REQUEST },
    { "fence too long", VIEW, FALSE, NULL, HELLO "f8 000000 80000000 41", NULL },
    { "continuous", VIEW, FALSE, NULL, HELLO CONTINUOUS, HELLO_OUT CONTINUOUS },
    { "format", VIEW, FALSE, NULL, HELLO "00 000000 " FORMAT_888,
      HELLO_OUT "00 000000 " FORMAT_888 },
    { "format late in view", VIEW, FALSE, NULL, HELLO REQUEST "00 000000 " FORMAT_888, NULL },
    { "format after continuous", VIEW, FALSE, NULL, HELLO CONTINUOUS "00 000000 " FORMAT_888,
      NULL },
    { "format late in control", CONTROL, FALSE, NULL, HELLO REQUEST "00 000000 " FORMAT_888,
      HELLO_OUT REQUEST "00 000000 " FORMAT_888 },
    { "format of 24 bits", VIEW, FALSE, NULL,
      HELLO "00 000000 18 18 00 01 00ff00ff00ff100800000000", NULL },
    { "format not on bytes", VIEW, FALSE, NULL,
      HELLO "00 000000 20 18 00 01 00ff00ff00ff110800000000", NULL },
    { "server hello", VIEW, TRUE, NULL, SERVER_HELLO BELL, SERVER_HELLO_OUT BELL },
    { "server wants a password", CONTROL, TRUE, NULL, VERSION "01 02", NULL },
    { "server offers nothing", VIEW, TRUE, NULL, VERSION "00 00000001 61", NULL },
    { "server refuses", VIEW, TRUE, NULL, VERSION "01 01 00000001", NULL },
    { "server 3.3", VIEW, TRUE, NULL, "524642203030332e3030330a", NULL },
    { "server longest name", VIEW, TRUE, NULL,
      VERSION "01 01 00000000 0400 0300 " FORMAT_888 "00010000 65536x61 " BELL,
      VERSION "01 01 00000000 0400 0300 " FORMAT_888 "00010000 65536x61 " BELL },
    { "server long name", VIEW, TRUE, NULL,
      VERSION "01 01 00000000 0400 0300 " FORMAT_888 "00010001", NULL },
    { "server cut view", VIEW, TRUE, NULL, SERVER_HELLO SERVER_CUT BELL, SERVER_HELLO_OUT BELL },
    { "server cut extended view", VIEW, TRUE, NULL, SERVER_HELLO SERVER_CUT_EXTENDED BELL,
      SERVER_HELLO_OUT BELL },
    { "server cut control", CONTROL, TRUE, NULL, SERVER_HELLO SERVER_CUT BELL,
      SERVER_HELLO_OUT SERVER_CUT BELL },
    { "server anything control", CONTROL, TRUE, NULL, SERVER_HELLO "aa bb cc",
      SERVER_HELLO_OUT "aa bb cc" },
    { "server unknown view", VIEW, TRUE, NULL, SERVER_HELLO "04", NULL },
    { "raw", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000000 24x03 " SERVER_CUT BELL,
      SERVER_HELLO_OUT UPDATE RECT "00000000 24x03 " BELL },
    { "raw 16 bits", VIEW, TRUE, HELLO "00 000000 " FORMAT_565,
      SERVER_HELLO UPDATE RECT "00000000 12x03 " SERVER_CUT BELL,
      SERVER_HELLO_OUT UPDATE RECT "00000000 12x03 " BELL },
    { "copy", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000001 03030303 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000001 03030303" },
    { "zrle", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000010 00000005 5x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000010 00000005 5x03" },
    { "tight fill", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000007 80 030303 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 80 030303" },
    { "tight jpeg", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE RECT "00000007 90 8101 129x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 90 8101 129x03" },
    { "tight jpeg long", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE RECT "00000007 90 818001 16385x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 90 818001 16385x03" },
    { "tight copy", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000007 00 03 030303 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 00 03 030303" },
    { "tight copy short", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE "0000 0000 0001 0003 00000007 00 9x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE "0000 0000 0001 0003 00000007 00 9x03" },
    { "tight two colours", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE RECT "00000007 40 01 01 6x03 3x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 40 01 01 6x03 3x03" },
    { "tight palette short", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE RECT "00000007 40 01 02 9x03 6x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 40 01 02 9x03 6x03" },
    { "tight palette", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE "0000 0000 0004 0003 00000007 40 01 02 9x03 02 0303 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE "0000 0000 0004 0003 00000007 40 01 02 9x03 02 0303" },
    { "tight gradient", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE RECT "00000007 40 02 02 0303 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "00000007 40 02 02 0303" },
    { "tight filter 3", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000007 40 03", NULL },
    { "tight png", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000007 a0", NULL },
    { "cursor", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE "0000 0000 0009 0002 ffffff11 72x03 4x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE "0000 0000 0009 0002 ffffff11 72x03 4x03" },
    { "vmware cursor", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "574d5664 0100 24x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "574d5664 0100 24x03" },
    { "vmware cursor classic", VIEW, TRUE, NULL,
      SERVER_HELLO UPDATE RECT "574d5664 0000 48x03 " SERVER_CUT,
      SERVER_HELLO_OUT UPDATE RECT "574d5664 0000 48x03" },
    { "desktop sizes", VIEW, TRUE, NULL,
      SERVER_HELLO "00 00 0002 " RECT "ffffff21 " RECT "fffffecc 01000000 16x03 " SERVER_CUT,
      SERVER_HELLO_OUT "00 00 0002 " RECT "ffffff21 " RECT "fffffecc 01000000 16x03" },
    { "last rect", VIEW, TRUE, NULL,
      SERVER_HELLO "00 00 ffff " RECT "00000001 4x03 " RECT "ffffff20 " SERVER_CUT BELL,
      SERVER_HELLO_OUT "00 00 ffff " RECT "00000001 4x03 " RECT "ffffff20 " BELL },
    { "empty update", VIEW, TRUE, NULL, SERVER_HELLO "00 00 0000 " SERVER_CUT BELL,
      SERVER_HELLO_OUT "00 00 0000 " BELL },
    { "keys and leds", VIEW, TRUE, NULL,
      SERVER_HELLO "00 00 0002 " RECT "fffffefe " RECT "fffffefb 03 " SERVER_CUT,
      SERVER_HELLO_OUT "00 00 0002 " RECT "fffffefe " RECT "fffffefb 03" },
    { "hextile in view", VIEW, TRUE, NULL, SERVER_HELLO UPDATE RECT "00000005", NULL },
    { "colour map", VIEW, TRUE, NULL, SERVER_HELLO "01 00 0000 0002 12x03 " SERVER_CUT,
      SERVER_HELLO_OUT "01 00 0000 0002 12x03" },
    { "server fence", VIEW, TRUE, NULL, SERVER_HELLO FENCE SERVER_CUT, SERVER_HELLO_OUT FENCE },
    { "server fence too long", VIEW, TRUE, NULL, SERVER_HELLO "f8 000000 00000000 ff", NULL },
    { "end of continuous", VIEW, TRUE, NULL, SERVER_HELLO "96 " SERVER_CUT, SERVER_HELLO_OUT "96" },
};

static gboolean
feed(RfbFilter *filter, gboolean from_server, const guint8 *bytes, gsize length, GByteArray *out)
{
    g_autoptr(GError) error = NULL;
    /* A copy of just this size, so that the sanitizer sees a read beyond it. */
    g_autofree guint8 *copy = g_memdup2(bytes, length);
    gboolean fine = from_server ? rfb_filter_from_server(filter, copy, length, out, &error)
                                : rfb_filter_from_client(filter, copy, length, out, &error);

    if (!fine)
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    return fine;
}

/* Feed the case's bytes in pieces: cut once at cut, or (0) byte by byte. */
static void
check(const Case *test, const GByteArray *in, gsize cut)
{
    g_autoptr(RfbFilter) filter = rfb_filter_new(test->mode);
    g_autoptr(GByteArray) out = g_byte_array_new();
    gboolean fine = TRUE;

    if (test->first != NULL) {
        g_autoptr(GByteArray) first = bytes_of(test->first);
        g_autoptr(GByteArray) ignored = g_byte_array_new();

        g_assert_true(feed(filter, !test->from_server, first->data, first->len, ignored));
    }
    for (gsize at = 0; fine && at < in->len;) {
        gsize end = cut == 0 ? at + 1 : at < cut ? cut : in->len;

        fine = feed(filter, test->from_server, in->data + at, end - at, out);
        at = end;
    }
    g_assert_cmpint(fine, ==, test->out != NULL);
    if (test->out != NULL) {
        g_autoptr(GByteArray) wanted = bytes_of(test->out);

        g_assert_cmpmem(out->data, out->len, wanted->data, wanted->len);
    }
}

static void
test_case(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(GByteArray) in = bytes_of(test->in);

    check(test, in, in->len);
    check(test, in, 0);
    for (gsize cut = 1; cut < MIN(in->len, 300u); cut++)
        check(test, in, cut);
}

/* The longest clipboard runs through and is not stored. */
static void
test_long_cut(void)
{
    g_autoptr(RfbFilter) filter = rfb_filter_new(VIEW_MODE_CONTROL);
    g_autoptr(GByteArray) start = bytes_of(HELLO "06 000000 00100000");
    g_autoptr(GByteArray) out = g_byte_array_new();
    static const guint8 text[4096];

    g_assert_true(feed(filter, FALSE, start->data, start->len, out));
    for (gsize sent = 0; sent < LIMIT_RFB_CUT_TEXT; sent += sizeof text) {
        g_byte_array_set_size(out, 0);
        g_assert_true(feed(filter, FALSE, text, sizeof text, out));
        g_assert_cmpuint(out->len, ==, sizeof text);
    }
    g_assert_false(feed(filter, FALSE, (const guint8 *) "\x07", 1, out));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/rfb-filter/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/rfb-filter/long cut", test_long_cut);
    return g_test_run();
}
