/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conversation.h"

#include <gio/gio.h>
#include <string.h>

#include "fd.h"

static const char conversation_types[] = "PHIESFAC";

gboolean
conversation_parse(const guint8 *packet, gsize length, ConversationType *ret_type,
                   Secret **ret_text, GError **error)
{
    if (length == 0 || length > LIMIT_CONVERSATION_PACKET || packet[0] == '\0' ||
        strchr(conversation_types, packet[0]) == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "cannot read a conversation packet of %" G_GSIZE_FORMAT
                    " bytes: wrong size or type",
                    length);
        return FALSE;
    }
    if (!g_utf8_validate_len((const char *) packet + 1, length - 1, NULL)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                            "cannot read a conversation packet: not UTF-8 text");
        return FALSE;
    }
    *ret_type = (ConversationType) packet[0];
    *ret_text = secret_new(packet + 1, length - 1);
    return TRUE;
}

gsize
conversation_format(ConversationType type, const char *text, guint8 *packet)
{
    gsize length = text != NULL ? strlen(text) : 0;

    if (length > LIMIT_CONVERSATION_PACKET - 1) {
        const char *end = g_utf8_find_prev_char(text, text + LIMIT_CONVERSATION_PACKET);

        length = end != NULL ? (gsize) (end - text) : 0;
    }
    packet[0] = (guint8) type;
    if (length > 0)
        memcpy(packet + 1, text, length);
    return length + 1;
}

gboolean
conversation_send(int socket, ConversationType type, const char *text, GError **error)
{
    guint8 packet[LIMIT_CONVERSATION_PACKET];
    gsize length = conversation_format(type, text, packet);
    gboolean sent = fd_send_packet(socket, packet, length, NULL, 0, error);

    secret_wipe(packet, sizeof packet);
    return sent;
}

gboolean
conversation_receive(int socket, ConversationType *ret_type, Secret **ret_text, GError **error)
{
    guint8 packet[LIMIT_CONVERSATION_PACKET];
    gssize length = fd_receive_packet(socket, packet, sizeof packet, NULL, error);
    gboolean parsed;

    if (length < 0)
        return FALSE;
    if (length == 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                            "cannot go on with the conversation: the other side has left");
        return FALSE;
    }
    parsed = conversation_parse(packet, (gsize) length, ret_type, ret_text, error);
    secret_wipe(packet, sizeof packet);
    return parsed;
}
