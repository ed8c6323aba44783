/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tally.h"

struct Tally {
    GHashTable *counts; /* who -> how often in this minute */
    gint64 minute;
};

Tally *
tally_new(void)
{
    Tally *tally = g_new0(Tally, 1);

    tally->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return tally;
}

void
tally_free(Tally *tally)
{
    if (tally == NULL)
        return;
    g_hash_table_unref(tally->counts);
    g_free(tally);
}

guint
tally_count(Tally *tally, const char *who)
{
    gint64 minute = g_get_monotonic_time() / (60 * G_USEC_PER_SEC);
    guint n;

    if (tally->minute != minute)
        g_hash_table_remove_all(tally->counts);
    tally->minute = minute;
    n = GPOINTER_TO_UINT(g_hash_table_lookup(tally->counts, who)) + 1;
    if (n > 1 || g_hash_table_size(tally->counts) < TALLY_MOST)
        g_hash_table_replace(tally->counts, g_strdup(who), GUINT_TO_POINTER(n));
    return n;
}
