/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/fd.h"
#include "base/paths.h"
#include "base/process.h"
#include "base/tree.h"
#include "xauthority.h"

#define RUNTIME "/run/user"
#define LOG_TAIL_BYTES 512

/* For directories in which only root can write. */
static gboolean
make_directory(const char *path, mode_t mode, GError **error)
{
    if ((mkdir(path, mode) < 0 && errno != EEXIST) || chmod(path, mode) < 0)
        return failure_set(error, "make", path);
    return TRUE;
}

static int
make_file(int directory, const char *name, int flags, const Account *account, GError **error)
{
    autofd file = openat(directory, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (file < 0 || fchown(file, account->uid, account->gid) < 0) {
        failure_set(error, "make", name);
        return -1;
    }
    return fd_steal(&file);
}

/* The directory becomes the user's when all is in it: root never opens a path that the user can change. */
static gboolean
fill_user_directory(Place *place, const Account *account, guint display, GError **error)
{
    autofd directory = -1;
    autofd cookie = -1;

    if (mkdir(place->user, 0700) < 0)
        return failure_set(error, "make", place->user);
    directory = open(place->user, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return failure_set(error, "open", place->user);
    cookie = make_file(directory, "Xauthority", O_WRONLY, account, error);
    if (cookie < 0 || !xauthority_write(fd_steal(&cookie), display, error))
        return FALSE;
    place->log = make_file(directory, "log", O_RDWR | O_APPEND, account, error);
    if (place->log < 0)
        return FALSE;
    if (fchmod(directory, 0700) < 0 || fchown(directory, account->uid, account->gid) < 0)
        return failure_set(error, "give away", place->user);
    return TRUE;
}

static gboolean
check_runtime(const char *path, const Account *account, GError **error)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return failure_set(error, "look at", path);
    if (S_ISDIR(status.st_mode) && status.st_uid == account->uid && (status.st_mode & 0777) == 0700)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                "cannot use '%s': it is not a directory of '%s' with mode 700", path,
                account->name);
    return FALSE;
}

static gboolean
make_runtime(Place *place, const Account *account, GError **error)
{
    place->runtime = g_strdup_printf(RUNTIME "/%u", (guint) account->uid);
    if (!make_directory(RUNTIME, 0755, error))
        return FALSE;
    if (mkdir(place->runtime, 0700) == 0) {
        place->made_runtime = TRUE;
        if (lchown(place->runtime, account->uid, account->gid) < 0)
            return failure_set(error, "give away", place->runtime);
    } else if (errno != EEXIST) {
        return failure_set(error, "make", place->runtime);
    }
    return check_runtime(place->runtime, account, error);
}

static gboolean
make_all(Place *place, const Account *account, guint display, GError **error)
{
    return make_directory(PATH_RUN, 0755, error) && make_directory(PATH_SESSIONS, 0711, error) &&
           make_directory(place->directory, 0711, error) &&
           fill_user_directory(place, account, display, error) &&
           (place->runtime != NULL || make_runtime(place, account, error));
}

Place *
place_new(const char *session, const Account *account, guint display, const char *runtime,
          GError **error)
{
    Place *place = g_new0(Place, 1);

    place->log = -1;
    place->directory = g_build_filename(PATH_SESSIONS, session, NULL);
    place->user = g_build_filename(place->directory, "user", NULL);
    place->rfb = g_build_filename(place->user, "rfb", NULL);
    place->xauthority = g_build_filename(place->user, "Xauthority", NULL);
    place->runtime = g_strdup(runtime);
    if (make_all(place, account, display, error))
        return place;
    place_clean(place, account->uid);
    (void) rmdir(place->directory);
    place_free(place);
    return NULL;
}

char *
place_get_last_log_line(const Place *place)
{
    char tail[LOG_TAIL_BYTES + 1] = { 0 };
    struct stat status;
    off_t from;
    char *line;

    if (place->log < 0 || fstat(place->log, &status) < 0)
        return g_strdup("");
    from = MAX(0, status.st_size - LOG_TAIL_BYTES);
    if (pread(place->log, tail, LOG_TAIL_BYTES, from) < 0)
        return g_strdup("");
    g_strchomp(tail);
    line = strrchr(tail, '\n');
    return g_strescape(line != NULL ? line + 1 : tail, NULL);
}

void
place_write_ended(const Place *place, const char *outcome, const char *detail,
                  const char *const *remaining, gint64 took)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_build_filename(place->directory, "ended", NULL);
    g_autoptr(GError) error = NULL;

    g_key_file_set_string(file, "Ended", "outcome", outcome);
    g_key_file_set_string(file, "Ended", "detail", detail);
    g_key_file_set_string_list(file, "Ended", "remaining", remaining,
                               g_strv_length((char **) remaining));
    g_key_file_set_int64(file, "Ended", "took", took);
    if (!g_key_file_save_to_file(file, path, &error))
        g_warning("cannot leave a record, ignoring: %s", error->message);
}

void
place_remove_ended(const Place *place)
{
    g_autofree char *path = g_build_filename(place->directory, "ended", NULL);

    (void) unlink(path);
    (void) rmdir(place->directory);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GError) error = NULL;

    if (!tree_remove(path, &error))
        g_message("%s, ignoring", error->message);
}

void
place_clean(Place *place, uid_t uid)
{
    g_autoptr(GArray) processes = NULL;

    fd_clear(&place->log);
    remove_tree(place->user);
    if (!place->made_runtime)
        return;
    processes = process_list_of_uid(uid);
    if (processes->len == 0)
        remove_tree(place->runtime);
}

void
place_free(Place *place)
{
    if (place == NULL)
        return;
    fd_clear(&place->log);
    g_free(place->directory);
    g_free(place->user);
    g_free(place->rfb);
    g_free(place->xauthority);
    g_free(place->runtime);
    g_free(place);
}
