/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The methods of org.manyseat.Manager that a page may call, and how their arguments look as JSON: one table. Pure. */
#pragma once

#include <json-glib/json-glib.h>

/* The arguments tuple (floating) of a call. MANYSEAT_ERROR_INVALID_ARGUMENT naming the argument or key: no such method,
 * wrong number of arguments, wrong type, unknown key, a list longer than LIMIT_SELECTION. arguments may be NULL: none. */
GVariant *method_build(const char *method, JsonArray *arguments, GError **error);

/* What a method gave, as JSON: its out argument, or null when it has none. */
JsonNode *method_result(GVariant *answer);
