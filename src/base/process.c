/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"

static char *
read_file(pid_t pid, const char *name, gsize *ret_length)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", pid, name);
    char *text = NULL;

    return g_file_get_contents(path, &text, ret_length, NULL) ? text : NULL;
}

typedef struct {
    char state;
    pid_t parent;
    int threads; /* that have not ended */
} Stat;

/* It stands behind the command, whose text is in parentheses and may hold anything, ")" included. */
static gboolean
read_stat(pid_t pid, Stat *ret)
{
    g_autofree char *text = read_file(pid, "stat", NULL);
    const char *rest = text != NULL ? strrchr(text, ')') : NULL;

    return rest != NULL && sscanf(rest + 1,
                                  " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d"
                                  " %*d %d",
                                  &ret->state, &ret->parent, &ret->threads) == 3;
}

/* What looks like a zombie may be a first thread that has ended before the others. */
static gboolean
is_alive(const Stat *stat)
{
    return (stat->state != 'Z' && stat->state != 'X') || stat->threads > 1;
}

typedef void (*Visit)(pid_t pid, gpointer data);

static void
visit_all(Visit visit, gpointer data)
{
    g_autoptr(GDir) directory = g_dir_open("/proc", 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
        if (g_ascii_isdigit(name[0]))
            visit((pid_t) g_ascii_strtoll(name, NULL, 10), data);
}

/* Who owns /proc/PID is cheap to ask: the effective uid, or root if the process may not be dumped. Others need no closer look. */
static gboolean
may_be_of_uid(pid_t pid, uid_t uid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d", pid);
    struct stat status;

    return stat(path, &status) == 0 && (status.st_uid == uid || status.st_uid == 0);
}

typedef struct {
    uid_t uid;
    const char *assignment; /* NULL: any */
    GArray *found;
} Search;

static void
visit_match(pid_t pid, gpointer data)
{
    Search *search = data;
    uid_t uid;

    if (may_be_of_uid(pid, search->uid) && process_uid(pid, &uid) && uid == search->uid &&
        (search->assignment == NULL || process_has_environment(pid, search->assignment)) &&
        process_is_alive(pid))
        g_array_append_val(search->found, pid);
}

GArray *
process_list_with_environment(uid_t uid, const char *assignment)
{
    Search search = { .uid = uid,
                      .assignment = assignment,
                      .found = g_array_new(FALSE, FALSE, sizeof(pid_t)) };

    visit_all(visit_match, &search);
    return search.found;
}

GArray *
process_list_of_uid(uid_t uid)
{
    return process_list_with_environment(uid, NULL);
}

gboolean
process_list_contains(const GArray *pids, pid_t pid)
{
    for (guint i = 0; i < pids->len; i++)
        if (g_array_index(pids, pid_t, i) == pid)
            return TRUE;
    return FALSE;
}

typedef struct {
    pid_t pid, parent;
} Child;

static void
visit_child(pid_t pid, gpointer children)
{
    Stat stat;

    if (read_stat(pid, &stat) && is_alive(&stat)) {
        Child child = { .pid = pid, .parent = stat.parent };

        g_array_append_val((GArray *) children, child);
    }
}

/* Move to found whoever's parent is in it, or is the ancestor; FALSE if there was nobody. */
static gboolean
take_generation(GArray *children, GArray *found, pid_t ancestor)
{
    guint before = found->len;

    for (guint i = children->len; i-- > 0;) {
        Child child = g_array_index(children, Child, i);

        if (child.parent != ancestor && !process_list_contains(found, child.parent))
            continue;
        g_array_append_val(found, child.pid);
        g_array_remove_index_fast(children, i);
    }
    return found->len > before;
}

GArray *
process_list_descendants(pid_t ancestor)
{
    g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(Child));
    GArray *found = g_array_new(FALSE, FALSE, sizeof(pid_t));

    visit_all(visit_child, children);
    while (take_generation(children, found, ancestor))
        continue;
    return found;
}

static void
merge(GArray *into, const GArray *pids)
{
    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);

        if (pid != getpid() && process_is_alive(pid) && !process_list_contains(into, pid))
            g_array_append_val(into, pid);
    }
}

GArray *
process_list_of_session(const char *session, uid_t uid, const char *cgroup, pid_t ancestor)
{
    g_autofree char *assignment = g_strconcat("MANYSEAT_SESSION=", session, NULL);
    g_autoptr(GArray) marked = process_list_with_environment(uid, assignment);
    GArray *all = g_array_new(FALSE, FALSE, sizeof(pid_t));

    if (cgroup != NULL && *cgroup != '\0') {
        g_autoptr(GArray) members = cgroup_list(cgroup);

        merge(all, members);
    } else if (ancestor > 0) {
        g_autoptr(GArray) descendants = process_list_descendants(ancestor);

        merge(all, descendants);
    }
    merge(all, marked);
    return all;
}

gboolean
process_has_environment(pid_t pid, const char *assignment)
{
    gsize length = 0;
    g_autofree char *text = read_file(pid, "environ", &length);

    /* g_file_get_contents() ends the text with a NUL of its own, so the last assignment is a string too. */
    for (gsize at = 0; text != NULL && at < length; at += strlen(text + at) + 1)
        if (strcmp(text + at, assignment) == 0)
            return TRUE;
    return FALSE;
}

gboolean
process_uid(pid_t pid, uid_t *ret_uid)
{
    g_autofree char *text = read_file(pid, "status", NULL);
    const char *line = text != NULL ? strstr(text, "\nUid:\t") : NULL;

    if (line == NULL)
        return FALSE;
    *ret_uid = (uid_t) g_ascii_strtoull(line + strlen("\nUid:\t"), NULL, 10);
    return TRUE;
}

gboolean
process_is_alive(pid_t pid)
{
    Stat stat;

    return read_stat(pid, &stat) && is_alive(&stat);
}

char *
process_command(pid_t pid)
{
    g_autofree char *text = read_file(pid, "comm", NULL);
    char *command;

    if (text == NULL)
        return g_strdup("?");
    g_strchomp(text);
    command = g_utf8_make_valid(text, -1);
    for (char *at = command; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            *at = '?';
    return command;
}

GStrv
process_describe(const GArray *pids)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);
        g_autofree char *command = process_command(pid);
        g_autofree char *line = g_strdup_printf("%d %s", pid, command);

        g_strv_builder_add(builder, line);
    }
    return g_strv_builder_end(builder);
}
