/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice.h"

#include "base/errand.h"
#include "base/limits.h"
#include "base/locale.h"
#include "errand-call.h"
#include "job.h"
#include "manager.h"
#include "session.h"
#include "viewers.h"
#include "watch.h"

static gboolean
is_wanted(const Session *session)
{
    const Settings *settings = session->manager->settings;

    if (!session->started || session->ended || session->stopping)
        return FALSE;
    return settings->notice_window == NOTICE_WINDOW_ALWAYS ||
           (settings->notice_window == NOTICE_WINDOW_FOREIGN && !session->kind->hosted);
}

static gboolean
is_stage_shown(const JobRow *row)
{
    return row->stage == STAGE_WARN || row->stage == STAGE_ASK || row->stage == STAGE_GRACE;
}

/* As the user knows whoever ends his session; "" when that is himself, or a limit. */
static const char *
get_by(const Session *session, const Job *job)
{
    User *by = user_directory_peek_uid(session->manager->users, job->by_uid);

    if (job_is_by_limit(job) || job->by_uid == session->uid)
        return "";
    return by != NULL ? by->full_name : job->by;
}

static void
add_row(GVariantDict *notice, const Session *session, const JobRow *row)
{
    g_variant_dict_insert(notice, "stage", "s", stage_to_name(row->stage));
    g_variant_dict_insert(notice, "deadline", "x", row->deadline);
    g_variant_dict_insert(notice, "by", "s", get_by(session, row->job));
    g_variant_dict_insert(notice, "mode", "s", end_mode_to_name(row->job->mode));
    g_variant_dict_insert(notice, "message", "s", row->job->message);
    g_variant_dict_insert(notice, "wants-time", "b", row->wants_time);
    g_variant_dict_insert(notice, "refused", "b", row->refused);
}

/* FALSE: nobody looks. */
static gboolean
add_viewers(GVariantDict *notice, const Session *session)
{
    g_autoptr(GVariant) viewers = g_variant_ref_sink(viewers_of(session));
    const gsize n = MIN(g_variant_n_children(viewers), LIMIT_NOTICE_VIEWERS);
    GVariantBuilder names;

    g_variant_builder_init(&names, G_VARIANT_TYPE_STRING_ARRAY);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *name = NULL;
        const char *whole;

        g_variant_get_child(viewers, i, "&s", &whole);
        name = g_utf8_substring(whole, 0, MIN(g_utf8_strlen(whole, -1), LIMIT_NOTICE_NAME));
        g_variant_builder_add(&names, "s", name);
    }
    g_variant_dict_insert_value(notice, "viewers", g_variant_builder_end(&names));
    return n > 0;
}

/* What org.manyseat.Watch.ShowNotice() takes; NULL: nothing is to be shown. That the session is being ended goes before who looks. */
static GVariant *
make_notice(Session *session)
{
    const JobRow *row = job_find_row_of(session);
    g_auto(GVariantDict) notice = G_VARIANT_DICT_INIT(NULL);

    if (!is_wanted(session))
        return NULL;
    if (row != NULL && is_stage_shown(row))
        add_row(&notice, session, row);
    else if (!add_viewers(&notice, session))
        return NULL;
    g_variant_dict_insert(&notice, "language", "s",
                          session->language != NULL ? session->language : "");
    return g_variant_ref_sink(g_variant_dict_end(&notice));
}

/* What this host speaks. */
static char *
get_host_language(void)
{
    return locale_find_language(g_getenv("LANGUAGE"), g_getenv("LC_ALL"), g_getenv("LC_MESSAGES"),
                                g_getenv("LANG"));
}

/* What the programs of the session speak, or where that cannot be told, this host. */
static void
on_language(GVariant *result, int *fds, guint n_fds, const GError *failure, gpointer data)
{
    Session *session = data;
    const char *given = "";

    (void) fds;
    (void) n_fds;
    if (failure != NULL)
        session->language_errand = NULL; /* freed after this call */
    else
        (void) g_variant_lookup(result, "language", "&s", &given);
    if (session->language == NULL) {
        session->language = given[0] != '\0' ? locale_get_language(given) : get_host_language();
        notice_update(session);
    }
}

static void
ask_language(Session *session)
{
    GVariantDict arguments;

    if (session->language_errand != NULL)
        return;
    g_variant_dict_init(&arguments, NULL);
    session_add_x(session, &arguments);
    session->language_errand =
        errand_start(ERRAND_LANGUAGE, session->uid, g_variant_dict_end(&arguments),
                     ERRAND_DEADLINE_SECONDS, on_language, session);
}

static gboolean
is_same(GVariant *a, GVariant *b)
{
    return a == b || (a != NULL && b != NULL && g_variant_equal(a, b));
}

void
notice_update(Session *session)
{
    g_autoptr(GVariant) notice = make_notice(session);

    if (notice != NULL && session->language == NULL) {
        ask_language(session);
        return;
    }
    if (session->notice_left && !session->started)
        return; /* its manyseat-session has yet to tell us */
    if (is_same(notice, session->notice) && !session->notice_left)
        return;
    session->notice_left = FALSE;
    if (notice != NULL)
        watch_show_notice(session->manager->watch, session->id, notice);
    else
        watch_hide_notice(session->manager->watch, session->id);
    g_clear_pointer(&session->notice, g_variant_unref);
    session->notice = g_steal_pointer(&notice);
}

void
notice_tell_all(Manager *manager)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Session *session = value;

        if (session->notice != NULL)
            watch_show_notice(manager->watch, session->id, session->notice);
        else if (job_find_row_of(session) == NULL)
            watch_hide_notice(manager->watch, session->id); /* of a manyseatd that is no more */
        else
            session->notice_left = TRUE; /* that may stand until we know what it is to say */
    }
}

gboolean
notice_is_shown(const Session *session)
{
    return session->notice != NULL;
}
