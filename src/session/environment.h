/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment of the session's programs, built from empty: nothing of manyseat-session's own, nothing the user chose. */
#pragma once

#include "account.h"

#define ENVIRONMENT_PATH "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
#define ENVIRONMENT_LANG "C.UTF-8"
#define ENVIRONMENT_LOCALE_FILE "/etc/default/locale"

typedef struct {
    const Account *account;
    const char *session;
    const char *display;           /* ":100" */
    const char *xauthority;        /* path */
    const char *runtime_directory; /* path */
    const char *desktop;           /* id */
    const char *desktop_names;
} EnvironmentFacts;

/* Later ones win: PATH and LANG as above; locale (the text of /etc/default/locale, may be NULL); what is allowed of pam ("NAME=value" lines of
 * PAM modules, may be NULL); the facts. The caller frees it. */
GStrv environment_build(const EnvironmentFacts *facts, const char *locale, const char *const *pam);

/* Whether a PAM module may set the variable. */
gboolean environment_allows(const char *name);
