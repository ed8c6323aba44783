/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker-link.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/fd.h"
#include "base/pidfd.h"
#include "notice-picture.h"

#define DEADLINE_SECONDS (WORKER_SECONDS + WORKER_GRACE_SECONDS)

struct WorkerLink {
    guint64 birth;
    int socket;
    int pidfd;       /* -1: not told yet */
    clockid_t clock; /* of the worker's CPU, while pidfd is there */
    gboolean has_clock;
    gint64 cpu; /* that was told */
    guint source, deadline;
    gboolean ready;
    guint32 serial;  /* of the last order */
    guint32 carried; /* out, the last one */
    const WorkerLinkEvents *events;
    gpointer data;
};

/* By birth: links that are there. */
static GHashTable *links;

static guint8 buffer[PICTURE_PACKET_MAX];

static void
gone(WorkerLink *link, Reason reason)
{
    g_clear_handle_id(&link->source, g_source_remove);
    link->events->on_gone(reason, link->data);
}

static gboolean
on_deadline(gpointer data)
{
    WorkerLink *link = data;

    link->deadline = 0;
    gone(link, REASON_TOO_SLOW);
    return G_SOURCE_REMOVE;
}

/* The deadline runs as long as the worker owes us something. */
static void
update_deadline(WorkerLink *link)
{
    g_clear_handle_id(&link->deadline, g_source_remove);
    if (!link->ready || link->carried != link->serial)
        link->deadline = g_timeout_add_seconds(DEADLINE_SECONDS, on_deadline, link);
}

static void
handle_done(WorkerLink *link, guint32 serial, int memory)
{
    if (serial == link->carried + 1 && serial <= link->serial) {
        link->carried = serial;
        update_deadline(link);
        link->events->on_done(serial, memory, link->data);
        return;
    }
    fd_clear(&memory);
    gone(link, REASON_REFUSED);
}

static void
handle_word(WorkerLink *link, const Word *word, int *memory)
{
    switch (word->kind) {
    case WORD_READY:
        if (!link->ready) {
            link->ready = TRUE;
            update_deadline(link);
            link->events->on_ready(link->data);
        }
        break;
    case WORD_DONE:
        handle_done(link, word->serial, fd_steal(memory));
        break;
    case WORD_SCREEN:
        if (link->events->on_screen != NULL)
            link->events->on_screen(ORDER_WIDTH(word->serial), ORDER_HEIGHT(word->serial),
                                    link->data);
        break;
    case WORD_PRESSED:
        if (link->events->on_pressed != NULL && word->argument < N_NOTICE_ANSWERS)
            link->events->on_pressed(word->argument, link->data);
        break;
    default:
        gone(link, word->argument < N_REASONS ? word->argument : REASON_REFUSED);
    }
}

static void
handle_packet(WorkerLink *link, gsize length, int *memory)
{
    PictureHeader header;

    if (length == sizeof(Word) && buffer[0] == 0)
        handle_word(link, (const Word *) (const void *) buffer, memory);
    else if (link->events->on_picture != NULL && picture_header_parse(buffer, length, &header) &&
             header.kind != PICTURE_KIND_UNAVAILABLE)
        link->events->on_picture(&header, buffer, length, link->data);
    else
        gone(link, REASON_REFUSED);
}

static gboolean
on_packet(int socket, GIOCondition condition, gpointer data)
{
    WorkerLink *link = data;
    int fds[FD_PACKET_MAX_FDS];
    gssize length = fd_receive_packet(socket, buffer, sizeof buffer, fds, NULL);

    (void) condition;
    if (length <= 0)
        gone(link, REASON_TOO_SLOW); /* without a last word: the timer ended it */
    else
        handle_packet(link, (gsize) length, &fds[0]);
    /* The link may be gone by now, and its source with it. */
    for (guint i = 0; length > 0 && i < FD_PACKET_MAX_FDS; i++)
        fd_clear(&fds[i]);
    return G_SOURCE_CONTINUE;
}

