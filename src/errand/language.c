/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/locale.h"
#include "errand.h"
#include "own-processes.h"

/* What a process was started in; "" if it does not say, or shows nothing on a screen. */
static char *
get_language(pid_t pid)
{
    g_autofree char *display = own_processes_get(pid, "DISPLAY");
    g_autofree char *language = own_processes_get(pid, "LANGUAGE");
    g_autofree char *lc_all = own_processes_get(pid, "LC_ALL");
    g_autofree char *lc_messages = own_processes_get(pid, "LC_MESSAGES");
    g_autofree char *lang = own_processes_get(pid, "LANG");

    return display != NULL ? locale_find_language(language, lc_all, lc_messages, lang)
                           : g_strdup("");
}

/* What most of the session's programs were started in; "" when none says. */
static char *
find_language(const char *session)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GArray) pids = own_processes_list(session);
    g_autofree char *best = g_strdup("");
    guint most = 0;

    for (guint i = 0; i < pids->len; i++) {
        g_autofree char *language = get_language(g_array_index(pids, pid_t, i));
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, language)) + 1;

        if (language[0] == '\0')
            continue;
        (void) g_hash_table_insert(counts, g_strdup(language), GUINT_TO_POINTER(n));
        if (n > most) {
            most = n;
            g_free(best);
            best = g_strdup(language);
        }
    }
    return g_steal_pointer(&best);
}

gboolean
language(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error)
{
    const char *session = "";
    g_autofree char *found = NULL;

    (void) fds;
    if (!g_variant_lookup(arguments, "session", "&s", &session) || session[0] == '\0') {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot tell a language: 'session' is needed");
        return FALSE;
    }
    found = find_language(session);
    *ret_result = g_variant_ref_sink(g_variant_new_parsed("{'language': <%s>}", found));
    return TRUE;
}
