/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "find-display.h"

#include <string.h>

#include "own-processes.h"

#define DISPLAY_DIGITS_MAX 5
#define DISPLAY_MAX 65535

static void
found_free(gpointer data)
{
    FoundDisplay *found = data;

    g_free(found->xauthority);
    g_free(found);
}

static char *
find_xauthority(pid_t pid)
{
    char *told = own_processes_get(pid, "XAUTHORITY");
    g_autofree char *home = NULL;

    if (told != NULL)
        return told;
    home = own_processes_get(pid, "HOME");
    return g_build_filename(home != NULL ? home : g_get_home_dir(), ".Xauthority", NULL);
}

static void
count(GPtrArray *all, int number, const char *xauthority)
{
    FoundDisplay *found;

    for (guint i = 0; i < all->len; i++) {
        found = g_ptr_array_index(all, i);
        if (found->number == number && strcmp(found->xauthority, xauthority) == 0) {
            found->n_processes++;
            return;
        }
    }
    found = g_new0(FoundDisplay, 1);
    found->number = number;
    found->xauthority = g_strdup(xauthority);
    found->n_processes = 1;
    g_ptr_array_add(all, found);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const FoundDisplay *left = *(FoundDisplay *const *) a;
    const FoundDisplay *right = *(FoundDisplay *const *) b;

    return (int) right->n_processes - (int) left->n_processes;
}

int
find_display_parse(const char *display)
{
    g_autofree char *digits = g_strdup(display + (display[0] == ':'));
    char *screen = strchr(digits, '.');
    guint64 number;

    if (screen != NULL && strspn(screen + 1, "0123456789") == strlen(screen + 1))
        *screen = '\0';
    if (strlen(digits) > DISPLAY_DIGITS_MAX ||
        !g_ascii_string_to_unsigned(digits, 10, 0, DISPLAY_MAX, &number, NULL))
        return -1;
    return (int) number;
}

/* The number of the display that a process was started for, or -1. One beside a Wayland display has some of the session's windows only:
 * who asks those has asked nobody about the others' unsaved work. */
static int
find_number(pid_t pid)
{
    g_autofree char *display = own_processes_get(pid, "DISPLAY");
    g_autofree char *wayland = own_processes_get(pid, "WAYLAND_DISPLAY");

    return display != NULL && display[0] == ':' && wayland == NULL ? find_display_parse(display)
                                                                   : -1;
}

GPtrArray *
find_display(const char *session, int number)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(found_free);
    g_autoptr(GArray) pids = own_processes_list(session);

    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index(pids, pid_t, i);
        g_autofree char *xauthority = NULL;
        int its = find_number(pid);

        if (its < 0 || (number >= 0 && its != number))
            continue;
        xauthority = find_xauthority(pid);
        if (xauthority[0] == '/')
            count(all, its, xauthority);
    }
    g_ptr_array_sort(all, compare);
    if (all->len > FIND_DISPLAY_MAX)
        g_ptr_array_set_size(all, FIND_DISPLAY_MAX);
    return all;
}
