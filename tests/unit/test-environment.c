/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/environment.h"

static const Account account = { .name = (char *) "ana",
                                 .uid = 1001,
                                 .gid = 1001,
                                 .home = (char *) "/home/ana",
                                 .shell = (char *) "/bin/bash" };
static const EnvironmentFacts facts = { .account = &account,
                                        .session = "17",
                                        .display = ":100",
                                        .xauthority = "/run/x",
                                        .runtime_directory = "/run/user/1001",
                                        .desktop = "xfce",
                                        .desktop_names = "XFCE" };

static void
test_allowed(void)
{
    static const struct {
        const char *name;
        gboolean allowed;
    } cases[] = {
        { "LANG", TRUE },           { "LC_ALL", TRUE },
        { "KRB5CCNAME", TRUE },     { "XDG_SESSION_ID", TRUE },
        { "https_proxy", TRUE },    { "LD_PRELOAD", FALSE },
        { "XDG_SEAT", FALSE },      { "LC_", TRUE },
        { "LC_x", FALSE },          { "GTK_MODULES", FALSE },
        { "SSH_AGENT_PID", FALSE }, { "", FALSE },
        { "BASH_ENV", FALSE },      { "XDG_SESSION_CLASS", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(environment_allows(cases[i].name), ==, cases[i].allowed);
    }
}

static void
test_from_empty(void)
{
    g_auto(GStrv) built = NULL;

    g_assert_true(g_setenv("LEAKED", "1", TRUE));
    built = environment_build(&facts, NULL, NULL);
    g_assert_null(g_environ_getenv(built, "LEAKED"));
    g_assert_cmpstr(g_environ_getenv(built, "PATH"), ==, ENVIRONMENT_PATH);
    g_assert_cmpstr(g_environ_getenv(built, "HOME"), ==, "/home/ana");
    g_assert_cmpstr(g_environ_getenv(built, "USER"), ==, "ana");
    g_assert_cmpstr(g_environ_getenv(built, "MANYSEAT_SESSION"), ==, "17");
    g_assert_cmpstr(g_environ_getenv(built, "XDG_SESSION_TYPE"), ==, "x11");
    g_assert_cmpstr(g_environ_getenv(built, "LANG"), ==, ENVIRONMENT_LANG);
}

static void
test_who_wins(void)
{
    static const char *const pam[] = { "LANG=ru_RU.UTF-8",  "LD_PRELOAD=/tmp/evil.so",
                                       "PATH=/opt/bin",     "DISPLAY=:0",
                                       "nonsense",          "HOME=/root",
                                       "XDG_SESSION_ID=c3", NULL };
    g_auto(GStrv) built = environment_build(
        &facts, "# words\nLANG=\"es_ES.UTF-8\"\nLC_TIME=C\nLD_PRELOAD=x\nLC_ALL='\n", pam);

    g_assert_cmpstr(g_environ_getenv(built, "LANG"), ==, "ru_RU.UTF-8");
    g_assert_cmpstr(g_environ_getenv(built, "LC_TIME"), ==, "C");
    g_assert_null(g_environ_getenv(built, "LC_ALL"));
    g_assert_null(g_environ_getenv(built, "LD_PRELOAD"));
    g_assert_cmpstr(g_environ_getenv(built, "PATH"), ==, "/opt/bin");
    g_assert_cmpstr(g_environ_getenv(built, "DISPLAY"), ==, ":100");
    g_assert_cmpstr(g_environ_getenv(built, "HOME"), ==, "/home/ana");
    g_assert_cmpstr(g_environ_getenv(built, "XDG_SESSION_ID"), ==, "c3");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/environment/allowed", test_allowed);
    g_test_add_func("/environment/from-empty", test_from_empty);
    g_test_add_func("/environment/who-wins", test_who_wins);
    return g_test_run();
}
