/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand-call.h"

#include <glib-unix.h>

#include "base/errand.h"
#include "base/fd.h"
#include "base/paths.h"

struct Errand {
    int socket;
    guint source, timer;
    gboolean once;
    GSubprocess *process;
    ErrandFunc func;
    gpointer data;
};

void
errand_cancel(Errand *errand)
{
    if (errand == NULL)
        return;
    g_clear_handle_id(&errand->source, g_source_remove);
    g_clear_handle_id(&errand->timer, g_source_remove);
    /* It ends when its socket closes; killed too, lest it hangs. GSubprocess reaps it. */
    fd_clear(&errand->socket);
    if (errand->process != NULL)
        g_subprocess_force_exit(errand->process);
    g_clear_object(&errand->process);
    g_free(errand);
}

static void
errand_fail(Errand *errand, const GError *error)
{
    errand->func(NULL, NULL, 0, error, errand->data);
    errand_cancel(errand);
}

/* The callee may cancel the errand: nothing of it is touched afterwards. */
static gboolean
tell(Errand *errand, GVariant *result, int *fds)
{
    gboolean once = errand->once;
    guint n_fds = 0;

    while (n_fds < FD_PACKET_MAX_FDS && fds[n_fds] >= 0)
        n_fds++;
    errand->func(result, fds, n_fds, NULL, errand->data);
    if (once) {
        errand->source = 0;
        errand_cancel(errand);
    }
    return once ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
on_reply(int socket, GIOCondition condition, gpointer data)
{
    Errand *errand = data;
    guint8 packet[ERRAND_PACKET_MAX];
    int fds[FD_PACKET_MAX_FDS] = { -1, -1, -1, -1 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) result = NULL;
    gssize length = fd_receive_packet(socket, packet, sizeof packet, fds, &error);
    gboolean again = G_SOURCE_REMOVE;

    if (length == 0)
        g_set_error_literal(&error, G_IO_ERROR, G_IO_ERROR_CLOSED, "manyseat-errand has ended");
    else if (length > 0)
        (void) errand_reply_parse(packet, (gsize) length, &result, &error);
    if (error != NULL) {
        errand->source = 0;
        errand_fail(errand, error);
    } else
        again = tell(errand, result, fds);
    /* What the callee did not take. */
    for (guint i = 0; i < FD_PACKET_MAX_FDS; i++)
        fd_clear(&fds[i]);
    return again;
}

static gboolean
on_deadline(gpointer data)
{
    Errand *errand = data;
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                  "manyseat-errand has not answered in time");

    errand->timer = 0;
    errand_fail(errand, error);
    return G_SOURCE_REMOVE;
}

/* A failed start is told from the main loop too, so that callers see one order of events. */
static gboolean
on_not_started(gpointer data)
{
    Errand *errand = data;
    g_autoptr(GError) error =
        g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "manyseat-errand could not be started");

    errand->timer = 0;
    errand_fail(errand, error);
    return G_SOURCE_REMOVE;
}

static gboolean
launch(Errand *errand, GBytes *request, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    char *empty[] = { NULL };
    autofd far_end = -1;
    int ends[2];

    if (!fd_socketpair(ends, error))
        return FALSE;
    errand->socket = ends[0];
    far_end = ends[1];
    g_subprocess_launcher_set_environ(launcher, empty);
    g_subprocess_launcher_take_fd(launcher, fd_steal(&far_end), ERRAND_SOCKET);
    errand->process =
        g_subprocess_launcher_spawn(launcher, error, MANYSEAT_LIBEXECDIR "/manyseat-errand", NULL);
    return errand->process != NULL &&
           fd_send_packet(errand->socket, g_bytes_get_data(request, NULL),
                          g_bytes_get_size(request), NULL, 0, error);
}

Errand *
errand_start(const char *task, uid_t uid, GVariant *arguments, guint seconds, ErrandFunc func,
             gpointer data)
{
    Errand *errand = g_new0(Errand, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) request = errand_request_format(task, uid, arguments, &error);

    errand->socket = -1;
    errand->func = func;
    errand->data = data;
    if (request == NULL || !launch(errand, request, &error)) {
        g_warning("errand %s for uid %u: %s", task, (guint) uid, error->message);
        errand->timer = g_idle_add(on_not_started, errand);
        return errand;
    }
    errand->source = g_unix_fd_add(errand->socket, G_IO_IN | G_IO_HUP, on_reply, errand);
    errand->timer = g_timeout_add_seconds(seconds, on_deadline, errand);
    return errand;
}

void
errand_call(const char *task, uid_t uid, GVariant *arguments, ErrandFunc func, gpointer data)
{
    errand_start(task, uid, arguments, ERRAND_DEADLINE_SECONDS, func, data)->once = TRUE;
}
