/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include "base/errand.h"
#include "identity.h"

static const Errand errands[] = {
    { .name = ERRAND_CONNECT_RFB, .task = connect_rfb },
    { .name = ERRAND_CONNECT_X, .task = connect_x },
    { .name = ERRAND_LANGUAGE, .task = language },
    { .name = ERRAND_LOOK, .task = look },
    { .name = ERRAND_ASK, .talk = ask },
};

/* NULL when there is no such task. */
static const Errand *
find_errand(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(errands); i++)
        if (g_str_equal(errands[i].name, name))
            return &errands[i];
    return NULL;
}

static gboolean
take_request(int socket, const Errand **ret_errand, uid_t *ret_uid, GVariant **ret_arguments,
             GError **error)
{
    guint8 packet[ERRAND_PACKET_MAX];
    g_autofree char *name = NULL;
    gssize length = fd_receive_packet(socket, packet, sizeof packet, NULL, error);

    if (length < 0 ||
        !errand_request_parse(packet, (gsize) length, &name, ret_uid, ret_arguments, error))
        return FALSE;
    *ret_errand = find_errand(name);
    if (*ret_errand == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "cannot run errand '%s': unknown",
                    name);
        g_clear_pointer(ret_arguments, g_variant_unref);
        return FALSE;
    }
    return TRUE;
}

static gboolean
send_reply(int socket, GBytes *reply, const ErrandFds *fds, GError **error)
{
    return fd_send_packet(socket, g_bytes_get_data(reply, NULL), g_bytes_get_size(reply), fds->fds,
                          fds->n_fds, error);
}

gboolean
errand_tell(int socket, GVariant *result, GError **error)
{
    static const ErrandFds no_fds = { .n_fds = 0 };
    g_autoptr(GBytes) reply = errand_reply_format(NULL, result);

    return send_reply(socket, reply, &no_fds, error);
}

static gboolean
do_task(const Errand *errand, GVariant *arguments, int socket, GError **error)
{
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GBytes) reply = NULL;
    ErrandFds fds = { .n_fds = 0 };
    gboolean sent;

    if (!errand->task(arguments, &result, &fds, error))
        return FALSE;
    reply = errand_reply_format(NULL, result);
    sent = send_reply(socket, reply, &fds, error);
    for (guint i = 0; i < fds.n_fds; i++)
        fd_clear(&fds.fds[i]);
    return sent;
}

static gboolean
do_request(int socket, GError **error)
{
    g_autoptr(GVariant) arguments = NULL;
    const Errand *errand;
    uid_t uid;

    if (!take_request(socket, &errand, &uid, &arguments, error) || !identity_become(uid, error))
        return FALSE;
    if (errand->talk != NULL)
        return errand->talk(arguments, socket, error);
    return do_task(errand, arguments, socket, error);
}

gboolean
errand_run(int socket, GError **error)
{
    static const ErrandFds no_fds = { .n_fds = 0 };
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) reply = NULL;

    if (do_request(socket, &failure))
        return TRUE;
    /* Whoever asked may be gone; then nobody misses this. */
    reply = errand_reply_format(failure, NULL);
    (void) send_reply(socket, reply, &no_fds, NULL);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
