/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log-on conversation: packets on a SOCK_SEQPACKET socket between manyseat-session (which asks, on PAM's behalf) and
 * manyseat-web or the CLI (which shows and answers). Neither manyseatd nor D-Bus ever sees one.
 *
 * A packet is one type byte and up to LIMIT_CONVERSATION_PACKET - 1 bytes of payload: UTF-8 text without NUL.
 *
 *   from manyseat-session                      payload
 *   'P'  prompt, the answer may be shown       the text ("login:" for the name, else PAM's own words)
 *   'H'  prompt, the answer must be hidden     the text
 *   'I'  information                           the text
 *   'E'  error message                         the text
 *   'S'  success, the last packet              session: "started ID" or "resumed ID"; check: "user NAME"
 *   'F'  failure, the last packet              a Failure name (base/names.h)
 *
 *   from the person's side
 *   'A'  answer to the last prompt             the text
 *   'C'  cancel                                empty
 *
 * The first prompt, when the launch names no user, asks for the name. A packet out of turn, of unknown type, too long or
 * not UTF-8 ends the conversation.
 */
#pragma once

#include "limits.h"
#include "secret.h"

typedef enum {
    CONVERSATION_PROMPT = 'P',
    CONVERSATION_PROMPT_HIDDEN = 'H',
    CONVERSATION_INFO = 'I',
    CONVERSATION_ERROR = 'E',
    CONVERSATION_SUCCESS = 'S',
    CONVERSATION_FAILURE = 'F',
    CONVERSATION_ANSWER = 'A',
    CONVERSATION_CANCEL = 'C'
} ConversationType;

/* Read a packet. ret_text is the payload (a Secret, since answers are). FALSE with G_IO_ERROR_INVALID_DATA if it is none. */
gboolean conversation_parse(const guint8 *packet, gsize length, ConversationType *ret_type,
                            Secret **ret_text, GError **error);

/* Write a packet into packet (LIMIT_CONVERSATION_PACKET bytes); returns its length. Text that is too long is cut at a
 * character's border; NULL text is empty. Wipe the packet after an answer was sent. */
gsize conversation_format(ConversationType type, const char *text, guint8 *packet);

/* Send one packet on a blocking or non-blocking socket, and wipe it. */
gboolean conversation_send(int socket, ConversationType type, const char *text, GError **error);

/* Receive one packet; blocks as the socket does. FALSE with G_IO_ERROR_CLOSED at the end of the stream. */
gboolean conversation_receive(int socket, ConversationType *ret_type, Secret **ret_text,
                              GError **error);
