/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page says while somebody logs on or signs in (docs/PROTOCOL.md). Pure. */
#pragma once

#include <gio/gio.h>

#include "base/secret.h"

typedef enum { LOG_ON_START, LOG_ON_ANSWER, LOG_ON_CANCEL } LogOnMessageType;

typedef struct {
    LogOnMessageType type;
    char *user; /* start */
    /* start: a{sv} with what was given of desktop, layout, station, width, height. */
    GVariant *request;
    Secret *answer; /* answer */
} LogOnMessage;

/* Read one message. NULL with MANYSEAT_ERROR_INVALID_ARGUMENT saying what is wrong. */
LogOnMessage *log_on_message_parse(const char *text, gsize length, GError **error);

void log_on_message_free(LogOnMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogOnMessage, log_on_message_free)
