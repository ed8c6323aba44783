/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "take.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/sendfile.h>

#include "base/fd.h"

#define CHUNK_BYTES (1024 * 1024)

typedef struct {
    int memory, out;
    guint source, deadline;
} Take;

static void
take_free(Take *take)
{
    g_clear_handle_id(&take->source, g_source_remove);
    g_clear_handle_id(&take->deadline, g_source_remove);
    fd_clear(&take->memory);
    fd_clear(&take->out);
    g_free(take);
}

static gboolean
on_writable(int out, GIOCondition condition, gpointer data)
{
    Take *take = data;
    gssize sent = condition & G_IO_ERR ? 0 : sendfile(out, take->memory, NULL, CHUNK_BYTES);

    if (sent > 0 || (sent < 0 && (errno == EAGAIN || errno == EINTR)))
        return G_SOURCE_CONTINUE;
    /* All of it, or the reader has gone. */
    take->source = 0;
    take_free(take);
    return G_SOURCE_REMOVE;
}

static gboolean
on_deadline(gpointer data)
{
    Take *take = data;

    take->deadline = 0;
    take_free(take);
    return G_SOURCE_REMOVE;
}

void
take_write(int memory, int out)
{
    Take *take = g_new0(Take, 1);

    take->memory = memory;
    take->out = out;
    if (!g_unix_set_fd_nonblocking(out, TRUE, NULL)) {
        take_free(take);
        return;
    }
    take->source = g_unix_fd_add(out, G_IO_OUT | G_IO_ERR, on_writable, take);
    take->deadline = g_timeout_add_seconds(TAKE_SECONDS, on_deadline, take);
}
