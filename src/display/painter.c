/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "painter.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "manyseat-config.h"
#include "notice-paint.h"
#include "order.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

static void
set_timer(guint seconds)
{
    const struct itimerval timer = { .it_value = { .tv_sec = seconds } };

    (void) setitimer(ITIMER_REAL, &timer, NULL);
}

static gboolean
say(int parent, WordKind kind, guint32 serial, int fd)
{
    const Word word = { .kind = (guint8) kind, .serial = serial };

    return fd_send_packet(parent, &word, sizeof word, &fd, fd >= 0 ? 1 : 0, NULL);
}

/* What nobody can change any more. */
static int
seal(const GByteArray *bytes)
{
    autofd memory = memfd_create("manyseat-notice", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    for (gsize at = 0; memory >= 0 && at < bytes->len;) {
        gssize written = write(memory, bytes->data + at, bytes->len - at);

        if (written <= 0)
            return -1;
        at += (gsize) written;
    }
    if (memory < 0 || fcntl(memory, F_ADD_SEALS, SEALS) < 0)
        return -1;
    return fd_steal(&memory);
}

static int
paint(GVariant *notice, guint32 size)
{
    g_auto(NoticeText) text = { 0 };
    g_autoptr(GByteArray) bytes = NULL;

    notice_text_make(notice, g_get_real_time(), &text);
    bytes = notice_paint(&text, ORDER_WIDTH(size), ORDER_HEIGHT(size));
    return seal(bytes);
}

/* FALSE: the parent has closed. */
static gboolean
serve(int parent)
{
    union {
        Order order;
        guint8 bytes[ORDER_PACKET_MAX];
    } packet;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GVariant) notice = NULL;
    autofd memory = -1;
    gssize length = fd_receive_packet(parent, &packet, sizeof packet, NULL, NULL);

    if (length < (gssize) sizeof packet.order || packet.order.kind != ORDER_PAINT)
        return FALSE;
    set_timer(WORKER_SECONDS);
    bytes = g_bytes_new(packet.bytes + sizeof packet.order, (gsize) length - sizeof packet.order);
    notice = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE_VARDICT, bytes, FALSE));
    memory = paint(notice, packet.order.argument);
    set_timer(0);
    return say(parent, WORD_DONE, packet.order.serial, memory);
}

int
painter_run(int parent)
{
    (void) prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void) setlocale(LC_ALL, "C.UTF-8"); /* in it LANGUAGE counts, and it is everywhere */
    notice_text_init(MANYSEAT_LOCALEDIR);
    if (!say(parent, WORD_READY, 0, -1))
        return EXIT_FAILURE;
    while (serve(parent))
        continue;
    return EXIT_SUCCESS;
}
