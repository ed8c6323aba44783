/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-x.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"

#define WIDTH 64
#define HEIGHT 48
#define ROOT 0x100
#define VISUAL 0x21
#define REPLY_BYTES 32
#define SETUP_BYTES (40 + 8 + 40 + 8 + 24) /* a format, a screen, its depth, its visual */

/* The extensions' opcodes and events, as this server has them. */
enum { DAMAGE = 130, FIXES = 131, SHM = 132, DAMAGE_EVENT = 90 };

typedef struct {
    int socket;
    Fake fake;
    guint16 sequence;
    guint asked_images;
    gboolean open;
} Server;

static void
put(guint8 *at, guint32 number, guint bytes)
{
    for (guint i = 0; i < bytes; i++)
        at[i] = (guint8) (number >> (8 * i));
}

static void
say(Server *server, const guint8 *bytes, gsize length)
{
    if (server->open)
        server->open = send(server->socket, bytes, length, MSG_NOSIGNAL) == (gssize) length;
}

static gboolean
hear(Server *server, guint8 *bytes, gsize length)
{
    if (server->open && length > 0)
        server->open = recv(server->socket, bytes, length, MSG_WAITALL) == (gssize) length;
    return server->open;
}

static void
hear_everything(Server *server)
{
    guint8 byte;

    while (hear(server, &byte, 1))
        continue;
}

static void
hear_and_forget(Server *server, gsize length)
{
    guint8 bytes[1024];

    for (gsize n; length > 0 && server->open; length -= n) {
        n = MIN(length, sizeof bytes);
        (void) hear(server, bytes, n);
    }
}

/* Without reading. */
static void
wait_for_end(Server *server)
{
    struct pollfd end = { .fd = server->socket };

    (void) poll(&end, 1, -1);
    server->open = FALSE;
}

static guint16
get_side(Fake fake, guint16 honest)
{
    if (fake == FAKE_HUGE_SCREEN)
        return G_MAXUINT16;
    return fake == FAKE_EMPTY_SCREEN ? 0 : honest;
}

static void
put_screen(const Server *server, guint8 *at)
{
    put(at, ROOT, 4);
    put(at + 20, get_side(server->fake, WIDTH), 2);
    put(at + 22, get_side(server->fake, HEIGHT), 2);
    put(at + 32, VISUAL, 4);
    at[38] = 24; /* depth */
    at[39] = 1;  /* depths that follow */
    at[40] = 24;
    put(at + 42, 1, 2);
    put(at + 48, VISUAL, 4);
    at[52] = 4; /* true colour */
    at[53] = 8;
    put(at + 56, 0xff0000, 4);
    put(at + 60, 0xff00, 4);
    put(at + 64, 0xff, 4);
}

static void
say_setup(Server *server)
{
    guint8 setup[SETUP_BYTES] = { [0] = 1 };

    put(setup + 2, 11, 2);
    put(setup + 6, (SETUP_BYTES - 8) / 4, 2);
    put(setup + 12, 0x200000, 4);
    put(setup + 16, 0x1fffff, 4);
    put(setup + 26, G_MAXUINT16, 2);
    setup[28] = server->fake == FAKE_NO_SCREEN ? 0 : 1;
    setup[29] = 1;
    setup[32] = setup[33] = 32;
    setup[34] = 8;
    setup[35] = 255;
    setup[40] = 24;
    setup[41] = setup[42] = 32;
    put_screen(server, setup + 48);
    say(server, setup, server->fake == FAKE_HALF_SETUP ? SETUP_BYTES / 2 : SETUP_BYTES);
}

static void
say_refused(Server *server)
{
    guint8 refused[8 + 8] = { [0] = 0, [1] = 6, [6] = 2 };

    put(refused + 2, 11, 2);
    memcpy(refused + 8, "cookie!", 8);
    say(server, refused, sizeof refused);
}

static void
say_event(Server *server, guint8 type)
{
    guint8 event[REPLY_BYTES] = { type };

    put(event + 2, server->sequence, 2);
    put(event + 4, ROOT, 4);
    put(event + 8, ROOT, 4); /* a ConfigureNotify's window */
    say(server, event, sizeof event);
}

static void
say_extension(Server *server, guint8 *reply, const guint8 *request)
{
    static const struct {
        const char *name;
        guint8 opcode, event;
    } extensions[] = { { "DAMAGE", DAMAGE, DAMAGE_EVENT },
                       { "XFIXES", FIXES, 87 },
                       { "MIT-SHM", SHM, 65 } };

    for (gsize i = 0; i < G_N_ELEMENTS(extensions) && server->fake != FAKE_NO_EXTENSIONS; i++)
        if (strncmp((const char *) request + 8, extensions[i].name, strlen(extensions[i].name)) ==
            0) {
            reply[8] = 1;
            reply[9] = extensions[i].opcode;
            reply[10] = extensions[i].event;
        }
    say(server, reply, REPLY_BYTES);
}

