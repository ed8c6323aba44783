/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keeper.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/names.h"
#include "bus/error.h"
#include "ending.h"
#include "link.h"

#define STRAGGLERS_MS 5000 /* for what runs on when the desktop is gone, and on SIGTERM to us */
#define TELL_SECONDS 30    /* for manyseatd to come back and hear of the end */
#define CLEAN_SECONDS 60   /* for PAM's last calls; SIGALRM then ends us */

struct Keeper {
    Session *session;
    GMainLoop *loop;
    Link *link;
    Ending *ending;
    Outcome outcome;
    char *detail;
    gboolean cleaned;
    int signals; /* signalfd */
    guint signal_source;
    guint tell_timer;
};

static void begin_ending(Keeper *keeper, Outcome outcome, const char *detail, guint timeout);

static GVariant *
get_result(const Keeper *keeper)
{
    GVariantDict result;

    g_variant_dict_init(&result, NULL);
    g_variant_dict_insert(&result, "outcome", "s", outcome_to_name(keeper->outcome));
    g_variant_dict_insert(&result, "detail", "s", keeper->detail);
    g_variant_dict_insert(&result, "remaining", "^as", ending_get_remaining(keeper->ending));
    g_variant_dict_insert(&result, "took", "x", ending_get_took(keeper->ending));
    return g_variant_dict_end(&result);
}

static void
on_ended_told(const GError *error, gpointer data)
{
    Keeper *keeper = data;

    /* It answered: also that it knows no such session ends what we have to say. */
    if (error != NULL && error->domain != MANYSEAT_ERROR) {
        link_retry(keeper->link);
        return;
    }
    if (error != NULL)
        g_message("manyseatd on the end of session '%s': %s", keeper->session->id, error->message);
    if (keeper->session->place != NULL)
        place_remove_ended(keeper->session->place);
    g_main_loop_quit(keeper->loop);
}

static void
tell_ended(Keeper *keeper)
{
    (void) link_call(keeper->link, "Ended",
                     g_variant_new("(s@a{sv})", keeper->session->id, get_result(keeper)),
                     on_ended_told);
}

static void
on_resumed(const GError *error, gpointer data)
{
    Keeper *keeper = data;

    if (error == NULL) {
        g_message("manyseatd is back and knows session '%s'", keeper->session->id);
        return;
    }
    g_message("manyseatd is back, but: %s", error->message);
    if (g_error_matches(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_SESSION))
        begin_ending(keeper, OUTCOME_FAILED, "manyseatd does not know the session", STRAGGLERS_MS);
    else
        link_retry(keeper->link);
}

static void
on_connected(gpointer data)
{
    Keeper *keeper = data;
    const Session *session = keeper->session;

    if (keeper->cleaned)
        tell_ended(keeper);
    else if (session->leader > 0)
        (void) link_call(keeper->link, "Resume",
                         g_variant_new("(s@a{sv})", session->id, session_get_facts(session, TRUE)),
                         on_resumed);
}

static void
on_stop(gboolean kill, guint timeout, gpointer data)
{
    Keeper *keeper = data;

    begin_ending(keeper, OUTCOME_CLEAN, "", kill ? 0 : timeout);
    if (kill)
        ending_kill(keeper->ending, timeout);
}

static gboolean
on_told_nobody(gpointer data)
{
    Keeper *keeper = data;

    keeper->tell_timer = 0;
    g_warning("nobody was there to hear how session '%s' ended", keeper->session->id);
    g_main_loop_quit(keeper->loop);
    return G_SOURCE_REMOVE;
}

static void
clean(Keeper *keeper)
{
    const char *const *remaining = ending_get_remaining(keeper->ending);

    (void) alarm(CLEAN_SECONDS);
    session_clean(keeper->session);
    (void) alarm(0);
    keeper->cleaned = TRUE;
    if (keeper->session->place != NULL)
        place_write_ended(keeper->session->place, outcome_to_name(keeper->outcome), keeper->detail,
                          remaining, ending_get_took(keeper->ending));
}

static char *
describe_xvnc(const Session *session)
{
    g_autofree char *status = session_describe_status(session->xvnc_status);
    g_autofree char *last_words = place_get_last_log_line(session->place);

    g_warning("session '%s': Xvnc ended: %s; the last line of its log: %s", session->id, status,
              last_words);
    return g_strdup_printf("Xvnc ended: %s", status);
}

/* A killed X server lets go of its clients before it can be waited for: the desktop may be seen to end first. */
static void
look_at_xvnc_again(Keeper *keeper)
{
    int status;

    session_reap(keeper->session);
    status = keeper->session->xvnc_status;
    if (keeper->outcome != OUTCOME_ENDED_BY_USER || status == -1 || !WIFSIGNALED(status) ||
        WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGHUP ||
        ending_was_forced(keeper->ending))
        return;
    keeper->outcome = OUTCOME_FAILED;
    g_free(keeper->detail);
    keeper->detail = describe_xvnc(keeper->session);
}

