/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages send as text: on the socket, and while somebody logs on. */
#include <stdint.h>

#include "web/log-on-message.h"
#include "web/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Message) message = NULL;
    g_autoptr(LogOnMessage) log_on = NULL;
    g_autoptr(GError) error = NULL, log_on_error = NULL;
    gint64 id;

    message = message_parse((const char *) data, size, &id, &error);
    g_assert_true((message != NULL) == (error == NULL));
    if (message != NULL && message->arguments != NULL)
        g_assert_true(g_variant_is_normal_form(message->arguments));
    log_on = log_on_message_parse((const char *) data, size, &log_on_error);
    g_assert_true((log_on != NULL) == (log_on_error == NULL));
    return 0;
}
