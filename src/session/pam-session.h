/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PAM, from the first question to the last goodbye. Every return code counts; whatever is not success ends the log-on. */
#pragma once

#include "account.h"
#include "base/names.h"
#include "order.h"
#include "talk.h"

typedef struct PamSession PamSession;

/* talk must live until pam_session_forget_talk(). */
PamSession *pam_session_new(const Order *order, const char *user, Talk *talk, GError **error);

/* Authenticate, check the account, have an expired password changed. FALSE with the failure to tell; the log says more. */
gboolean pam_session_authenticate(PamSession *pam, Failure *ret_failure);

/* The user as PAM has it now: a module may have changed the name. Good until the next call. NULL if there is none. */
const char *pam_session_get_user(PamSession *pam);

/* Become the owner of a session: credentials, open session. display (":100") and desktop are told to the modules. Leaves this
 * process with root's ids, in the session's cgroup where there is logind. ret_groups are the user's groups, pam_group's too. */
gboolean pam_session_open(PamSession *pam, const Account *account, const char *display,
                          const char *desktop, GArray **ret_groups, GError **error);

/* "NAME=value" lines as the modules left them, checked by nobody. The caller frees it. */
GStrv pam_session_get_environment(PamSession *pam);

/* The conversation is over: from now on questions fail. */
void pam_session_forget_talk(PamSession *pam);

/* Close the session, if it was opened, delete the credentials, end PAM. */
void pam_session_free(PamSession *pam);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PamSession, pam_session_free)
