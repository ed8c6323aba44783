/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign sessions in the manager's table, as logind would tell of them; there is no logind here. What it really tells, and what
 * becomes of a session that is ended, is seen on a booted host (tests/hosts). */
#include "daemon/foreign.h"

#include "base/limits.h"
#include "bus/error.h"
#include "daemon-fixture.h"
#include "daemon/session-store.h"
#include "daemon/sessions.h"

/* Addresses that nobody listens on; it tries again by itself and is never connected. */
static LogindSession
make_known(Fixture *fixture, const char *id, uid_t uid)
{
    if (fixture->manager->logind == NULL)
        fixture->manager->logind =
            logind_new("unix:path=/nonexistent/bus", &(LogindEvents){ 0 }, NULL);
    return (LogindSession){ .id = (char *) id,
                            .uid = uid,
                            .user = (char *) "somebody",
                            .type = (char *) "x11",
                            .klass = (char *) "user",
                            .state = (char *) "active",
                            .display = (char *) ":10",
                            .scope = (char *) "session-c1.scope",
                            .seat = (char *) "",
                            .service = (char *) "xrdp-sesman",
                            .desktop = (char *) "xfce",
                            .remote_host = (char *) "",
                            .active = TRUE,
                            .since = 1700000000000000 };
}

static void
tell(Fixture *fixture, const LogindSession *known)
{
    foreign_events.changed(fixture->manager->logind, known, fixture->manager);
}

static Session *
find(Fixture *fixture, const char *logind_id)
{
    g_autoptr(GPtrArray) sessions = sessions_list(fixture->manager);

    for (guint i = 0; i < sessions->len; i++)
        if (g_strcmp0(((Session *) sessions->pdata[i])->logind_id, logind_id) == 0)
            return sessions->pdata[i];
    return NULL;
}

static void
test_which_are_listed(void)
{
    static const struct {
        const char *type, *klass, *service;
        gboolean listed;
    } cases[] = {
        { "x11", "user", "xrdp-sesman", TRUE }, { "wayland", "user", "gdm-password", TRUE },
        { "tty", "user", "login", FALSE },      { "unspecified", "user", "cron", FALSE },
        { "x11", "greeter", "lightdm", FALSE }, { "x11", "manager", "systemd-user", FALSE },
        { "x11", "user", "manyseat", FALSE },   { "x11", "user", "manyseat-autologon", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        LogindSession known = make_known(fixture, "c1", UID_STANDARD);

        g_test_message("%s %s %s", cases[i].type, cases[i].klass, cases[i].service);
        known.type = (char *) cases[i].type;
        known.klass = (char *) cases[i].klass;
        known.service = (char *) cases[i].service;
        tell(fixture, &known);
        g_assert_cmpint(find(fixture, "c1") != NULL, ==, cases[i].listed);
    }
}

static void
test_ours_is_ours(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *hosted = fixture_session(fixture, 1, UID_STANDARD);
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);

    g_free(hosted->logind_id);
    hosted->logind_id = g_strdup("c1");
    tell(fixture, &known);
    g_assert_cmpuint(g_hash_table_size(fixture->manager->sessions), ==, 1);
    g_assert_true(hosted->kind->hosted);
    foreign_events.removed(fixture->manager->logind, &known, fixture->manager);
    g_assert_cmpuint(g_hash_table_size(fixture->manager->sessions), ==, 1);
}

/* The number stays as long as the session does, over a restart too; an id that logind gives again is another session. */
static void
test_number(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);
    guint64 number;

    tell(fixture, &known);
    number = find(fixture, "c1")->number;
    known.locked = TRUE;
    tell(fixture, &known);
    g_assert_cmpuint(find(fixture, "c1")->number, ==, number);
    g_assert_true(find(fixture, "c1")->locked);
    g_hash_table_remove_all(fixture->manager->sessions);
    session_store_load(fixture->manager);
    g_assert_cmpuint(find(fixture, "c1")->number, ==, number);
    g_assert_false(find(fixture, "c1")->kind->hosted);
    tell(fixture, &known);
    g_assert_cmpuint(find(fixture, "c1")->number, ==, number);
    known.since++;
    tell(fixture, &known);
    g_assert_cmpuint(g_hash_table_size(fixture->manager->sessions), ==, 1);
    g_assert_cmpuint(find(fixture, "c1")->number, >, number);
}

