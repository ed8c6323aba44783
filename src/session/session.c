/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/paths.h"
#include "child.h"
#include "environment.h"
#include "layout.h"
#include "litter.h"
#include "xvnc.h"

#define XSESSION_SCRIPT "/etc/X11/Xsession"
#define ID_DIGITS_MAX 20
#define LAYOUT_SECONDS 10

gboolean
session_id_is_valid(const char *id)
{
    gsize length = strlen(id);

    return length > 0 && length <= ID_DIGITS_MAX && strspn(id, "0123456789") == length;
}

Session *
session_new(const char *id, Account *account, const Order *order, PamSession *pam)
{
    Session *session = g_new0(Session, 1);

    session->id = g_strdup(id);
    session->account = account;
    session->order = order;
    session->pam = pam;
    session->logind_id = g_strdup("");
    session->cgroup = g_strdup("");
    session->group = g_strdup("");
    session->procs = -1;
    session->xvnc_status = -1;
    session->leader_status = -1;
    session->since = g_get_real_time();
    return session;
}

static void
take_text(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value != NULL ? value : "");
}

/* What we start is born in a group of its own, where cgroup2 can be written to: it can be killed at once and seen to be empty, whatever
 * forks meanwhile. Where logind has moved us into the session's scope it is below that, and the session's group is the scope. */
static void
enter_cgroup(Session *session)
{
    g_autofree char *name = g_strconcat("session-", session->id, NULL);
    g_autofree char *group = cgroup_create(name, NULL);
    g_autofree char *scope = NULL;
    g_autoptr(GError) error = NULL;

    session->procs = group != NULL ? cgroup_open_procs(group, &error) : -1;
    if (session->procs < 0)
        g_message("session '%s' goes without a cgroup of its own", session->id);
    else
        take_text(&session->group, group);
    if (*session->logind_id != '\0')
        scope = cgroup_of_process(getpid());
    take_text(&session->cgroup, scope != NULL ? scope : session->group);
}

static void
build_environment(Session *session, const char *const *pam)
{
    g_autofree char *locale = NULL;
    EnvironmentFacts facts = {
        .account = session->account,
        .session = session->id,
        .display = session->display->name,
        .xauthority = session->place->xauthority,
        .runtime_directory = session->place->runtime,
        .desktop = session->xsession->id,
        .desktop_names = session->xsession->names,
    };

    (void) g_file_get_contents(ENVIRONMENT_LOCALE_FILE, &locale, NULL, NULL);
    session->environment = environment_build(&facts, locale, pam);
}

static gboolean
open_pam(Session *session, GError **error)
{
    g_auto(GStrv) pam = NULL;

    if (!pam_session_open(session->pam, session->account, session->display->name,
                          session->xsession->id, &session->groups, error))
        return FALSE;
    pam = pam_session_get_environment(session->pam);
    take_text(&session->logind_id, g_environ_getenv(pam, "XDG_SESSION_ID"));
    enter_cgroup(session);
    session->place = place_new(session->id, session->account, session->display->number,
                               g_environ_getenv(pam, "XDG_RUNTIME_DIR"), error);
    if (session->place == NULL)
        return FALSE;
    build_environment(session, (const char *const *) pam);
    return TRUE;
}

static Child *
new_child(const Session *session, const char *const *argv)
{
    Child *child = child_new(argv, (const char *const *) session->environment);

    child_set_account(child, session->account, (const gid_t *) (void *) session->groups->data,
                      session->groups->len);
    child_set_cgroup(child, session->procs);
    child_set_directory(child, session->account->home);
    child_set_death_signal(child, SIGTERM);
    child_add_fd(child, session->place->log, 1);
    child_add_fd(child, session->place->log, 2);
    return child;
}

static GStrv
get_xvnc_command(const Session *session)
{
    g_autofree char *title = g_strdup_printf("%s, session %s", session->account->name, session->id);

    return xvnc_command(&(XvncOptions){ .display = session->display->number,
                                        .width = session->order->width,
                                        .height = session->order->height,
                                        .rfb = session->place->rfb,
                                        .xauthority = session->place->xauthority,
                                        .title = title });
}

static gboolean
start_xvnc(Session *session, GError **error)
{
    g_auto(GStrv) argv = get_xvnc_command(session);
    g_autoptr(Child) child = new_child(session, (const char *const *) argv);
    autofd ready = -1;
    autofd report = -1;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot start Xvnc: %s",
                    g_strerror(errno));
        return FALSE;
    }
    ready = ends[0];
    report = ends[1];
    child_add_fd(child, report, XVNC_READY_FD);
    display_hand_over(session->display, session->account->uid);
    session->xvnc = child_start(child, error);
    g_clear_pointer(&child, child_free);
    fd_clear(&report);
    if (session->xvnc < 0) {
        session->xvnc = 0;
        return FALSE;
    }
    return xvnc_wait_ready(ready, error);
}

/* A wrong layout must not cost anybody the session. */
static void
set_layout(Session *session)
{
    g_auto(GStrv) argv = layout_command(session->order->layout);
    g_autoptr(Child) child = new_child(session, (const char *const *) argv);
    g_autoptr(GError) error = NULL;
    sigset_t child_signals;
    struct timespec limit = { .tv_sec = LAYOUT_SECONDS };
    int status = -1;
    pid_t pid = child_start(child, &error);

    sigemptyset(&child_signals);
    sigaddset(&child_signals, SIGCHLD);
    while (pid > 0 && waitpid(pid, &status, WNOHANG) == 0)
        if (sigtimedwait(&child_signals, NULL, &limit) < 0 && errno != EINTR) {
            (void) kill(pid, SIGKILL);
            (void) waitpid(pid, &status, 0);
            break;
        }
    if (status != 0)
        g_warning("cannot set keyboard layout '%s' of session '%s', ignoring: %s",
                  session->order->layout, session->id,
                  error != NULL ? error->message : "setxkbmap failed");
}

