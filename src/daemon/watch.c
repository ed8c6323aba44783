/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "base/fd.h"
#include "bus/client.h"
#include "bus/error.h"

#define INTERFACE_WATCH "org.manyseat.Watch"

typedef struct {
    guint64 number;
    int far_end;       /* manyseat-display's; ours is a duplicate */
    GVariant *watched; /* a(ss) */
} Stream;

struct Watch {
    GDBusConnection *display; /* NULL: manyseat-display is away */
    GHashTable *streams;
    guint64 last_stream;
    const Settings *settings; /* the caller's */
    WatchUse use;             /* pace is 0: nothing is known */
};

static void
stream_free(gpointer data)
{
    Stream *stream = data;

    fd_clear(&stream->far_end);
    g_clear_pointer(&stream->watched, g_variant_unref);
    g_free(stream);
}

Watch *
watch_new(const Settings *settings)
{
    Watch *watch = g_new0(Watch, 1);

    watch->settings = settings;
    watch->streams = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, stream_free);
    return watch;
}

void
watch_free(Watch *watch)
{
    if (watch == NULL)
        return;
    g_clear_object(&watch->display);
    g_hash_table_unref(watch->streams);
    g_free(watch);
}

gboolean
watch_is_there(Watch *watch)
{
    return watch->display != NULL;
}

static void
on_called(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish(
        G_DBUS_CONNECTION(source), NULL, result, &error);

    if (answer == NULL)
        g_message("cannot %s at manyseat-display: %s (ignoring)", (const char *) data,
                  error->message);
}

/* fd (not taken) is the handle 0 of the parameters, or -1. */
static void
call(Watch *watch, const char *method, GVariant *parameters, int fd)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(parameters);
    g_autoptr(GUnixFDList) fds = fd >= 0 ? g_unix_fd_list_new() : NULL;

    if (!watch_is_there(watch))
        return;
    if (fds != NULL && g_unix_fd_list_append(fds, fd, NULL) < 0)
        return;
    g_dbus_connection_call_with_unix_fd_list(
        watch->display, NULL, BUS_PATH_WATCH, INTERFACE_WATCH, method, owned, NULL,
        G_DBUS_CALL_FLAGS_NONE, 10000, fds, NULL, on_called, (gpointer) g_intern_string(method));
}

static void
hand_over(Watch *watch, Stream *stream)
{
    call(watch, "AddStream", g_variant_new("(th)", stream->number, 0), stream->far_end);
    if (stream->watched != NULL)
        call(watch, "SetStream", g_variant_new("(t@a(ss))", stream->number, stream->watched), -1);
}

static gboolean
has_budget(const Watch *watch)
{
    return watch->settings->cpu_share != 0 || watch->settings->bytes_per_second != 0;
}

void
watch_set_use(Watch *watch, const WatchUse *use)
{
    watch->use = *use;
}

const WatchUse *
watch_get_use(const Watch *watch)
{
    return has_budget(watch) && watch->display != NULL && watch->use.pace != 0 ? &watch->use : NULL;
}

void
watch_register(Watch *watch, GDBusConnection *connection)
{
    GHashTableIter iter;
    gpointer stream;

    g_set_object(&watch->display, connection);
    watch->use = (WatchUse){ 0 };
    call(watch, "SetBudget",
         g_variant_new("(uu)", watch->settings->cpu_share * 10, watch->settings->bytes_per_second),
         -1);
    g_hash_table_iter_init(&iter, watch->streams);
    while (g_hash_table_iter_next(&iter, NULL, &stream))
        hand_over(watch, stream);
}

void
watch_closed(Watch *watch, GDBusConnection *connection)
{
    if (watch->display == connection)
        g_clear_object(&watch->display);
}

int
watch_open_stream(Watch *watch, guint64 *ret_stream, GError **error)
{
    Stream *stream;
    int ends[2];

    if (!fd_socketpair(ends, error))
        return -1;
    stream = g_new0(Stream, 1);
    stream->number = ++watch->last_stream;
    stream->far_end = ends[1];
    g_hash_table_insert(watch->streams, &stream->number, stream);
    hand_over(watch, stream);
    *ret_stream = stream->number;
    return ends[0];
}

void
watch_set_stream(Watch *watch, guint64 number, GVariant *watched)
{
    Stream *stream = g_hash_table_lookup(watch->streams, &number);
    g_autoptr(GVariant) owned = g_variant_ref_sink(watched);

    if (stream == NULL || (stream->watched != NULL && g_variant_equal(stream->watched, owned)))
        return;
    g_clear_pointer(&stream->watched, g_variant_unref);
    stream->watched = g_variant_ref(owned);
    call(watch, "SetStream", g_variant_new("(t@a(ss))", number, owned), -1);
}

void
watch_close_stream(Watch *watch, guint64 number)
{
    call(watch, "RemoveStream", g_variant_new("(t)", number), -1);
    g_hash_table_remove(watch->streams, &number);
}

int
watch_take(Watch *watch, const char *session, const char *size, GError **error)
{
    autofd near_end = -1;
    autofd far_end = -1;
    int ends[2];

    if (!watch_is_there(watch)) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                            "cannot take a picture: manyseat-display does not run");
        return -1;
    }
    if (pipe2(ends, O_CLOEXEC) < 0) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                            "cannot take a picture: no pipe can be made");
        return -1;
    }
    near_end = ends[0];
    far_end = ends[1];
    call(watch, "Take", g_variant_new("(ssh)", session, size, 0), far_end);
    return fd_steal(&near_end);
}

void
watch_forget(Watch *watch, const char *session)
{
    call(watch, "Forget", g_variant_new("(s)", session), -1);
}

void
watch_show_notice(Watch *watch, const char *session, GVariant *notice)
{
    call(watch, "ShowNotice", g_variant_new("(s@a{sv})", session, notice), -1);
}

void
watch_hide_notice(Watch *watch, const char *session)
{
    call(watch, "HideNotice", g_variant_new("(s)", session), -1);
}
