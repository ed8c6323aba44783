/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "fd.h"

typedef struct {
    dev_t device;
    guint files;
} Removal;

static void remove_entries(int directory, Removal *removal, guint depth);

/* Every step is relative to an open directory, so whoever renames things meanwhile can't lead us out of it. */
static int
open_below(int parent, const char *name, const Removal *removal)
{
    autofd directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (directory < 0 || fstat(directory, &status) < 0 || status.st_dev != removal->device)
        return -1;
    return fd_steal(&directory);
}

static void
remove_entry(int parent, const char *name, Removal *removal, guint depth)
{
    autofd directory = -1;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || ++removal->files > TREE_FILES_MAX)
        return;
    if (unlinkat(parent, name, 0) == 0 || (errno != EISDIR && errno != EPERM))
        return;
    directory = depth < TREE_DEPTH_MAX ? open_below(parent, name, removal) : -1;
    if (directory < 0)
        return;
    remove_entries(directory, removal, depth + 1);
    (void) unlinkat(parent, name, AT_REMOVEDIR);
}

static void
remove_entries(int directory, Removal *removal, guint depth)
{
    DIR *entries = fd_read_directory(directory);
    struct dirent *entry;

    if (entries == NULL)
        return;
    while ((entry = readdir(entries)) != NULL)
        remove_entry(directory, entry->d_name, removal, depth);
    closedir(entries);
}

gboolean
tree_remove(const char *path, GError **error)
{
    autofd directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    Removal removal = { 0 };

    if (directory >= 0 && fstat(directory, &status) == 0) {
        removal.device = status.st_dev;
        remove_entries(directory, &removal, 0);
    }
    if (rmdir(path) == 0 || errno == ENOENT)
        return TRUE;
    return failure_set(error, "remove", path);
}
