/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *word;
} Word;

static const Word roles[] = {
    { "standard", NC_("role", "standard user") },
    { "dashboard", NC_("role", "dashboard user") },
    { "administrator", NC_("role", "administrator") },
};

static const Word states[] = {
    { "starting", NC_("state", "starting") },   { "active", NC_("state", "active") },
    { "suspended", NC_("state", "suspended") }, { "locked", NC_("state", "locked") },
    { "ending", NC_("state", "ending") },       { "ended", NC_("state", "ended") },
};

static const Word outcomes[] = {
    { "clean", NC_("outcome", "clean") },
    { "ended-by-user", NC_("outcome", "ended by the user") },
    { "cancelled", NC_("outcome", "cancelled") },
    { "held-up", NC_("outcome", "held up") },
    { "forced", NC_("outcome", "forced") },
    { "leftovers", NC_("outcome", "leftovers") },
    { "failed", NC_("outcome", "failed") },
};

static const Word stages[] = {
    { "warn", NC_("stage", "counting down") },
    { "ask", NC_("stage", "asking programs to close") },
    { "grace", NC_("stage", "waiting before force") },
    { "stop", NC_("stage", "stopping") },
    { "kill", NC_("stage", "forcing") },
    { "verify", NC_("stage", "checking") },
    { "done", NC_("stage", "done") },
};

static const Word modes[] = {
    { "ask", NC_("mode", "ask") },
    { "ask-then-force", NC_("mode", "ask, then force") },
    { "force", NC_("mode", "force") },
};

static const Word job_states[] = {
    { "running", NC_("job", "running") },
    { "done", NC_("job", "done") },
};

static const Word station_kinds[] = {
    { "browser", NC_("station", "browser") },
    { "seat", NC_("station", "local seat") },
    { "rdp", NC_("station", "RDP client") },
};

static const Word reasons[] = {
    { "own", N_("it is your own") },
    { "role", N_("your role may not end it") },
    { "ending", N_("it is being ended already") },
};

static const Word results[] = {
    { "done", NC_("result", "done") },
    { "refused", NC_("result", "refused") },
    { "failed", NC_("result", "failed") },
};

static const Word acts[] = {
    { "log-on", NC_("act", "log-on") },
    { "log-off", NC_("act", "log-off") },
    { "log-off-outcome", NC_("act", "log-off: outcome") },
    { "session-end", NC_("act", "end of session") },
    { "role", NC_("act", "change of role") },
    { "account", NC_("act", "change of account") },
    { "suspend", NC_("act", "suspend") },
    { "resume", NC_("act", "resume") },
    { "lock", NC_("act", "lock") },
    { "unlock", NC_("act", "unlock") },
    { "cancel", NC_("act", "cancel") },
    { "grant", NC_("act", "more time") },
    { "refuse", NC_("act", "no more time") },
    { "view", NC_("act", "view") },
    { "control", NC_("act", "control") },
    { "proceed", NC_("act", "log off now") },
    { "request-time", NC_("act", "request for more time") },
    { "enlarge", NC_("act", "enlarge") },
    { "screenshot", NC_("act", "screenshot") },
    { "sign-in", NC_("act", "sign-in") },
    { "sign-out", NC_("act", "sign-out") },
};

static const Word limits[] = {
    { "limit:idle", NC_("who", "idle limit") },
    { "limit:suspended", NC_("who", "suspended limit") },
};

static const Word failures[] = {
    { "denied", N_("The name or the password is wrong") },
    { "account", N_("The account is locked or expired, or may not log on now") },
    { "no-logins", N_("This computer takes no log-ons now") },
    { "password", N_("The expired password was not changed") },
    { "not-permitted", N_("This account may not log on here") },
    { "elsewhere", N_("The user has a graphical session that Manyseat did not start") },
    { "limit", N_("There are too many sessions, or too many log-ons under way") },
    { "no-desktop", N_("The desktop is not installed") },
    { "no-xvnc", N_("The X server is not installed or does not start") },
    { "ending", N_("The user's session is being ended") },
    { "timeout", N_("There was no answer in time") },
    { "cancelled", N_("The log-on was cancelled") },
    { "internal", N_("The log-on failed; the system's log says why") },
};

static const char *const errors[N_MANYSEAT_ERRORS] = {
    [MANYSEAT_ERROR_FAILED] = N_("It failed"),
    [MANYSEAT_ERROR_INVALID_ARGUMENT] = N_("This is not valid"),
    [MANYSEAT_ERROR_NOT_PERMITTED] = N_("This is not permitted"),
    [MANYSEAT_ERROR_NOT_SIGNED_IN] = N_("Nobody is signed in"),
    [MANYSEAT_ERROR_NO_SUCH_SESSION] = N_("There is no such session"),
    [MANYSEAT_ERROR_NO_SUCH_USER] = N_("There is no such user"),
    [MANYSEAT_ERROR_NO_SUCH_STATION] = N_("There is no such station"),
    [MANYSEAT_ERROR_NO_SUCH_JOB] = N_("There is no such job"),
    [MANYSEAT_ERROR_NO_SUCH_LAUNCH] = N_("The log-on is not valid any more"),
    [MANYSEAT_ERROR_NO_SUCH_TICKET] = N_("The ticket is not valid any more"),
    [MANYSEAT_ERROR_NOT_AVAILABLE] = N_("This is not available"),
    [MANYSEAT_ERROR_LIMIT_REACHED] = N_("A limit is reached"),
    [MANYSEAT_ERROR_TIMED_OUT] = N_("There was no answer in time"),
    [MANYSEAT_ERROR_UNREACHABLE] = N_("There is no connection"),
};

static const char *
find(const Word *words, guint n, const char *context, const char *name)
{
    for (guint i = 0; i < n; i++)
        if (strcmp(words[i].name, name) == 0)
            return context != NULL ? g_dpgettext2(NULL, context, words[i].word) : _(words[i].word);
    return name;
}

#define FIND(words, context, name) find(words, G_N_ELEMENTS(words), context, name)

const char *
words_role(const char *name)
{
    return FIND(roles, "role", name);
}

const char *
words_state(const char *name)
{
    return FIND(states, "state", name);
}

const char *
words_outcome(const char *name)
{
    return FIND(outcomes, "outcome", name);
}

const char *
words_stage(const char *name)
{
    return FIND(stages, "stage", name);
}

const char *
words_mode(const char *name)
{
    return FIND(modes, "mode", name);
}

const char *
words_job_state(const char *name)
{
    return FIND(job_states, "job", name);
}

const char *
words_station_kind(const char *name)
{
    return FIND(station_kinds, "station", name);
}

const char *
words_reason(const char *name)
{
    return FIND(reasons, NULL, name);
}

const char *
words_result(const char *name)
{
    return FIND(results, "result", name);
}

const char *
words_act(const char *name)
{
    return FIND(acts, "act", name);
}

const char *
words_who(const char *name)
{
    return FIND(limits, "who", name);
}

const char *
words_failure(const char *name)
{
    return FIND(failures, NULL, name);
}

const char *
words_error(ManyseatError code)
{
    g_return_val_if_fail((guint) code < N_MANYSEAT_ERRORS, "");
    return _(errors[code]);
}

ManyseatError
words_error_code(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = dot != NULL ? dot + 1 : name;

    for (guint code = 0; code < N_MANYSEAT_ERRORS; code++)
        if (strcmp(manyseat_error_name(code), last) == 0)
            return code;
    return MANYSEAT_ERROR_FAILED;
}
