/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parent.h"

#include <time.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/error.h"
#include "stream.h"

struct Parent {
    Nursery *nursery;
    GHashTable *streams;  /* number -> Stream */
    GHashTable *sessions; /* number -> Watched */
    GHashTable *notices;  /* number -> Notice */
    Easel *easel;
    const ParentCalls *calls;
    gpointer calls_data;
    Use budget;
    guint pace;
    guint measure;   /* timer, while there is a budget */
    gint64 measured; /* when */
    gint64 own_cpu;  /* of this process, when measured */
    ParentUseFunc on_use;
    gpointer use_data;
};

static void
on_born(guint64 birth, int pidfd, gpointer data)
{
    (void) data;
    worker_link_born(birth, pidfd);
}

static guint64 *
key_new(guint64 number)
{
    return g_memdup2(&number, sizeof number);
}

Parent *
parent_new(int nursery, NurseryGoneFunc on_gone, gpointer data)
{
    Parent *parent = g_new0(Parent, 1);

    parent->pace = PACE_FULL;
    parent->nursery = nursery_new(nursery, on_born, on_gone, data);
    parent->streams =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) stream_free);
    parent->sessions =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) watched_free);
    parent->notices =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) notice_free);
    parent->easel = easel_new(parent->nursery);
    return parent;
}

void
parent_free(Parent *parent)
{
    if (parent == NULL)
        return;
    g_clear_handle_id(&parent->measure, g_source_remove);
    g_hash_table_unref(parent->sessions);
    g_hash_table_unref(parent->streams);
    g_hash_table_unref(parent->notices);
    easel_free(parent->easel);
    nursery_free(parent->nursery);
    g_free(parent);
}

void
parent_set_calls(Parent *parent, const ParentCalls *calls, gpointer data)
{
    parent->calls = calls;
    parent->calls_data = data;
}

static gboolean
parse_session(const char *session, guint64 *ret_number, GError **error)
{
    if (g_ascii_string_to_unsigned(session, 10, 1, TILE_SESSION_MAX, ret_number, NULL))
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                "cannot watch session '%s': that is no session's id", session);
    return FALSE;
}

static gboolean
parse_size(const char *name, PictureSize *ret_size, GError **error)
{
    if (picture_size_from_name(name, ret_size))
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                "cannot make a picture of size '%s': there is no such size", name);
    return FALSE;
}

/* In sessions or notices. */
static gpointer
find_in(GHashTable *table, const char *session)
{
    guint64 number;

    return parse_session(session, &number, NULL) ? g_hash_table_lookup(table, &number) : NULL;
}

void
parent_opened(Parent *parent, const char *session, Purpose purpose, const char *display, int x,
              int cookie)
{
    Watched *watched = find_in(parent->sessions, session);
    Notice *notice = find_in(parent->notices, session);

    if (purpose == FOR_PICTURES && watched != NULL)
        watched_opened(watched, display, x, cookie);
    if (purpose == FOR_NOTICE && notice != NULL)
        notice_opened(notice, display, x, cookie);
}

void
parent_refused(Parent *parent, const char *session, Purpose purpose, Reason reason)
{
    Watched *watched = find_in(parent->sessions, session);
    Notice *notice = find_in(parent->notices, session);

    if (purpose == FOR_PICTURES && watched != NULL)
        watched_refused(watched, reason);
    if (purpose == FOR_NOTICE && notice != NULL)
        notice_refused(notice, reason);
}

static void
on_open(Watched *watched, gpointer data)
{
    Parent *parent = data;

    parent->calls->open(watched_get_id(watched), FOR_PICTURES, parent->calls_data);
}

/* Made once, sent to however many look. */
static void
on_packet(Watched *watched, PictureSize size, GBytes *packet, gpointer data)
{
    Parent *parent = data;
    GHashTableIter iter;
    gpointer stream;

    g_hash_table_iter_init(&iter, parent->streams);
    while (g_hash_table_iter_next(&iter, NULL, &stream))
        stream_offer(stream, TILE(watched_get_number(watched), size), packet);
}

static void
on_idle(Watched *watched, gpointer data)
{
    Parent *parent = data;
    guint64 number = watched_get_number(watched);

    (void) g_hash_table_remove(parent->sessions, &number);
}

static Watched *
ensure_session(Parent *parent, guint64 number)
{
    static const WatchedEvents events = { on_open, on_packet, on_idle };
    Watched *watched = g_hash_table_lookup(parent->sessions, &number);
    g_autofree char *id = NULL;

    if (watched != NULL)
        return watched;
    id = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    watched = watched_new(id, number, parent->nursery, &events, parent);
    watched_set_pace(watched, parent->pace);
    (void) g_hash_table_insert(parent->sessions, key_new(number), watched);
    return watched;
}

