/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "converse.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/conversation.h"
#include "terminal.h"
#include "text.h"
#include "words.h"

typedef struct {
    int socket;
    const Secret *password;
    gboolean spent; /* the password was sent */
} Talk;

GQuark
converse_failure_quark(void)
{
    return g_quark_from_static_string("manyseat-converse-failure");
}

/* PAM's most usual prompt is ours to say; all others are its own words. */
static const char *
prompt_words(const char *text)
{
    return strcmp(text, "Password: ") == 0 || strcmp(text, "Password:") == 0 ? _("Password: ")
                                                                             : text;
}

static gboolean
answer_password(Talk *talk, gboolean hidden, GError **error)
{
    if (hidden && !talk->spent) {
        talk->spent = TRUE;
        return conversation_send(talk->socket, CONVERSATION_ANSWER, secret_bytes(talk->password),
                                 error);
    }
    conversation_send(talk->socket, CONVERSATION_CANCEL, NULL, NULL);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        _("more than the password is asked for; log on at a terminal"));
    return FALSE;
}

static gboolean
answer(Talk *talk, const char *prompt, gboolean hidden, GError **error)
{
    GError *failure = NULL;
    g_autoptr(Secret) text = NULL;

    if (talk->password != NULL)
        return answer_password(talk, hidden, error);
    text = terminal_ask(prompt_words(prompt), hidden, talk->socket, &failure);
    if (text != NULL)
        return conversation_send(talk->socket, CONVERSATION_ANSWER, secret_bytes(text), error);
    if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_PENDING)) {
        g_error_free(failure); /* what it said is read next */
        return TRUE;
    }
    conversation_send(talk->socket, CONVERSATION_CANCEL, NULL, NULL);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
show(const char *text)
{
    g_autofree char *visible = text_visible(text);

    g_printerr("%s\n", visible);
    return TRUE;
}

static gboolean
refused(const char *name, GError **error)
{
    Failure failure = FAILURE_INTERNAL;

    failure_from_name(name, &failure);
    g_set_error_literal(error, CONVERSE_FAILURE, (int) failure, words_failure(name));
    return FALSE;
}

/* FALSE with error, or TRUE, and *ret_success set when it was the last packet. */
static gboolean
take_packet(Talk *talk, char **ret_success, GError **error)
{
    g_autoptr(Secret) text = NULL;
    ConversationType type;

    if (!conversation_receive(talk->socket, &type, &text, error))
        return FALSE;
    switch (type) {
    case CONVERSATION_PROMPT:
    case CONVERSATION_PROMPT_HIDDEN:
        return answer(talk, secret_bytes(text), type == CONVERSATION_PROMPT_HIDDEN, error);
    case CONVERSATION_INFO:
    case CONVERSATION_ERROR:
        return show(secret_bytes(text));
    case CONVERSATION_SUCCESS:
        *ret_success = g_strdup(secret_bytes(text));
        return TRUE;
    case CONVERSATION_FAILURE:
        return refused(secret_bytes(text), error);
    default:
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                            "the log-on sent an answer instead of a question");
        return FALSE;
    }
}

char *
converse(int socket, const Secret *password, GError **error)
{
    Talk talk = { .socket = socket, .password = password };
    char *success = NULL;

    while (success == NULL)
        if (!take_packet(&talk, &success, error))
            return NULL;
    return success;
}
