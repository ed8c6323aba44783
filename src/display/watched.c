/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watched.h"

#include <string.h>

#include "base/fd.h"
#include "base/log.h"
#include "pace.h"

#define LINGER_SECONDS 10 /* a worker that nobody watches */
#define TAKEN_SECONDS 5   /* the same, after one picture was all that was wanted */
#define RETRY_SECONDS 5
#define SEQUENCES_PER_SECOND 16

typedef struct {
    guint32 serial; /* 0: not ordered yet */
    PictureSize size;
    WatchedTakeFunc func;
    gpointer data;
} Request;

struct Watched {
    char *id;
    guint64 number;
    Nursery *nursery;
    WorkerLink *link; /* NULL: none, see opening and retry */
    gboolean ready, opening;
    guint retry, linger; /* timers */
    guint sizes;
    guint pace;
    gboolean was_watched;
    Reason reason; /* while retry is set: why there is nothing to see */
    PictureNewest newest[N_PICTURE_SIZES];
    guint32 sequences[N_PICTURE_SIZES];
    guint32
        wholes[N_PICTURE_SIZES]; /* sequence of the last whole picture; 0: what came last is none */
    GQueue requests;
    const WatchedEvents *events;
    gpointer data;
};

const char *
reason_to_name(Reason reason)
{
    static const char *const names[N_REASONS] = {
        [REASON_NO_X] = "no-x",
        [REASON_REFUSED] = "refused",
        [REASON_TOO_SLOW] = "too-slow",
        [REASON_ENDED] = "ended",
    };

    g_return_val_if_fail(reason < N_REASONS, names[REASON_REFUSED]);
    return names[reason];
}

static void
publish(Watched *watched, PictureHeader *header, const guint8 *body, gsize length)
{
    PictureSize size = header->size;
    GByteArray *array = g_byte_array_sized_new((guint) (PICTURE_HEADER_BYTES + length));
    g_autoptr(GBytes) packet = NULL;

    header->session = watched->number;
    header->sequence = ++watched->sequences[size];
    if (header->kind == PICTURE_KIND_PART)
        header->whole = watched->wholes[size];
    else
        watched->wholes[size] = header->kind == PICTURE_KIND_WHOLE ? header->sequence : 0;
    g_byte_array_set_size(array, PICTURE_HEADER_BYTES);
    picture_header_format(header, array->data);
    g_byte_array_append(array, body, (guint) length);
    packet = g_byte_array_free_to_bytes(array);
    picture_newest_put(&watched->newest[size], packet);
    watched->events->packet(watched, size, packet, watched->data);
}

static void
fail_requests(Watched *watched, Reason reason)
{
    GQueue failed = watched->requests;

    g_queue_init(&watched->requests);
    for (Request *request; (request = g_queue_pop_head(&failed)) != NULL; g_free(request))
        request->func(-1, reason, request->data);
}

static gboolean
is_wanted(const Watched *watched)
{
    return watched->sizes != 0 || watched->requests.length > 0;
}

static void
ask_open(Watched *watched)
{
    watched->opening = TRUE;
    watched->events->open(watched, watched->data);
}

static gboolean
on_retry(gpointer data)
{
    Watched *watched = data;

    watched->retry = 0;
    if (is_wanted(watched))
        ask_open(watched);
    return G_SOURCE_REMOVE;
}

static gboolean
on_linger(gpointer data)
{
    Watched *watched = data;

    watched->linger = 0;
    watched->events->idle(watched, watched->data);
    return G_SOURCE_REMOVE;
}

/* What follows from who wants what: called after each change. */
static void
update(Watched *watched)
{
    if (!is_wanted(watched)) {
        if (watched->linger == 0)
            watched->linger = g_timeout_add_seconds(
                watched->was_watched ? LINGER_SECONDS : TAKEN_SECONDS, on_linger, watched);
        return;
    }
    g_clear_handle_id(&watched->linger, g_source_remove);
    if (watched->link == NULL && !watched->opening && watched->retry == 0)
        ask_open(watched);
}

static void
publish_reason(Watched *watched, guint sizes)
{
    const char *name = reason_to_name(watched->reason);

    for (guint size = 0; size < N_PICTURE_SIZES; size++) {
        PictureHeader header = { .kind = PICTURE_KIND_UNAVAILABLE, .size = size };

        if (sizes & 1U << size)
            publish(watched, &header, (const guint8 *) name, strlen(name));
    }
}

static void
become_unavailable(Watched *watched, Reason reason)
{
    log_about(G_LOG_LEVEL_MESSAGE, watched->id, NULL, NULL,
              "session '%s' cannot be watched now: %s", watched->id, reason_to_name(reason));
    watched->reason = reason;
    g_clear_pointer(&watched->link, worker_link_free);
    watched->ready = FALSE;
    fail_requests(watched, reason);
    publish_reason(watched, watched->sizes);
    if (watched->retry == 0)
        watched->retry = g_timeout_add_seconds(RETRY_SECONDS, on_retry, watched);
    update(watched);
}

static void
order_takes(Watched *watched)
{
    for (GList *at = watched->requests.head; at != NULL; at = at->next) {
        Request *request = at->data;

        if (request->serial == 0)
            request->serial = worker_link_take(watched->link, request->size);
    }
}

