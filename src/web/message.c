/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "json.h"
#include "method.h"

static gboolean
invalid(GError **error, const char *what, const char *why)
{
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT, "'%s' %s", what, why);
    return FALSE;
}

static gboolean
parse_call(JsonObject *object, Message *message, GError **error)
{
    JsonNode *node = json_object_get_member(object, "arguments");
    const char *method = json_get_text(object, "method", error);
    GVariant *arguments;

    if (method == NULL || !json_get_number(object, "id", &message->id, error))
        return FALSE;
    if (node != NULL && !JSON_NODE_HOLDS_ARRAY(node))
        return invalid(error, "arguments", "must be a list");
    arguments = method_build(method, node != NULL ? json_node_get_array(node) : NULL, error);
    if (arguments == NULL)
        return FALSE;
    message->method = g_strdup(method);
    message->arguments = g_variant_ref_sink(arguments);
    return TRUE;
}

static gboolean
parse_ticket(JsonObject *object, Message *message, GError **error)
{
    const char *session, *mode;

    if (!json_get_number(object, "id", &message->id, error) ||
        (session = json_get_text(object, "session", error)) == NULL ||
        (mode = json_get_text(object, "mode", error)) == NULL)
        return FALSE;
    if (!view_mode_from_name(mode, &message->mode))
        return invalid(error, "mode", "must be view or control");
    message->session = g_strdup(session);
    return TRUE;
}

/* A sequence of base/picture.h. */
static gboolean
get_sequence(JsonObject *object, const char *name, guint32 *ret, GError **error)
{
    gint64 number;

    if (!json_get_number(object, name, &number, error))
        return FALSE;
    if (number < 0 || number > G_MAXUINT32)
        return invalid(error, name, "must be a number of 32 bits");
    *ret = (guint32) number;
    return TRUE;
}

static gboolean
parse_drawn(JsonObject *object, Message *message, GError **error)
{
    PictureDrawn *drawn = &message->drawn;
    const char *session = json_get_text(object, "session", error);
    const char *size = session != NULL ? json_get_text(object, "size", error) : NULL;

    if (size == NULL)
        return FALSE;
    if (!g_ascii_string_to_unsigned(session, 10, 0, G_MAXUINT64, &drawn->session, NULL))
        return invalid(error, "session", "must be a session's id");
    if (!picture_size_from_name(size, &drawn->size))
        return invalid(error, "size", "must be small, medium, large or enlarged");
    return get_sequence(object, "sequence", &drawn->sequence, error) &&
           get_sequence(object, "whole", &drawn->whole, error);
}

static gboolean
add_tile(GVariantBuilder *builder, JsonNode *node, GError **error)
{
    const char *session, *size_name;
    PictureSize size;
    JsonArray *pair;

    if (!JSON_NODE_HOLDS_ARRAY(node) || json_array_get_length(json_node_get_array(node)) != 2)
        return invalid(error, "tiles", "must be a list of [session, size]");
    pair = json_node_get_array(node);
    session = json_text_of(json_array_get_element(pair, 0), "tiles", error);
    size_name =
        session != NULL ? json_text_of(json_array_get_element(pair, 1), "tiles", error) : NULL;
    if (size_name == NULL)
        return FALSE;
    if (!picture_size_from_name(size_name, &size) || size == PICTURE_FULL)
        return invalid(error, "tiles", "has a size that is not small, medium, large or enlarged");
    g_variant_builder_add(builder, "(ss)", session, size_name);
    return TRUE;
}

static gboolean
parse_watch(JsonObject *object, Message *message, GError **error)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a(ss)"));
    JsonNode *node = json_object_get_member(object, "tiles");
    JsonArray *tiles;

    if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
        return invalid(error, "tiles", "must be a list");
    tiles = json_node_get_array(node);
    if (json_array_get_length(tiles) > LIMIT_WATCHED)
        return invalid(error, "tiles", "is too long a list");
    for (guint i = 0; i < json_array_get_length(tiles); i++)
        if (!add_tile(&builder, json_array_get_element(tiles, i), error))
            return FALSE;
    message->arguments = g_variant_ref_sink(g_variant_builder_end(&builder));
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*parse)(JsonObject *object, Message *message, GError **error);
} types[] = {
    [MESSAGE_CALL] = { "call", parse_call },
    [MESSAGE_TICKET] = { "ticket", parse_ticket },
    [MESSAGE_WATCH] = { "watch", parse_watch },
    [MESSAGE_DRAWN] = { "drawn", parse_drawn },
};

Message *
message_parse(const char *text, gsize length, gint64 *ret_id, GError **error)
{
    g_autoptr(JsonObject) object = json_parse_object(text, length, error);
    g_autoptr(Message) message = NULL;
    const char *type;

    *ret_id = -1;
    if (object == NULL)
        return NULL;
    (void) json_get_number(object, "id", ret_id, NULL);
    type = json_get_text(object, "type", error);
    if (type == NULL)
        return NULL;
    message = g_new0(Message, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(types[i].name, type) == 0) {
            message->type = (MessageType) i;
            return types[i].parse(object, message, error) ? g_steal_pointer(&message) : NULL;
        }
    invalid(error, "type", "is none of call, ticket, watch, drawn");
    return NULL;
}

void
message_free(Message *message)
{
    if (message == NULL)
        return;
    g_free(message->method);
    g_clear_pointer(&message->arguments, g_variant_unref);
    g_free(message->session);
    g_free(message);
}
