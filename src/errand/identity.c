/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

static gboolean
set_step_error(GError **error, uid_t uid, const char *step)
{
    int saved = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved),
                "cannot become user '%u': %s failed: %s", (guint) uid, step, g_strerror(saved));
    return FALSE;
}

static const struct passwd *
find_account(uid_t uid, GError **error)
{
    const struct passwd *account;

    errno = 0;
    account = uid != 0 ? getpwuid(uid) : NULL;
    if (account == NULL || account->pw_uid != uid || account->pw_gid == 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "cannot become user '%u': there is no such account that may be used",
                    (guint) uid);
        return NULL;
    }
    return account;
}

static gboolean
verify(uid_t uid, gid_t gid, GError **error)
{
    uid_t uids[3];
    gid_t gids[3];

    if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 || getresgid(&gids[0], &gids[1], &gids[2]) < 0)
        return set_step_error(error, uid, "reading the ids back");
    for (guint i = 0; i < 3; i++) {
        if (uids[i] != uid || gids[i] != gid) {
            errno = EPERM;
            return set_step_error(error, uid, "verifying the ids");
        }
    }
    if (setuid(0) == 0 || setgid(0) == 0) {
        errno = EPERM;
        return set_step_error(error, uid, "verifying that there is no way back");
    }
    return TRUE;
}

gboolean
identity_become(uid_t uid, GError **error)
{
    const struct passwd *account = find_account(uid, error);
    gid_t gid;

    if (account == NULL)
        return FALSE;
    gid = account->pw_gid;
    if (initgroups(account->pw_name, gid) < 0)
        return set_step_error(error, uid, "initgroups");
    if (setresgid(gid, gid, gid) < 0)
        return set_step_error(error, uid, "setresgid");
    if (setresuid(uid, uid, uid) < 0)
        return set_step_error(error, uid, "setresuid");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return set_step_error(error, uid, "prctl");
    return verify(uid, gid, error);
}
