/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include "base/errand.h"
#include "manager.h"
#include "windows.h"

static void
on_change(gpointer data)
{
}

static void
on_manager(gpointer data)
{
    g_main_loop_quit(data);
}

static gboolean
on_deadline(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

/* Until the inhibitors are known, or the time is up. */
static Manager *
find_manager(const char *session)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    guint deadline = g_timeout_add(ERRAND_LOOK_MS, on_deadline, loop);
    Manager *manager = manager_open(session, on_manager, loop);

    g_main_loop_run(loop);
    (void) g_source_remove(deadline);
    return manager;
}

static GPtrArray *
gather(Windows *windows, Manager *manager)
{
    GPtrArray *all = g_ptr_array_new();

    g_ptr_array_extend(all, (GPtrArray *) manager_inhibitors(manager), NULL, NULL);
    g_ptr_array_extend(all, (GPtrArray *) windows_standing(windows), NULL, NULL);
    return all;
}

static GVariant *
describe(Windows *windows, Manager *manager)
{
    g_autoptr(GPtrArray) all = gather(windows, manager);
    gboolean more = windows_have_more(windows);
    GVariant *unsaved, *unknown;
    GVariantDict result;

    unsaved = blockers_format_unsaved(all, UNSAVED_YES, ERRAND_LOOK_ROWS_MAX, &more);
    unknown = blockers_format_unsaved(all, UNSAVED_UNKNOWN, ERRAND_LOOK_ROWS_MAX, &more);
    g_variant_dict_init(&result, NULL);
    g_variant_dict_insert(&result, "known", "b",
                          !more && g_variant_n_children(unknown) == 0 && manager_is_ready(manager));
    g_variant_dict_insert_value(&result, "unsaved", unsaved);
    g_variant_dict_insert_value(&result, "unknown", unknown);
    return g_variant_dict_end(&result);
}

gboolean
look(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error)
{
    g_autoptr(Windows) windows = NULL;
    g_autoptr(Manager) manager = NULL;
    const char *session;

    if (!g_variant_lookup(arguments, "session", "&s", &session)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                            "cannot look at a session: 'session' (its id) is needed");
        return FALSE;
    }
    windows = windows_open(arguments, on_change, NULL, error);
    if (windows == NULL)
        return FALSE;
    manager = find_manager(session);
    *ret_result = g_variant_ref_sink(describe(windows, manager));
    return TRUE;
}
