/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/error.h"
#include "clock.h"
#include "daemon-fixture.h"
#include "daemon/audit.h"
#include "daemon/viewers.h"

/* The manager's clock, not GLib's: what is known of accounts grows stale by that. */
static gint64 ahead;

static gint64
get_time(void)
{
    return g_get_monotonic_time() + ahead;
}

static void
pass(guint seconds)
{
    ahead += seconds * G_USEC_PER_SEC;
}

/* A connection of that account, with its stream open. */
static Peer *
connect_as(Fixture *fixture, uid_t uid)
{
    Peer *peer = peer_new(fixture->manager, uid);
    g_autoptr(GError) error = NULL;
    int end = peer_open_stream(peer, &error);

    g_assert_no_error(error);
    g_assert_cmpint(end, >=, 0);
    g_close(end, NULL);
    g_ptr_array_add(fixture->manager->peers, peer);
    fixture->manager->clock = get_time;
    return peer;
}

static void
look(Peer *peer, const char *wanted)
{
    g_autoptr(GVariant) list =
        g_variant_ref_sink(g_variant_parse(G_VARIANT_TYPE("a(ss)"), wanted, NULL, NULL, NULL));
    g_autoptr(GError) error = NULL;

    g_assert_true(peer_watch(peer, list, &error));
    g_assert_no_error(error);
}

static void
assert_viewers(const Session *session, const char *names)
{
    g_autoptr(GVariant) viewers = g_variant_ref_sink(viewers_of(session));
    g_autofree const char **strings = g_variant_get_strv(viewers, NULL);
    g_autofree char *text = g_strjoinv(" ", (char **) strings);

    g_assert_cmpstr(text, ==, names);
}

static void
assert_rows(Fixture *fixture, gsize wanted)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) rows = audit_list(fixture->manager->database, 0, 0, NULL, &error);
    gsize n = 0;

    g_assert_no_error(error);
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
        const char *act, *who, *whom, *result;

        g_assert_true(g_variant_lookup(row, "act", "&s", &act));
        g_assert_true(g_variant_lookup(row, "who", "&s", &who));
        g_assert_true(g_variant_lookup(row, "whom", "&s", &whom));
        g_assert_true(g_variant_lookup(row, "result", "&s", &result));
        g_assert_cmpstr(act, ==, "enlarge");
        g_assert_cmpstr(whom, ==, "bin");
        g_assert_cmpstr(result, ==, "done");
        n++;
    }
    g_assert_cmpuint(n, ==, wanted);
}

/* Its subscribers will be told, and are told now. */
static gboolean
is_told(gpointer session)
{
    return ((Session *) session)->announce == 0;
}

static void
assert_told(Session *session)
{
    g_assert_cmpuint(session->announce, !=, 0);
    fixture_wait(is_told, session);
}

static gboolean
is_to_be_told(gpointer session)
{
    return !is_told(session);
}

/* Nobody who has left counts as looking any more, and its subscribers are told. */
static void
outlast(Session *session)
{
    fixture_wait(is_told, session);
    clock_forward(LIMIT_LOOKED_SECONDS * 1000);
    fixture_wait(is_to_be_told, session);
    assert_told(session);
}

static void
test_from_enlarged_to_small(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);

    look(peer, "[('1', 'small')]");
    assert_viewers(session, "");
    assert_rows(fixture, 0);
    look(peer, "[('1', 'enlarged'), ('1', 'enlarged')]");
    assert_viewers(session, "mail");
    assert_told(session);
    look(peer, "[('1', 'enlarged'), ('1', 'small')]");
    assert_viewers(session, "mail");
    assert_rows(fixture, 1);
    look(peer, "[('1', 'small')]");
    outlast(session);
    assert_viewers(session, "");
    pass(LIMIT_ENLARGED_AGAIN_SECONDS);
    look(peer, "[('1', 'enlarged')]");
    assert_rows(fixture, 2);
}

static void
leave(Fixture *fixture, Peer *peer)
{
    peer_closed(peer);
    g_ptr_array_remove(fixture->manager->peers, peer);
}

