/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record.h"

#include <glib/gi18n.h>

#include "when.h"
#include "words.h"

const char *
record_text(GVariant *record, const char *key)
{
    const char *text = "";

    g_variant_lookup(record, key, "&s", &text);
    return text;
}

gint64
record_number(GVariant *record, const char *key)
{
    g_autoptr(GVariant) value = g_variant_lookup_value(record, key, NULL);

    if (value == NULL)
        return 0;
    switch (g_variant_classify(value)) {
    case G_VARIANT_CLASS_INT32:
        return g_variant_get_int32(value);
    case G_VARIANT_CLASS_UINT32:
        return g_variant_get_uint32(value);
    case G_VARIANT_CLASS_INT64:
        return g_variant_get_int64(value);
    case G_VARIANT_CLASS_UINT64:
        return (gint64) g_variant_get_uint64(value);
    default:
        return 0;
    }
}

gboolean
record_switch(GVariant *record, const char *key)
{
    gboolean on = FALSE;

    g_variant_lookup(record, key, "b", &on);
    return on;
}

GVariant *
record_rows(GVariant *record, const char *key)
{
    GVariant *rows = g_variant_lookup_value(record, key, G_VARIANT_TYPE("aa{sv}"));

    return rows != NULL ? rows
                        : g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE_VARDICT, NULL, 0));
}

char *
record_show_text(GVariant *record, const char *key)
{
    return g_strdup(record_text(record, key));
}

char *
record_show_number(GVariant *record, const char *key)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, record_number(record, key));
}

char *
record_show_switch(GVariant *record, const char *key)
{
    return g_strdup(record_switch(record, key) ? _("yes") : _("no"));
}

char *
record_show_time(GVariant *record, const char *key)
{
    return when_format(record_number(record, key));
}

char *
record_show_span(GVariant *record, const char *key)
{
    return when_format_span(record_number(record, key));
}

char *
record_show_role(GVariant *record, const char *key)
{
    return g_strdup(words_role(record_text(record, key)));
}

char *
record_show_state(GVariant *record, const char *key)
{
    return g_strdup(words_state(record_text(record, key)));
}

char *
record_show_outcome(GVariant *record, const char *key)
{
    const char *outcome = record_text(record, key);
    const char *detail = record_text(record, "detail");

    if (detail[0] == '\0' || outcome[0] == '\0')
        return g_strdup(words_outcome(outcome));
    return g_strdup_printf("%s (%s)", words_outcome(outcome), detail);
}

char *
record_show_stage(GVariant *record, const char *key)
{
    return g_strdup(words_stage(record_text(record, key)));
}

char *
record_show_mode(GVariant *record, const char *key)
{
    return g_strdup(words_mode(record_text(record, key)));
}

char *
record_show_station_kind(GVariant *record, const char *key)
{
    return g_strdup(words_station_kind(record_text(record, key)));
}

char *
record_show_act(GVariant *record, const char *key)
{
    return g_strdup(words_act(record_text(record, key)));
}

char *
record_show_who(GVariant *record, const char *key)
{
    return g_strdup(words_who(record_text(record, key)));
}

char *
record_show_result(GVariant *record, const char *key)
{
    return g_strdup(words_result(record_text(record, key)));
}