static void
say_image(Server *server, guint8 *reply, const guint8 *request)
{
    guint width = request[12] | (guint) request[13] << 8;
    guint height = request[14] | (guint) request[15] << 8;

    if (server->fake == FAKE_STOPPING)
        return;
    reply[1] = 24;
    put(reply + 12, width * height * 4 - (server->fake == FAKE_WRONG_IMAGE ? 4 : 0), 4);
    if (server->fake == FAKE_NO_IMAGE)
        reply[0] = 0, reply[1] = 8; /* BadMatch */
    say(server, reply, REPLY_BYTES);
    if (server->fake == FAKE_WILD_REGION && server->asked_images++ < 3)
        say_event(server, DAMAGE_EVENT);
}

static void
say_region(Server *server, guint8 *reply)
{
    static const gint16 wild[][4] = { { -30000, -30000, -1, -1 },
                                      { 32767, 32767, -1, -1 },
                                      { -5, 47, 6, 1 },
                                      { 0, 0, 0, 0 },
                                      { 63, -7, 1, 20 } };
    guint8 rectangles[sizeof wild];

    if (server->fake == FAKE_WILD_REGION)
        put(reply + 4, sizeof wild / 4, 4);
    say(server, reply, REPLY_BYTES);
    for (gsize i = 0; i < sizeof wild / 2; i++)
        put(rectangles + i * 2, (guint16) wild[i / 4][i % 4], 2);
    if (server->fake == FAKE_WILD_REGION)
        say(server, rectangles, sizeof rectangles);
}

static void
say_geometry(Server *server, guint8 *reply)
{
    reply[1] = 24;
    put(reply + 16, WIDTH + server->sequence % 7, 2);
    put(reply + 18, HEIGHT, 2);
    say(server, reply, REPLY_BYTES);
}

/* Answer a request where one is due. Minor opcodes are in its second byte. */
static void
answer(Server *server, const guint8 *request)
{
    guint8 reply[REPLY_BYTES] = { 1 };

    put(reply + 2, ++server->sequence, 2);
    put(reply + 8, 1, 4); /* a version */
    put(reply + 12, 1, 4);
    if (request[0] == 98) {
        memset(reply + 8, 0, 8);
        say_extension(server, reply, request);
    } else if (request[0] == 14) {
        say_geometry(server, reply);
    } else if (request[0] == 43 || (request[0] == DAMAGE && request[1] == 0)) {
        say(server, reply, REPLY_BYTES);
    } else if (request[0] == FIXES && request[1] == 0) {
        put(reply + 8, 5, 4);
        say(server, reply, REPLY_BYTES);
    } else if (request[0] == SHM && request[1] == 0) {
        put(reply + 8, 1, 2);
        put(reply + 10, 2, 2);
        say(server, reply, REPLY_BYTES);
    } else if (request[0] == FIXES && request[1] == 19) {
        memset(reply + 8, 0, 8);
        say_region(server, reply);
    } else if (request[0] == SHM && request[1] == 4) {
        say_image(server, reply, request);
    }
}

/* What it does when its last answer is out. */
static void
misbehave(Server *server)
{
    guint8 endless[REPLY_BYTES] = { 1 };
    static const guint8 nothing[4096];

    if (server->fake == FAKE_RESIZING)
        say_event(server, 22); /* ConfigureNotify */
    while (server->fake == FAKE_FLOOD && server->open)
        say_event(server, DAMAGE_EVENT);
    if (server->fake != FAKE_LONG_REPLY)
        return;
    put(endless + 2, server->sequence + 1U, 2);
    put(endless + 4, 0xffffff, 4);
    say(server, endless, sizeof endless);
    for (guint i = 0; i < 64; i++)
        say(server, nothing, sizeof nothing);
    hear_everything(server);
}

static void
serve(Server *server)
{
    guint8 request[64];

    while (hear(server, request, 4)) {
        gsize length = 4 * (gsize) (request[2] | request[3] << 8);
        gsize kept = MIN(length, sizeof request);

        if (length < 4 || !hear(server, request + 4, kept - 4))
            return;
        hear_and_forget(server, length - kept);
        answer(server, request);
        if (server->sequence > 4)
            misbehave(server);
    }
}

static void
say_garbage(Server *server)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    guint8 bytes[4096];

    for (gsize i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8) g_rand_int(random);
    bytes[0] = 1; /* "welcome" */
    for (guint i = 0; i < 200 && server->open; i++)
        say(server, bytes, sizeof bytes);
    hear_everything(server);
}

static gpointer
run(gpointer data)
{
    g_autofree Server *server = data;
    guint8 hello[12];

    if (server->fake == FAKE_MUTE)
        hear_everything(server);
    else if (server->fake == FAKE_DEAF)
        wait_for_end(server);
    if (server->fake != FAKE_CLOSING && hear(server, hello, sizeof hello)) {
        if (server->fake == FAKE_GARBAGE) {
            say_garbage(server);
        } else if (server->fake == FAKE_REFUSING) {
            say_refused(server);
        } else {
            say_setup(server);
            serve(server);
        }
    }
    fd_clear(&server->socket);
    return NULL;
}

int
fake_x_start(Fake fake)
{
    Server *server = g_new0(Server, 1);
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    server->socket = ends[1];
    server->fake = fake;
    server->open = TRUE;
    g_thread_unref(g_thread_new("fake-x", run, server));
    return ends[0];
}
