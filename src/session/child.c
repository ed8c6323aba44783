/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/fd.h"

#define TARGETS_MAX 10 /* descriptors 0 to 9 of the child; ours are moved above them */
#define GROUPS_MAX 1024

struct Child {
    GStrv argv;
    GStrv environment;
    int fds[TARGETS_MAX]; /* own copies; -1: none */
    int procs;
    gboolean has_account;
    uid_t uid;
    gid_t gid;
    gid_t groups[GROUPS_MAX];
    gsize n_groups;
    char *directory;
    int death_signal;
    pid_t parent;
    int report; /* where the child tells which step failed */
};

/* A step returns 0 or an errno. */
typedef int (*StepFunc)(const Child *child);

typedef struct {
    guint step;
    int problem;
} Report;

Child *
child_new(const char *const *argv, const char *const *environment)
{
    Child *child = g_new0(Child, 1);

    child->argv = g_strdupv((char **) argv);
    child->environment = g_strdupv((char **) environment);
    child->procs = -1;
    child->report = -1;
    for (guint i = 0; i < TARGETS_MAX; i++)
        child->fds[i] = -1;
    return child;
}

void
child_free(Child *child)
{
    if (child == NULL)
        return;
    for (guint i = 0; i < TARGETS_MAX; i++)
        fd_clear(&child->fds[i]);
    fd_clear(&child->report);
    g_strfreev(child->argv);
    g_strfreev(child->environment);
    g_free(child->directory);
    g_free(child);
}

void
child_add_fd(Child *child, int source, int target)
{
    g_return_if_fail(target >= 0 && target < TARGETS_MAX);
    fd_clear(&child->fds[target]);
    child->fds[target] = fcntl(source, F_DUPFD_CLOEXEC, TARGETS_MAX);
}

void
child_set_cgroup(Child *child, int procs)
{
    child->procs = procs;
}

void
child_set_account(Child *child, const Account *account, const gid_t *groups, gsize n_groups)
{
    child->has_account = TRUE;
    child->uid = account->uid;
    child->gid = account->gid;
    child->n_groups = MIN(n_groups, GROUPS_MAX);
    for (gsize i = 0; i < child->n_groups; i++)
        child->groups[i] = groups[i];
}

void
child_set_directory(Child *child, const char *path)
{
    g_free(child->directory);
    child->directory = g_strdup(path);
}

void
child_set_death_signal(Child *child, int number)
{
    child->death_signal = number;
}

static int
step_signals(const Child *child)
{
    sigset_t none;

    (void) child;
    for (int number = 1; number < NSIG; number++)
        (void) signal(number, SIG_DFL); /* fails for SIGKILL, SIGSTOP and libc's own */
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? errno : 0;
}

static int
step_new_session(const Child *child)
{
    (void) child;
    return setsid() < 0 ? errno : 0;
}

static int
step_cgroup(const Child *child)
{
    if (child->procs < 0)
        return 0;
    return write(child->procs, "0", 1) < 0 ? errno : 0;
}

static int
step_fds(const Child *child)
{
    for (int i = 0; i < TARGETS_MAX; i++)
        if (child->fds[i] >= 0 && dup2(child->fds[i], i) < 0)
            return errno;
    return 0;
}

/* All of ours are close-on-exec; this is for those that a PAM module or a library has left open. */
static int
step_close_others(const Child *child)
{
    for (int i = 3; i < TARGETS_MAX; i++)
        if (child->fds[i] < 0)
            (void) close(i);
    if (syscall(SYS_close_range, TARGETS_MAX, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) < 0)
        return errno;
    return 0;
}

static int
verify_no_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = { 0 };

    if (syscall(SYS_capget, &header, data) < 0)
        return errno;
    for (int i = 0; i < 2; i++)
        if (data[i].effective != 0 || data[i].permitted != 0)
            return EPERM;
    return 0;
}