static void
test_gone(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);

    tell(fixture, &known);
    foreign_events.removed(fixture->manager->logind, &known, fixture->manager);
    g_assert_null(find(fixture, "c1"));
    /* What ended while nobody listened is not in logind's list. */
    tell(fixture, &known);
    foreign_events.connected(fixture->manager->logind, TRUE, fixture->manager);
    g_assert_null(find(fixture, "c1"));
    session_store_load(fixture->manager);
    g_assert_null(find(fixture, "c1"));
}

static void
test_what_there_is(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);
    PolicyCaller administrator = fixture_caller(fixture, UID_ADMINISTRATOR);
    g_autoptr(GVariant) record = NULL;
    g_autofree const char **may = NULL;
    g_autoptr(GError) error = NULL;
    gboolean monitored;
    Session *session;

    tell(fixture, &known);
    session = find(fixture, "c1");
    g_assert_true(session_can(session, VERB_LOG_OFF, NULL));
    g_assert_false(session_can(session, VERB_SUSPEND, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE);
    record = g_variant_ref_sink(session_get_record(session, &administrator));
    g_assert_true(g_variant_lookup(record, "may", "^a&s", &may));
    g_assert_true(g_strv_contains(may, "log-off"));
    g_assert_false(g_strv_contains(may, "suspend") || g_strv_contains(may, "lock") ||
                   g_strv_contains(may, "view") || g_strv_contains(may, "thumbnail"));
    /* Nobody is watched whom the settings do not name. */
    g_assert_true(g_variant_lookup(record, "monitored", "b", &monitored));
    g_assert_false(monitored);
    g_assert_false(session_may(session, &administrator, VERB_THUMBNAIL));
    fixture->settings->foreign_monitored = TRUE;
    g_assert_true(session_may(session, &administrator, VERB_THUMBNAIL));
    fixture->settings->monitored = FALSE;
    g_assert_false(session_may(session, &administrator, VERB_THUMBNAIL));
}

static void
test_whose(void)
{
    static const struct {
        uid_t uid;
        gboolean dashboard, administrator;
    } cases[] = {
        { UID_STANDARD, TRUE, TRUE },       { UID_DASHBOARD, FALSE, TRUE },
        { UID_ADMINISTRATOR, FALSE, TRUE }, { 0, FALSE, TRUE }, /* root */
        { 3999999999U, FALSE, TRUE },                           /* nobody knows whose */
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        LogindSession known = make_known(fixture, "c1", cases[i].uid);
        PolicyCaller dashboard = fixture_caller(fixture, UID_DASHBOARD);
        PolicyCaller administrator = fixture_caller(fixture, UID_ADMINISTRATOR);
        PolicyCaller standard = fixture_caller(fixture, UID_STANDARD2);
        Session *session;

        tell(fixture, &known);
        session = find(fixture, "c1");
        g_assert_false(session_may(session, &standard, VERB_LIST));
        if (cases[i].uid != UID_DASHBOARD)
            g_assert_cmpint(session_may(session, &dashboard, VERB_LOG_OFF), ==, cases[i].dashboard);
        g_assert_cmpint(session_may(session, &administrator, VERB_LOG_OFF), ==,
                        cases[i].administrator);
    }
}

#define UID_UNASKED 1 /* daemon: an account of whom the fixture has not asked NSS */

static gboolean
dashboard_sees(gpointer data)
{
    Fixture *fixture = data;
    PolicyCaller dashboard = fixture_caller(fixture, UID_DASHBOARD);

    return session_may(find(fixture, "c1"), &dashboard, VERB_LIST);
}

/* It becomes known without anybody asking for it. */
static void
test_introduced(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_UNASKED);

    tell(fixture, &known);
    g_assert_false(dashboard_sees(fixture));
    g_assert_cmpuint(find(fixture, "c1")->announce, ==, 0);
    fixture_wait(dashboard_sees, fixture);
    g_assert_cmpuint(find(fixture, "c1")->announce, !=, 0);
}

static void
test_one_desktop_an_account(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);

    tell(fixture, &known);
    g_assert_null(sessions_find_hosted(fixture->manager, UID_STANDARD));
    g_assert_true(sessions_find_foreign(fixture->manager, UID_STANDARD) == find(fixture, "c1"));
    g_assert_null(sessions_find_foreign(fixture->manager, UID_STANDARD2));
    g_assert_cmpuint(sessions_count_hosted(fixture->manager), ==, 0);
}

