/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions.h"

#include "manager.h"
#include "session.h"

Session *
sessions_find_logind(Manager *manager, const char *logind_id)
{
    GHashTableIter iter;
    gpointer session;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &session))
        if (g_strcmp0(((Session *) session)->logind_id, logind_id) == 0)
            return session;
    return NULL;
}

Session *
sessions_find_hosted(Manager *manager, uid_t uid)
{
    g_autoptr(GPtrArray) sessions = sessions_list(manager);

    for (guint i = 0; i < sessions->len; i++) {
        Session *session = sessions->pdata[i];

        if (session->kind->hosted && session->uid == uid)
            return session;
    }
    return NULL;
}

Session *
sessions_find_foreign(Manager *manager, uid_t uid)
{
    g_autoptr(GPtrArray) sessions = sessions_list(manager);

    for (guint i = 0; i < sessions->len; i++) {
        Session *session = sessions->pdata[i];

        if (!session->kind->hosted && session->uid == uid &&
            (session->stopping || session_has_desktop(session)))
            return session;
    }
    return NULL;
}

/* Another session of the account that is not at its own end. */
static gboolean
has_other_listed(Manager *manager, const Session *session)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Session *other = value;

        if (other != session && other->uid == session->uid && other->user_manager == NULL)
            return TRUE;
    }
    return FALSE;
}

gboolean
sessions_is_last(Manager *manager, const Session *session)
{
    Extent extent = manager->settings->extent;
    g_autoptr(GPtrArray) known = NULL;

    if (manager->logind == NULL || session->logind_id[0] == '\0' || extent == EXTENT_DESKTOP ||
        has_other_listed(manager, session))
        return FALSE;
    if (extent == EXTENT_EVERYTHING && session->job != NULL)
        return TRUE;
    known = logind_list(manager->logind);
    for (guint i = 0; i < known->len; i++) {
        const LogindSession *other = known->pdata[i];

        if (other->uid == session->uid && !g_str_has_prefix(other->klass, "manager") &&
            sessions_find_logind(manager, other->id) == NULL)
            return FALSE;
    }
    return TRUE;
}

static int
compare_sessions(gconstpointer a, gconstpointer b)
{
    const Session *left = *(Session *const *) a;
    const Session *right = *(Session *const *) b;

    return left->number < right->number ? -1 : left->number > right->number;
}

GPtrArray *
sessions_list(Manager *manager)
{
    GPtrArray *sessions = g_ptr_array_new();
    GHashTableIter iter;
    gpointer session;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &session))
        g_ptr_array_add(sessions, session);
    g_ptr_array_sort(sessions, compare_sessions);
    return sessions;
}

guint
sessions_count_hosted(const Manager *manager)
{
    GHashTableIter iter;
    gpointer session;
    guint n = 0;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &session))
        n += ((Session *) session)->kind->hosted ? 1 : 0;
    return n;
}
