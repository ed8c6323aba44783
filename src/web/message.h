/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page says on the socket (docs/PROTOCOL.md, "The socket"). Pure. */
#pragma once

#include <gio/gio.h>

#include "base/picture.h"

typedef enum { MESSAGE_CALL, MESSAGE_TICKET, MESSAGE_WATCH, MESSAGE_DRAWN } MessageType;

typedef struct {
    MessageType type;
    gint64 id;           /* call, ticket */
    char *method;        /* call */
    GVariant *arguments; /* call: the tuple; watch: a(ss) */
    char *session;       /* ticket */
    ViewMode mode;       /* ticket */
    PictureDrawn drawn;  /* drawn */
} Message;

/* Read one message. NULL with MANYSEAT_ERROR_INVALID_ARGUMENT saying what is wrong; ret_id is then the message's id, or -1
 * if it has none. */
Message *message_parse(const char *text, gsize length, gint64 *ret_id, GError **error);

void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)