static Job *
begin(Fixture *fixture, Session *session, const char *mode)
{
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GVariant) options =
        g_variant_ref_sink(g_variant_new_parsed("{'warn': <uint32 0>, 'mode': <%s>}", mode));
    g_autoptr(GError) error = NULL;
    Job *job;

    g_ptr_array_add(sessions, session);
    job = job_new(fixture->manager, "news", UID_ADMINISTRATOR, sessions, options, &error);
    g_assert_no_error(error);
    return job;
}

static gboolean
is_done(gpointer job)
{
    return job_is_done(job);
}

/* Its control group is not there, so it is empty. */
static void
test_forced(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);
    Job *job;

    tell(fixture, &known);
    job = begin(fixture, find(fixture, "c1"), "force");
    g_assert_cmpint(((JobRow *) job->rows->pdata[0])->stage, ==, STAGE_STOP);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "cannot end the services*");
    fixture_wait(is_done, job);
    g_test_assert_expected_messages();
    g_assert_cmpint(((JobRow *) job->rows->pdata[0])->outcome, ==, OUTCOME_FORCED);
    g_assert_null(find(fixture, "c1"));
}

/* It is gone while its programs are asked: the log-off that was asked for. */
static void
test_asked(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession known = make_known(fixture, "c1", UID_STANDARD);
    Job *job;

    tell(fixture, &known);
    job = begin(fixture, find(fixture, "c1"), "ask");
    g_assert_cmpint(((JobRow *) job->rows->pdata[0])->stage, ==, STAGE_ASK);
    fixture_ask_says_manager("xfce");
    foreign_events.removed(fixture->manager->logind, &known, fixture->manager);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "cannot end the services*");
    fixture_wait(is_done, job);
    g_test_assert_expected_messages();
    g_assert_cmpint(((JobRow *) job->rows->pdata[0])->outcome, ==, OUTCOME_CLEAN);
}

#define FIRST_UID 200000 /* of accounts that are not there */

static guint lines;

static void
count_line(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    lines++;
}

static void
test_limit(void)
{
    g_autoptr(Fixture) fixture = fixture_new();

    for (guint i = 0; i <= LIMIT_FOREIGN_SESSIONS; i++) {
        g_autofree char *id = g_strdup_printf("c%u", i);
        LogindSession known =
            make_known(fixture, id, FIRST_UID + i / LIMIT_FOREIGN_SESSIONS_PER_USER);

        if (i == LIMIT_FOREIGN_SESSIONS)
            g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*there are too many");
        tell(fixture, &known);
    }
    g_test_assert_expected_messages();
    g_assert_cmpuint(g_hash_table_size(fixture->manager->sessions), ==, LIMIT_FOREIGN_SESSIONS);
}

/* Nobody else's has to stay away, and nobody can fill the log with it either (but where a minute ends, there it stands again). */
static void
test_limit_of_one(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    LogindSession other = make_known(fixture, "other", UID_STANDARD2);
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);
    guint handler = g_log_set_handler("manyseat", G_LOG_LEVEL_WARNING, count_line, NULL);

    for (guint i = 0; i < LIMIT_FOREIGN_SESSIONS_PER_USER; i++) {
        g_autofree char *id = g_strdup_printf("c%u", i);
        LogindSession known = make_known(fixture, id, UID_STANDARD);

        tell(fixture, &known);
    }
    lines = 0;
    for (guint i = 0; i < 20; i++) {
        LogindSession known = make_known(fixture, "more", UID_STANDARD);

        tell(fixture, &known);
    }
    g_log_remove_handler("manyseat", handler);
    (void) g_log_set_always_fatal(fatal);
    g_assert_cmpuint(lines, >=, 1);
    g_assert_cmpuint(lines, <=, 2);
    g_assert_null(find(fixture, "more"));
    tell(fixture, &other);
    g_assert_nonnull(find(fixture, "other"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/foreign/which-are-listed", test_which_are_listed);
    g_test_add_func("/foreign/ours-is-ours", test_ours_is_ours);
    g_test_add_func("/foreign/number", test_number);
    g_test_add_func("/foreign/gone", test_gone);
    g_test_add_func("/foreign/what-there-is", test_what_there_is);
    g_test_add_func("/foreign/whose", test_whose);
    g_test_add_func("/foreign/introduced", test_introduced);
    g_test_add_func("/foreign/one-desktop-an-account", test_one_desktop_an_account);
    g_test_add_func("/foreign/forced", test_forced);
    g_test_add_func("/foreign/asked", test_asked);
    g_test_add_func("/foreign/limit", test_limit);
    g_test_add_func("/foreign/limit-of-one", test_limit_of_one);
    return g_test_run();
}
