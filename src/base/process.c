/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"

typedef gboolean (*Matches)(pid_t pid, gconstpointer data);

static char *
read_file(pid_t pid, const char *name, gsize *ret_length)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", pid, name);
    char *text = NULL;

    return g_file_get_contents(path, &text, ret_length, NULL) ? text : NULL;
}

/* State and parent stand behind the command, whose text is in parentheses and may hold anything, ")" included. */
static gboolean
read_stat(pid_t pid, char *ret_state, pid_t *ret_parent)
{
    g_autofree char *text = read_file(pid, "stat", NULL);
    const char *rest = text != NULL ? strrchr(text, ')') : NULL;

    if (rest == NULL || strlen(rest) < 5)
        return FALSE;
    *ret_state = rest[2];
    *ret_parent = (pid_t) g_ascii_strtoll(rest + 4, NULL, 10);
    return TRUE;
}

static GArray *
list_matching(Matches matches, gconstpointer data)
{
    GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    g_autoptr(GDir) directory = g_dir_open("/proc", 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        pid_t pid = g_ascii_isdigit(name[0]) ? (pid_t) g_ascii_strtoll(name, NULL, 10) : 0;

        if (pid > 0 && matches(pid, data) && process_is_alive(pid))
            g_array_append_val(pids, pid);
    }
    return pids;
}

static gboolean
is_of_uid(pid_t pid, gconstpointer data)
{
    uid_t uid;

    return process_uid(pid, &uid) && uid == *(const uid_t *) data;
}

GArray *
process_list_of_uid(uid_t uid)
{
    return list_matching(is_of_uid, &uid);
}

typedef struct {
    uid_t uid;
    const char *assignment;
} Marked;

static gboolean
is_marked(pid_t pid, gconstpointer data)
{
    const Marked *marked = data;

    return is_of_uid(pid, &marked->uid) && process_has_environment(pid, marked->assignment);
}

GArray *
process_list_with_environment(uid_t uid, const char *assignment)
{
    return list_matching(is_marked, &(Marked){ .uid = uid, .assignment = assignment });
}

static gboolean
contains(const GArray *pids, pid_t pid)
{
    for (guint i = 0; i < pids->len; i++)
        if (g_array_index(pids, pid_t, i) == pid)
            return TRUE;
    return FALSE;
}

static gboolean
is_child_of_any(pid_t pid, gconstpointer data)
{
    const GArray *parents = data;

    return !contains(parents, pid) && contains(parents, process_parent(pid));
}

GArray *
process_list_descendants(pid_t ancestor)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(pid_t));

    g_array_append_val(found, ancestor);
    for (;;) {
        g_autoptr(GArray) more = list_matching(is_child_of_any, found);

        if (more->len == 0)
            break;
        g_array_append_vals(found, more->data, more->len);
    }
    return g_array_remove_index(found, 0);
}

static void
merge(GArray *into, const GArray *pids)
{
    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);

        if (pid != getpid() && process_is_alive(pid) && !contains(into, pid))
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
    }
    if (ancestor > 0) {
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

pid_t
process_parent(pid_t pid)
{
    char state;
    pid_t parent;

    return read_stat(pid, &state, &parent) ? parent : 0;
}

gboolean
process_is_alive(pid_t pid)
{
    char state;
    pid_t parent;

    return read_stat(pid, &state, &parent) && state != 'Z' && state != 'X';
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
