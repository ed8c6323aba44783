/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon-fixture.h"

#include <glib/gstdio.h>
#include <pwd.h>

#include "daemon/errand-call.h"
#include "daemon/hosted.h"
#include "daemon/launch.h"
#include "daemon/start.h"
#include "daemon/ticket.h"
#include "daemon/watch.h"

/* Errands need root and an installed program: these stand in for src/daemon/errand-call.c. */
struct Errand {
    ErrandFunc func;
    gpointer data;
};

static Errand last_errand;
static GVariant *last_arguments;
static guint n_errands;
static gboolean is_off;

Errand *
errand_start(const char *task, uid_t uid, GVariant *arguments, guint seconds, ErrandFunc func,
             gpointer data)
{
    g_clear_pointer(&last_arguments, g_variant_unref);
    last_arguments = g_variant_ref_sink(arguments);
    last_errand = (Errand){ func, data };
    n_errands++;
    is_off = FALSE;
    return &last_errand;
}

void
errand_call(const char *task, uid_t uid, GVariant *arguments, ErrandFunc func, gpointer data)
{
    (void) errand_start(task, uid, arguments, ERRAND_DEADLINE_SECONDS, func, data);
}

void
errand_cancel(Errand *errand)
{
    if (errand != NULL)
        is_off = TRUE;
}

guint
fixture_count_errands(void)
{
    return n_errands;
}

gboolean
fixture_errand_is_off(void)
{
    return is_off;
}

GVariant *
fixture_errand_arguments(void)
{
    return last_arguments;
}

static void
reply(const char *state, const char *blockers, const char *closed, const char *manager)
{
    g_autoptr(GVariant) result = NULL;
    GVariantDict dict;

    g_assert_false(is_off);
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "state", "s", state);
    g_variant_dict_insert(&dict, "manager", "s", manager);
    g_variant_dict_insert_value(
        &dict, "blockers", g_variant_parse(G_VARIANT_TYPE("a(ss)"), blockers, NULL, NULL, NULL));
    g_variant_dict_insert_value(&dict, "closed",
                                g_variant_parse(G_VARIANT_TYPE("as"), closed, NULL, NULL, NULL));
    result = g_variant_ref_sink(g_variant_dict_end(&dict));
    last_errand.func(result, NULL, 0, NULL, last_errand.data);
}

void
fixture_ask_says(const char *state, const char *blockers)
{
    reply(state, blockers, "[]", "");
}

void
fixture_ask_says_closed(const char *closed)
{
    reply("asking", "[('Mousepad', '*essay')]", closed, "");
}

void
fixture_ask_says_manager(const char *manager)
{
    reply("logging-out", "[]", "[]", manager);
}

static void
on_known(GObject *source, GAsyncResult *result, gpointer known)
{
    *(gboolean *) known = TRUE;
}

static gboolean
is_true(gpointer flag)
{
    return *(gboolean *) flag;
}

static gboolean
on_too_long(gpointer data)
{
    g_error("waited for 5 s in vain");
    return G_SOURCE_REMOVE;
}

void
fixture_wait(gboolean (*condition)(gpointer), gpointer data)
{
    guint timer = g_timeout_add_seconds(5, on_too_long, NULL);

    while (!condition(data))
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
}

static void
know_users(Manager *manager)
{
    const uid_t uids[] = { 0, UID_STANDARD, UID_STANDARD2, UID_DASHBOARD, UID_ADMINISTRATOR };
    gboolean known = FALSE;

    user_directory_ensure_async(manager->users, uids, G_N_ELEMENTS(uids), NULL, on_known, &known);
    fixture_wait(is_true, &known);
}

static Manager *
make_manager(Settings *settings, const char *directory, const char *path)
{
    Manager *manager = start_tables(settings);
    g_autoptr(GError) error = NULL;

    g_free(manager->run);
    manager->run = g_strdup(directory);
    manager->dashboard_uid = manager->station_uid = manager->display_uid = (uid_t) -2;
    manager->database = database_open(path, &error);
    g_assert_no_error(error);
    return manager;
}

Fixture *
fixture_new(void)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    g_autofree char *sessions = NULL;

    fixture->directory = g_dir_make_tmp("manyseat-XXXXXX", &error);
    g_assert_no_error(error);
    fixture->settings = settings_load("/nonexistent", &error);
    g_assert_no_error(error);
    fixture->settings->uid_min = 1;
    g_free(fixture->settings->dashboard_group);
    fixture->settings->dashboard_group = g_strdup("mail");
    g_free(fixture->settings->administrator_group);
    fixture->settings->administrator_group = g_strdup("news");
    path = g_build_filename(fixture->directory, "manyseat.db", NULL);
    sessions = g_build_filename(fixture->directory, "sessions", NULL);
    g_assert_cmpint(g_mkdir(sessions, 0700), ==, 0);
    fixture->manager = make_manager(fixture->settings, fixture->directory, path);
    know_users(fixture->manager);
    return fixture;
}

static void
remove_files(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        if (g_file_test(file, G_FILE_TEST_IS_DIR))
            remove_files(file);
        g_remove(file);
    }
}

void
fixture_free(Fixture *fixture)
{
    start_undo(fixture->manager);
    settings_free(fixture->settings);
    remove_files(fixture->directory);
    g_rmdir(fixture->directory);
    g_free(fixture->directory);
    g_free(fixture);
}

Session *
fixture_session(Fixture *fixture, guint64 number, uid_t uid)
{
    Session *session =
        session_new(fixture->manager, &hosted_kind, number, getpwuid(uid)->pw_name, uid);

    session->started = TRUE;
    g_hash_table_replace(fixture->manager->sessions, session->id, session);
    return session;
}

PolicyCaller
fixture_caller(Fixture *fixture, uid_t uid)
{
    return (PolicyCaller){ .uid = uid, .role = manager_role_of(fixture->manager, uid) };
}