static void
add_tile(Tile tile, gpointer data)
{
    GHashTable *sizes = data;
    guint64 number = TILE_SESSION(tile);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(sizes, &number));

    (void) g_hash_table_insert(sizes, key_new(number),
                               GUINT_TO_POINTER(known | 1U << TILE_SIZE(tile)));
}

/* Who watches what has changed: tell the sessions. */
static void
update_sessions(Parent *parent)
{
    g_autoptr(GHashTable) sizes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, parent->streams);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        stream_foreach(value, add_tile, sizes);
    g_hash_table_iter_init(&iter, sizes);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        (void) ensure_session(parent, *(guint64 *) key);
    g_hash_table_iter_init(&iter, parent->sessions);
    while (g_hash_table_iter_next(&iter, &key, &value))
        watched_set_sizes(value, GPOINTER_TO_UINT(g_hash_table_lookup(sizes, key)));
}

/* What is known already need not be waited for. */
static void
offer_known(Stream *stream, Tile tile, gpointer data)
{
    Parent *parent = data;
    guint64 number = TILE_SESSION(tile);
    Watched *watched = g_hash_table_lookup(parent->sessions, &number);
    const PictureNewest *newest =
        watched != NULL ? watched_get_newest(watched, TILE_SIZE(tile)) : NULL;

    if (newest != NULL && newest->whole != NULL)
        stream_offer(stream, tile, newest->whole);
    if (newest != NULL && newest->part != NULL)
        stream_offer(stream, tile, newest->part);
}

static void
on_stream_closed(guint64 number, gpointer data)
{
    (void) parent_remove_stream(data, number, NULL);
}

gboolean
parent_add_stream(Parent *parent, guint64 number, int socket, GError **error)
{
    static const StreamEvents events = { on_stream_closed, offer_known };
    g_autoptr(GError) failure = NULL;
    Stream *stream = stream_new(number, socket, &events, parent, &failure);

    if (stream == NULL) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                            failure->message);
        return FALSE;
    }
    /* One of the same number is of a manyseatd that is no more. */
    (void) g_hash_table_replace(parent->streams, key_new(number), stream);
    update_sessions(parent);
    return TRUE;
}

static Stream *
find_stream(Parent *parent, guint64 number, GError **error)
{
    Stream *stream = g_hash_table_lookup(parent->streams, &number);

    if (stream == NULL)
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot find stream '%" G_GUINT64_FORMAT "': its viewer has gone", number);
    return stream;
}

static gboolean
parse_tile(const char *session, const char *name, Tile *ret_tile, GError **error)
{
    PictureSize size;
    guint64 number;

    if (!parse_session(session, &number, error) || !parse_size(name, &size, error))
        return FALSE;
    if (size == PICTURE_FULL) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                            "cannot watch size 'full': it can be taken once only");
        return FALSE;
    }
    *ret_tile = TILE(number, size);
    return TRUE;
}

/* The tiles of an a(ss), each once. */
static GArray *
parse_tiles(GVariant *watched, GError **error)
{
    g_autoptr(GArray) tiles = g_array_new(FALSE, FALSE, sizeof(Tile));
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    const char *session, *name;
    GVariantIter iter;
    Tile tile;

    if (g_variant_n_children(watched) > LIMIT_WATCHED) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                    "cannot watch more than %d tiles", LIMIT_WATCHED);
        return NULL;
    }
    g_variant_iter_init(&iter, watched);
    while (g_variant_iter_next(&iter, "(&s&s)", &session, &name)) {
        if (!parse_tile(session, name, &tile, error))
            return NULL;
        if (g_hash_table_add(seen, key_new(tile)))
            g_array_append_val(tiles, tile);
    }
    return g_steal_pointer(&tiles);
}

gboolean
parent_set_stream(Parent *parent, guint64 number, GVariant *watched, GError **error)
{
    Stream *stream = find_stream(parent, number, error);
    g_autoptr(GArray) tiles = stream != NULL ? parse_tiles(watched, error) : NULL;
    g_autoptr(GArray) added = g_array_new(FALSE, FALSE, sizeof(Tile));

    if (tiles == NULL)
        return FALSE;
    for (guint i = 0; i < tiles->len; i++)
        if (!stream_has(stream, g_array_index(tiles, Tile, i)))
            g_array_append_val(added, g_array_index(tiles, Tile, i));
    stream_set(stream, (const Tile *) (void *) tiles->data, tiles->len);
    for (guint i = 0; i < added->len; i++)
        offer_known(stream, g_array_index(added, Tile, i), parent);
    update_sessions(parent);
    return TRUE;
}