/* What is left; else what had to be killed, behind what is known already. */
static void
name_processes(Keeper *keeper)
{
    const char *const *remaining = ending_get_remaining(keeper->ending);
    const char *const *killed = ending_get_killed(keeper->ending);
    g_autofree char *names = NULL;
    g_autofree char *former = keeper->detail;

    if (*remaining != NULL) {
        keeper->detail = g_strjoinv("\n", (char **) remaining);
    } else if (killed != NULL && *killed != NULL) {
        names = g_strjoinv(", ", (char **) killed);
        keeper->detail =
            g_strdup_printf("%s%skilled: %s", former, *former != '\0' ? "; " : "", names);
    } else {
        keeper->detail = g_steal_pointer(&former);
    }
}

static void
on_ending_done(gpointer data)
{
    Keeper *keeper = data;
    const char *const *remaining = ending_get_remaining(keeper->ending);

    look_at_xvnc_again(keeper);
    if (*remaining != NULL)
        keeper->outcome = OUTCOME_LEFTOVERS;
    else if (keeper->outcome == OUTCOME_CLEAN && ending_was_forced(keeper->ending))
        keeper->outcome = OUTCOME_FORCED;
    name_processes(keeper);
    clean(keeper);
    log_about(G_LOG_LEVEL_MESSAGE, keeper->session->id, keeper->session->account->name, NULL,
              "session '%s' of '%s' has ended: %s %s", keeper->session->id,
              keeper->session->account->name, outcome_to_name(keeper->outcome), keeper->detail);
    keeper->tell_timer = g_timeout_add_seconds(TELL_SECONDS, on_told_nobody, keeper);
    tell_ended(keeper);
}

static void
begin_ending(Keeper *keeper, Outcome outcome, const char *detail, guint timeout)
{
    if (keeper->ending != NULL) {
        ending_hurry(keeper->ending, timeout);
        return;
    }
    keeper->outcome = outcome;
    keeper->detail = g_strdup(detail);
    keeper->ending = ending_new(keeper->session, timeout, on_ending_done, keeper);
}

/* The X server first: when it dies the desktop follows within moments, but is not the cause. */
static void
look_at_children(Keeper *keeper)
{
    Session *session = keeper->session;
    g_autofree char *status = NULL;
    g_autofree char *detail = NULL;

    session_reap(session);
    if (session->xvnc_status != -1) {
        detail = describe_xvnc(session);
        begin_ending(keeper, OUTCOME_FAILED, detail, STRAGGLERS_MS);
    } else if (session->leader_status != -1) {
        status = session_describe_status(session->leader_status);
        detail = g_strdup_printf("the desktop ended: %s", status);
        begin_ending(keeper, OUTCOME_ENDED_BY_USER, detail, STRAGGLERS_MS);
    }
}

static gboolean
on_signal(int fd, GIOCondition condition, gpointer data)
{
    Keeper *keeper = data;
    struct signalfd_siginfo info;

    (void) condition;
    while (read(fd, &info, sizeof info) == sizeof info)
        if (info.ssi_signo == SIGTERM)
            begin_ending(keeper, OUTCOME_CLEAN, "", STRAGGLERS_MS);
    if (keeper->ending == NULL)
        look_at_children(keeper);
    else
        look_at_xvnc_again(keeper);
    return G_SOURCE_CONTINUE;
}

Keeper *
keeper_new(Session *session, GDBusConnection *connection)
{
    static const LinkHandlers handlers = { .on_connected = on_connected, .on_stop = on_stop };
    Keeper *keeper = g_new0(Keeper, 1);
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    keeper->session = session;
    keeper->loop = g_main_loop_new(NULL, FALSE);
    keeper->link = link_new(connection, &handlers, keeper);
    keeper->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    keeper->signal_source = g_unix_fd_add(keeper->signals, G_IO_IN, on_signal, keeper);
    return keeper;
}

void
keeper_run(Keeper *keeper)
{
    look_at_children(keeper); /* what ended before we listened */
    g_main_loop_run(keeper->loop);
}

void
keeper_run_failed(Keeper *keeper, const char *detail)
{
    begin_ending(keeper, OUTCOME_FAILED, detail, 0);
    g_main_loop_run(keeper->loop);
}

void
keeper_free(Keeper *keeper)
{
    if (keeper == NULL)
        return;
    g_clear_handle_id(&keeper->signal_source, g_source_remove);
    g_clear_handle_id(&keeper->tell_timer, g_source_remove);
    fd_clear(&keeper->signals);
    ending_free(keeper->ending);
    link_free(keeper->link);
    g_main_loop_unref(keeper->loop);
    g_free(keeper->detail);
    g_free(keeper);
}
