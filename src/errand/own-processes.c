/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "own-processes.h"

#include <string.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/process.h"

static GArray *
list_of_group(const char *cgroup)
{
    g_autoptr(GArray) members = cgroup_list(cgroup);
    GArray *own = g_array_new(FALSE, FALSE, sizeof(pid_t));

    for (guint i = 0; i < members->len; i++) {
        pid_t pid = g_array_index(members, pid_t, i);
        uid_t uid;

        if (process_uid(pid, &uid) && uid == getuid())
            g_array_append_val(own, pid);
    }
    return own;
}

static GArray *
list_of_mark(const char *id)
{
    g_autofree char *mark = g_strconcat("MANYSEAT_SESSION=", id, NULL);

    return process_list_with_environment(getuid(), mark);
}

GArray *
own_processes_list(const char *session)
{
    GArray *pids = strchr(session, '/') != NULL ? list_of_group(session) : list_of_mark(session);

    return pids->len > OWN_PROCESSES_MAX ? g_array_set_size(pids, OWN_PROCESSES_MAX) : pids;
}

const char *
own_processes_find(const char *environment, gsize length, const char *name)
{
    gsize name_length = strlen(name);

    for (gsize at = 0; at < length; at += strlen(environment + at) + 1)
        if (strncmp(environment + at, name, name_length) == 0 &&
            environment[at + name_length] == '=')
            return environment + at + name_length + 1;
    return NULL;
}

char *
own_processes_get(pid_t pid, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/environ", pid);
    g_autofree char *text = NULL;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    return g_strdup(own_processes_find(text, length, name));
}
