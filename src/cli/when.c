/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "when.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_UNITS 1000000 /* "1000000w" is before every clock's begin and far from overflow */

static const struct {
    char letter;
    gint64 seconds;
} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };

static gboolean
parse_span(const char *text, gint64 *ret_seconds)
{
    gsize length = strlen(text);
    g_autofree char *number = length > 1 ? g_strndup(text, length - 1) : g_strdup("");
    guint64 count;

    if (!g_ascii_string_to_unsigned(number, 10, 0, MOST_UNITS, &count, NULL))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (units[i].letter == text[length - 1]) {
            *ret_seconds = (gint64) count * units[i].seconds;
            return TRUE;
        }
    return FALSE;
}

/* g_date_time_new_from_iso8601() wants hours, minutes and seconds. */
static GDateTime *
parse_iso8601(const char *text)
{
    static const char *const rests[] = { "", ":00", "T00:00:00" };
    g_autoptr(GTimeZone) local = g_time_zone_new_local();

    for (guint i = 0; i < G_N_ELEMENTS(rests); i++) {
        g_autofree char *whole = g_strconcat(text, rests[i], NULL);
        GDateTime *time = g_date_time_new_from_iso8601(whole, local);

        if (time != NULL)
            return time;
    }
    return NULL;
}

gboolean
when_parse(const char *text, gint64 now, gint64 *ret_when, GError **error)
{
    g_autoptr(GDateTime) time = NULL;
    gint64 seconds;

    if (parse_span(text, &seconds)) {
        *ret_when = MAX(0, now - seconds * G_USEC_PER_SEC);
        return TRUE;
    }
    time = parse_iso8601(text);
    if (time == NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    _("'%s' is not a time: write 2026-11-21T08:30, or 2h, 3d"), text);
        return FALSE;
    }
    *ret_when = g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
    return TRUE;
}

char *
when_format(gint64 when)
{
    g_autoptr(GDateTime) time = NULL;

    if (when == 0)
        return g_strdup("");
    time = g_date_time_new_from_unix_local(when / G_USEC_PER_SEC);
    return time == NULL ? g_strdup("") : g_date_time_format(time, "%Y-%m-%d %H:%M:%S");
}

char *
when_format_span(gint64 seconds)
{
    if (seconds < 0)
        return g_strdup("");
    if (seconds < 60)
        return g_strdup_printf(C_("span", "%d s"), (int) seconds);
    if (seconds < 3600)
        return g_strdup_printf(C_("span", "%d min"), (int) (seconds / 60));
    if (seconds < 86400)
        return g_strdup_printf(C_("span", "%d h %d min"), (int) (seconds / 3600),
                               (int) (seconds % 3600 / 60));
    return g_strdup_printf(C_("span", "%d d %d h"), (int) (seconds / 86400),
                           (int) (seconds % 86400 / 3600));
}
