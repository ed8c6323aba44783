/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pam-session.h"

#include <gio/gio.h>
#include <grp.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"

#define TTY "manyseat" /* until there is a display */
#define PASSWORD_TRIES 3

struct PamSession {
    pam_handle_t *handle;
    Talk *talk;
    int result; /* of the last call */
    gboolean has_credentials;
    gboolean is_open;
};

static int
answer(PamSession *pam, const struct pam_message *message, struct pam_response *response)
{
    g_autoptr(Secret) text = NULL;

    if (message->msg_style == PAM_TEXT_INFO || message->msg_style == PAM_ERROR_MSG) {
        talk_tell(pam->talk, message->msg_style == PAM_ERROR_MSG, message->msg);
        return PAM_SUCCESS;
    }
    if (message->msg_style != PAM_PROMPT_ECHO_OFF && message->msg_style != PAM_PROMPT_ECHO_ON)
        return PAM_CONV_ERR;
    text = talk_ask(pam->talk, message->msg_style == PAM_PROMPT_ECHO_OFF, message->msg);
    if (text == NULL || secret_length(text) >= PAM_MAX_RESP_SIZE)
        return PAM_CONV_ERR;
    response->resp = strdup(secret_bytes(text)); /* the module wipes and frees it */
    return response->resp != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static void
wipe_responses(struct pam_response *responses, int n)
{
    for (int i = 0; i < n; i++) {
        if (responses[i].resp != NULL)
            secret_wipe(responses[i].resp, strlen(responses[i].resp));
        free(responses[i].resp);
    }
    free(responses);
}

static int
converse(int n, const struct pam_message **messages, struct pam_response **ret, void *data)
{
    PamSession *pam = data;
    struct pam_response *responses;

    if (n <= 0 || n > PAM_MAX_NUM_MSG || pam->talk == NULL)
        return PAM_CONV_ERR;
    responses = calloc((size_t) n, sizeof *responses);
    if (responses == NULL)
        return PAM_BUF_ERR;
    for (int i = 0; i < n; i++) {
        int result = answer(pam, messages[i], &responses[i]);

        if (result != PAM_SUCCESS) {
            wipe_responses(responses, n);
            return result;
        }
    }
    *ret = responses;
    return PAM_SUCCESS;
}

/* PAM's own delay after a failure differs by module; how long a refusal takes is for manyseatd to say. */
static void
do_not_delay(int result, unsigned microseconds, void *data)
{
    (void) result;
    (void) microseconds;
    (void) data;
}

static gboolean
check(PamSession *pam, const char *what, GError **error)
{
    if (pam->result == PAM_SUCCESS)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot %s: PAM says: %s", what,
                pam_strerror(pam->handle, pam->result));
    return FALSE;
}

static gboolean
set_item(PamSession *pam, int item, const void *value, GError **error)
{
    pam->result = pam_set_item(pam->handle, item, value);
    return check(pam, "set a PAM item", error);
}

static gboolean
put_environment(PamSession *pam, const char *name, const char *value, GError **error)
{
    g_autofree char *line = g_strconcat(name, "=", value, NULL);

    pam->result = pam_putenv(pam->handle, line);
    return check(pam, "set PAM's environment", error);
}

/* The source is an address, or "uid N" for who asked on this host: only the first is a remote host to modules. */
static gboolean
set_remote_host(PamSession *pam, const char *source, GError **error)
{
    return g_str_has_prefix(source, "uid ") || set_item(pam, PAM_RHOST, source, error);
}

PamSession *
pam_session_new(const Order *order, const char *user, Talk *talk, GError **error)
{
    g_autoptr(PamSession) pam = g_new0(PamSession, 1);
    struct pam_conv conversation = { .conv = converse, .appdata_ptr = pam };
    void (*delay)(int, unsigned, void *) = do_not_delay;

    pam->talk = talk;
    pam->result = pam_start(order->service, user, &conversation, &pam->handle);
    if (!check(pam, "start PAM", error) || !set_item(pam, PAM_TTY, TTY, error) ||
        !set_remote_host(pam, order->source, error) ||
        !set_item(pam, PAM_FAIL_DELAY, *(void **) &delay, error))
        return NULL;
    return g_steal_pointer(&pam);
}

/* The conversation's own end comes first: a module that got no answer reports anything. */
static gboolean
fail(PamSession *pam, const char *stage, Failure failure, Failure *ret_failure)
{
    g_message("PAM refuses to %s: %s", stage, pam_strerror(pam->handle, pam->result));
    if (!talk_get_failure(pam->talk, ret_failure))
        *ret_failure = failure;
    return FALSE;
}

/* A module that denies and pam_nologin return the same code. */
static Failure
get_account_failure(void)
{
    gboolean closed = access("/etc/nologin", F_OK) == 0 || access("/run/nologin", F_OK) == 0;

    return closed ? FAILURE_NO_LOGINS : FAILURE_ACCOUNT;
}

