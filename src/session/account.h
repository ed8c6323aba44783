/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the system's databases say about one user. */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct {
    char *name;
    uid_t uid;
    gid_t gid;
    char *home;
    char *shell;
} Account;

/* Look the name up; may block as long as NSS does. NULL with G_IO_ERROR_NOT_FOUND. */
Account *account_find(const char *name, GError **error);

void account_free(Account *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)
