/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#define REQUEST_TYPE "(sua{sv})"
#define REPLY_TYPE "(bsa{sv})"

static GVariant *
or_empty(GVariant *dictionary)
{
    return dictionary != NULL ? dictionary : g_variant_new("a{sv}", NULL);
}

GBytes *
errand_request_format(const char *task, uid_t uid, GVariant *arguments, GError **error)
{
    g_autoptr(GVariant) request =
        g_variant_ref_sink(g_variant_new("(su@a{sv})", task, (guint32) uid, or_empty(arguments)));

    if (g_variant_get_size(request) > ERRAND_PACKET_MAX) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot ask for errand '%s': its arguments are longer than %d bytes", task,
                    ERRAND_PACKET_MAX);
        return NULL;
    }
    return g_variant_get_data_as_bytes(request);
}

/* Size, then shape: a packet of another form is never looked into. */
static GVariant *
parse_packet(const char *type, const void *packet, gsize length, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GVariant) value = NULL;

    if (length > 0 && length <= ERRAND_PACKET_MAX) {
        bytes = g_bytes_new(packet, length);
        value = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), bytes, FALSE));
        if (g_variant_is_normal_form(value))
            return g_steal_pointer(&value);
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                "cannot take a packet of %" G_GSIZE_FORMAT " bytes: it is not '%s'", length, type);
    return NULL;
}

gboolean
errand_request_parse(const void *packet, gsize length, char **ret_task, uid_t *ret_uid,
                     GVariant **ret_arguments, GError **error)
{
    g_autoptr(GVariant) request = parse_packet(REQUEST_TYPE, packet, length, error);
    guint32 uid;

    if (request == NULL)
        return FALSE;
    g_variant_get_child(request, 1, "u", &uid);
    if (uid == 0 || uid == (guint32) -1) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "cannot run an errand as uid '%u': that is no user's", uid);
        return FALSE;
    }
    *ret_uid = uid;
    g_variant_get_child(request, 0, "s", ret_task);
    *ret_arguments = g_variant_get_child_value(request, 2);
    return TRUE;
}

GBytes *
errand_reply_format(const GError *failure, GVariant *result)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(or_empty(result));
    g_autofree char *why = failure != NULL ? g_utf8_make_valid(failure->message, -1) : NULL;
    g_autoptr(GVariant) reply = NULL;

    if (failure != NULL)
        reply = g_variant_new("(bsa{sv})", FALSE, why, NULL);
    else
        reply = g_variant_new("(bs@a{sv})", TRUE, "", owned);
    g_variant_ref_sink(reply);
    if (g_variant_get_size(reply) > ERRAND_PACKET_MAX) {
        g_variant_unref(reply);
        reply = g_variant_ref_sink(
            g_variant_new("(bsa{sv})", FALSE, "cannot send the reply: it is too long", NULL));
    }
    return g_variant_get_data_as_bytes(reply);
}

gboolean
errand_reply_parse(const void *packet, gsize length, GVariant **ret_result, GError **error)
{
    g_autoptr(GVariant) reply = parse_packet(REPLY_TYPE, packet, length, error);
    g_autofree char *why = NULL;
    gboolean done;

    if (reply == NULL)
        return FALSE;
    g_variant_get(reply, "(bs@a{sv})", &done, &why, NULL);
    if (!done) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, why);
        return FALSE;
    }
    *ret_result = g_variant_get_child_value(reply, 2);
    return TRUE;
}
