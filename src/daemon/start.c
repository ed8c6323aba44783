/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "start.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <pwd.h>
#include <unistd.h>

#include "audit.h"
#include "base/paths.h"
#include "base/pidfd.h"
#include "bus/error.h"
#include "foreign.h"
#include "hosted.h"
#include "job.h"
#include "launch.h"
#include "limit.h"
#include "login.h"
#include "look.h"
#include "manager.h"
#include "notice.h"
#include "peer.h"
#include "session-store.h"
#include "session.h"
#include "sessions.h"
#include "ticket.h"
#include "viewers.h"
#include "watch.h"

#define PRUNE_SECONDS (6 * 60 * 60)
#define REFRESH_SECONDS (USER_STALE_SECONDS / 3)

/* Our own accounts are local ones: the package makes them. */
static gboolean
find_account(const char *name, uid_t *ret, GError **error)
{
    struct passwd *account = getpwnam(name);

    if (account == NULL || account->pw_uid == 0) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_USER,
                    "cannot start: there is no account '%s'; the installation makes it", name);
        return FALSE;
    }
    *ret = account->pw_uid;
    return TRUE;
}

static gboolean
on_prune(gpointer data)
{
    Manager *manager = data;
    g_autoptr(GError) error = NULL;

    if (!audit_prune(manager->database, manager->settings->audit_keep, &error))
        g_warning("cannot prune the audit: %s (ignoring)", error->message);
    return G_SOURCE_CONTINUE;
}

static void
on_refreshed(GObject *source, GAsyncResult *result, gpointer data)
{
    Manager *manager = data;

    if (!user_directory_ensure_finish(manager->users, result, NULL))
        return;
    for (guint i = 0; i < manager->peers->len; i++)
        peer_renew_stream(manager->peers->pdata[i]);
}

/* Signals and pictures go on without a call that would look the accounts up: their roles are asked for before what is known of
 * them is too old to count. */
static gboolean
on_refresh(gpointer data)
{
    Manager *manager = data;
    g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uid_t));
    GHashTableIter iter;
    gpointer session;

    for (guint i = 0; i < manager->peers->len; i++) {
        Peer *peer = manager->peers->pdata[i];
        PolicyCaller caller;

        if ((peer->subscribed || peer->stream != 0) && peer_get_caller(peer, &caller))
            g_array_append_val(uids, caller.uid);
    }
    if (uids->len == 0)
        return G_SOURCE_CONTINUE;
    g_hash_table_iter_init(&iter, manager->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &session))
        g_array_append_val(uids, ((Session *) session)->uid);
    user_directory_ensure_async(manager->users, (const uid_t *) (gpointer) uids->data, uids->len,
                                NULL, on_refreshed, manager);
    return G_SOURCE_CONTINUE;
}

/* Its end was told, and only the last traces were not taken away. */
static void
forget_session(Session *session)
{
    session_store_remove(session);
    g_hash_table_remove(session->manager->sessions, session->id);
}

/* A session of a former manyseatd: its manyseat-session either lives, and comes back by itself, or is lost. */
static void
take_up_session(Session *session)
{
    int pidfd = -1;

    if (audit_has_end(session->manager->database, session->id)) {
        forget_session(session);
        return;
    }
    if (session->pid > 0)
        pidfd = pidfd_open_process(session->pid, session->start_time, NULL);
    if (pidfd < 0) {
        hosted_lost(session);
        return;
    }
    session->started = TRUE;
    session_watch(session, pidfd);
}

static void
take_up(Manager *manager)
{
    g_autoptr(GPtrArray) sessions = NULL;

    session_store_load(manager);
    login_load_all(manager);
    /* Jobs first: a session that has ended meanwhile tells its job how. */
    job_load_all(manager);
    sessions = sessions_list(manager);
    for (guint i = 0; i < sessions->len; i++)
        if (((Session *) sessions->pdata[i])->kind->hosted)
            take_up_session(sessions->pdata[i]);
}

