/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand-call.h"

#include <glib-unix.h>

#include "base/errand.h"
#include "base/fd.h"
#include "base/paths.h"

typedef struct {
    int socket;
    guint source, timer;
    GSubprocess *process;
    ErrandFunc func;
    gpointer data;
} Call;

/* Answer once; whatever descriptors the callee did not take are closed. */
static void
call_finish(Call *call, int *fds, const GError *error)
{
    guint n_fds = 0;

    while (n_fds < FD_PACKET_MAX_FDS && fds[n_fds] >= 0)
        n_fds++;
    call->func(fds, n_fds, error, call->data);
    for (guint i = 0; i < FD_PACKET_MAX_FDS; i++)
        fd_clear(&fds[i]);
    g_clear_handle_id(&call->source, g_source_remove);
    g_clear_handle_id(&call->timer, g_source_remove);
    if (call->process != NULL)
        g_subprocess_force_exit(call->process);
    g_clear_object(&call->process);
    fd_clear(&call->socket);
    g_free(call);
}

static gboolean
on_reply(int socket, GIOCondition condition, gpointer data)
{
    Call *call = data;
    guint8 packet[ERRAND_PACKET_MAX];
    int fds[FD_PACKET_MAX_FDS] = { -1, -1, -1, -1 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) result = NULL;
    gssize length = fd_receive_packet(socket, packet, sizeof packet, fds, &error);

    if (length == 0)
        g_set_error_literal(&error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                            "manyseat-errand has ended without an answer");
    else if (length > 0)
        (void) errand_reply_parse(packet, (gsize) length, &result, &error);
    call->source = 0;
    call_finish(call, fds, error);
    return G_SOURCE_REMOVE;
}

static gboolean
on_deadline(gpointer data)
{
    Call *call = data;
    int fds[FD_PACKET_MAX_FDS] = { -1, -1, -1, -1 };
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                  "manyseat-errand has not answered in time");

    call->timer = 0;
    call_finish(call, fds, error);
    return G_SOURCE_REMOVE;
}

/* A failed start is told from the main loop too, so that callers see one order of events. */
static gboolean
on_not_started(gpointer data)
{
    Call *call = data;
    int fds[FD_PACKET_MAX_FDS] = { -1, -1, -1, -1 };
    g_autoptr(GError) error =
        g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "manyseat-errand could not be started");

    call->timer = 0;
    call_finish(call, fds, error);
    return G_SOURCE_REMOVE;
}

static gboolean
call_start(Call *call, GBytes *request, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    char *empty[] = { NULL };
    autofd far_end = -1;
    int ends[2];

    if (!fd_socketpair(ends, error))
        return FALSE;
    call->socket = ends[0];
    far_end = ends[1];
    g_subprocess_launcher_set_environ(launcher, empty);
    g_subprocess_launcher_take_fd(launcher, fd_steal(&far_end), ERRAND_SOCKET);
    call->process =
        g_subprocess_launcher_spawn(launcher, error, MANYSEAT_LIBEXECDIR "/manyseat-errand", NULL);
    return call->process != NULL && fd_send_packet(call->socket, g_bytes_get_data(request, NULL),
                                                   g_bytes_get_size(request), NULL, 0, error);
}

void
errand_call(const char *task, uid_t uid, GVariant *arguments, ErrandFunc func, gpointer data)
{
    Call *call = g_new0(Call, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) request = errand_request_format(task, uid, arguments, &error);

    call->socket = -1;
    call->func = func;
    call->data = data;
    if (request == NULL || !call_start(call, request, &error)) {
        g_warning("errand %s for uid %u: %s", task, (guint) uid, error->message);
        call->timer = g_idle_add(on_not_started, call);
        return;
    }
    call->source = g_unix_fd_add(call->socket, G_IO_IN | G_IO_HUP, on_reply, call);
    call->timer = g_timeout_add_seconds(ERRAND_DEADLINE_SECONDS, on_deadline, call);
}
