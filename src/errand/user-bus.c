/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "user-bus.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own-processes.h"

#define ADDRESSES_MAX 4 /* different ones */
#define USER_BUS "/run/user/%u/bus"

gboolean
user_bus_may_use(const char *address)
{
    return g_str_has_prefix(address, "unix:") && strchr(address, ';') == NULL;
}

/* The different values of a variable in the session's processes, at most max. */
static GPtrArray *
list_values(const char *session, const char *name, guint max)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) pids = own_processes_list(session);

    for (guint i = 0; i < pids->len && values->len < max; i++) {
        g_autofree char *value = own_processes_get(g_array_index(pids, pid_t, i), name);

        if (value != NULL && !g_ptr_array_find_with_equal_func(values, value, g_str_equal, NULL))
            g_ptr_array_add(values, g_steal_pointer(&value));
    }
    return values;
}

GStrv
user_bus_addresses(const char *session)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autoptr(GPtrArray) values = list_values(session, "DBUS_SESSION_BUS_ADDRESS", ADDRESSES_MAX);
    g_autofree char *path = g_strdup_printf(USER_BUS, (guint) getuid());
    g_autofree char *address = g_strconcat("unix:path=", path, NULL);
    struct stat status;

    for (guint i = 0; i < values->len; i++)
        if (user_bus_may_use(g_ptr_array_index(values, i)))
            g_strv_builder_add(builder, g_ptr_array_index(values, i));
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode) && status.st_uid == getuid() &&
        !g_ptr_array_find_with_equal_func(values, address, g_str_equal, NULL))
        g_strv_builder_add(builder, address);
    return g_strv_builder_end(builder);
}

char *
user_bus_desktop(const char *session)
{
    g_autoptr(GPtrArray) values = list_values(session, "XDG_CURRENT_DESKTOP", 1);

    return g_strdup(values->len > 0 ? g_ptr_array_index(values, 0) : "");
}