static void
on_ready(gpointer data)
{
    Watched *watched = data;

    watched->ready = TRUE;
    if (watched->pace != PACE_FULL)
        worker_link_pace(watched->link, watched->pace);
    if (watched->sizes != 0)
        worker_link_watch(watched->link, watched->sizes);
    order_takes(watched);
}

static void
on_picture(const PictureHeader *header, guint8 *packet, gsize length, gpointer data)
{
    Watched *watched = data;
    PictureHeader own = *header;

    /* One that was under way when its last viewer left, or of a whole picture that was. */
    if ((watched->sizes & 1U << header->size) == 0 ||
        (header->kind == PICTURE_KIND_PART && watched->wholes[header->size] == 0))
        return;
    publish(watched, &own, packet + PICTURE_HEADER_BYTES, length - PICTURE_HEADER_BYTES);
}

static void
on_done(guint32 serial, int memory, gpointer data)
{
    Watched *watched = data;

    for (GList *at = watched->requests.head; at != NULL; at = at->next) {
        Request *request = at->data;

        if (request->serial != serial)
            continue;
        g_queue_delete_link(&watched->requests, at);
        request->func(fd_steal(&memory), REASON_REFUSED, request->data);
        g_free(request);
        break;
    }
    fd_clear(&memory);
    update(watched);
}

static void
on_gone(Reason reason, gpointer data)
{
    become_unavailable(data, reason);
}

static const WorkerLinkEvents link_events = {
    .on_ready = on_ready, .on_picture = on_picture, .on_done = on_done, .on_gone = on_gone
};

Watched *
watched_new(const char *id, guint64 number, Nursery *nursery, const WatchedEvents *events,
            gpointer data)
{
    Watched *watched = g_new0(Watched, 1);

    watched->id = g_strdup(id);
    watched->number = number;
    watched->nursery = nursery;
    watched->pace = PACE_FULL;
    watched->events = events;
    watched->data = data;
    /* Later than any that a viewer may remember, also after a restart: pictures come at less than this rate. */
    for (guint size = 0; size < N_PICTURE_SIZES; size++)
        watched->sequences[size] =
            (guint32) (g_get_monotonic_time() / G_USEC_PER_SEC * SEQUENCES_PER_SECOND);
    return watched;
}

void
watched_free(Watched *watched)
{
    if (watched == NULL)
        return;
    worker_link_free(watched->link);
    g_clear_handle_id(&watched->retry, g_source_remove);
    g_clear_handle_id(&watched->linger, g_source_remove);
    fail_requests(watched, REASON_ENDED);
    for (guint size = 0; size < N_PICTURE_SIZES; size++)
        picture_newest_clear(&watched->newest[size]);
    g_free(watched->id);
    g_free(watched);
}

const char *
watched_get_id(const Watched *watched)
{
    return watched->id;
}

guint64
watched_get_number(const Watched *watched)
{
    return watched->number;
}

void
watched_set_sizes(Watched *watched, guint sizes)
{
    guint added = sizes & ~watched->sizes;

    if (sizes == watched->sizes)
        return;
    watched->sizes = sizes;
    watched->was_watched = watched->was_watched || sizes != 0;
    /* What is not watched grows old: the next viewer is not shown it. */
    for (guint size = 0; size < N_PICTURE_SIZES; size++)
        if ((sizes & 1U << size) == 0) {
            picture_newest_clear(&watched->newest[size]);
            watched->wholes[size] = 0;
        }
    if (watched->ready)
        worker_link_watch(watched->link, sizes);
    else if (watched->retry != 0)
        publish_reason(watched, added);
    update(watched);
}

void
watched_set_pace(Watched *watched, guint pace)
{
    if (pace == watched->pace)
        return;
    watched->pace = pace;
    if (watched->ready)
        worker_link_pace(watched->link, pace);
}

gint64
watched_take_cpu(Watched *watched)
{
    return watched->link != NULL ? worker_link_take_cpu(watched->link) : 0;
}

const PictureNewest *
watched_get_newest(const Watched *watched, PictureSize size)
{
    return &watched->newest[size];
}

void
watched_take(Watched *watched, PictureSize size, WatchedTakeFunc func, gpointer data)
{
    Request *request = g_new0(Request, 1);

    request->size = size;
    request->func = func;
    request->data = data;
    g_queue_push_tail(&watched->requests, request);
    if (watched->ready)
        order_takes(watched);
    /* Somebody waits for this one: now, not at the next try. */
    g_clear_handle_id(&watched->retry, g_source_remove);
    update(watched);
}

void
watched_opened(Watched *watched, const char *display, int x, int cookie)
{
    const ChildOrder order = { CHILD_WORKER, display, x, cookie, -1 };
    g_autoptr(GError) error = NULL;

    if (!watched->opening)
        return; /* the answer to a question of one that was forgotten */
    watched->opening = FALSE;
    if (!is_wanted(watched)) {
        update(watched);
        return;
    }
    watched->link = worker_link_new(watched->nursery, &order, &link_events, watched, &error);
    if (watched->link != NULL)
        return;
    log_about(G_LOG_LEVEL_WARNING, watched->id, NULL, NULL, "%s", error->message);
    become_unavailable(watched, REASON_REFUSED);
}

void
watched_refused(Watched *watched, Reason reason)
{
    if (!watched->opening)
        return;
    watched->opening = FALSE;
    become_unavailable(watched, reason);
}
