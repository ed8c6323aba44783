/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A viewer of a VNC server on this machine that asks for what changed once a second (ZRLE) and shows nothing.
 *   rfb-read PORT         prints the length of each answer
 *   rfb-read PORT colour  prints a line "LENGTH MICROSECONDS RRGGBB" for each that has the first pixel of the screen in one colour
 *                         with its neighbours: when that was decoded (CLOCK_MONOTONIC) */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#define ZRLE_ONE_COLOUR 1 /* a tile's kind; its colour follows, lowest byte first */

static int server = -1;
static gsize n_read;
static z_stream unpacker; /* one for the whole connection, as ZRLE has it */
static gboolean wants_colour;

static void
take(void *bytes, gsize length)
{
    if (length > 0 && recv(server, bytes, length, MSG_WAITALL) != (gssize) length)
        exit(EXIT_SUCCESS);
    n_read += length;
}

static void
skip(gsize length)
{
    guint8 bytes[4096];

    for (gsize n; length > 0; length -= n) {
        n = MIN(length, sizeof bytes);
        take(bytes, n);
    }
}

/* The same of a rectangle's packed bytes; its beginning is kept. */
static void
unpack(gsize length, guint8 *ret_begin, gsize n_begin)
{
    guint8 bytes[4096], plain[65536];
    gsize n_plain = 0;

    for (; length > 0; length -= unpacker.total_in) {
        guint n = (guint) MIN(length, sizeof bytes);

        take(bytes, n);
        unpacker.next_in = bytes;
        unpacker.avail_in = n;
        unpacker.total_in = 0;
        do {
            unpacker.next_out = plain;
            unpacker.avail_out = sizeof plain;
            if (inflate(&unpacker, Z_SYNC_FLUSH) < Z_OK && unpacker.avail_in > 0)
                g_error("cannot unpack an answer: %s", unpacker.msg);
            for (gsize i = 0; i < sizeof plain - unpacker.avail_out && n_plain < n_begin; i++)
                ret_begin[n_plain++] = plain[i];
        } while (unpacker.avail_out == 0 || unpacker.avail_in > 0);
    }
}

static void
give(const void *bytes, gsize length)
{
    if (send(server, bytes, length, MSG_NOSIGNAL) != (gssize) length)
        exit(EXIT_SUCCESS);
}

static guint
number(const guint8 *at, guint bytes)
{
    guint value = 0;

    for (guint i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static void
greet(guint *ret_width, guint *ret_height)
{
    static const guint8 encodings[] = { 2, 0, 0, 1, 0, 0, 0, 16 }; /* ZRLE */
    guint8 bytes[24];

    skip(12);
    give("RFB 003.008\n", 12);
    take(bytes, 1);
    skip(bytes[0]);
    give("\1", 1); /* no security */
    skip(4);
    give("\1", 1); /* shared */
    take(bytes, sizeof bytes);
    *ret_width = number(bytes, 2);
    *ret_height = number(bytes + 2, 2);
    skip(number(bytes + 20, 4));
    give(encodings, sizeof encodings);
}

static void
ask(guint8 incremental, guint width, guint height)
{
    const guint8 request[10] = { 3,
                                 incremental,
                                 0,
                                 0,
                                 0,
                                 0,
                                 (guint8) (width >> 8),
                                 (guint8) width,
                                 (guint8) (height >> 8),
                                 (guint8) height };

    give(request, sizeof request);
}

static void
take_rectangle(void)
{
    guint8 head[16], begin[4] = { 0 };

    take(head, 12);
    take(head + 12, 4);
    if (!wants_colour) {
        skip(number(head + 12, 4));
        return;
    }
    unpack(number(head + 12, 4), begin, sizeof begin);
    if (number(head, 4) == 0 && begin[0] == ZRLE_ONE_COLOUR)
        (void) printf("%zu %" G_GINT64_FORMAT " %02x%02x%02x\n", n_read, g_get_monotonic_time(),
                      begin[3], begin[2], begin[1]);
}

/* One message; TRUE when it was an update. */
static gboolean
take_message(void)
{
    guint8 bytes[16];
    guint n;

    take(bytes, 1);
    if (bytes[0] == 3) {
        take(bytes, 7);
        skip(number(bytes + 3, 4));
    }
    if (bytes[0] != 0)
        return FALSE;
    take(bytes, 3);
    n = number(bytes + 1, 2);
    for (guint i = 0; i < n; i++)
        take_rectangle();
    return TRUE;
}

int
main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    guint width, height;

    if (argc != 2 && argc != 3)
        g_error("usage: rfb-read PORT [colour]");
    wants_colour = argc == 3;
    (void) inflateInit(&unpacker);
    address.sin_port = htons((guint16) atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(server, (struct sockaddr *) &address, sizeof address) < 0)
        g_error("cannot reach port '%s': %s", argv[1], g_strerror(errno));
    greet(&width, &height);
    for (guint8 incremental = 0;; incremental = 1) {
        gint64 start = g_get_monotonic_time();

        n_read = 0;
        ask(incremental, width, height);
        while (!take_message())
            continue;
        if (!wants_colour)
            (void) printf("%zu\n", n_read);
        (void) fflush(stdout);
        g_usleep((gulong) MAX(start + G_USEC_PER_SEC - g_get_monotonic_time(), 1));
    }
}
