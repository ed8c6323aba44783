/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-store.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pidfd.h"
#include "base/tree.h"
#include "manager.h"
#include "session.h"

#define GROUP "session"
#define SUFFIX ".session"

static char *
path_of(const Session *session)
{
    return g_strconcat(session->manager->run, "/sessions/", session->id, SUFFIX, NULL);
}

/* The texts of a session that are kept, in one place for both ways. */
#define N_TEXTS 7
static void
list_texts(Session *session, char **ret_fields[N_TEXTS], const char *ret_keys[N_TEXTS])
{
    static const char *const keys[N_TEXTS] = { "desktop",    "layout",    "display", "rfb",
                                               "xauthority", "logind-id", "cgroup" };
    char **const fields[N_TEXTS] = { &session->desktop, &session->layout,     &session->display,
                                     &session->rfb,     &session->xauthority, &session->logind_id,
                                     &session->cgroup };

    for (guint i = 0; i < N_TEXTS; i++) {
        ret_keys[i] = keys[i];
        ret_fields[i] = fields[i];
    }
}

void
session_store(const Session *session)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = path_of(session);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    char **fields[N_TEXTS];
    const char *keys[N_TEXTS];
    gsize length;

    list_texts((Session *) session, fields, keys);
    for (guint i = 0; i < N_TEXTS; i++)
        g_key_file_set_string(file, GROUP, keys[i], *fields[i]);
    g_key_file_set_string(file, GROUP, "user", session->user);
    g_key_file_set_uint64(file, GROUP, "uid", session->uid);
    g_key_file_set_boolean(file, GROUP, "foreign", !session->kind->hosted);
    g_key_file_set_int64(file, GROUP, "since", session->since);
    g_key_file_set_int64(file, GROUP, "pid", session->pid);
    g_key_file_set_uint64(file, GROUP, "start-time", session->start_time);
    g_key_file_set_boolean(file, GROUP, "locked", session->locked);
    g_key_file_set_int64(file, GROUP, "last-input", session->last_input);
    g_key_file_set_int64(file, GROUP, "viewer-left",
                         session->viewer != NULL ? 0 : session->viewer_left);
    g_key_file_set_int64(file, GROUP, "limit-tried", session->limit_tried);
    g_key_file_set_string(file, GROUP, "stop-mode",
                          session->stop_mode != NULL ? session->stop_mode : "");
    if (session->has_seen) {
        g_key_file_set_string(file, GROUP, "outcome", outcome_to_name(session->seen_outcome));
        g_key_file_set_string(file, GROUP, "detail",
                              session->seen_detail != NULL ? session->seen_detail : "");
    }
    text = g_key_file_to_data(file, &length, NULL);
    if (!g_file_set_contents_full(path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                  &error))
        g_warning("cannot keep session '%s' for a restart: %s (ignoring)", session->id,
                  error->message);
}

/* Whoever has the display's number by now has files of his own there, owned by himself. */
static void
unlink_own(const char *path, uid_t owner)
{
    struct stat status;

    if (lstat(path, &status) == 0 && status.st_uid == owner)
        (void) unlink(path);
}

void
session_store_remove(const Session *session)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = path_of(session);
    g_autofree char *directory =
        g_build_filename(session->manager->run, "sessions", session->id, NULL);
    const char *number = session->display[0] == ':' ? session->display + 1 : "";

    (void) unlink(path);
    /* Below it are files that are (or were) the user's: tree_remove() follows nothing. */
    if (!tree_remove(directory, &error))
        g_message("%s (ignoring)", error->message);
    /* A foreign session's display may be somebody else's by now. */
    if (session->kind->hosted && number[0] != '\0' &&
        strspn(number, "0123456789") == strlen(number) && session->outcome != OUTCOME_CLEAN) {
        g_autofree char *x_socket = g_strconcat("/tmp/.X11-unix/X", number, NULL);
        g_autofree char *x_lock = g_strconcat("/tmp/.X", number, "-lock", NULL);

        unlink_own(x_socket, session->uid);
        unlink_own(x_lock, session->uid);
    }
}

