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

/* Whoever toggles it, or a session of somebody's that locks and unlocks itself under his eyes, makes no more rows than these. */
static gboolean
is_written_enough(Manager *manager, uid_t uid, const char *session)
{
    g_autofree char *who = g_strdup_printf("%u %s", (guint) uid, session);

    return tally_count(manager->enlarged, who) > LIMIT_AUDIT_ENLARGED_A_MINUTE;
}

gboolean
viewers_enlarge(Peer *peer, const Session *session, const GPtrArray *before, GPtrArray *enlarged)
{
    PolicyCaller caller = peer_caller(peer);

    if (caller.uid == session->uid || has(enlarged, session->id))
        return TRUE;
    if (!has(before, session->id) && !is_written_enough(peer->manager, caller.uid, session->id) &&
        !manager_audit(peer->manager, peer_get_user(peer), "enlarge", session->user, session->id,
                       "done", "", peer_get_source(peer)))
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
viewers_changed(Manager *manager, const GPtrArray *before, const GPtrArray *after)
{
    tell_of_those_not_in(manager, before, after);
    tell_of_those_not_in(manager, after, before);
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