static gboolean
change_password(PamSession *pam, Failure *ret_failure)
{
    for (guint i = 0; i < PASSWORD_TRIES; i++) {
        Failure ignored;

        pam->result = pam_chauthtok(pam->handle, PAM_CHANGE_EXPIRED_AUTHTOK);
        if (pam->result == PAM_SUCCESS)
            return TRUE;
        if (talk_get_failure(pam->talk, &ignored))
            break;
    }
    return fail(pam, "change the expired password", FAILURE_PASSWORD, ret_failure);
}

gboolean
pam_session_authenticate(PamSession *pam, Failure *ret_failure)
{
    pam->result = pam_authenticate(pam->handle, 0);
    if (pam->result != PAM_SUCCESS)
        return fail(pam, "authenticate", FAILURE_DENIED, ret_failure);
    pam->result = pam_acct_mgmt(pam->handle, 0);
    if (pam->result == PAM_NEW_AUTHTOK_REQD)
        return change_password(pam, ret_failure);
    if (pam->result != PAM_SUCCESS)
        return fail(pam, "accept the account", get_account_failure(), ret_failure);
    return TRUE;
}

const char *
pam_session_get_user(PamSession *pam)
{
    const void *user = NULL;

    pam->result = pam_get_item(pam->handle, PAM_USER, &user);
    return pam->result == PAM_SUCCESS ? user : NULL;
}

static gboolean
set_facts(PamSession *pam, const char *display, const char *desktop, GError **error)
{
    return set_item(pam, PAM_TTY, display, error) && set_item(pam, PAM_XDISPLAY, display, error) &&
           put_environment(pam, "XDG_SESSION_TYPE", "x11", error) &&
           put_environment(pam, "XDG_SESSION_CLASS", "user", error) &&
           put_environment(pam, "XDG_SESSION_DESKTOP", desktop, error);
}

static gboolean
set_credentials(PamSession *pam, int flag, GError **error)
{
    pam->result = pam_setcred(pam->handle, flag);
    if (!check(pam, "set credentials", error))
        return FALSE;
    pam->has_credentials = TRUE;
    return TRUE;
}

/* pam_group adds to the groups of the process it is called in, so they are the user's for this while. */
static gboolean
run_modules(PamSession *pam, const Account *account, GError **error)
{
    if (initgroups(account->name, account->gid) < 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot get the groups of '%s'",
                    account->name);
        return FALSE;
    }
    if (!set_credentials(pam, PAM_ESTABLISH_CRED, error))
        return FALSE;
    pam->result = pam_open_session(pam->handle, 0);
    if (!check(pam, "open a session", error))
        return FALSE;
    pam->is_open = TRUE;
    return set_credentials(pam, PAM_REINITIALIZE_CRED, error);
}

static GArray *
take_groups(void)
{
    int n = getgroups(0, NULL);
    GArray *groups = g_array_new(FALSE, TRUE, sizeof(gid_t));

    g_array_set_size(groups, (guint) MAX(n, 0));
    n = getgroups(n, (gid_t *) (void *) groups->data);
    g_array_set_size(groups, (guint) MAX(n, 0));
    return groups;
}

gboolean
pam_session_open(PamSession *pam, const Account *account, const char *display, const char *desktop,
                 GArray **ret_groups, GError **error)
{
    g_autoptr(GArray) groups = NULL;
    gid_t root = 0;
    gboolean open = set_facts(pam, display, desktop, error) && run_modules(pam, account, error);

    groups = take_groups();
    if (setgroups(1, &root) < 0 && open) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot set our own groups");
        open = FALSE;
    }
    if (open)
        *ret_groups = g_steal_pointer(&groups);
    return open;
}

GStrv
pam_session_get_environment(PamSession *pam)
{
    char **lines = pam_getenvlist(pam->handle);
    GStrv copy = g_strdupv(lines);

    for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
        free(lines[i]);
    free(lines);
    return copy;
}

void
pam_session_forget_talk(PamSession *pam)
{
    pam->talk = NULL;
}

static void
report(PamSession *pam, const char *what)
{
    g_autoptr(GError) error = NULL;

    if (!check(pam, what, &error))
        g_warning("%s, ignoring", error->message);
}

void
pam_session_free(PamSession *pam)
{
    if (pam == NULL)
        return;
    pam->talk = NULL;
    if (pam->is_open) {
        pam->result = pam_close_session(pam->handle, 0);
        report(pam, "close the session");
    }
    if (pam->has_credentials) {
        pam->result = pam_setcred(pam->handle, PAM_DELETE_CRED);
        report(pam, "delete credentials");
    }
    if (pam->handle != NULL)
        (void) pam_end(pam->handle, pam->result);
    g_free(pam);
}
