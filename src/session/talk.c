/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk.h"

#include <gio/gio.h>
#include <poll.h>
#include <string.h>

#include "base/fd.h"
#include "base/limits.h"

typedef struct {
    ConversationType type;
    char *text;
} Message;

struct Talk {
    int socket;
    gint64 deadline;  /* monotonic, microseconds */
    gint64 no_sooner; /* the same: before it no refusal */
    guint prompts;
    GQueue messages; /* of Message */
    gboolean broken;
    Failure failure;
};

static void
message_free(gpointer data)
{
    Message *message = data;

    g_free(message->text);
    g_free(message);
}

Talk *
talk_new(int socket)
{
    Talk *talk = g_new0(Talk, 1);

    talk->socket = socket;
    talk->deadline = g_get_monotonic_time() + LIMIT_LAUNCH_SECONDS * G_USEC_PER_SEC;
    g_queue_init(&talk->messages);
    return talk;
}

void
talk_free(Talk *talk)
{
    if (talk == NULL)
        return;
    fd_clear(&talk->socket);
    g_queue_clear_full(&talk->messages, message_free);
    g_free(talk);
}

static void
break_off(Talk *talk, Failure failure)
{
    if (talk->broken)
        return;
    talk->broken = TRUE;
    talk->failure = failure;
}

static void
send_packet(Talk *talk, ConversationType type, const char *text)
{
    g_autoptr(GError) error = NULL;

    if (!conversation_send(talk->socket, type, text, &error)) {
        g_debug("%s", error->message);
        break_off(talk, FAILURE_CANCELLED);
    }
}

static void
send_messages(Talk *talk)
{
    Message *message;

    while ((message = g_queue_pop_head(&talk->messages)) != NULL) {
        send_packet(talk, message->type, message->text);
        message_free(message);
    }
}

/* Wait for the socket until a time; FALSE when the time has come. */
static gboolean
wait_until(const Talk *talk, short events, gint64 time)
{
    struct pollfd poll_fd = { .fd = talk->socket, .events = events };

    for (;;) {
        gint64 left = time - g_get_monotonic_time();
        int ready;

        if (left <= 0)
            return FALSE;
        ready = poll(&poll_fd, 1, (int) (left / 1000 + 1));
        if (ready > 0)
            return TRUE;
    }
}

static Secret *
receive_answer(Talk *talk)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Secret) text = NULL;
    ConversationType type;

    if (!wait_until(talk, POLLIN, talk->deadline)) {
        break_off(talk, FAILURE_TIMEOUT);
        return NULL;
    }
    if (conversation_receive(talk->socket, &type, &text, &error) && type == CONVERSATION_ANSWER)
        return g_steal_pointer(&text);
    if (error != NULL)
        g_debug("%s", error->message);
    break_off(talk, FAILURE_CANCELLED);
    return NULL;
}

Secret *
talk_ask(Talk *talk, gboolean hidden, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    if (talk->broken)
        return NULL;
    if (++talk->prompts > LIMIT_CONVERSATION_PROMPTS) {
        break_off(talk, FAILURE_LIMIT);
        return NULL;
    }
    send_messages(talk);
    send_packet(talk, hidden ? CONVERSATION_PROMPT_HIDDEN : CONVERSATION_PROMPT, valid);
    return talk->broken ? NULL : receive_answer(talk);
}

void
talk_tell(Talk *talk, gboolean is_error, const char *text)
{
    Message *message;

    if (g_queue_get_length(&talk->messages) >= LIMIT_CONVERSATION_PROMPTS)
        return;
    message = g_new0(Message, 1);
    message->type = is_error ? CONVERSATION_ERROR : CONVERSATION_INFO;
    message->text = g_strchomp(g_utf8_make_valid(text, -1));
    g_queue_push_tail(&talk->messages, message);
}

gboolean
talk_get_failure(const Talk *talk, Failure *ret)
{
    if (talk->broken)
        *ret = talk->failure;
    return talk->broken;
}

gboolean
talk_wait_turn(Talk *talk, guint milliseconds)
{
    gint64 turn = g_get_monotonic_time() + milliseconds * G_GINT64_CONSTANT(1000);

    if (wait_until(talk, 0, turn))
        break_off(talk, FAILURE_CANCELLED);
    return !talk->broken;
}

void
talk_hold_refusal(Talk *talk, guint milliseconds)
{
    talk->no_sooner = g_get_monotonic_time() + milliseconds * G_GINT64_CONSTANT(1000);
}

void
talk_wait_refusal(const Talk *talk)
{
    /* What the person's side sends now is not read: no events are asked for but the end of the stream. */
    (void) wait_until(talk, 0, talk->no_sooner);
}

void
talk_refuse(Talk *talk, Failure failure)
{
    talk_wait_refusal(talk);
    send_messages(talk);
    send_packet(talk, CONVERSATION_FAILURE, failure_to_name(failure));
    fd_clear(&talk->socket);
}

void
talk_succeed(Talk *talk, const char *text)
{
    send_messages(talk);
    send_packet(talk, CONVERSATION_SUCCESS, text);
    fd_clear(&talk->socket);
}
