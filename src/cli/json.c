/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

char *
json_from_value(GVariant *value)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);

    return json_gvariant_serialize_data(owned, NULL);
}

void
json_print(GVariant *value)
{
    g_autofree char *text = json_from_value(value);

    (void) puts(text); /* report_flush() tells of failures */
}
