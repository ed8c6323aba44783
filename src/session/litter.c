/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "litter.h"

#include <fcntl.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/process.h"

#define ICE_DIRECTORY ".ICE-unix"
#define XFCE_PREFIX ".xfsm-ICE-"
#define BUS_PREFIX "dbus-"
#define BOUND_SOCKETS "/proc/net/unix"
#define BUS_AGE_SECONDS 2 /* a name is there a moment before the kernel lists its socket */
#define PID_DIGITS_MAX 9

typedef struct {
    const char *directory;
    uid_t uid;
    gint64 since;
    guint removed;
} Litter;

typedef gboolean (*IsLitter)(const Litter *litter, const char *name, const struct stat *status);

/* libICE names its socket after the process that listens, and leaves it. */
static gboolean
is_ice_socket(const Litter *litter, const char *name, const struct stat *status)
{
    gsize digits = strspn(name, "0123456789");

    return S_ISSOCK(status->st_mode) && name[digits] == '\0' && digits <= PID_DIGITS_MAX &&
           !process_is_alive((pid_t) g_ascii_strtoll(name, NULL, 10));
}

/* xfce4-session removes its own at a log-out. */
static gboolean
is_xfce_file(const Litter *litter, const char *name, const struct stat *status)
{
    return g_str_has_prefix(name, XFCE_PREFIX) && S_ISREG(status->st_mode) &&
           status->st_ctim.tv_sec >= litter->since / G_USEC_PER_SEC;
}

/* dbus-daemon removes its socket unless it is killed. */
static gboolean
is_bus_socket(const Litter *litter, const char *name, const struct stat *status)
{
    g_autofree char *end = g_strdup_printf(" %s/%s\n", litter->directory, name);
    g_autofree char *bound = NULL;

    return g_str_has_prefix(name, BUS_PREFIX) && S_ISSOCK(status->st_mode) &&
           status->st_ctim.tv_sec + BUS_AGE_SECONDS <= g_get_real_time() / G_USEC_PER_SEC &&
           g_file_get_contents(BOUND_SOCKETS, &bound, NULL, NULL) && strstr(bound, end) == NULL;
}

static gboolean
runs_xfce(uid_t uid)
{
    g_autoptr(GArray) pids = process_list_of_uid(uid);

    for (guint i = 0; i < pids->len; i++) {
        g_autofree char *command = process_command(g_array_index(pids, pid_t, i));

        if (strcmp(command, "xfce4-session") == 0)
            return TRUE;
    }
    return FALSE;
}

/* In a sticky directory of root's nobody changes anybody else's names. */
static int
open_shared(int parent, const char *name)
{
    autofd directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (directory < 0 || fstat(directory, &status) < 0 || status.st_uid != geteuid() ||
        (status.st_mode & S_ISVTX) == 0)
        return -1;
    return fd_steal(&directory);
}

static void
remove_from(int directory, Litter *litter, IsLitter is_litter)
{
    DIR *entries = fd_read_directory(directory);
    struct dirent *entry;

    if (entries == NULL)
        return;
    while (litter->removed < LIMIT_LITTER && (entry = readdir(entries)) != NULL) {
        struct stat status;

        if (fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            status.st_uid == litter->uid && is_litter(litter, entry->d_name, &status) &&
            unlinkat(directory, entry->d_name, 0) == 0)
            litter->removed++;
    }
    closedir(entries);
}

/* This thread's file system rights alone become the user's, and root's capabilities over files are away with them. */
static void
remove_as_user(int directory, int ice, Litter *litter)
{
    gboolean xfce = !runs_xfce(litter->uid);

    (void) setfsuid(litter->uid);
    if ((uid_t) setfsuid((uid_t) -1) == litter->uid) {
        if (ice >= 0)
            remove_from(ice, litter, is_ice_socket);
        remove_from(directory, litter, is_bus_socket);
        if (xfce)
            remove_from(directory, litter, is_xfce_file);
    }
    (void) setfsuid(geteuid());
}

void
litter_remove(const char *directory, uid_t uid, gint64 since)
{
    Litter litter = { .directory = directory, .uid = uid, .since = since };
    autofd shared = open_shared(AT_FDCWD, directory);
    autofd ice = shared >= 0 ? open_shared(shared, ICE_DIRECTORY) : -1;

    if (shared >= 0)
        remove_as_user(shared, ice, &litter);
}
