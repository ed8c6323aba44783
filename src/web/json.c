/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"

/* The library's parser recurses: a page could use up the stack with brackets. */
static gboolean
is_too_deep(const char *text, gsize length)
{
    gboolean in_string = FALSE;
    gint depth = 0;

    for (gsize i = 0; i < length; i++) {
        if (in_string && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            in_string = !in_string;
        else if (!in_string && (text[i] == '[' || text[i] == '{'))
            depth++;
        else if (!in_string && (text[i] == ']' || text[i] == '}'))
            depth--;
        if (depth > LIMIT_WEB_JSON_DEPTH)
            return TRUE;
    }
    return FALSE;
}

/* The library also takes comments and single quotes, in which brackets would be miscounted, and ends a string at an escaped
 * NUL: somebody else's name would be left of "ana\u0000x". */
static gboolean
has_only_json_tokens(const char *text, gsize length)
{
    static const char nul[] = { '\\', 'u', '0', '0', '0', '0' };
    gboolean in_string = FALSE;

    for (gsize i = 0; i < length; i++) {
        if (length - i >= sizeof nul && memcmp(text + i, nul, sizeof nul) == 0)
            return FALSE;
        if (in_string && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            in_string = !in_string;
        else if (!in_string && (text[i] == '/' || text[i] == '\'' || text[i] == '#'))
            return FALSE;
    }
    return TRUE;
}

static gboolean
invalid(GError **error, const char *what, const char *why)
{
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT, "'%s' %s", what, why);
    return FALSE;
}

JsonObject *
json_parse_object(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonParser) parser = NULL;
    JsonNode *root;

    if (!g_utf8_validate_len(text, length, NULL) || !has_only_json_tokens(text, length) ||
        is_too_deep(text, length)) {
        invalid(error, "message", "is no JSON, or deeper than its messages ever are");
        return NULL;
    }
    parser = json_parser_new_immutable();
    if (!json_parser_load_from_data(parser, text, (gssize) length, NULL)) {
        invalid(error, "message", "is no JSON");
        return NULL;
    }
    root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
        invalid(error, "message", "is no JSON object");
        return NULL;
    }
    return json_object_ref(json_node_get_object(root));
}

const char *
json_text_of(JsonNode *node, const char *name, GError **error)
{
    const char *text = NULL;

    if (node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_STRING)
        text = json_node_get_string(node);
    if (text != NULL && g_utf8_validate(text, -1, NULL))
        return text;
    invalid(error, name, text != NULL ? "is not valid Unicode" : "must be a string");
    return NULL;
}

gboolean
json_number_of(JsonNode *node, const char *name, gint64 *ret, GError **error)
{
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_INT64)
        return invalid(error, name, "must be an integer");
    *ret = json_node_get_int(node);
    return TRUE;
}

const char *
json_get_text(JsonObject *object, const char *name, GError **error)
{
    return json_text_of(json_object_get_member(object, name), name, error);
}

gboolean
json_get_number(JsonObject *object, const char *name, gint64 *ret, GError **error)
{
    return json_number_of(json_object_get_member(object, name), name, ret, error);
}

JsonObject *
json_from_error(const GError *error)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "name", manyseat_error_name(manyseat_error_code(error)));
    json_object_set_string_member(object, "message", error->message);
    return object;
}

char *
json_object_to_text(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_alloc();

    json_node_init_object(node, object);
    json_object_unref(object);
    return json_to_string(node, FALSE);
}
