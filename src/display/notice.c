/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice.h"

#include "average.h"
#include "base/fd.h"
#include "base/limits.h"
#include "base/log.h"
#include "watched.h"
#include "worker-link.h"

#define BIRTH_US (G_USEC_PER_SEC / LIMIT_NOTICE_BIRTHS_A_SECOND)
#define RETRY_MOST_MS 5000  /* where there is no X server, or it does not let us in */
#define RETRY_AGAIN_MS 1000 /* where there is one that is slow, or a painter that died */
#define JUST_AFTER_MS 5     /* a second's turn, so that it is over for certain */

struct Notice {
    char *id;
    GVariant *content;
    Nursery *nursery;
    Easel *easel;
    WorkerLink *link; /* NULL: none, see opening and retry */
    gboolean opening;
    gint64 born;    /* when the last one was, monotonic */
    guint failures; /* in a row */
    guint retry;    /* timer */
    guint width;    /* of the screen; 0: not told yet */
    guint height;
    gboolean painting, stale; /* drawn right now; and by now something else is to be drawn */
    guint tick;               /* timer: the next second */
    const NoticeCalls *calls;
    gpointer data;
};

static void paint(Notice *notice);

static void
ask_open(Notice *notice)
{
    notice->opening = TRUE;
    notice->calls->open(notice, notice->data);
}

static gboolean
on_retry(gpointer data)
{
    Notice *notice = data;

    notice->retry = 0;
    ask_open(notice);
    return G_SOURCE_REMOVE;
}

/* One that was shown and is gone (killed, with its connection) is there again as soon as LIMIT_NOTICE_BIRTHS_A_SECOND lets it;
 * who never could begin waits longer each time. */
static guint
get_delay_ms(const Notice *notice, Reason reason)
{
    gint64 next = notice->born + BIRTH_US - g_get_monotonic_time();
    guint most = reason == REASON_TOO_SLOW ? RETRY_AGAIN_MS : RETRY_MOST_MS;

    if (notice->failures == 0)
        return (guint) (CLAMP(next, 0, BIRTH_US) / 1000);
    return MIN(most, 250U << MIN(notice->failures, 8));
}

static void
begin_again(Notice *notice, Reason reason)
{
    g_clear_pointer(&notice->link, worker_link_free);
    g_clear_handle_id(&notice->tick, g_source_remove);
    notice->width = notice->height = 0;
    if (notice->retry == 0)
        notice->retry = g_timeout_add(get_delay_ms(notice, reason), on_retry, notice);
    notice->failures++;
}

static gboolean
on_tick(gpointer data)
{
    Notice *notice = data;

    notice->tick = 0;
    paint(notice);
    return G_SOURCE_REMOVE;
}

/* What it says changes with the seconds that are left. */
static void
schedule(Notice *notice, gboolean painted)
{
    gint64 deadline = 0;
    gint64 left_us;
    guint delay = RETRY_AGAIN_MS;

    (void) g_variant_lookup(notice->content, "deadline", "x", &deadline);
    left_us = deadline - g_get_real_time();
    if (painted && left_us <= 0)
        return;
    if (painted)
        delay = (guint) (left_us % G_USEC_PER_SEC / 1000) + JUST_AFTER_MS;
    if (notice->tick == 0)
        notice->tick = g_timeout_add(delay, on_tick, notice);
}

static void
on_painted(int memory, gpointer data)
{
    Notice *notice = data;
    autofd picture = memory;

    notice->painting = FALSE;
    if (notice->link == NULL)
        return;
    if (picture >= 0)
        worker_link_show(notice->link, picture);
    if (notice->stale)
        paint(notice);
    else
        schedule(notice, picture >= 0);
}

/* One at a time; what changes meanwhile comes after. */
static void
paint(Notice *notice)
{
    notice->stale = notice->painting;
    if (notice->painting || notice->link == NULL || notice->width == 0)
        return;
    notice->painting = TRUE;
    g_clear_handle_id(&notice->tick, g_source_remove);
    easel_paint(notice->easel, notice->content, notice->width, notice->height, on_painted, notice);
}

static void
on_ready(gpointer data)
{
    (void) data;
}

static void
on_screen(guint width, guint height, gpointer data)
{
    Notice *notice = data;

    notice->width = CLAMP(width, 1, AVERAGE_SCREEN_MAX);
    notice->height = CLAMP(height, 1, AVERAGE_SCREEN_MAX);
    paint(notice);
}

/* It is seen. */
static void
on_done(guint32 serial, int memory, gpointer data)
{
    Notice *notice = data;

    (void) serial;
    notice->failures = 0;
    fd_clear(&memory);
}

static void
on_pressed(guint answer, gpointer data)
{
    Notice *notice = data;

    notice->calls->pressed(notice, answer, notice->data);
}

static void
on_gone(Reason reason, gpointer data)
{
    Notice *notice = data;

    log_about(G_LOG_LEVEL_MESSAGE, notice->id, NULL, NULL,
              "the notice in session '%s' is gone: %s; showing it again", notice->id,
              reason_to_name(reason));
    begin_again(notice, reason);
}

Notice *
notice_new(const char *id, GVariant *content, Nursery *nursery, Easel *easel,
           const NoticeCalls *calls, gpointer data)
{
    Notice *notice = g_new0(Notice, 1);

    notice->id = g_strdup(id);
    notice->content = g_variant_ref(content);
    notice->nursery = nursery;
    notice->easel = easel;
    notice->calls = calls;
    notice->data = data;
    ask_open(notice);
    return notice;
}

void
notice_free(Notice *notice)
{
    if (notice == NULL)
        return;
    easel_forget(notice->easel, notice);
    worker_link_free(notice->link);
    g_clear_handle_id(&notice->retry, g_source_remove);
    g_clear_handle_id(&notice->tick, g_source_remove);
    g_variant_unref(notice->content);
    g_free(notice->id);
    g_free(notice);
}

const char *
notice_get_id(const Notice *notice)
{
    return notice->id;
}

void
notice_set_content(Notice *notice, GVariant *content)
{
    g_variant_unref(notice->content);
    notice->content = g_variant_ref(content);
    paint(notice);
}

void
notice_opened(Notice *notice, const char *display, int x, int cookie)
{
    static const WorkerLinkEvents events = { .on_ready = on_ready,
                                             .on_done = on_done,
                                             .on_screen = on_screen,
                                             .on_pressed = on_pressed,
                                             .on_gone = on_gone };
    const ChildOrder order = { CHILD_NOTICE, display, x, cookie, -1 };
    g_autoptr(GError) error = NULL;

    if (!notice->opening)
        return; /* the answer to a question of one that was hidden meanwhile */
    notice->opening = FALSE;
    notice->born = g_get_monotonic_time();
    notice->link = worker_link_new(notice->nursery, &order, &events, notice, &error);
    if (notice->link != NULL)
        return;
    log_about(G_LOG_LEVEL_WARNING, notice->id, NULL, NULL, "%s", error->message);
    begin_again(notice, REASON_REFUSED);
}

void
notice_refused(Notice *notice, Reason reason)
{
    if (!notice->opening)
        return;
    notice->opening = FALSE;
    begin_again(notice, reason);
}