/* As display managers do: the host's own script sets up what every desktop needs. */
static GStrv
get_desktop_command(const Session *session)
{
    if (access(XSESSION_SCRIPT, X_OK) == 0) {
        const char *const argv[] = { XSESSION_SCRIPT, session->xsession->command, NULL };

        return g_strdupv((char **) argv);
    } else {
        g_autofree char *script = g_strconcat("exec ", session->xsession->command, NULL);
        const char *const argv[] = { "/bin/sh", "-c", script, NULL };

        return g_strdupv((char **) argv);
    }
}

static gboolean
start_desktop(Session *session, GError **error)
{
    g_auto(GStrv) argv = get_desktop_command(session);
    g_autoptr(Child) child = new_child(session, (const char *const *) argv);
    pid_t pid = child_start(child, error);

    if (pid < 0)
        return FALSE;
    session->leader = pid;
    return TRUE;
}

/* Only "there is none" is told: root may be refused a look at homes on another host, where the user is not. */
static char *
get_home_message(const Session *session)
{
    struct stat status;

    if (stat(session->account->home, &status) == 0 || (errno != ENOENT && errno != ENOTDIR))
        return NULL;
    return g_strdup_printf("No home directory '%s': the session starts in '/'.",
                           session->account->home);
}

static gboolean
prepare(Session *session, GError **error)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    "cannot become the reaper of the session: %s", g_strerror(errno));
        return FALSE;
    }
    session->display = display_reserve(error);
    return session->display != NULL && open_pam(session, error);
}

static void
add_log_line(const Session *session, GError **error)
{
    g_autofree char *line = place_get_last_log_line(session->place);

    if (error != NULL && *error != NULL && *line != '\0')
        g_prefix_error(error, "(its last words: %s) ", line);
}

gboolean
session_start(Session *session, char **ret_message, Failure *ret_failure, GError **error)
{
    *ret_failure = FAILURE_NO_DESKTOP;
    session->xsession = xsession_find(PATH_XSESSIONS, session->order->desktop, error);
    if (session->xsession == NULL)
        return FALSE;
    *ret_failure = FAILURE_INTERNAL;
    if (!prepare(session, error))
        return FALSE;
    *ret_failure = FAILURE_NO_XVNC;
    if (!start_xvnc(session, error)) {
        add_log_line(session, error);
        return FALSE;
    }
    set_layout(session);
    *ret_failure = FAILURE_INTERNAL;
    if (!start_desktop(session, error))
        return FALSE;
    *ret_message = get_home_message(session);
    return TRUE;
}

GVariant *
session_get_facts(const Session *session, gboolean for_resume)
{
    GVariantDict facts;

    g_variant_dict_init(&facts, NULL);
    g_variant_dict_insert(&facts, "display", "s", session->display->name);
    g_variant_dict_insert(&facts, "pid", "u", (guint32) getpid());
    g_variant_dict_insert(&facts, "xvnc-pid", "u", (guint32) session->xvnc);
    g_variant_dict_insert(&facts, "leader-pid", "u", (guint32) session->leader);
    g_variant_dict_insert(&facts, "rfb", "s", session->place->rfb);
    g_variant_dict_insert(&facts, "xauthority", "s", session->place->xauthority);
    g_variant_dict_insert(&facts, "logind-id", "s", session->logind_id);
    g_variant_dict_insert(&facts, "cgroup", "s", session->cgroup);
    if (for_resume) {
        g_variant_dict_insert(&facts, "user", "s", session->account->name);
        g_variant_dict_insert(&facts, "uid", "u", (guint32) session->account->uid);
        g_variant_dict_insert(&facts, "desktop", "s", session->order->desktop);
        g_variant_dict_insert(&facts, "layout", "s", session->order->layout);
        g_variant_dict_insert(&facts, "since", "x", session->since);
    }
    return g_variant_dict_end(&facts);
}

void
session_reap(Session *session)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == session->xvnc)
            session->xvnc_status = status;
        else if (pid == session->leader)
            session->leader_status = status;
    }
}

char *
session_describe_status(int status)
{
    if (WIFSIGNALED(status))
        return g_strdup_printf("signal %d", WTERMSIG(status));
    return g_strdup_printf("exit status %d", WEXITSTATUS(status));
}

static void
remove_cgroup(Session *session)
{
    g_autoptr(GError) error = NULL;

    fd_clear(&session->procs);
    if (*session->group != '\0' && !cgroup_remove(session->group, &error))
        g_warning("%s, ignoring", error->message);
}

void
session_clean(Session *session)
{
    if (session->place != NULL) {
        place_clean(session->place, session->account->uid);
        litter_remove(LITTER_DIRECTORY, session->account->uid, session->since);
    }
    g_clear_pointer(&session->display, display_free);
    remove_cgroup(session);
    g_clear_pointer(&session->pam, pam_session_free);
}

void
session_free(Session *session)
{
    if (session == NULL)
        return;
    fd_clear(&session->procs);
    g_clear_pointer(&session->pam, pam_session_free);
    xsession_free(session->xsession);
    display_free(session->display);
    place_free(session->place);
    account_free(session->account);
    g_strfreev(session->environment);
    g_clear_pointer(&session->groups, g_array_unref);
    g_free(session->logind_id);
    g_free(session->cgroup);
    g_free(session->group);
    g_free(session->id);
    g_free(session);
}
