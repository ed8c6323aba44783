/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversation's asking end (base/conversation.h): blocking, with a deadline for all of it, and with the least time that
 * a refusal takes. What PAM says between two questions is held back until the next question or the end, so that no message
 * tells a wrong name from a wrong password by its time.
 */
#pragma once

#include "base/conversation.h"
#include "base/names.h"

typedef struct Talk Talk;

/* Takes the socket. The deadline is LIMIT_LAUNCH_SECONDS from now. */
Talk *talk_new(int socket);
void talk_free(Talk *talk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Talk, talk_free)

/* Ask, and wait for the answer. NULL when the conversation is broken (cancelled, no answer in time, a bad packet, too many
 * questions): then it stays so, and talk_get_failure() says why. */
Secret *talk_ask(Talk *talk, gboolean hidden, const char *text);

/* Tell, later. */
void talk_tell(Talk *talk, gboolean is_error, const char *text);

/* Why the conversation is broken; FALSE if it is not. */
gboolean talk_get_failure(const Talk *talk, Failure *ret);

/* Wait before the person may try at all; FALSE when he hangs up meanwhile. */
gboolean talk_wait_turn(Talk *talk, guint milliseconds);

/* No refusal before this many milliseconds from now. */
void talk_hold_refusal(Talk *talk, guint milliseconds);

/* Wait until a refusal may be sent; the person hanging up ends the wait. */
void talk_wait_refusal(const Talk *talk);

/* The ends: a refusal, after talk_wait_refusal(), or success. Both close the socket. */
void talk_refuse(Talk *talk, Failure failure);
void talk_succeed(Talk *talk, const char *text);