/* A page that is cut off, loaded again, or open twice is one look, however long it takes; one after a while is another. */
static void
test_one_look_is_one_row(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);
    Peer *second;

    look(peer, "[('1', 'enlarged')]");
    pass(2 * LIMIT_ENLARGED_AGAIN_SECONDS);
    second = connect_as(fixture, UID_DASHBOARD);
    look(second, "[('1', 'enlarged')]");
    leave(fixture, second);
    pass(2 * LIMIT_ENLARGED_AGAIN_SECONDS);
    leave(fixture, peer);
    for (guint i = 0; i < 10; i++) {
        pass(LIMIT_ENLARGED_AGAIN_SECONDS - 1);
        peer = connect_as(fixture, UID_DASHBOARD);
        look(peer, "[('1', 'enlarged')]");
        assert_viewers(session, "mail");
        leave(fixture, peer);
    }
    assert_rows(fixture, 1);
    pass(LIMIT_ENLARGED_AGAIN_SECONDS);
    look(connect_as(fixture, UID_DASHBOARD), "[('1', 'enlarged')]");
    assert_rows(fixture, 2);
}

/* What goes on for hours, by one page or by many short looks, is seen to have. */
static void
test_a_long_look_is_a_row_an_hour(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);

    look(peer, "[('1', 'enlarged')]");
    assert_told(session);
    pass(LIMIT_LOOK_ROW_SECONDS - 20);
    peer_renew_stream(peer);
    assert_rows(fixture, 1);
    clock_forward(20 * 1000);
    fixture_wait(is_to_be_told, session);
    assert_told(session);
    assert_rows(fixture, 2);
    assert_viewers(session, "mail");
    leave(fixture, peer);
    for (guint s = 0; s < LIMIT_LOOK_ROW_SECONDS; s += LIMIT_ENLARGED_AGAIN_SECONDS - 1) {
        if (s < LIMIT_LOOK_ROW_SECONDS / 2)
            assert_rows(fixture, 2);
        pass(LIMIT_ENLARGED_AGAIN_SECONDS - 1);
        peer = connect_as(fixture, UID_DASHBOARD);
        look(peer, "[('1', 'enlarged')]");
        leave(fixture, peer);
    }
    assert_rows(fixture, 3);
}

static Peer *
connect_from(Fixture *fixture, const char *source)
{
    Peer *peer = connect_as(fixture, UID_DASHBOARD);
    guint8 hash[SECRET_HASH_BYTES] = { (guint8) fixture->manager->logins->len };

    peer->kind = PEER_DASHBOARD;
    login_attach(login_new(fixture->manager, LOGIN_DASHBOARD, hash, "mail", UID_DASHBOARD, source,
                           NULL, NULL),
                 peer);
    return peer;
}

/* Nobody looks unwritten because somebody else, or he from elsewhere or at another session, has just looked. */
static void
test_other_looks_are_other_rows(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Peer *peer;

    (void) fixture_session(fixture, 1, UID_STANDARD);
    (void) fixture_session(fixture, 2, UID_STANDARD);
    look(connect_as(fixture, UID_DASHBOARD), "[('1', 'enlarged')]");
    assert_rows(fixture, 1);
    look(connect_as(fixture, UID_ADMINISTRATOR), "[('1', 'enlarged')]");
    assert_rows(fixture, 2);
    look(connect_as(fixture, UID_DASHBOARD), "[('1', 'enlarged'), ('2', 'enlarged')]");
    assert_rows(fixture, 3);
    peer = connect_from(fixture, "192.0.2.1");
    look(peer, "[('1', 'enlarged')]");
    assert_rows(fixture, 4);
    leave(fixture, peer);
    look(connect_from(fixture, "192.0.2.1"), "[('1', 'enlarged')]");
    assert_rows(fixture, 4);
    peer = connect_from(fixture, "192.0.2.2");
    look(peer, "[('1', 'enlarged')]");
    assert_rows(fixture, 5);
    login_end(peer->login, "signed-out");
    look(connect_from(fixture, "192.0.2.2"), "[('1', 'enlarged')]");
    assert_rows(fixture, 5);
}

/* As an attribute of a foreign session its user can lock and unlock it as fast as he likes. */
static void
test_without_end(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);

    look(peer, "[('1', 'enlarged')]");
    for (guint i = 0; i < 100; i++) {
        session->locked = !session->locked;
        peer_renew_stream(peer);
    }
    assert_viewers(session, "mail");
    assert_rows(fixture, 1);
    session->locked = TRUE;
    peer_renew_stream(peer);
    pass(LIMIT_ENLARGED_AGAIN_SECONDS);
    session->locked = FALSE;
    peer_renew_stream(peer);
    assert_rows(fixture, 2);
}

