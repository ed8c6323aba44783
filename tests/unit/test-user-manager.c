/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a user's services where there are none, and no logind either: that it is told once. What really
 * ends is seen on a booted host (tests/hosts). */
#include "daemon/user-manager.h"

#define NOBODYS_UID 4000000000U

typedef struct {
    GMainLoop *loop;
    guint told;
    char *remaining;
    gint64 at;
} Listener;

static void
on_done(const char *remaining, gpointer data)
{
    Listener *listener = data;

    listener->told++;
    listener->remaining = g_strdup(remaining);
    listener->at = g_get_monotonic_time();
    g_main_loop_quit(listener->loop);
}

static Logind *
make_logind(void)
{
    return logind_new("unix:path=/nonexistent/bus", &(LogindEvents){ 0 }, NULL);
}

/* A user without a slice has nothing left, whether or not logind hears. */
static void
test_nothing_there(void)
{
    const UserManagerTimes times = { .kill = 5, .verify = 5 };
    Listener listener = { .loop = g_main_loop_new(NULL, FALSE) };
    Logind *logind = make_logind();
    gint64 began = g_get_monotonic_time();
    UserManager *manager;

    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "cannot end the services*");
    manager = user_manager_end(logind, NOBODYS_UID, &times, on_done, &listener);
    g_assert_cmpuint(listener.told, ==, 0);
    g_main_loop_run(listener.loop);
    g_test_assert_expected_messages();
    g_assert_cmpuint(listener.told, ==, 1);
    g_assert_cmpstr(listener.remaining, ==, "");
    g_assert_cmpint((listener.at - began) / 1000, <, 1500);
    user_manager_free(manager);
    logind_free(logind);
    g_free(listener.remaining);
    g_main_loop_unref(listener.loop);
}

static gboolean
on_quit(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_REMOVE;
}

static void
test_free_before(void)
{
    const UserManagerTimes times = { .kill = 1, .verify = 1 };
    Listener listener = { .loop = g_main_loop_new(NULL, FALSE) };
    Logind *logind = make_logind();

    user_manager_free(NULL);
    user_manager_free(user_manager_end(logind, NOBODYS_UID, &times, on_done, &listener));
    (void) g_timeout_add(200, on_quit, listener.loop);
    g_main_loop_run(listener.loop);
    g_assert_cmpuint(listener.told, ==, 0);
    logind_free(logind);
    g_main_loop_unref(listener.loop);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/user-manager/nothing-there", test_nothing_there);
    g_test_add_func("/user-manager/free-before", test_free_before);
    return g_test_run();
}
