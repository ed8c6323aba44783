/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's directories: /run/manyseat/sessions/ID with user/ in it, and XDG_RUNTIME_DIR where nobody else made it. */
#pragma once

#include "account.h"

typedef struct {
    char *directory; /* root's, 0711 */
    char *user;      /* the user's, 0700 */
    char *rfb;       /* the paths in it */
    char *xauthority;
    int log;       /* user/log, open for appending */
    char *runtime; /* XDG_RUNTIME_DIR */
    gboolean made_runtime;
} Place;

/* Make the session's directory with a fresh X cookie for the display and an empty log in it. runtime is what PAM set as
 * XDG_RUNTIME_DIR or NULL: then it is made as /run/user/UID. */
Place *place_new(const char *session, const Account *account, guint display, const char *runtime,
                 GError **error);

/* The last line of the log, printable, for our own log; "" if there is none. The caller frees it. */
char *place_get_last_log_line(const Place *place);

/* Leave or remove the record of how the session ended, for a manyseatd that is not there now: key file, group "Ended". */
void place_write_ended(const Place *place, const char *outcome, const char *detail,
                       const char *const *remaining, gint64 took);
void place_remove_ended(const Place *place);

/* Remove user/; the runtime directory too if we made it and the user has no process left. Not the session's own directory. */
void place_clean(Place *place, uid_t uid);

void place_free(Place *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)