WorkerLink *
worker_link_new(Nursery *nursery, const ChildOrder *order, const WorkerLinkEvents *events,
                gpointer data, GError **error)
{
    static guint64 last_birth;
    ChildOrder child = *order;
    WorkerLink *link;
    autofd near_end = -1;
    autofd far_end = -1;
    int ends[2];

    if (!fd_socketpair(ends, error))
        return NULL;
    near_end = ends[0];
    far_end = ends[1];
    child.socket = far_end;
    if (!nursery_bear(nursery, last_birth + 1, &child, error) ||
        !g_unix_set_fd_nonblocking(near_end, TRUE, error))
        return NULL;
    link = g_new0(WorkerLink, 1);
    link->birth = ++last_birth;
    link->pidfd = -1;
    link->socket = fd_steal(&near_end);
    link->events = events;
    link->data = data;
    link->source = g_unix_fd_add(link->socket, G_IO_IN, on_packet, link);
    if (links == NULL)
        links = g_hash_table_new(g_int64_hash, g_int64_equal);
    (void) g_hash_table_add(links, link);
    update_deadline(link);
    return link;
}

void
worker_link_free(WorkerLink *link)
{
    if (link == NULL)
        return;
    (void) g_hash_table_remove(links, link);
    g_clear_handle_id(&link->source, g_source_remove);
    g_clear_handle_id(&link->deadline, g_source_remove);
    if (link->pidfd >= 0)
        (void) pidfd_signal(link->pidfd, SIGKILL, NULL);
    fd_clear(&link->pidfd);
    fd_clear(&link->socket);
    g_free(link);
}

/* The kernel's clock of what a process uses; by its number, which is its own as long as it is not reaped. */
static gboolean
find_clock(int pidfd, clockid_t *ret_clock)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fdinfo/%d", pidfd);
    g_autofree char *text = NULL;
    const char *at = NULL;

    if (g_file_get_contents(path, &text, NULL, NULL))
        at = strstr(text, "Pid:");
    return at != NULL && clock_getcpuclockid((pid_t) g_ascii_strtoll(at + strlen("Pid:"), NULL, 10),
                                             ret_clock) == 0;
}

gint64
worker_link_take_cpu(WorkerLink *link)
{
    struct timespec now;
    gint64 before = link->cpu;

    if (!link->has_clock || clock_gettime(link->clock, &now) < 0)
        return 0;
    link->cpu = (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
    return MAX(link->cpu - before, 0);
}

void
worker_link_born(guint64 birth, int pidfd)
{
    WorkerLink *link = links != NULL ? g_hash_table_lookup(links, &birth) : NULL;

    if (link != NULL && link->pidfd < 0) {
        link->pidfd = pidfd;
        link->has_clock = find_clock(pidfd, &link->clock);
        return;
    }
    /* Not wanted any more before it was there. */
    (void) pidfd_signal(pidfd, SIGKILL, NULL);
    fd_clear(&pidfd);
}

/* more (or NULL) follows the order in its packet, fd (or -1) goes with it. */
static guint32
send_order_with(WorkerLink *link, OrderKind kind, guint32 argument, GVariant *more, int fd)
{
    const Order order = { .kind = kind, .serial = ++link->serial, .argument = argument };
    g_autoptr(GByteArray) packet = g_byte_array_new();

    g_byte_array_append(packet, (const guint8 *) &order, sizeof order);
    if (more != NULL)
        g_byte_array_append(packet, g_variant_get_data(more), (guint) g_variant_get_size(more));
    /* If it can't be sent, the deadline sees to it. */
    (void) fd_send_packet(link->socket, packet->data, packet->len, &fd, fd >= 0 ? 1 : 0, NULL);
    update_deadline(link);
    return order.serial;
}

static guint32
send_order(WorkerLink *link, OrderKind kind, guint32 argument)
{
    return send_order_with(link, kind, argument, NULL, -1);
}

void
worker_link_watch(WorkerLink *link, guint sizes)
{
    (void) send_order(link, ORDER_WATCH, sizes);
}

void
worker_link_pace(WorkerLink *link, guint pace)
{
    (void) send_order(link, ORDER_PACE, pace);
}

guint32
worker_link_take(WorkerLink *link, PictureSize size)
{
    return send_order(link, ORDER_TAKE, size);
}

guint32
worker_link_paint(WorkerLink *link, GVariant *notice, guint width, guint height)
{
    return send_order_with(link, ORDER_PAINT, ORDER_SIZE(width, height), notice, -1);
}

void
worker_link_show(WorkerLink *link, int memory)
{
    (void) send_order_with(link, ORDER_SHOW, 0, NULL, memory);
}