static GVariant *
get_notice(Session *session)
{
    fixture_wait(is_told, session);
    return session->notice;
}

/* An instant, time and again, gets its picture each time: it is told of as if it were one look, and the line does not flicker. */
static void
test_an_instant_is_told_of(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);
    GVariant *notice;

    fixture->settings->notice_window = NOTICE_WINDOW_ALWAYS;
    session->language = g_strdup("es");
    look(peer, "[('1', 'enlarged')]");
    look(peer, "[]");
    notice = get_notice(session);
    g_assert_nonnull(notice);
    for (guint i = 0; i < 10; i++) {
        clock_forward(LIMIT_LOOKED_SECONDS * 1000 / 2);
        while (g_main_context_iteration(NULL, FALSE))
            continue;
        assert_viewers(session, "mail");
        look(peer, "[('1', 'enlarged')]");
        look(peer, "[]");
        g_assert_true(get_notice(session) == notice);
    }
    assert_rows(fixture, 1);
    outlast(session);
    assert_viewers(session, "");
    g_assert_null(session->notice);
}

/* As many as there are acts in a minute, no picture of the next. */
static void
test_acts(void)
{
    g_autoptr(Fixture) fixture = NULL;
    g_autoptr(GVariant) list = g_variant_ref_sink(
        g_variant_new_parsed("[('1', 'small'), ('1', 'enlarged'), ('2', 'enlarged')]"));
    g_autoptr(GError) error = NULL;
    PolicyCaller caller;
    Peer *peer;

    clock_forward(60000 - g_get_monotonic_time() / 1000 % 60000);
    fixture = fixture_new();
    (void) fixture_session(fixture, 1, UID_STANDARD);
    (void) fixture_session(fixture, 2, UID_STANDARD);
    peer = connect_as(fixture, UID_DASHBOARD);
    caller = peer_caller(peer);
    for (guint i = 0; i < LIMIT_ACTS_A_MINUTE - 1; i++)
        g_assert_true(manager_takes_act(fixture->manager, &caller));
    g_assert_false(peer_watch(peer, list, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED);
    g_assert_cmpuint(peer->enlarged->len, ==, 1);
    assert_rows(fixture, 1);
    look(peer, "[('1', 'enlarged')]"); /* goes on */
    look(connect_as(fixture, UID_ADMINISTRATOR), "[('1', 'enlarged'), ('2', 'enlarged')]");
    assert_rows(fixture, 3);
}

static gssize
read_now(int fd)
{
    char byte;

    return recv(fd, &byte, sizeof byte, MSG_DONTWAIT);
}

/* A page whose stream has failed begins another; it is the same look. */
static void
test_second_stream(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);
    autofd first = peer_open_stream(peer, NULL);
    autofd second = -1;

    look(peer, "[('1', 'enlarged')]");
    g_assert_cmpint(read_now(first), ==, -1); /* open, and nothing there */
    second = peer_open_stream(peer, NULL);
    g_assert_cmpint(read_now(first), ==, 0);
    g_assert_cmpint(read_now(second), ==, -1);
    g_assert_null(peer->enlarged);
    g_assert_null(peer->wanted);
    assert_viewers(session, "mail");
    look(peer, "[('1', 'enlarged')]");
    assert_rows(fixture, 1);
}

static void
test_whom_nobody_is_told_of(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Session *staff = fixture_session(fixture, 4, UID_ADMINISTRATOR);

    look(connect_as(fixture, UID_STANDARD), "[('1', 'enlarged')]");
    look(connect_as(fixture, UID_STANDARD2), "[('1', 'enlarged')]");
    look(connect_as(fixture, UID_DASHBOARD), "[('4', 'enlarged'), ('9', 'enlarged')]");
    assert_viewers(session, "");
    assert_viewers(staff, "");
    assert_rows(fixture, 0);
}

