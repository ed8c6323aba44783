/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewers.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
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

/* One look of an account, from one address, at a session. It goes on while a connection lasts, and when another follows soon: a page
 * that was cut off, or was loaded again. Whoever looks for an instant is told of all the same, since he counts for a while more. */
typedef struct {
    Manager *manager;
    char *session, *user;
    uid_t uid;
    guint n_peers;  /* that have it enlarged */
    gint64 ended;   /* when the last of them, or a view, ended; 0: none has */
    gint64 written; /* when its last row of the audit was; 0: it has none */
    guint timer;    /* until it is a row again or, with nobody there, is told of no more */
} Glance;

static void
glance_free(gpointer data)
{
    Glance *glance = data;

    g_clear_handle_id(&glance->timer, g_source_remove);
    g_free(glance->session);
    g_free(glance->user);
    g_free(glance);
}

GHashTable *
viewers_new_glances(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, glance_free);
}

static gboolean
is_within(gint64 then, gint64 seconds, gint64 now)
{
    return then != 0 && now - then < seconds * G_USEC_PER_SEC;
}

static gboolean
is_over(gpointer key, gpointer value, gpointer now)
{
    const Glance *glance = value;

    return glance->n_peers == 0 &&
           !is_within(glance->ended, LIMIT_ENLARGED_AGAIN_SECONDS, *(gint64 *) now);
}

/* The one that goes on, or a new one. */
static Glance *
get_glance(Peer *peer, const char *session)
{
    Manager *manager = peer->manager;
    const uid_t uid = peer_caller(peer).uid;
    g_autofree char *key = g_strdup_printf("%u %s %s", (guint) uid, session, peer_get_source(peer));
    gint64 now = manager->clock();
    Glance *glance;

    (void) g_hash_table_foreach_remove(manager->glances, is_over, &now);
    glance = g_hash_table_lookup(manager->glances, key);
    if (glance != NULL)
        return glance;
    glance = g_new0(Glance, 1);
    glance->manager = manager;
    glance->session = g_strdup(session);
    glance->user = g_strdup(peer_get_user(peer));
    glance->uid = uid;
    (void) g_hash_table_insert(manager->glances, g_steal_pointer(&key), glance);
    return glance;
}

/* Who looks is found anew, and so is what its streams may carry: a row that is due is written by that. */
static gboolean
on_due(gpointer data)
{
    Glance *glance = data;
    Session *session = g_hash_table_lookup(glance->manager->sessions, glance->session);

    glance->timer = 0;
    if (session != NULL)
        session_changed(session);
    return G_SOURCE_REMOVE;
}

static void
set_timer(Glance *glance)
{
    const gboolean looks = glance->n_peers > 0;
    const gint64 seconds = looks ? LIMIT_LOOK_ROW_SECONDS : LIMIT_LOOKED_SECONDS;
    const gint64 due = (looks ? glance->written : glance->ended) + seconds * G_USEC_PER_SEC;
    const gint64 left = MAX(due - glance->manager->clock(), 0);

    g_clear_handle_id(&glance->timer, g_source_remove);
    glance->timer = g_timeout_add((guint) (left / 1000 + 1), on_due, glance);
}

/* One that goes on is no act of anybody's. */
static gboolean
write_row(Glance *glance, Peer *peer, const Session *session, GError **error)
{
    Manager *manager = peer->manager;
    PolicyCaller caller = peer_caller(peer);

    if (glance->n_peers == 0 && !manager_takes_act(manager, &caller)) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                    "cannot enlarge session '%s': '%s' has had %d acts in this minute", session->id,
                    glance->user, LIMIT_ACTS_A_MINUTE);
        return FALSE;
    }
    if (!manager_audit(manager, glance->user, "enlarge", session->user, session->id, "done", "",
                       peer_get_source(peer)))
        return FALSE;
    glance->written = manager->clock();
    return TRUE;
}

gboolean
viewers_enlarge(Peer *peer, const Session *session, const GPtrArray *before, GPtrArray *enlarged,
                GError **error)
{
    Glance *glance;

    if (peer_caller(peer).uid == session->uid || has(enlarged, session->id))
        return TRUE;
    glance = get_glance(peer, session->id);
    if (!is_within(glance->written, LIMIT_LOOK_ROW_SECONDS, peer->manager->clock()) &&
        !write_row(glance, peer, session, error))
        return FALSE;
    glance->n_peers += !has(before, session->id);
    set_timer(glance);
    g_ptr_array_add(enlarged, g_strdup(session->id));
    return TRUE;
}

static void
leave(Glance *glance)
{
    glance->ended = glance->manager->clock();
    set_timer(glance);
}

void
viewers_left(Peer *peer, const Session *session)
{
    if (peer_caller(peer).uid != session->uid)
        leave(get_glance(peer, session->id));
}

static void
end_glance(Peer *peer, const char *id)
{
    Glance *glance = get_glance(peer, id);

    glance->n_peers -= glance->n_peers > 0;
    leave(glance);
}

void
viewers_changed(Peer *peer, const GPtrArray *before, const GPtrArray *after)
{
    for (guint i = 0; before != NULL && i < before->len; i++)
        if (!has(after, before->pdata[i]))
            end_glance(peer, before->pdata[i]);
    for (guint i = 0; after != NULL && i < after->len; i++) {
        Session *session = g_hash_table_lookup(peer->manager->sessions, after->pdata[i]);

        if (session != NULL && !has(before, session->id))
            session_changed(session);
    }
}

static gboolean
is_looking(const Peer *peer, const Session *session)
{
    PolicyCaller caller;
    gboolean views = peer->view_mode == VIEW_MODE_VIEW && g_strcmp0(peer->view, session->id) == 0;

    return (views || has(peer->enlarged, session->id)) && peer_get_caller(peer, &caller) &&
           caller.uid != session->uid;
}

static void
add_name(GPtrArray *names, Manager *manager, uid_t uid, const char *user)
{
    const User *account = user_directory_peek_uid(manager->users, uid);
    const char *name = account != NULL && account->full_name[0] != '\0' ? account->full_name : user;

    if (!has(names, name))
        g_ptr_array_add(names, g_strdup(name));
}

static void
add_those_who_left(GPtrArray *names, const Session *session)
{
    Manager *manager = session->manager;
    const gint64 now = manager->clock();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, manager->glances);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Glance *glance = value;

        if (g_str_equal(glance->session, session->id) &&
            is_within(glance->ended, LIMIT_LOOKED_SECONDS, now))
            add_name(names, manager, glance->uid, glance->user);
    }
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

    for (guint i = 0; i < peers->len; i++) {
        const Peer *peer = peers->pdata[i];

        if (is_looking(peer, session))
            add_name(names, session->manager, peer_caller(peer).uid, peer_get_user(peer));
    }
    add_those_who_left(names, session);
    g_ptr_array_sort(names, compare_names);
    return g_variant_new_strv((const char *const *) names->pdata, names->len);
}
