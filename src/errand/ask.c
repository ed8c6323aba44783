/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "base/errand.h"
#include "manager.h"
#include "windows.h"

/* After the last window went: some programs show a dialog only when theirs has gone. */
#define SETTLE_MS 300

typedef struct {
    int socket;
    GMainLoop *loop;
    Windows *windows;
    Manager *manager;
    const char *token; /* the arguments' */
    GPtrArray *asked;  /* Blocker: what stood when it began */
    GVariant *sent;    /* the last reply */
    gboolean is_settled, is_asked;
    guint settle, deadline, cancel;
} Ask;

static void
ask_clear(Ask *ask)
{
    g_clear_handle_id(&ask->settle, g_source_remove);
    g_clear_handle_id(&ask->deadline, g_source_remove);
    g_clear_handle_id(&ask->cancel, g_source_remove);
    g_clear_pointer(&ask->manager, manager_close);
    g_clear_pointer(&ask->windows, windows_free);
    g_clear_pointer(&ask->asked, g_ptr_array_unref);
    g_clear_pointer(&ask->sent, g_variant_unref);
    g_clear_pointer(&ask->loop, g_main_loop_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ask, ask_clear)

static const GPtrArray *
blockers_of(const Ask *ask)
{
    const GPtrArray *standing = windows_standing(ask->windows);

    return standing->len > 0 ? standing : manager_inhibitors(ask->manager);
}

/* Say it, unless that is what was said last. */
static void
report(Ask *ask, const char *state)
{
    const char *manager = manager_is_called(ask->manager) ? manager_name(ask->manager) : "";
    g_autoptr(GError) error = NULL;
    GVariantDict result;
    GVariant *news;

    g_variant_dict_init(&result, NULL);
    g_variant_dict_insert(&result, "state", "s", state);
    g_variant_dict_insert_value(&result, "blockers", blockers_format(blockers_of(ask)));
    g_variant_dict_insert_value(&result, "closed",
                                blockers_format_closed(ask->asked, windows_standing(ask->windows)));
    g_variant_dict_insert(&result, "manager", "s", manager);
    news = g_variant_ref_sink(g_variant_dict_end(&result));
    if (ask->sent == NULL || !g_variant_equal(ask->sent, news)) {
        if (!errand_tell(ask->socket, news, &error))
            g_main_loop_quit(ask->loop);
    }
    g_clear_pointer(&ask->sent, g_variant_unref);
    ask->sent = news;
}

static void
report_last(Ask *ask, const char *state)
{
    report(ask, state);
    g_main_loop_quit(ask->loop);
}

static void follow(Ask *ask);

static gboolean
on_settled(gpointer data)
{
    Ask *ask = data;

    ask->settle = 0;
    ask->is_settled = TRUE;
    follow(ask);
    return G_SOURCE_REMOVE;
}

/* Whether no window stands, and that for a while. One that was not looked at may. */
static gboolean
is_empty(Ask *ask)
{
    if (windows_standing(ask->windows)->len > 0 || windows_have_more(ask->windows)) {
        g_clear_handle_id(&ask->settle, g_source_remove);
        ask->is_settled = FALSE;
        return FALSE;
    }
    if (!ask->is_settled && ask->settle == 0)
        ask->settle = g_timeout_add(SETTLE_MS, on_settled, ask);
    return ask->is_settled;
}

/* Comes back to follow() when it is called. */
static void
log_out(Ask *ask)
{
    if (windows_begin_step(ask->windows, ask->token, WINDOWS_STEP_CALL))
        manager_log_out(ask->manager);
    else
        manager_set_called(ask->manager);
}

/* Where things stand follows from the facts alone; called whenever one has changed. */
static void
follow(Ask *ask)
{
    if (windows_is_gone(ask->windows)) {
        g_main_loop_quit(ask->loop);
    } else if (manager_is_cancelled(ask->manager)) {
        report_last(ask, ERRAND_ASK_CANCELLED);
    } else if (!is_empty(ask) || !manager_is_ready(ask->manager) ||
               manager_inhibitors(ask->manager)->len > 0) {
        report(ask, ERRAND_ASK_ASKING);
    } else if (!ask->is_asked) {
        report(ask, ERRAND_ASK_ASKING);
        ask->is_asked = TRUE;
        log_out(ask);
    } else if (manager_is_called(ask->manager)) {
        report(ask, ERRAND_ASK_LOGGING_OUT);
    }
}

static void
on_change(gpointer data)
{
    Ask *ask = data;

    /* Nothing is said before the windows were asked. */
    if (ask->asked != NULL)
        follow(ask);
}

static gboolean
on_deadline(gpointer data)
{
    Ask *ask = data;

    ask->deadline = 0;
    report_last(ask, ERRAND_ASK_OVER);
    return G_SOURCE_REMOVE;
}

/* The other end has gone, or says something, which it must not: either way it waits for nothing more. */
static gboolean
on_cancel(int socket, GIOCondition condition, gpointer data)
{
    Ask *ask = data;

    ask->cancel = 0;
    g_main_loop_quit(ask->loop);
    return G_SOURCE_REMOVE;
}

typedef struct {
    const char *session, *token;
    guint seconds;
} Arguments;

static gboolean
take_arguments(GVariant *arguments, Arguments *ret, GError **error)
{
    if (g_variant_lookup(arguments, "session", "&s", &ret->session) &&
        g_variant_lookup(arguments, "token", "&s", &ret->token) && ret->token[0] != '\0' &&
        strlen(ret->token) <= ERRAND_ASK_TOKEN_MAX &&
        g_variant_lookup(arguments, "seconds", "u", &ret->seconds) &&
        ret->seconds <= ERRAND_ASK_SECONDS_MAX)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                "cannot ask a session to end: 'session' (its id), 'token' (1 to %d bytes) and "
                "'seconds' (0 to %d) are needed",
                ERRAND_ASK_TOKEN_MAX, ERRAND_ASK_SECONDS_MAX);
    return FALSE;
}

gboolean
ask(GVariant *arguments, int socket, GError **error)
{
    g_auto(Ask) ask = { .socket = socket };
    Arguments told;

    if (!take_arguments(arguments, &told, error))
        return FALSE;
    ask.token = told.token;
    ask.windows = windows_open(arguments, on_change, &ask, error);
    if (ask.windows == NULL)
        return FALSE;
    (void) alarm(told.seconds + ERRAND_SECONDS);
    ask.loop = g_main_loop_new(NULL, FALSE);
    ask.manager = manager_open(told.session, on_change, &ask);
    ask.cancel = g_unix_fd_add(socket, G_IO_IN | G_IO_HUP | G_IO_ERR, on_cancel, &ask);
    ask.deadline = g_timeout_add(told.seconds * 1000, on_deadline, &ask);
    ask.asked = windows_ask(ask.windows, told.token);
    ask.is_settled = ask.asked->len == 0 && !windows_have_more(ask.windows);
    follow(&ask);
    g_main_loop_run(ask.loop);
    return TRUE;
}
