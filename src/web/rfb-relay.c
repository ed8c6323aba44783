/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rfb-relay.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "rfb-filter.h"

#define CHUNK (64 * 1024)

struct RfbRelay {
    Socket *socket;
    int fd;
    RfbFilter *filter;
    RfbRelayFunc on_end;
    gpointer data;
    gboolean ended;
    GByteArray *pending; /* for Xvnc */
    guint in_source, out_source, stuck_timeout;
};

static void
stop(RfbRelay *relay)
{
    g_clear_handle_id(&relay->in_source, g_source_remove);
    g_clear_handle_id(&relay->out_source, g_source_remove);
    g_clear_handle_id(&relay->stuck_timeout, g_source_remove);
}

static void
end(RfbRelay *relay, RfbRelayEnd how, const GError *error)
{
    if (relay->ended)
        return;
    relay->ended = TRUE;
    stop(relay);
    relay->on_end(how, error, relay->data);
}

/* From Xvnc to the browser. */

static void
to_browser(RfbRelay *relay, const guint8 *bytes, gsize length)
{
    g_autoptr(GByteArray) out = g_byte_array_sized_new((guint) length);
    g_autoptr(GError) error = NULL;

    if (!rfb_filter_from_server(relay->filter, bytes, length, out, &error))
        end(relay, RFB_RELAY_MALFORMED, error);
    else if (out->len > 0)
        socket_send_binary(relay->socket, out->data, out->len);
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
    static guint8 chunk[CHUNK];
    RfbRelay *relay = data;
    ssize_t n;

    if (socket_is_above(relay->socket, LIMIT_WEB_UNSENT_VIEW)) {
        relay->in_source = 0;
        return G_SOURCE_REMOVE;
    }
    n = read(fd, chunk, sizeof chunk);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (n <= 0)
        end(relay, RFB_RELAY_CLOSED, NULL);
    else
        to_browser(relay, chunk, (gsize) n);
    /* If it has ended, the source is removed already. */
    return G_SOURCE_CONTINUE;
}

void
rfb_relay_drained(RfbRelay *relay)
{
    if (!relay->ended && relay->in_source == 0)
        relay->in_source = g_unix_fd_add(relay->fd, G_IO_IN, on_readable, relay);
}

/* From the browser to Xvnc. */

static gboolean
on_stuck(gpointer data)
{
    RfbRelay *relay = data;

    relay->stuck_timeout = 0;
    end(relay, RFB_RELAY_STUCK, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean flush(RfbRelay *relay);

static gboolean
on_writable(int fd, GIOCondition condition, gpointer data)
{
    RfbRelay *relay = data;

    if (!flush(relay) || relay->ended)
        return G_SOURCE_CONTINUE;
    relay->out_source = 0;
    g_clear_handle_id(&relay->stuck_timeout, g_source_remove);
    socket_pause(relay->socket, FALSE);
    return G_SOURCE_REMOVE;
}

/* TRUE when nothing is pending. */
static gboolean
flush(RfbRelay *relay)
{
    while (relay->pending->len > 0) {
        ssize_t n = send(relay->fd, relay->pending->data, relay->pending->len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return FALSE;
        if (n < 0) {
            end(relay, RFB_RELAY_CLOSED, NULL);
            return FALSE;
        }
        g_byte_array_remove_range(relay->pending, 0, (guint) n);
    }
    return TRUE;
}

static void
wait_for_xvnc(RfbRelay *relay)
{
    if (relay->out_source != 0 || relay->ended)
        return;
    socket_pause(relay->socket, TRUE);
    relay->out_source = g_unix_fd_add(relay->fd, G_IO_OUT, on_writable, relay);
    relay->stuck_timeout = g_timeout_add_seconds(LIMIT_WEB_STALL_SECONDS, on_stuck, relay);
}

void
rfb_relay_from_client(RfbRelay *relay, const guint8 *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;

    if (relay->ended)
        return;
    if (!rfb_filter_from_client(relay->filter, bytes, length, relay->pending, &error))
        end(relay, RFB_RELAY_MALFORMED, error);
    else if (!flush(relay))
        wait_for_xvnc(relay);
}

gboolean
rfb_relay_take_input(RfbRelay *relay)
{
    return rfb_filter_take_input(relay->filter);
}

RfbRelay *
rfb_relay_new(Socket *socket, int fd, ViewMode mode, RfbRelayFunc on_end, gpointer data)
{
    RfbRelay *relay = g_new0(RfbRelay, 1);

    relay->socket = socket;
    relay->fd = fd;
    relay->filter = rfb_filter_new(mode);
    relay->on_end = on_end;
    relay->data = data;
    relay->pending = g_byte_array_new();
    (void) g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    rfb_relay_drained(relay);
    return relay;
}

void
rfb_relay_free(RfbRelay *relay)
{
    if (relay == NULL)
        return;
    stop(relay);
    fd_clear(&relay->fd);
    rfb_filter_free(relay->filter);
    g_byte_array_unref(relay->pending);
    g_free(relay);
}