static void
test_lock_and_close(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);

    look(peer, "[('1', 'enlarged')]");
    look(connect_as(fixture, UID_DASHBOARD), "[('1', 'enlarged')]");
    look(connect_as(fixture, UID_ADMINISTRATOR), "[('1', 'enlarged')]");
    assert_viewers(session, "mail news");
    session->locked = TRUE;
    session_changed(session);
    assert_told(session);
    assert_viewers(session, "mail news");
    outlast(session);
    assert_viewers(session, "");
    session->locked = FALSE;
    session_changed(session);
    assert_told(session);
    assert_viewers(session, "mail news");
    while (!is_told(session)) /* told of them too */
        g_main_context_iteration(NULL, TRUE);
    peer_closed(peer);
    assert_viewers(session, "mail news");
    for (guint i = 0; i < fixture->manager->peers->len; i++)
        peer_closed(fixture->manager->peers->pdata[i]);
    outlast(session);
    assert_viewers(session, "");
    assert_rows(fixture, 2); /* of two accounts */
}

static void
assert_notice(Session *session, const char *key, const char *wanted)
{
    g_autoptr(GVariant) value = NULL;
    g_autofree char *text = NULL;

    fixture_wait(is_told, session);
    value = session->notice != NULL ? g_variant_lookup_value(session->notice, key, NULL) : NULL;
    text = value != NULL ? g_variant_print(value, FALSE) : g_strdup("");
    g_assert_cmpstr(text, ==, wanted);
}

/* Where no page of ours shows a session, a window in it says who looks, until nobody does; that it is being ended goes before that. */
static void
test_told_by_a_window(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GVariant) options = g_variant_ref_sink(g_variant_new_parsed("{'warn': <uint32 60>}"));
    Job *job;

    session->language = g_strdup("es");
    look(peer, "[('1', 'enlarged')]");
    assert_notice(session, "viewers", ""); /* its station page does */
    fixture->settings->notice_window = NOTICE_WINDOW_ALWAYS;
    look(connect_as(fixture, UID_ADMINISTRATOR), "[('1', 'enlarged')]");
    assert_notice(session, "viewers", "['mail', 'news']");
    assert_notice(session, "language", "'es'");
    g_ptr_array_add(sessions, session);
    job = job_new(fixture->manager, "news", UID_ADMINISTRATOR, sessions, options, NULL);
    assert_notice(session, "stage", "'warn'");
    assert_notice(session, "viewers", "");
    g_assert_true(row_cancel(job->rows->pdata[0], NULL));
    assert_notice(session, "viewers", "['mail', 'news']");
    look(peer, "[('1', 'small')]");
    outlast(session);
    assert_notice(session, "viewers", "['news']");
    for (guint i = 0; i < fixture->manager->peers->len; i++)
        peer_closed(fixture->manager->peers->pdata[i]);
    outlast(session);
    g_assert_null(session->notice);
}

static void
test_a_view_counts(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    Peer *peer = connect_as(fixture, UID_DASHBOARD);
    Peer *own = connect_as(fixture, UID_STANDARD);

    own->view = g_strdup("1");
    own->view_mode = VIEW_MODE_CONTROL;
    session->viewer = own;
    assert_viewers(session, "");
    peer->view = g_strdup("1");
    peer->view_mode = VIEW_MODE_VIEW;
    assert_viewers(session, "mail");
    peer_close_view(peer, "suspended");
    assert_viewers(session, "mail");
    outlast(session);
    assert_viewers(session, "");
    session->viewer = NULL;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viewers/enlarged", test_from_enlarged_to_small);
    g_test_add_func("/viewers/one-look-is-one-row", test_one_look_is_one_row);
    g_test_add_func("/viewers/other-looks-are-other-rows", test_other_looks_are_other_rows);
    g_test_add_func("/viewers/without-end", test_without_end);
    g_test_add_func("/viewers/a-row-an-hour", test_a_long_look_is_a_row_an_hour);
    g_test_add_func("/viewers/an-instant", test_an_instant_is_told_of);
    g_test_add_func("/viewers/acts", test_acts);
    g_test_add_func("/viewers/second-stream", test_second_stream);
    g_test_add_func("/viewers/nobody", test_whom_nobody_is_told_of);
    g_test_add_func("/viewers/lock-and-close", test_lock_and_close);
    g_test_add_func("/viewers/window", test_told_by_a_window);
    g_test_add_func("/viewers/view", test_a_view_counts);
    return g_test_run();
}
