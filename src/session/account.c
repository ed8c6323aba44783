/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account.h"

#include <errno.h>
#include <gio/gio.h>
#include <pwd.h>

#define BUFFER_BYTES (64 * 1024)

static Account *
account_copy(const struct passwd *entry)
{
    Account *account = g_new0(Account, 1);

    account->name = g_strdup(entry->pw_name);
    account->uid = entry->pw_uid;
    account->gid = entry->pw_gid;
    account->home = g_strdup(entry->pw_dir[0] == '/' ? entry->pw_dir : "/");
    account->shell = g_strdup(entry->pw_shell[0] == '/' ? entry->pw_shell : "/bin/sh");
    return account;
}

Account *
account_find(const char *name, GError **error)
{
    g_autofree char *buffer = g_malloc(BUFFER_BYTES);
    struct passwd entry;
    struct passwd *found = NULL;
    int problem = getpwnam_r(name, &entry, buffer, BUFFER_BYTES, &found);

    if (found != NULL)
        return account_copy(found);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "cannot find account '%s': %s", name,
                problem != 0 ? g_strerror(problem) : "there is none");
    return NULL;
}

void
account_free(Account *account)
{
    if (account == NULL)
        return;
    g_free(account->name);
    g_free(account->home);
    g_free(account->shell);
    g_free(account);
}
