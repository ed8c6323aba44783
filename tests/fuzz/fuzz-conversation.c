/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packet of the log-on conversation: what is read can be written again. */
#include <stdint.h>
#include <string.h>

#include <glib.h>

#include "base/conversation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    guint8 packet[LIMIT_CONVERSATION_PACKET];
    ConversationType type;
    g_autoptr(Secret) text = NULL;

    if (!conversation_parse(data, size, &type, &text, NULL))
        return 0;
    g_assert_cmpuint(conversation_format(type, secret_bytes(text), packet), ==, size);
    g_assert_true(memcmp(packet, data, size) == 0);
    return 0;
}
