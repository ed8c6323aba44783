/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy.h"

/* What an entry of the table can say. */
typedef enum {
    NO,
    YES,
    WATCH,    /* if the session is monitored */
    SEE_ALL,  /* if dashboard users see everybody */
    WATCH_ALL /* both */
} Rule;

/* Of what is not his own a standard user may nothing, so he has no column. "staff" is whoever is no standard user. */
typedef struct {
    const char *name;
    gboolean has_target;
    Rule own; /* of one's own session, whatever the role */
    Rule dashboard_on_standard;
    Rule dashboard_on_staff;
    Rule administrator;
} Entry;

/* clang-format off */
static const Entry table[N_VERBS] = {
    /*                      name           target own  on standard, on staff, administrator */
    [VERB_LIST] =         { "list",        TRUE,  YES, YES,   SEE_ALL,   YES },
    [VERB_THUMBNAIL] =    { "thumbnail",   TRUE,  YES, WATCH, WATCH_ALL, WATCH },
    [VERB_VIEW] =         { "view",        TRUE,  YES, WATCH, WATCH_ALL, WATCH },
    [VERB_SUSPEND] =      { "suspend",     TRUE,  YES, YES,   NO,        YES },
    [VERB_LOCK] =         { "lock",        TRUE,  YES, YES,   NO,        YES },
    /* Own: NO. Whoever passes a station that is signed in must not undo the lock of the desktop behind it. */
    [VERB_UNLOCK] =       { "unlock",      TRUE,  NO,  YES,   NO,        YES },
    [VERB_LOG_OFF] =      { "log-off",     TRUE,  YES, YES,   NO,        YES },
    /* Own: NO. Nobody puts off by himself what others have decided about him. */
    [VERB_GRANT] =        { "grant",       TRUE,  NO,  YES,   NO,        YES },
    [VERB_CONTROL] =      { "control",     TRUE,  YES, NO,    NO,        NO },
    [VERB_AUTO_LOG_ON] =  { "auto-log-on", FALSE, NO,  NO,    NO,        YES },
    [VERB_LIST_USERS] =   { "list-users",  FALSE, NO,  YES,   YES,       YES },
    [VERB_AUDIT_ALL] =    { "audit-all",   FALSE, NO,  NO,    NO,        YES },
};
/* clang-format on */

static Rule
find_rule(const Entry *entry, const PolicyCaller *caller, const PolicyTarget *target)
{
    gboolean on_staff = entry->has_target && target != NULL && target->role != ROLE_STANDARD;

    if (entry->has_target && target == NULL)
        return NO;
    if (entry->has_target && target->uid == caller->uid)
        return entry->own;
    if (caller->role == ROLE_ADMINISTRATOR)
        return entry->administrator;
    if (caller->role == ROLE_DASHBOARD)
        return on_staff ? entry->dashboard_on_staff : entry->dashboard_on_standard;
    return NO;
}

gboolean
policy_may(const PolicyCaller *caller, Verb verb, const PolicyTarget *target,
           gboolean dashboard_sees_all)
{
    g_return_val_if_fail((guint) verb < N_VERBS, FALSE);
    switch (find_rule(&table[verb], caller, target)) {
    case YES:
        return TRUE;
    case WATCH:
        return target->monitored;
    case SEE_ALL:
        return dashboard_sees_all;
    case WATCH_ALL:
        return dashboard_sees_all && target->monitored;
    case NO:
        return FALSE;
    }
    return FALSE;
}

const char *
verb_to_name(Verb verb)
{
    g_return_val_if_fail((guint) verb < N_VERBS, NULL);
    return table[verb].name;
}
