/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "throttle.h"

#include "base/limits.h"

/* The failures of one name, one source, or one name from one source. */
typedef struct {
    GList link; /* in the queue of its table; data is the entry */
    char *key;
    guint failures;
    gint64 last;
} Entry;

typedef struct {
    GHashTable *entries; /* key -> Entry, owned */
    GQueue by_age;       /* the one that failed longest ago at the head */
} Table;

struct Throttle {
    gint64 (*now)(void);
    Table users, sources, pairs;
};

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->key);
    g_free(entry);
}

static void
table_init(Table *table)
{
    table->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    g_queue_init(&table->by_age);
}

static void
table_remove(Table *table, Entry *entry)
{
    g_queue_unlink(&table->by_age, &entry->link);
    g_hash_table_remove(table->entries, entry->key);
}

/* The entry if what it holds still counts; NULL otherwise. */
static Entry *
table_find(Table *table, const char *key, gint64 now)
{
    Entry *entry = g_hash_table_lookup(table->entries, key);

    if (entry != NULL && now - entry->last > THROTTLE_FORGET_SECONDS * G_USEC_PER_SEC) {
        table_remove(table, entry);
        return NULL;
    }
    return entry;
}

static Entry *
table_add(Table *table, const char *key)
{
    Entry *entry = g_new0(Entry, 1);

    if (g_hash_table_size(table->entries) >= THROTTLE_ENTRIES)
        table_remove(table, g_queue_peek_head(&table->by_age));
    entry->link.data = entry;
    entry->key = g_strdup(key);
    g_hash_table_insert(table->entries, entry->key, entry);
    g_queue_push_tail_link(&table->by_age, &entry->link);
    return entry;
}

static void
table_count(Table *table, const char *key, gint64 now)
{
    Entry *entry = table_find(table, key, now);

    if (entry == NULL)
        entry = table_add(table, key);
    g_queue_unlink(&table->by_age, &entry->link);
    g_queue_push_tail_link(&table->by_age, &entry->link);
    entry->failures++;
    entry->last = now;
}

/* Keys of bounded length: what a client sent as a name may be long. */
static char *
key_of(const char *text)
{
    return g_strndup(text, LIMIT_USER_NAME);
}

static char *
pair_key(const char *user, const char *source)
{
    return g_strdup_printf("%.*s\n%.*s", LIMIT_USER_NAME, user, LIMIT_USER_NAME, source);
}

Throttle *
throttle_new(gint64 (*now)(void))
{
    Throttle *throttle = g_new0(Throttle, 1);

    throttle->now = now;
    table_init(&throttle->users);
    table_init(&throttle->sources);
    table_init(&throttle->pairs);
    return throttle;
}

void
throttle_free(Throttle *throttle)
{
    if (throttle == NULL)
        return;
    g_hash_table_unref(throttle->users.entries);
    g_hash_table_unref(throttle->sources.entries);
    g_hash_table_unref(throttle->pairs.entries);
    g_free(throttle);
}

static guint
delay_of(Table *table, const char *text, gint64 now, guint most)
{
    g_autofree char *key = key_of(text);
    const Entry *entry = table_find(table, key, now);
    guint failures = entry != NULL ? MIN(entry->failures, 16) : 0;

    return MIN((guint) LIMIT_REFUSAL_DELAY_LEAST_MS << failures, most);
}

guint
throttle_delay(Throttle *throttle, const char *user, const char *source)
{
    gint64 now = throttle->now();
    guint of_user = delay_of(&throttle->users, user, now, LIMIT_REFUSAL_DELAY_USER_MS);
    guint of_source = delay_of(&throttle->sources, source, now, LIMIT_REFUSAL_DELAY_SOURCE_MS);

    return MAX(of_user, of_source);
}

void
throttle_failed(Throttle *throttle, const char *user, const char *source)
{
    gint64 now = throttle->now();
    g_autofree char *user_key = key_of(user);
    g_autofree char *source_key = key_of(source);
    g_autofree char *both = pair_key(user, source);

    table_count(&throttle->users, user_key, now);
    table_count(&throttle->pairs, both, now);
    table_count(&throttle->sources, source_key, now);
}

void
throttle_succeeded(Throttle *throttle, const char *user, const char *source)
{
    gint64 now = throttle->now();
    g_autofree char *user_key = key_of(user);
    g_autofree char *both = pair_key(user, source);
    Entry *of_user = table_find(&throttle->users, user_key, now);
    Entry *pair = table_find(&throttle->pairs, both, now);

    if (pair == NULL)
        return;
    /* A pair that is there has its user: it never failed later than he did, so it goes no later. */
    if (of_user != NULL) {
        of_user->failures -= MIN(of_user->failures, pair->failures);
        if (of_user->failures == 0)
            table_remove(&throttle->users, of_user);
    }
    table_remove(&throttle->pairs, pair);
}