/* How the desktop ended, if a former manyseatd was just ending the user's services. */
static void
read_seen(Session *session, GKeyFile *file)
{
    g_autofree char *outcome = g_key_file_get_string(file, GROUP, "outcome", NULL);

    session->has_seen = outcome != NULL && outcome_from_name(outcome, &session->seen_outcome);
    if (session->has_seen)
        session->seen_detail = g_key_file_get_string(file, GROUP, "detail", NULL);
}

/* Whoever was at it when manyseatd ended has the time from now on to come back. */
static void
read_times(Session *session, GKeyFile *file)
{
    gint64 now = session->manager->clock();
    gint64 left = g_key_file_get_int64(file, GROUP, "viewer-left", NULL);

    session->since = g_key_file_get_int64(file, GROUP, "since", NULL);
    session->last_input = MIN(now, g_key_file_get_int64(file, GROUP, "last-input", NULL));
    session->viewer_left = left != 0 ? MIN(now, left) : now;
    session->limit_tried = MIN(now, g_key_file_get_int64(file, GROUP, "limit-tried", NULL));
}

static Session *
read_session(Manager *manager, const char *path, guint64 number, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *user = NULL;
    g_autofree char *stop_mode = NULL;
    char **fields[N_TEXTS];
    const char *keys[N_TEXTS];
    Session *session;

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error))
        return NULL;
    user = g_key_file_get_string(file, GROUP, "user", error);
    if (user == NULL)
        return NULL;
    session = session_new(manager, manager->hosted, number, user,
                          (uid_t) g_key_file_get_uint64(file, GROUP, "uid", NULL));
    list_texts(session, fields, keys);
    for (guint i = 0; i < N_TEXTS; i++) {
        char *text = g_key_file_get_string(file, GROUP, keys[i], NULL);

        if (text != NULL) {
            g_free(*fields[i]);
            *fields[i] = text;
        }
    }
    read_times(session, file);
    session->pid = (pid_t) g_key_file_get_int64(file, GROUP, "pid", NULL);
    session->start_time = g_key_file_get_uint64(file, GROUP, "start-time", NULL);
    session->locked = g_key_file_get_boolean(file, GROUP, "locked", NULL);
    if (g_key_file_get_boolean(file, GROUP, "foreign", NULL)) {
        session->kind = manager->foreign;
        session->started = TRUE;
    }
    read_seen(session, file);
    stop_mode = g_key_file_get_string(file, GROUP, "stop-mode", NULL);
    session->stopping = stop_mode != NULL && stop_mode[0] != '\0';
    if (session->stopping)
        session->stop_mode = g_strcmp0(stop_mode, "kill") == 0 ? "kill" : "stop";
    return session;
}

static void
load_file(Manager *manager, const char *name)
{
    g_autofree char *path = g_build_filename(manager->run, "sessions", name, NULL);
    g_autofree char *id = g_strndup(name, strlen(name) - strlen(SUFFIX));
    g_autoptr(GError) error = NULL;
    Session *session;
    guint64 number;

    if (!g_ascii_string_to_unsigned(id, 10, 1, G_MAXUINT64, &number, NULL))
        return;
    session = read_session(manager, path, number, &error);
    if (session == NULL) {
        g_warning("cannot read session file '%s': %s (ignoring)", path, error->message);
        return;
    }
    g_hash_table_replace(manager->sessions, session->id, session);
}

void
session_store_load(Manager *manager)
{
    g_autofree char *path = g_build_filename(manager->run, "sessions", NULL);
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
        if (g_str_has_suffix(name, SUFFIX))
            load_file(manager, name);
}

gboolean
session_store_read_end(const Session *session, Outcome *ret_outcome, char **ret_detail)
{
    g_autofree char *path =
        g_build_filename(session->manager->run, "sessions", session->id, "ended", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *outcome = NULL;

    if (session->has_seen) {
        *ret_outcome = session->seen_outcome;
        *ret_detail = g_strdup(session->seen_detail);
        return TRUE;
    }
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL))
        return FALSE;
    outcome = g_key_file_get_string(file, "Ended", "outcome", NULL);
    if (!outcome_from_name(outcome, ret_outcome))
        return FALSE;
    *ret_detail = g_key_file_get_string(file, "Ended", "detail", NULL);
    return TRUE;
}
