/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON from pages: size and depth are checked before the library sees it. */
#pragma once

#include <json-glib/json-glib.h>

/* The object that text is. MANYSEAT_ERROR_INVALID_ARGUMENT when it is no JSON, too deep (LIMIT_WEB_JSON_DEPTH), or no object. */
JsonObject *json_parse_object(const char *text, gsize length, GError **error);

/* A member of an object: MANYSEAT_ERROR_INVALID_ARGUMENT naming it when it is missing or of another type. Strings are the
 * object's, valid UTF-8. */
const char *json_get_text(JsonObject *object, const char *name, GError **error);
gboolean json_get_number(JsonObject *object, const char *name, gint64 *ret, GError **error);

/* The string of a node: NULL and an error that calls it name when it is none or not valid UTF-8. */
const char *json_text_of(JsonNode *node, const char *name, GError **error);

/* An integer of a node; a number with a fraction is none. */
gboolean json_number_of(JsonNode *node, const char *name, gint64 *ret, GError **error);

/* {"name":"...","message":"..."} of an error, to be extended by the caller. */
JsonObject *json_from_error(const GError *error);

/* The object as text; it is released. */
char *json_object_to_text(JsonObject *object);
