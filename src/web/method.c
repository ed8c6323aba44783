/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "method.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "json.h"

typedef struct {
    const char *name;
    const char *type; /* b, s, u, x or as */
} Key;

typedef struct {
    const char *name;
    const char *type; /* as Key's; NULL: a dictionary with keys */
    const Key *keys;
} Argument;

static const Key selection_keys[] = {
    { "sessions", "as" }, { "user", "s" }, { "all", "b" }, { NULL, NULL }
};
static const Key option_keys[] = {
    { "mode", "s" }, { "warn", "u" }, { "message", "s" }, { NULL, NULL }
};

static const Key audit_keys[] = { { "since", "x" }, { "before", "x" }, { "user", "s" },
                                  { "act", "s" },   { "limit", "u" },  { NULL, NULL } };

#define SELECTION                                                                                  \
    {                                                                                              \
        "selection", NULL, selection_keys                                                          \
    }
#define MAX_ARGUMENTS 2

static const struct {
    const char *name;
    Argument arguments[MAX_ARGUMENTS];
} methods[] = {
    { "GetCaller", { { NULL, NULL, NULL } } },
    { "GetStatus", { { NULL, NULL, NULL } } },
    { "ListSessions", { { NULL, NULL, NULL } } },
    { "ListStations", { { NULL, NULL, NULL } } },
    { "ListUsers", { { NULL, NULL, NULL } } },
    { "ListJobs", { { NULL, NULL, NULL } } },
    { "ListDesktops", { { NULL, NULL, NULL } } },
    { "ListLayouts", { { NULL, NULL, NULL } } },
    { "GetJob", { { "id", "s", NULL } } },
    { "GetAudit", { { "since", "x", NULL }, { "limit", "u", NULL } } },
    { "FindAudit", { { "filter", NULL, audit_keys } } },
    { "PlanLogOff", { SELECTION } },
    { "ListUnsaved", { SELECTION } },
    { "LogOff", { SELECTION, { "options", NULL, option_keys } } },
    { "CancelJob", { { "id", "s", NULL }, { "sessions", "as", NULL } } },
    { "Proceed", { { "session", "s", NULL } } },
    { "RequestTime", { { "session", "s", NULL } } },
    { "NoteInput", { { NULL, NULL, NULL } } },
    { "Grant", { { "session", "s", NULL }, { "minutes", "u", NULL } } },
    { "Refuse", { { "session", "s", NULL } } },
    { "Suspend", { SELECTION } },
    { "Lock", { SELECTION } },
    { "Unlock", { SELECTION } },
    { "Subscribe", { { NULL, NULL, NULL } } },
};

static GVariant *
invalid(GError **error, const char *what, const char *why)
{
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT, "'%s' %s", what, why);
    return NULL;
}

static GVariant *
build_list(JsonNode *node, const char *name, GError **error)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_STRING_ARRAY);
    JsonArray *array;

    if (!JSON_NODE_HOLDS_ARRAY(node))
        return invalid(error, name, "must be a list of strings");
    array = json_node_get_array(node);
    if (json_array_get_length(array) > LIMIT_SELECTION)
        return invalid(error, name, "is too long a list");
    for (guint i = 0; i < json_array_get_length(array); i++) {
        const char *text = json_text_of(json_array_get_element(array, i), name, error);

        if (text == NULL)
            return NULL;
        g_variant_builder_add(&builder, "s", text);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
build_number(JsonNode *node, const char *name, char type, GError **error)
{
    gint64 number;

    if (!json_number_of(node, name, &number, error))
        return NULL;
    if (type == 'x')
        return g_variant_new_int64(number);
    if (number < 0 || number > G_MAXUINT32)
        return invalid(error, name, "is out of range");
    return g_variant_new_uint32((guint32) number);
}

static GVariant *
build_value(JsonNode *node, const char *name, const char *type, GError **error)
{
    const char *text;

    switch (type[0]) {
    case 'a':
        return build_list(node, name, error);
    case 'b':
        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
            return invalid(error, name, "must be true or false");
        return g_variant_new_boolean(json_node_get_boolean(node));
    case 's':
        text = json_text_of(node, name, error);
        return text != NULL ? g_variant_new_string(text) : NULL;
    default:
        return build_number(node, name, type[0], error);
    }
}

static const Key *
find_key(const Key *keys, const char *name)
{
    for (; keys->name != NULL; keys++)
        if (strcmp(keys->name, name) == 0)
            return keys;
    return NULL;
}

static GVariant *
build_dictionary(JsonNode *node, const Argument *argument, GError **error)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    JsonObjectIter iter;
    const char *name;
    JsonNode *member;

    if (!JSON_NODE_HOLDS_OBJECT(node))
        return invalid(error, argument->name, "must be an object");
    json_object_iter_init(&iter, json_node_get_object(node));
    while (json_object_iter_next(&iter, &name, &member)) {
        const Key *key = find_key(argument->keys, name);
        GVariant *value;

        if (key == NULL)
            return invalid(error, name, "is no key of this argument");
        value = build_value(member, name, key->type, error);
        if (value == NULL)
            return NULL;
        g_variant_builder_add(&builder, "{sv}", name, value);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
build_tuple(const Argument *arguments, JsonArray *given, GError **error)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_TUPLE);
    guint n = given != NULL ? json_array_get_length(given) : 0;
    guint wanted = 0;

    while (wanted < MAX_ARGUMENTS && arguments[wanted].name != NULL)
        wanted++;
    if (n != wanted) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "'arguments' must be %u, not %u", wanted, n);
        return NULL;
    }
    for (guint i = 0; i < n; i++) {
        const Argument *argument = &arguments[i];
        JsonNode *node = json_array_get_element(given, i);
        GVariant *value = argument->type != NULL
                              ? build_value(node, argument->name, argument->type, error)
                              : build_dictionary(node, argument, error);

        if (value == NULL)
            return NULL;
        g_variant_builder_add_value(&builder, value);
    }
    return g_variant_builder_end(&builder);
}

GVariant *
method_build(const char *method, JsonArray *arguments, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
        if (strcmp(methods[i].name, method) == 0)
            return build_tuple(methods[i].arguments, arguments, error);
    return invalid(error, method, "is no method that a page may call");
}

JsonNode *
method_result(GVariant *answer)
{
    g_autoptr(GVariant) result = NULL;

    if (g_variant_n_children(answer) == 0)
        return json_node_init_null(json_node_alloc());
    result = g_variant_get_child_value(answer, 0);
    return json_gvariant_serialize(result);
}
