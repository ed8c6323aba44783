/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "user-manager.h"

#include "base/cgroup.h"
#include "base/process.h"

#define MANAGER_SECONDS 1 /* for the manager, when its services are killed */

struct UserManager {
    Logind *logind;
    uid_t uid;
    UserManagerTimes times;
    UserManagerFunc on_done;
    gpointer data;
    char *slice; /* control group of all that the user runs under logind */
    GCancellable *cancellable;
    guint empty_watch, timer;
};

static void
tell(UserManager *manager, const char *remaining)
{
    g_clear_handle_id(&manager->empty_watch, g_source_remove);
    g_clear_handle_id(&manager->timer, g_source_remove);
    manager->on_done(remaining, manager->data);
}

static void
on_empty(gpointer data)
{
    UserManager *manager = data;

    manager->empty_watch = 0;
    tell(manager, "");
}

static gboolean
on_left_over(gpointer data)
{
    UserManager *manager = data;
    g_autoptr(GArray) pids = cgroup_list(manager->slice);
    g_auto(GStrv) lines = process_describe(pids);
    g_autofree char *remaining = g_strjoinv("\n", lines);

    manager->timer = 0;
    tell(manager, remaining);
    return G_SOURCE_REMOVE;
}

static gboolean
on_kill_all(gpointer data)
{
    UserManager *manager = data;
    g_autoptr(GError) error = NULL;

    if (!cgroup_kill(manager->slice, &error))
        g_warning("%s", error->message);
    manager->timer = g_timeout_add_seconds(manager->times.verify, on_left_over, manager);
    return G_SOURCE_REMOVE;
}

/* Where systemd puts a user's services. Without them his manager ends as it should; killed itself it would stay "failed". */
static gboolean
on_kill(gpointer data)
{
    static const char *const places[] = { "app.slice", "background.slice", "session.slice" };
    UserManager *manager = data;

    g_message("services of uid %u have not ended in time; killing them", (guint) manager->uid);
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *group = g_strdup_printf("%s/user@%u.service/%s", manager->slice,
                                                 (guint) manager->uid, places[i]);

        (void) cgroup_kill(group, NULL); /* not every user has each of them */
    }
    manager->timer = g_timeout_add_seconds(MANAGER_SECONDS, on_kill_all, manager);
    return G_SOURCE_REMOVE;
}

/* logind ends a user's services by itself some seconds after his last session, so a failed call costs time only. */
static void
on_asked(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;

    (void) source;
    (void) data;
    if (!logind_end_user_finish(result, &error) &&
        !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning("cannot end the services of a user: %s", error->message);
}

/* Told from the main loop, so that nobody hears of the end before user_manager_end() has returned. */
static gboolean
on_begin(gpointer data)
{
    UserManager *manager = data;

    logind_end_user_async(manager->logind, manager->uid, manager->cancellable, on_asked, NULL);
    manager->empty_watch = cgroup_watch_empty(manager->slice, on_empty, manager);
    manager->timer = g_timeout_add_seconds(manager->times.kill, on_kill, manager);
    return G_SOURCE_REMOVE;
}

UserManager *
user_manager_end(Logind *logind, uid_t uid, const UserManagerTimes *times, UserManagerFunc on_done,
                 gpointer data)
{
    UserManager *manager = g_new0(UserManager, 1);

    manager->logind = logind;
    manager->uid = uid;
    manager->times = *times;
    manager->on_done = on_done;
    manager->data = data;
    manager->slice = g_strdup_printf("user.slice/user-%u.slice", (guint) uid);
    manager->cancellable = g_cancellable_new();
    manager->timer = g_idle_add_full(G_PRIORITY_DEFAULT, on_begin, manager, NULL);
    return manager;
}

void
user_manager_free(UserManager *manager)
{
    if (manager == NULL)
        return;
    g_cancellable_cancel(manager->cancellable);
    g_object_unref(manager->cancellable);
    g_clear_handle_id(&manager->empty_watch, g_source_remove);
    g_clear_handle_id(&manager->timer, g_source_remove);
    g_free(manager->slice);
    g_free(manager);
}
