/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code.h"

#include <string.h>

#include "base/limits.h"

/* Keyed by the code's hash, so that the time of a look-up says nothing about a code. */
struct CodeTable {
    GHashTable *entries;
};

typedef struct {
    Secret *token;
    gint64 deadline;
} Entry;

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    secret_free(entry->token);
    g_free(entry);
}

static char *
key_of(const Secret *code)
{
    guint8 hash[SECRET_HASH_BYTES];

    secret_hash(code, hash);
    return g_base64_encode(hash, sizeof hash);
}

CodeTable *
code_table_new(void)
{
    CodeTable *table = g_new0(CodeTable, 1);

    table->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    return table;
}

void
code_table_free(CodeTable *table)
{
    if (table == NULL)
        return;
    g_hash_table_unref(table->entries);
    g_free(table);
}

Secret *
code_table_add(CodeTable *table, Secret *token, gint64 now)
{
    g_autoptr(Secret) owned = token;
    g_autoptr(Secret) random = NULL;
    Secret *code;
    Entry *entry;

    if (code_table_purge(table, now) >= LIMIT_WEB_CODES)
        return NULL;
    random = secret_new_random(LIMIT_TOKEN_BYTES);
    code = secret_to_text(random);
    entry = g_new0(Entry, 1);
    entry->token = g_steal_pointer(&owned);
    entry->deadline = now + LIMIT_WEB_CODE_SECONDS * G_USEC_PER_SEC;
    g_hash_table_insert(table->entries, key_of(code), entry);
    return code;
}

Secret *
code_table_take(CodeTable *table, const char *code, gint64 now)
{
    g_autoptr(Secret) secret = secret_new(code, strlen(code));
    g_autofree char *key = key_of(secret);
    Entry *entry;
    Secret *token;

    code_table_purge(table, now);
    entry = g_hash_table_lookup(table->entries, key);
    if (entry == NULL)
        return NULL;
    token = g_steal_pointer(&entry->token);
    g_hash_table_remove(table->entries, key);
    return token;
}

static gboolean
is_too_old(gpointer key, gpointer value, gpointer data)
{
    return ((Entry *) value)->deadline <= *(gint64 *) data;
}

guint
code_table_purge(CodeTable *table, gint64 now)
{
    g_hash_table_foreach_remove(table->entries, is_too_old, &now);
    return g_hash_table_size(table->entries);
}
