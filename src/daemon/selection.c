/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "selection.h"

#include "base/limits.h"
#include "bus/error.h"
#include "job.h"
#include "manager.h"
#include "session.h"
#include "sessions.h"

void
selection_clear(Selection *selection)
{
    g_clear_pointer(&selection->hit, g_ptr_array_unref);
    g_clear_pointer(&selection->left_out, g_array_unref);
}

/* A standard user is not told of others' sessions: not by what "all" leaves out, nor by an id or a name that he tries. */
static gboolean
is_hidden(const PolicyCaller *caller, const Session *session)
{
    return caller->role == ROLE_STANDARD && !session_may(session, caller, VERB_LIST);
}

static void
add(Selection *selection, const PolicyCaller *caller, Verb verb, Session *session)
{
    LeftOut left_out = { session, NULL };
    gboolean ends = verb == VERB_LOG_OFF;

    if (g_ptr_array_find(selection->hit, session, NULL))
        return;
    if (!selection->named && is_hidden(caller, session))
        return;
    if (!session_may(session, caller, verb))
        left_out.reason = "role";
    else if (!selection->named && session->uid == caller->uid)
        left_out.reason = "own";
    else if (session->stopping || (ends && session->job != NULL && !job_gives_way(session)))
        left_out.reason = "ending";
    if (left_out.reason == NULL)
        g_ptr_array_add(selection->hit, session);
    else
        g_array_append_val(selection->left_out, left_out);
}

static gboolean
add_named(Selection *selection, Manager *manager, const PolicyCaller *caller, Verb verb,
          GVariant *ids, GError **error)
{
    gsize n = g_variant_n_children(ids);

    if (n == 0 || n > LIMIT_SELECTION) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                    "cannot take a selection of %" G_GSIZE_FORMAT " sessions: 1 to %d", n,
                    LIMIT_SELECTION);
        return FALSE;
    }
    for (gsize i = 0; i < n; i++) {
        const char *id;
        Session *session;

        g_variant_get_child(ids, i, "&s", &id);
        session = manager_find_session(manager, id, error);
        if (session == NULL)
            return FALSE;
        if (is_hidden(caller, session)) {
            g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                        "not permitted: %s session '%s'", verb_to_name(verb), id);
            return FALSE;
        }
        add(selection, caller, verb, session);
    }
    return TRUE;
}

static gboolean
add_of_user(Selection *selection, Manager *manager, const PolicyCaller *caller, Verb verb,
            const char *user, GError **error)
{
    g_autoptr(GPtrArray) sessions = sessions_list(manager);

    for (guint i = 0; i < sessions->len; i++) {
        Session *session = sessions->pdata[i];

        if (g_strcmp0(session->user, user) == 0 && !is_hidden(caller, session))
            add(selection, caller, verb, session);
    }
    if (selection->hit->len + selection->left_out->len > 0)
        return TRUE;
    /* A standard user is not told who is logged on. */
    if (!manager_may(manager, caller, VERB_LIST_USERS))
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                    "not permitted: %s the sessions of '%s'", verb_to_name(verb), user);
    else
        g_set_error(error, MANYSEAT_ERROR,
                    user_directory_peek_name(manager->users, user) != NULL
                        ? MANYSEAT_ERROR_NO_SUCH_SESSION
                        : MANYSEAT_ERROR_NO_SUCH_USER,
                    "cannot %s the sessions of '%s': there are none", verb_to_name(verb), user);
    return FALSE;
}

static void
add_all(Selection *selection, Manager *manager, const PolicyCaller *caller, Verb verb)
{
    g_autoptr(GPtrArray) sessions = sessions_list(manager);

    for (guint i = 0; i < sessions->len; i++)
        add(selection, caller, verb, sessions->pdata[i]);
}

static gboolean
resolve(Selection *selection, Manager *manager, const PolicyCaller *caller, Verb verb,
        GVariant *dictionary, GError **error)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(dictionary);
    g_autoptr(GVariant) ids =
        g_variant_dict_lookup_value(&dict, "sessions", G_VARIANT_TYPE_STRING_ARRAY);
    const char *user = NULL;
    gboolean all = FALSE;

    (void) g_variant_dict_lookup(&dict, "user", "&s", &user);
    (void) g_variant_dict_lookup(&dict, "all", "b", &all);
    if (g_variant_n_children(dictionary) != 1 || (ids == NULL && user == NULL && !all)) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                            "cannot take the selection: it is not exactly one of sessions, user, "
                            "all=true");
        return FALSE;
    }
    selection->named = !all;
    if (ids != NULL)
        return add_named(selection, manager, caller, verb, ids, error);
    if (user != NULL)
        return add_of_user(selection, manager, caller, verb, user, error);
    add_all(selection, manager, caller, verb);
    return TRUE;
}

gboolean
selection_resolve(Manager *manager, const PolicyCaller *caller, Verb verb, GVariant *dictionary,
                  Selection *ret, GError **error)
{
    g_auto(Selection)
        selection = { g_ptr_array_new(), g_array_new(FALSE, FALSE, sizeof(LeftOut)), FALSE };

    if (!resolve(&selection, manager, caller, verb, dictionary, error))
        return FALSE;
    ret->hit = g_steal_pointer(&selection.hit);
    ret->left_out = g_steal_pointer(&selection.left_out);
    ret->named = selection.named;
    return TRUE;
}

gboolean
selection_check(const Selection *selection, Verb verb, GError **error)
{
    LeftOut *first;

    if (!selection->named || selection->left_out->len == 0)
        return TRUE;
    first = &g_array_index(selection->left_out, LeftOut, 0);
    if (g_strcmp0(first->reason, "role") == 0)
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_PERMITTED,
                    "not permitted: %s session '%s'", verb_to_name(verb), first->session->id);
    else
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot %s session '%s': it is being ended already", verb_to_name(verb),
                    first->session->id);
    return FALSE;
}

GVariant *
selection_get_left_out(const Selection *selection)
{
    GVariantBuilder rows;

    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < selection->left_out->len; i++) {
        const LeftOut *left_out = &g_array_index(selection->left_out, LeftOut, i);
        GVariantDict row;

        g_variant_dict_init(&row, NULL);
        g_variant_dict_insert(&row, "session", "s", left_out->session->id);
        g_variant_dict_insert(&row, "user", "s", left_out->session->user);
        g_variant_dict_insert(&row, "reason", "s", left_out->reason);
        g_variant_builder_add_value(&rows, g_variant_dict_end(&row));
    }
    return g_variant_builder_end(&rows);
}
