/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "environment.h"

#include <string.h>

/* Set by modules that root configured: locale, /etc/environment (PATH, proxies, TZ), tickets and key agents, pam_tmpdir. */
static const char *const allowed[] = {
    "DBUS_SESSION_BUS_ADDRESS",
    "FTP_PROXY",
    "GNOME_KEYRING_CONTROL",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "KRB5CCNAME",
    "LANG",
    "LANGUAGE",
    "NO_PROXY",
    "PATH",
    "SSH_AUTH_SOCK",
    "TMPDIR",
    "TZ",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_ID",
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    NULL,
};

static gboolean
is_locale_name(const char *name)
{
    return strcmp(name, "LANG") == 0 || strcmp(name, "LANGUAGE") == 0 ||
           (g_str_has_prefix(name, "LC_") && strspn(name + 3, G_CSET_A_2_Z) == strlen(name + 3));
}

gboolean
environment_allows(const char *name)
{
    return g_strv_contains(allowed, name) || is_locale_name(name);
}

static char **
add_locale(char **environment, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) pair = g_strsplit(g_strstrip(lines[i]), "=", 2);
        g_autofree char *value = g_strv_length(pair) == 2 ? g_shell_unquote(pair[1], NULL) : NULL;

        if (value != NULL && is_locale_name(pair[0]))
            environment = g_environ_setenv(environment, pair[0], value, TRUE);
    }
    return environment;
}

static char **
add_pam(char **environment, const char *const *pam)
{
    for (guint i = 0; pam[i] != NULL; i++) {
        g_auto(GStrv) pair = g_strsplit(pam[i], "=", 2);

        if (g_strv_length(pair) == 2 && environment_allows(pair[0]))
            environment = g_environ_setenv(environment, pair[0], pair[1], TRUE);
    }
    return environment;
}

static char **
add_facts(char **environment, const EnvironmentFacts *facts)
{
    const char *const pairs[][2] = {
        { "HOME", facts->account->home },
        { "USER", facts->account->name },
        { "LOGNAME", facts->account->name },
        { "SHELL", facts->account->shell },
        { "DISPLAY", facts->display },
        { "XAUTHORITY", facts->xauthority },
        { "XDG_RUNTIME_DIR", facts->runtime_directory },
        { "XDG_SESSION_TYPE", "x11" },
        { "XDG_SESSION_CLASS", "user" },
        { "XDG_SESSION_DESKTOP", facts->desktop },
        { "DESKTOP_SESSION", facts->desktop },
        { "XDG_CURRENT_DESKTOP", facts->desktop_names },
        { "MANYSEAT_SESSION", facts->session },
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i][1] != NULL && *pairs[i][1] != '\0')
            environment = g_environ_setenv(environment, pairs[i][0], pairs[i][1], TRUE);
    return environment;
}

GStrv
environment_build(const EnvironmentFacts *facts, const char *locale, const char *const *pam)
{
    char **environment = g_environ_setenv(NULL, "PATH", ENVIRONMENT_PATH, TRUE);

    /* Without any locale a terminal takes ASCII alone. */
    environment = g_environ_setenv(environment, "LANG", ENVIRONMENT_LANG, TRUE);
    if (locale != NULL)
        environment = add_locale(environment, locale);
    if (pam != NULL)
        environment = add_pam(environment, pam);
    return add_facts(environment, facts);
}
