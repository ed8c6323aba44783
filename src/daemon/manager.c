/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manager.h"

#include "audit.h"
#include "base/limits.h"
#include "bus/error.h"

Session *
manager_find_session(Manager *manager, const char *id, GError **error)
{
    Session *session = g_hash_table_lookup(manager->sessions, id);

    if (session == NULL)
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_SESSION, "no session '%s'", id);
    return session;
}

Role
manager_role_of(Manager *manager, uid_t uid)
{
    User *user = user_directory_peek_uid(manager->users, uid);

    if (uid == 0)
        return ROLE_ADMINISTRATOR;
    return user != NULL ? user->role : ROLE_STANDARD;
}

PolicyTarget
manager_target(Manager *manager, uid_t uid)
{
    User *user = user_directory_peek_uid(manager->users, uid);

    /* An account that NSS does not tell about may be anybody's, and the system's own are nobody's: only an administrator acts
     * on them. */
    return (PolicyTarget){ .uid = uid,
                           .role =
                               user != NULL && user->may_log_on ? user->role : ROLE_ADMINISTRATOR };
}

const char *
manager_tracker_name(const Manager *manager)
{
    return manager->logind != NULL ? "logind" : "plain";
}

gboolean
manager_may(const Manager *manager, const PolicyCaller *caller, Verb verb)
{
    return policy_may(caller, verb, NULL, manager->settings->dashboard_sees_all);
}

gboolean
manager_takes_act(Manager *manager, const PolicyCaller *caller)
{
    g_autofree char *who = g_strdup_printf("%u", (guint) caller->uid);

    return caller->role == ROLE_ADMINISTRATOR ||
           tally_count(manager->acts, who) <= LIMIT_ACTS_A_MINUTE;
}

/* Refusals cost those who make them nothing: past this many a minute of one account or address they are counted, not written,
 * so that nobody can drown what matters. */
static gboolean
is_refusal_too_many(Manager *manager, const char *who)
{
    guint n = tally_count(manager->refusals, who);

    if (n == LIMIT_AUDIT_REFUSALS_A_MINUTE + 1)
        g_warning("'%s' is refused too often: no more of it in the audit this minute", who);
    return n > LIMIT_AUDIT_REFUSALS_A_MINUTE;
}

gboolean
manager_audit(Manager *manager, const char *who, const char *act, const char *whom,
              const char *session, const char *result, const char *detail, const char *source)
{
    g_autoptr(GError) error = NULL;
    AuditRow row = { .who = who,
                     .act = act,
                     .whom = whom,
                     .session = session,
                     .result = result,
                     .detail = detail,
                     .source = source };

    if (g_strcmp0(result, "refused") == 0 &&
        is_refusal_too_many(manager, source != NULL && source[0] != '\0' ? source : who))
        return TRUE;
    if (audit_write(manager->database, &row, &error))
        return TRUE;
    g_warning("cannot write the audit of '%s' by '%s': %s", act, who, error->message);
    return FALSE;
}