static gboolean
make_directories(GError **error)
{
    if (g_mkdir_with_parents(PATH_RUN, 0755) == 0 &&
        g_mkdir_with_parents(PATH_SESSIONS, 0711) == 0 &&
        g_mkdir_with_parents(PATH_STATE, 0700) == 0)
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED, "cannot make '%s', '%s' or '%s': %s",
                PATH_RUN, PATH_SESSIONS, PATH_STATE, g_strerror(errno));
    return FALSE;
}

static char *
get_host(void)
{
    char name[HOST_NAME_MAX + 1] = "";

    (void) gethostname(name, sizeof name - 1);
    return g_strdup(name);
}

static void
on_session_changed(Session *session)
{
    limit_check(session);
    notice_update(session);
}

static const SessionListener listener = { .changed = on_session_changed,
                                          .visited = job_give_way,
                                          .job_changed = notice_update };

Manager *
start_tables(Settings *settings)
{
    Manager *manager = g_new0(Manager, 1);

    manager->settings = settings;
    manager->sessions =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify) session_free);
    manager->hosted = &hosted_kind;
    manager->foreign = &foreign_kind;
    manager->listener = &listener;
    manager->jobs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, job_free);
    manager->logins = g_ptr_array_new_with_free_func(login_free);
    manager->launches = g_ptr_array_new_with_free_func(launch_free);
    manager->tickets = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                             (GDestroyNotify) g_bytes_unref, ticket_free);
    manager->peers = g_ptr_array_new_with_free_func((GDestroyNotify) peer_unref);
    manager->users = user_directory_new(settings);
    manager->throttle = throttle_new(g_get_monotonic_time);
    manager->watch = watch_new(settings);
    manager->looks = looks_new();
    manager->refusals = tally_new();
    manager->glances = viewers_new_glances();
    manager->acts = tally_new();
    manager->started = g_get_real_time();
    manager->clock = g_get_monotonic_time;
    manager->host = get_host();
    manager->run = g_strdup(PATH_RUN);
    return manager;
}

Manager *
start_manager(Settings *settings, GError **error)
{
    g_autoptr(Manager) manager = start_tables(settings);

    if (!make_directories(error) ||
        !find_account(ACCOUNT_DASHBOARD, &manager->dashboard_uid, error) ||
        !find_account(ACCOUNT_STATION, &manager->station_uid, error) ||
        !find_account(ACCOUNT_DISPLAY, &manager->display_uid, error))
        return NULL;
    manager->database = database_open(PATH_DATABASE, error);
    if (manager->database == NULL)
        return NULL;
    (void) on_prune(manager);
    manager->prune_timer = g_timeout_add_seconds(PRUNE_SECONDS, on_prune, manager);
    manager->refresh_timer = g_timeout_add_seconds(REFRESH_SECONDS, on_refresh, manager);
    if (logind_is_there())
        manager->logind = logind_new(NULL, &foreign_events, manager);
    take_up(manager);
    return g_steal_pointer(&manager);
}

void
start_undo(Manager *manager)
{
    if (manager == NULL)
        return;
    g_clear_handle_id(&manager->prune_timer, g_source_remove);
    g_ptr_array_unref(manager->launches);
    g_ptr_array_unref(manager->peers);
    g_ptr_array_unref(manager->logins);
    g_hash_table_unref(manager->tickets);
    g_hash_table_unref(manager->jobs);
    g_hash_table_unref(manager->sessions);
    watch_free(manager->watch);
    looks_free(manager->looks);
    g_clear_handle_id(&manager->refresh_timer, g_source_remove);
    tally_free(manager->refusals);
    g_hash_table_unref(manager->glances);
    tally_free(manager->acts);
    logind_free(manager->logind);
    throttle_free(manager->throttle);
    user_directory_free(manager->users);
    g_clear_pointer(&manager->database, database_close);
    g_free(manager->host);
    g_free(manager->run);
    g_free(manager);
}
