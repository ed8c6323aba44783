/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "names.h"

static gboolean
find_name(const char *const *names, guint n_names, const char *name, guint *ret)
{
    for (guint i = 0; i < n_names; i++)
        if (g_strcmp0(names[i], name) == 0) {
            *ret = i;
            return TRUE;
        }
    return FALSE;
}

#define DEFINE_NAMES(Type, prefix, count, ...)                                                     \
    static const char *const prefix##_names[] = { __VA_ARGS__ };                                   \
    G_STATIC_ASSERT(G_N_ELEMENTS(prefix##_names) == count);                                        \
    const char *prefix##_to_name(Type value)                                                       \
    {                                                                                              \
        g_return_val_if_fail((guint) value < count, NULL);                                         \
        return prefix##_names[value];                                                              \
    }                                                                                              \
    gboolean prefix##_from_name(const char *name, Type *ret)                                       \
    {                                                                                              \
        guint value;                                                                               \
                                                                                                   \
        if (!find_name(prefix##_names, count, name, &value))                                       \
            return FALSE;                                                                          \
        *ret = (Type) value;                                                                       \
        return TRUE;                                                                               \
    }

DEFINE_NAMES(Role, role, N_ROLES, "standard", "dashboard", "administrator")
DEFINE_NAMES(SessionState, session_state, N_SESSION_STATES, "starting", "active", "suspended",
             "locked", "ending", "ended")
DEFINE_NAMES(Outcome, outcome, N_OUTCOMES, "", "clean", "ended-by-user", "cancelled", "held-up",
             "forced", "leftovers", "failed")
DEFINE_NAMES(EndMode, end_mode, N_END_MODES, "ask", "ask-then-force", "force")
DEFINE_NAMES(Extent, extent, N_EXTENTS, "desktop", "services", "everything")
DEFINE_NAMES(NoticeWindow, notice_window, N_NOTICE_WINDOWS, "foreign", "always", "never")
DEFINE_NAMES(Stage, stage, N_STAGES, "warn", "ask", "grace", "stop", "kill", "verify", "done")
DEFINE_NAMES(ViewMode, view_mode, N_VIEW_MODES, "view", "control")
DEFINE_NAMES(PictureSize, picture_size, N_PICTURE_SIZES, "small", "medium", "large", "full",
             "enlarged")
DEFINE_NAMES(Failure, failure, N_FAILURES, "denied", "account", "no-logins", "password",
             "not-permitted", "elsewhere", "limit", "no-desktop", "no-xvnc", "ending", "timeout",
             "cancelled", "internal")