static int
verify_ids(uid_t uid, gid_t gid)
{
    uid_t real_uid, effective_uid, saved_uid;
    gid_t real_gid, effective_gid, saved_gid;

    if (getresuid(&real_uid, &effective_uid, &saved_uid) < 0 ||
        getresgid(&real_gid, &effective_gid, &saved_gid) < 0)
        return errno;
    if (real_uid != uid || effective_uid != uid || saved_uid != uid || real_gid != gid ||
        effective_gid != gid || saved_gid != gid)
        return EPERM;
    return 0;
}

static int
step_account(const Child *child)
{
    int problem;

    if (!child->has_account)
        return 0;
    if (child->uid == 0)
        return EPERM;
    if (setgroups(child->n_groups, child->groups) < 0 ||
        setresgid(child->gid, child->gid, child->gid) < 0 ||
        setresuid(child->uid, child->uid, child->uid) < 0)
        return errno;
    problem = verify_ids(child->uid, child->gid);
    if (problem == 0)
        problem = verify_no_capabilities();
    if (problem == 0 && setuid(0) == 0)
        problem = EPERM;
    return problem;
}

/* After the change of user, which forgets the setting. */
static int
step_death_signal(const Child *child)
{
    if (child->death_signal == 0)
        return 0;
    if (prctl(PR_SET_PDEATHSIG, child->death_signal) < 0)
        return errno;
    /* It may have ended before we asked. */
    return getppid() == child->parent ? 0 : ESRCH;
}

static int
step_directory(const Child *child)
{
    if (child->directory != NULL && chdir(child->directory) == 0)
        return 0;
    return chdir("/") < 0 ? errno : 0;
}

static int
step_exec(const Child *child)
{
    (void) execve(child->argv[0], child->argv, child->environment);
    return errno;
}

static const struct {
    const char *name;
    StepFunc run;
} steps[] = {
    { "reset signals", step_signals },
    { "make a session", step_new_session },
    { "enter the cgroup", step_cgroup },
    { "set descriptors", step_fds },
    { "close descriptors", step_close_others },
    { "become the user", step_account },
    { "ask for a death signal", step_death_signal },
    { "change directory", step_directory },
    { "execute", step_exec },
};

static void
run_steps(const Child *child)
{
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        Report report = { .step = i, .problem = steps[i].run(child) };

        if (report.problem != 0) {
            (void) !write(child->report, &report, sizeof report);
            _exit(127);
        }
    }
}

static gboolean
fill_standard_fds(Child *child, GError **error)
{
    autofd null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int i = 0; i < 3; i++)
        if (child->fds[i] < 0)
            child_add_fd(child, null, i);
    if (child->fds[0] >= 0 && child->fds[1] >= 0 && child->fds[2] >= 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                "cannot start '%s': no descriptors: %s", child->argv[0], g_strerror(errno));
    return FALSE;
}

/* The pipe closes by exec, or carries what went wrong before. */
static gboolean
check_report(Child *child, int pipe_end, GError **error)
{
    Report report;
    ssize_t got;

    fd_clear(&child->report);
    do
        got = read(pipe_end, &report, sizeof report);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return TRUE;
    if (got != sizeof report || report.step >= G_N_ELEMENTS(steps))
        report = (Report){ .step = 0, .problem = EIO };
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(report.problem),
                "cannot start '%s': cannot %s: %s", child->argv[0], steps[report.step].name,
                g_strerror(report.problem));
    return FALSE;
}

static gboolean
open_report(Child *child, int *ret_read_end, GError **error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return failure_set(error, "start", child->argv[0]);
    child->report = fcntl(ends[1], F_DUPFD_CLOEXEC, TARGETS_MAX);
    fd_clear(&ends[1]);
    *ret_read_end = ends[0];
    return TRUE;
}

pid_t
child_start(Child *child, GError **error)
{
    autofd read_end = -1;
    pid_t pid;

    child->parent = getpid();
    if (!fill_standard_fds(child, error) || !open_report(child, &read_end, error))
        return -1;
    pid = fork();
    if (pid == 0) {
        run_steps(child);
        _exit(127);
    }
    if (pid < 0) {
        failure_set(error, "start", child->argv[0]);
        return -1;
    }
    return check_report(child, read_end, error) ? pid : -1;
}
