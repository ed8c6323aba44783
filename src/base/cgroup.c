/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "fd.h"

#define OWN_GROUP "manyseat"
#define DEPTH_MAX 16 /* of groups below groups */

typedef struct {
    int events; /* cgroup.events */
    CgroupFunc on_empty;
    gpointer data;
} Watch;

/* A line of mountinfo: "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"; the type follows the lone "-". */
static char *
parse_mount_line(const char *line)
{
    g_auto(GStrv) fields = NULL;

    if (strstr(line, " - cgroup2 ") == NULL)
        return NULL;
    fields = g_strsplit(line, " ", 6);
    return g_strv_length(fields) == 6 ? g_strcompress(fields[4]) : NULL;
}

char *
cgroup_mount_point(void)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL))
        return NULL;
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        char *mount_point = parse_mount_line(lines[i]);

        if (mount_point != NULL)
            return mount_point;
    }
    return NULL;
}

static gboolean
is_good_name(const char *cgroup)
{
    g_auto(GStrv) parts = g_strsplit(cgroup, "/", -1);

    for (guint i = 0; parts[i] != NULL; i++)
        if (*parts[i] == '\0' || strcmp(parts[i], ".") == 0 || strcmp(parts[i], "..") == 0)
            return FALSE;
    return parts[0] != NULL;
}

/* The absolute path of a file in a group; NULL with errno set. */
static char *
file_of(const char *cgroup, const char *file)
{
    g_autofree char *mount_point = cgroup_mount_point();

    if (mount_point == NULL || !is_good_name(cgroup)) {
        errno = mount_point == NULL ? ENOENT : EINVAL;
        return NULL;
    }
    return g_build_filename(mount_point, cgroup, file, NULL);
}

static int
open_file(const char *cgroup, const char *file, int flags)
{
    g_autofree char *path = file_of(cgroup, file);

    return path != NULL ? open(path, flags | O_CLOEXEC) : -1;
}

static gboolean
make_directory(const char *cgroup)
{
    g_autofree char *path = file_of(cgroup, NULL);

    return path != NULL && mkdir(path, 0755) == 0;
}

char *
cgroup_of_process(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/cgroup", pid);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        if (g_str_has_prefix(lines[i], "0::/"))
            return g_strdup(lines[i] + strlen("0::/"));
    return NULL;
}

char *
cgroup_create(const char *name, GError **error)
{
    g_autofree char *own = cgroup_of_process(getpid());
    g_autofree char *parent =
        own != NULL && *own != '\0' ? g_strconcat(own, "/" OWN_GROUP, NULL) : g_strdup(OWN_GROUP);
    /* The random part keeps apart what shares the cgroup tree but not the session ids: containers, namespaces. */
    g_autofree char *cgroup = g_strdup_printf("%s/%s-%08x", parent, name, g_random_int());

    if ((!make_directory(parent) && errno != EEXIST) || !make_directory(cgroup)) {
        failure_set(error, "make cgroup", cgroup);
        return NULL;
    }
    return g_steal_pointer(&cgroup);
}

int
cgroup_open_procs(const char *cgroup, GError **error)
{
    int procs = open_file(cgroup, "cgroup.procs", O_WRONLY);

    if (procs < 0)
        failure_set(error, "open cgroup", cgroup);
    return procs;
}

static void
add_procs(GArray *pids, const char *directory)
{
    g_autofree char *path = g_build_filename(directory, "cgroup.procs", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return;
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        pid_t pid = (pid_t) g_ascii_strtoll(lines[i], NULL, 10);

        /* 0 is a process of another PID namespace: nothing here can name it. */
        if (pid > 0)
            g_array_append_val(pids, pid);
    }
}

typedef void (*Visit)(const char *directory, gpointer data);

/* Visit the groups below first, then the directory itself. */
static void
walk(const char *directory, guint depth, Visit visit, gpointer data)
{
    g_autoptr(GDir) entries = depth < DEPTH_MAX ? g_dir_open(directory, 0, NULL) : NULL;
    const char *name;

    while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            walk(path, depth + 1, visit, data);
    }
    visit(directory, data);
}

static void
visit_list(const char *directory, gpointer data)
{
    add_procs(data, directory);
}

GArray *
cgroup_list(const char *cgroup)
{
    GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    g_autofree char *directory = file_of(cgroup, NULL);

    if (directory != NULL)
        walk(directory, 0, visit_list, pids);
    return pids;
}

gboolean
cgroup_kill(const char *cgroup, GError **error)
{
    autofd file = open_file(cgroup, "cgroup.kill", O_WRONLY);

    if (file < 0 || write(file, "1", 1) < 0)
        return failure_set(error, "kill cgroup", cgroup);
    return TRUE;
}

static gboolean
read_populated(int events)
{
    char text[256] = { 0 };

    return pread(events, text, sizeof text - 1, 0) > 0 && strstr(text, "populated 1") != NULL;
}

gboolean
cgroup_is_populated(const char *cgroup)
{
    autofd events = open_file(cgroup, "cgroup.events", O_RDONLY);

    return events >= 0 && read_populated(events);
}

static gboolean
on_events_changed(int fd, GIOCondition condition, gpointer data)
{
    Watch *watch = data;

    (void) condition;
    if (read_populated(fd))
        return G_SOURCE_CONTINUE;
    watch->on_empty(watch->data);
    return G_SOURCE_REMOVE;
}

static gboolean
on_gone(gpointer data)
{
    Watch *watch = data;

    watch->on_empty(watch->data);
    return G_SOURCE_REMOVE;
}

static void
watch_free(gpointer data)
{
    Watch *watch = data;

    fd_clear(&watch->events);
    g_free(watch);
}

guint
cgroup_watch_empty(const char *cgroup, CgroupFunc on_empty, gpointer data)
{
    Watch *watch = g_new0(Watch, 1);

    watch->events = open_file(cgroup, "cgroup.events", O_RDONLY);
    watch->on_empty = on_empty;
    watch->data = data;
    if (watch->events < 0)
        return g_idle_add_full(G_PRIORITY_DEFAULT, on_gone, watch, watch_free);
    /* The file polls as "priority data" once after opening, and then each time it changes after it was read. */
    return g_unix_fd_add_full(G_PRIORITY_DEFAULT, watch->events, G_IO_PRI, on_events_changed, watch,
                              watch_free);
}

static void
visit_remove(const char *directory, gpointer data)
{
    (void) data;
    (void) rmdir(directory);
}

gboolean
cgroup_remove(const char *cgroup, GError **error)
{
    g_autofree char *directory = file_of(cgroup, NULL);

    if (directory == NULL)
        return failure_set(error, "remove cgroup", cgroup);
    walk(directory, 0, visit_remove, NULL);
    if (rmdir(directory) == 0 || errno == ENOENT)
        return TRUE;
    return failure_set(error, "remove cgroup", cgroup);
}
