/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log-on-message.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "json.h"

static gboolean
invalid(GError **error, const char *what, const char *why)
{
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT, "'%s' %s", what, why);
    return FALSE;
}

static gboolean
add_texts(JsonObject *object, GVariantDict *request, GError **error)
{
    static const char *const names[] = { "desktop", "layout", "station" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *text;

        if (!json_object_has_member(object, names[i]))
            continue;
        text = json_get_text(object, names[i], error);
        if (text == NULL)
            return FALSE;
        if (strlen(text) > LIMIT_USER_NAME)
            return invalid(error, names[i], "is too long");
        g_variant_dict_insert(request, names[i], "s", text);
    }
    return TRUE;
}

static gboolean
add_numbers(JsonObject *object, GVariantDict *request, GError **error)
{
    static const char *const names[] = { "width", "height" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gint64 number;

        if (!json_object_has_member(object, names[i]))
            continue;
        if (!json_get_number(object, names[i], &number, error))
            return FALSE;
        if (number < 0 || number > LIMIT_RFB_SIDE)
            return invalid(error, names[i], "is out of range");
        g_variant_dict_insert(request, names[i], "u", (guint32) number);
    }
    return TRUE;
}

static gboolean
parse_start(JsonObject *object, LogOnMessage *message, GError **error)
{
    g_auto(GVariantDict) request = G_VARIANT_DICT_INIT(NULL);
    const char *user = json_get_text(object, "user", error);

    if (user == NULL)
        return FALSE;
    if (*user == '\0' || strlen(user) > LIMIT_USER_NAME)
        return invalid(error, "user", "is empty or too long");
    if (!add_texts(object, &request, error) || !add_numbers(object, &request, error))
        return FALSE;
    message->user = g_strdup(user);
    message->request = g_variant_ref_sink(g_variant_dict_end(&request));
    return TRUE;
}

static gboolean
parse_answer(JsonObject *object, LogOnMessage *message, GError **error)
{
    const char *text = json_get_text(object, "text", error);

    if (text == NULL)
        return FALSE;
    if (strlen(text) >= LIMIT_CONVERSATION_PACKET)
        return invalid(error, "text", "is too long");
    message->answer = secret_new(text, strlen(text));
    return TRUE;
}

static gboolean
parse_cancel(JsonObject *object, LogOnMessage *message, GError **error)
{
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*parse)(JsonObject *object, LogOnMessage *message, GError **error);
} types[] = {
    [LOG_ON_START] = { "start", parse_start },
    [LOG_ON_ANSWER] = { "answer", parse_answer },
    [LOG_ON_CANCEL] = { "cancel", parse_cancel },
};

LogOnMessage *
log_on_message_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonObject) object = json_parse_object(text, length, error);
    g_autoptr(LogOnMessage) message = NULL;
    const char *type = object != NULL ? json_get_text(object, "type", error) : NULL;

    if (type == NULL)
        return NULL;
    message = g_new0(LogOnMessage, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(types[i].name, type) == 0) {
            message->type = (LogOnMessageType) i;
            return types[i].parse(object, message, error) ? g_steal_pointer(&message) : NULL;
        }
    invalid(error, "type", "is none of start, answer, cancel");
    return NULL;
}

void
log_on_message_free(LogOnMessage *message)
{
    if (message == NULL)
        return;
    g_free(message->user);
    g_clear_pointer(&message->request, g_variant_unref);
    secret_free(message->answer);
    g_free(message);
}
