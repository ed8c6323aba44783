/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewers.h"

#include <string.h>

#include "base/limits.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session.h"

static gboolean
has(const GPtrArray *ids, const char *id)
{
    return ids != NULL &&
           g_ptr_array_find_with_equal_func((GPtrArray *) ids, id, g_str_equal, NULL);
}

/* One look of an account, from one address, at a session: a row of the audit. It goes on while a connection lasts, and when another
 * follows soon: a page that was cut off, or was loaded again. */
typedef struct {
    guint n_peers;
    gint64 ended; /* when the last of them ended */
} Glance;

GHashTable *
viewers_new_glances(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static char *
glance_key(const Peer *peer, const char *session)
{
    return g_strdup_printf("%u %s %s", (guint) peer_caller(peer).uid, session,
                           peer_get_source(peer));
}

static gboolean
is_over(gpointer key, gpointer value, gpointer now)
{
    const Glance *glance = value;

    return glance->n_peers == 0 &&
           *(gint64 *) now - glance->ended >= LIMIT_ENLARGED_AGAIN_SECONDS * G_USEC_PER_SEC;
}

/* FALSE: the look is new, and the audit takes no row. */
static gboolean
begin_glance(Peer *peer, const Session *session)
{
    Manager *manager = peer->manager;
    g_autofree char *key = glance_key(peer, session->id);
    gint64 now = manager->clock();
    Glance *glance;

    (void) g_hash_table_foreach_remove(manager->glances, is_over, &now);
    glance = g_hash_table_lookup(manager->glances, key);
    if (glance == NULL) {
        if (!manager_audit(manager, peer_get_user(peer), "enlarge", session->user, session->id,
                           "done", "", peer_get_source(peer)))
            return FALSE;
        glance = g_new0(Glance, 1);
        (void) g_hash_table_insert(manager->glances, g_steal_pointer(&key), glance);
    }
    glance->n_peers++;
    return TRUE;
}

static void
end_glances(Peer *peer, const GPtrArray *before, const GPtrArray *after)
{
    for (guint i = 0; before != NULL && i < before->len; i++) {
        g_autofree char *key = glance_key(peer, before->pdata[i]);
        Glance *glance =
            has(after, before->pdata[i]) ? NULL : g_hash_table_lookup(peer->manager->glances, key);

        if (glance != NULL && --glance->n_peers == 0)
            glance->ended = peer->manager->clock();
    }
}

gboolean
viewers_enlarge(Peer *peer, const Session *session, const GPtrArray *before, GPtrArray *enlarged)
{
    if (peer_caller(peer).uid == session->uid || has(enlarged, session->id))
        return TRUE;
    if (!has(before, session->id) && !begin_glance(peer, session))
        return FALSE;
    g_ptr_array_add(enlarged, g_strdup(session->id));
    return TRUE;
}

static void
tell_of_those_not_in(Manager *manager, const GPtrArray *ids, const GPtrArray *others)
{
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        Session *session = g_hash_table_lookup(manager->sessions, ids->pdata[i]);

        if (session != NULL && !has(others, session->id))
            session_changed(session);
    }
}

void
viewers_changed(Peer *peer, const GPtrArray *before, const GPtrArray *after)
{
    end_glances(peer, before, after);
    tell_of_those_not_in(peer->manager, before, after);
    tell_of_those_not_in(peer->manager, after, before);
}

static gboolean
is_looking(const Peer *peer, const Session *session)
{
    PolicyCaller caller;
    gboolean views = peer->view_mode == VIEW_MODE_VIEW && g_strcmp0(peer->view, session->id) == 0;

    return (views || has(peer->enlarged, session->id)) && peer_get_caller(peer, &caller) &&
           caller.uid != session->uid;
}

static const char *
name_of(const Peer *peer)
{
    User *user = user_directory_peek_uid(peer->manager->users, peer_caller(peer).uid);

    return user != NULL && user->full_name[0] != '\0' ? user->full_name : peer_get_user(peer);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

GVariant *
viewers_of(const Session *session)
{
    GPtrArray *peers = session->manager->peers;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < peers->len; i++)
        if (is_looking(peers->pdata[i], session) && !has(names, name_of(peers->pdata[i])))
            g_ptr_array_add(names, g_strdup(name_of(peers->pdata[i])));
    g_ptr_array_sort(names, compare_names);
    return g_variant_new_strv((const char *const *) names->pdata, names->len);
}
