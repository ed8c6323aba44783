/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include "base/errand.h"
#include "identity.h"

static const struct {
    const char *name;
    ErrandTask task;
} tasks[] = {
    { ERRAND_CONNECT_RFB, connect_rfb },
    { ERRAND_CONNECT_X, connect_x },
};

ErrandTask
errand_find_task(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tasks); i++)
        if (g_str_equal(tasks[i].name, name))
            return tasks[i].task;
    return NULL;
}

static gboolean
take_request(int socket, ErrandTask *ret_task, uid_t *ret_uid, GVariant **ret_arguments,
             GError **error)
{
    guint8 packet[ERRAND_PACKET_MAX];
    g_autofree char *name = NULL;
    gssize length = fd_receive_packet(socket, packet, sizeof packet, NULL, error);

    if (length < 0 ||
        !errand_request_parse(packet, (gsize) length, &name, ret_uid, ret_arguments, error))
        return FALSE;
    *ret_task = errand_find_task(name);
    if (*ret_task == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "cannot run errand '%s': unknown",
                    name);
        g_clear_pointer(ret_arguments, g_variant_unref);
        return FALSE;
    }
    return TRUE;
}

static gboolean
do_request(int socket, GVariant **ret_result, ErrandFds *fds, GError **error)
{
    g_autoptr(GVariant) arguments = NULL;
    ErrandTask task;
    uid_t uid;

    return take_request(socket, &task, &uid, &arguments, error) && identity_become(uid, error) &&
           task(arguments, ret_result, fds, error);
}

gboolean
errand_run(int socket, GError **error)
{
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GBytes) reply = NULL;
    g_autoptr(GError) failure = NULL;
    ErrandFds fds = { .n_fds = 0 };
    gboolean sent;

    (void) do_request(socket, &result, &fds, &failure);
    reply = errand_reply_format(failure, result);
    sent = fd_send_packet(socket, g_bytes_get_data(reply, NULL), g_bytes_get_size(reply), fds.fds,
                          failure == NULL ? fds.n_fds : 0, failure == NULL ? error : NULL);
    for (guint i = 0; i < fds.n_fds; i++)
        fd_clear(&fds.fds[i]);
    if (failure == NULL)
        return sent;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
