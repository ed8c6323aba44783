/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "easel.h"

#include "base/fd.h"
#include "worker-link.h"

#define IDLE_SECONDS 10

typedef struct {
    guint32 serial;
    EaselFunc func; /* NULL: forgotten */
    gpointer data;
} Wish;

struct Easel {
    Nursery *nursery;
    WorkerLink *link; /* NULL: no painter runs */
    GQueue wishes;    /* Wish, in the order of their serials */
    guint idle;       /* timer, while nothing is wished for */
};

static void
answer(Wish *wish, int memory)
{
    if (wish->func != NULL)
        wish->func(memory, wish->data);
    else
        fd_clear(&memory);
    g_free(wish);
}

static gboolean
on_idle(gpointer data)
{
    Easel *easel = data;

    easel->idle = 0;
    g_clear_pointer(&easel->link, worker_link_free);
    return G_SOURCE_REMOVE;
}

static void
on_ready(gpointer data)
{
    (void) data;
}

static void
on_done(guint32 serial, int memory, gpointer data)
{
    Easel *easel = data;
    Wish *wish = g_queue_peek_head(&easel->wishes);

    if (wish == NULL || wish->serial != serial) {
        fd_clear(&memory);
        return;
    }
    (void) g_queue_pop_head(&easel->wishes);
    answer(wish, memory);
    if (easel->wishes.length == 0 && easel->idle == 0)
        easel->idle = g_timeout_add_seconds(IDLE_SECONDS, on_idle, easel);
}

/* It died at one of its wishes: none of them is fulfilled; whoever wishes again gets a new one. */
static void
on_gone(Reason reason, gpointer data)
{
    Easel *easel = data;
    GQueue failed = easel->wishes;

    (void) reason;
    g_message("the painter of notices has ended");
    g_queue_init(&easel->wishes);
    g_clear_pointer(&easel->link, worker_link_free);
    for (Wish *wish; (wish = g_queue_pop_head(&failed)) != NULL;)
        answer(wish, -1);
}

Easel *
easel_new(Nursery *nursery)
{
    Easel *easel = g_new0(Easel, 1);

    easel->nursery = nursery;
    return easel;
}

void
easel_free(Easel *easel)
{
    if (easel == NULL)
        return;
    g_clear_handle_id(&easel->idle, g_source_remove);
    worker_link_free(easel->link);
    g_queue_clear_full(&easel->wishes, g_free);
    g_free(easel);
}

static void
ensure_painter(Easel *easel)
{
    static const WorkerLinkEvents events = { .on_ready = on_ready,
                                             .on_done = on_done,
                                             .on_gone = on_gone };
    const ChildOrder order = { CHILD_PAINTER, "", -1, -1, -1 };
    g_autoptr(GError) error = NULL;

    if (easel->link != NULL)
        return;
    easel->link = worker_link_new(easel->nursery, &order, &events, easel, &error);
    if (easel->link == NULL)
        g_warning("cannot start the painter of notices: %s", error->message);
}

static gboolean
fail_later(gpointer data)
{
    answer(data, -1);
    return G_SOURCE_REMOVE;
}

void
easel_paint(Easel *easel, GVariant *notice, guint width, guint height, EaselFunc func,
            gpointer data)
{
    Wish *wish = g_new0(Wish, 1);

    wish->func = func;
    wish->data = data;
    g_clear_handle_id(&easel->idle, g_source_remove);
    ensure_painter(easel);
    if (easel->link == NULL) {
        (void) g_idle_add(fail_later, wish);
        return;
    }
    wish->serial = worker_link_paint(easel->link, notice, width, height);
    g_queue_push_tail(&easel->wishes, wish);
}

void
easel_forget(Easel *easel, gpointer data)
{
    for (GList *at = easel->wishes.head; at != NULL; at = at->next) {
        Wish *wish = at->data;

        if (wish->data == data)
            wish->func = NULL;
    }
}
