/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include <errno.h>
#include <gio/gio.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sanitizer.h"

#define FREED_PATTERN 0x5a

static gboolean
failed(const char *what, GError **error)
{
    int saved = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved), "cannot %s: %s", what,
                g_strerror(saved));
    return FALSE;
}

/* Three descriptors a view, more than the usual 1024 in a large room. */
static gboolean
raise_descriptors(GError **error)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return failed("read the limit of descriptors", error);
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 || failed("raise the limit of descriptors", error);
}

gboolean
sandbox_enter(GError **error)
{
    const struct rlimit no_core = { 0, 0 };

    if (getuid() == 0 || geteuid() == 0 || getgid() == 0 || getegid() == 0) {
        errno = EPERM;
        return failed("run as root or with root's group", error);
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return failed("give up new privileges", error);
    if ((!WITH_SANITIZER && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) ||
        setrlimit(RLIMIT_CORE, &no_core) < 0)
        return failed("forbid core dumps", error);
    umask(0007);
    mallopt(M_PERTURB, FREED_PATTERN);
    return raise_descriptors(error);
}