gboolean
parent_remove_stream(Parent *parent, guint64 number, GError **error)
{
    if (find_stream(parent, number, error) == NULL)
        return FALSE;
    (void) g_hash_table_remove(parent->streams, &number);
    update_sessions(parent);
    return TRUE;
}

gboolean
parent_take(Parent *parent, const char *session, const char *size, WatchedTakeFunc func,
            gpointer data, GError **error)
{
    PictureSize wanted;
    guint64 number;

    if (!parse_session(session, &number, error) || !parse_size(size, &wanted, error))
        return FALSE;
    watched_take(ensure_session(parent, number), wanted, func, data);
    return TRUE;
}

static gint64
get_own_cpu(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Microseconds of all of us since this was last asked. */
static gint64
take_cpu(Parent *parent)
{
    gint64 own = get_own_cpu();
    gint64 sum = own - parent->own_cpu;
    GHashTableIter iter;
    gpointer watched;

    parent->own_cpu = own;
    g_hash_table_iter_init(&iter, parent->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &watched))
        sum += watched_take_cpu(watched);
    return sum;
}

/* What streams that have closed meanwhile had sent is not counted. */
static guint64
take_bytes(Parent *parent)
{
    GHashTableIter iter;
    gpointer stream;
    guint64 sum = 0;

    g_hash_table_iter_init(&iter, parent->streams);
    while (g_hash_table_iter_next(&iter, NULL, &stream))
        sum += stream_take_bytes(stream);
    return sum;
}

/* What was used for each second since this was last asked. */
static Use
take_use(Parent *parent)
{
    gint64 now = g_get_monotonic_time();
    gint64 elapsed = MAX(now - parent->measured, 1);
    guint64 bytes = take_bytes(parent) * G_USEC_PER_SEC / (guint64) elapsed;
    Use used = { .cpu_permille = (guint) (take_cpu(parent) * 1000 / elapsed),
                 .bytes_per_second = (guint) MIN(bytes, G_MAXUINT) };

    parent->measured = now;
    return used;
}

static void
set_pace(Parent *parent, guint pace)
{
    GHashTableIter iter;
    gpointer watched;

    parent->pace = pace;
    g_hash_table_iter_init(&iter, parent->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &watched))
        watched_set_pace(watched, pace);
}

static gboolean
on_measure(gpointer data)
{
    Parent *parent = data;
    Use used = take_use(parent);

    set_pace(parent, pace_next(parent->pace, &parent->budget, &used));
    parent->on_use(&used, parent->pace, parent->use_data);
    return G_SOURCE_CONTINUE;
}

void
parent_set_budget(Parent *parent, const Use *budget, ParentUseFunc func, gpointer data)
{
    parent->budget = *budget;
    parent->on_use = func;
    parent->use_data = data;
    g_clear_handle_id(&parent->measure, g_source_remove);
    (void) take_use(parent);
    if (budget->cpu_permille != 0 || budget->bytes_per_second != 0) {
        parent->measure = g_timeout_add_seconds(BUDGET_SECONDS, on_measure, parent);
        return;
    }
    set_pace(parent, PACE_FULL);
    func(&(Use){ 0 }, PACE_FULL, data);
}

static void
on_notice_open(Notice *notice, gpointer data)
{
    Parent *parent = data;

    parent->calls->open(notice_get_id(notice), FOR_NOTICE, parent->calls_data);
}

static void
on_notice_pressed(Notice *notice, NoticeAnswer answer, gpointer data)
{
    Parent *parent = data;

    parent->calls->pressed(notice_get_id(notice), answer, parent->calls_data);
}

gboolean
parent_show_notice(Parent *parent, const char *session, GVariant *notice, GError **error)
{
    static const NoticeCalls calls = { on_notice_open, on_notice_pressed };
    Notice *shown;
    guint64 number;

    if (!parse_session(session, &number, error))
        return FALSE;
    if (g_variant_get_size(notice) > NOTICE_BYTES_MAX) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot show a notice of more than %d bytes", NOTICE_BYTES_MAX);
        return FALSE;
    }
    shown = g_hash_table_lookup(parent->notices, &number);
    if (shown != NULL)
        notice_set_content(shown, notice);
    else
        (void) g_hash_table_insert(
            parent->notices, key_new(number),
            notice_new(session, notice, parent->nursery, parent->easel, &calls, parent));
    return TRUE;
}

void
parent_hide_notice(Parent *parent, const char *session)
{
    guint64 number;

    if (parse_session(session, &number, NULL))
        (void) g_hash_table_remove(parent->notices, &number);
}

void
parent_forget(Parent *parent, const char *session)
{
    guint64 number;

    parent_hide_notice(parent, session);
    if (parse_session(session, &number, NULL))
        (void) g_hash_table_remove(parent->sessions, &number);
}
