/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/sanitizer.h"

#define ADDRESS_SPACE_MAX (1024UL * 1024 * 1024) /* an 8K screen's own JPEG needs about 120 MB */
/* More than a worker ever has: whoever sends a descriptor is also refused (ETOOMANYREFS) when all processes of the account together
 * have more than this on their way, and each worker sends its X server one. */
#define DESCRIPTORS_MAX 1024

static gboolean
set_error(GError **error, const char *what, int code)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "cannot enter the sandbox: %s: %s",
                what, g_strerror(code));
    return FALSE;
}

static gboolean
limit_resources(GError **error)
{
    static const struct {
        int resource;
        rlim_t most;
        gboolean sanitized; /* goes with AddressSanitizer, too */
    } limits[] = {
        { RLIMIT_CORE, 0, TRUE },
        { RLIMIT_NPROC, 0, TRUE },
        { RLIMIT_NOFILE, DESCRIPTORS_MAX, TRUE },
        { RLIMIT_AS, ADDRESS_SPACE_MAX, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        const struct rlimit limit = { limits[i].most, limits[i].most };

        if ((limits[i].sanitized || !WITH_SANITIZER) &&
            setrlimit((__rlimit_resource_t) limits[i].resource, &limit) < 0)
            return set_error(error, "limit", errno);
    }
    return TRUE;
}

static const int allowed[] = {
    /* waiting and time */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(setitimer), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(restart_syscall),
    /* open descriptors */
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(close), SCMP_SYS(shutdown), SCMP_SYS(fcntl),
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(lseek),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(memfd_create),
    SCMP_SYS(ftruncate), SCMP_SYS(futex), SCMP_SYS(getrandom),
    /* the end */
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getpid), SCMP_SYS(gettid)
};

static int
load_filter(scmp_filter_ctx filter)
{
    int code = 0;

    for (gsize i = 0; code == 0 && i < G_N_ELEMENTS(allowed); i++)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    /* Memory may be had, but none that code can run in. */
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return code == 0 ? seccomp_load(filter) : code;
}

gboolean
sandbox_enter(GError **error)
{
    scmp_filter_ctx filter;
    int code;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return set_error(error, "no new privileges", errno);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return set_error(error, "not dumpable", errno);
    if (!limit_resources(error))
        return FALSE;
    if (WITH_SANITIZER)
        return TRUE;
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return set_error(error, "system calls", ENOMEM);
    code = load_filter(filter);
    seccomp_release(filter);
    return code == 0 || set_error(error, "system calls", -code);
}
