/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "clock.h"
#include "daemon-fixture.h"
#include "daemon/ticket.h"

static void
make_hash(guint8 *hash, guint n)
{
    memset(hash, (int) n, SECRET_HASH_BYTES);
}

static Login *
station(Fixture *fixture, guint n, const char *session, const char *name)
{
    guint8 hash[SECRET_HASH_BYTES];

    make_hash(hash, n);
    return login_new(fixture->manager, LOGIN_STATION, hash, "bin", UID_STANDARD, "192.0.2.1",
                     session, name);
}

static void
test_found_by_kind_and_hash(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    guint8 hash[SECRET_HASH_BYTES];
    Login *login;

    make_hash(hash, 7);
    login =
        login_new(fixture->manager, LOGIN_DASHBOARD, hash, "mail", UID_DASHBOARD, "", NULL, NULL);
    g_assert_true(login_find(fixture->manager, LOGIN_DASHBOARD, hash) == login);
    g_assert_null(login_find(fixture->manager, LOGIN_STATION, hash));
    make_hash(hash, 8);
    g_assert_null(login_find(fixture->manager, LOGIN_DASHBOARD, hash));
}

static void
test_stations_have_names_of_their_own(void)
{
    g_autoptr(Fixture) fixture = fixture_new();

    (void) fixture_session(fixture, 1, UID_STANDARD);
    g_assert_cmpstr(station(fixture, 1, "1", "Seat 4")->station, ==, "Seat 4");
    g_assert_cmpstr(station(fixture, 2, "1", "Seat 4")->station, ==, "Seat 4 (2)");
    g_assert_cmpstr(station(fixture, 3, "1", "Seat 4")->station, ==, "Seat 4 (3)");
}

static void
test_renewed_is_known_by_the_new_token_alone(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    guint8 former[SECRET_HASH_BYTES], hash[SECRET_HASH_BYTES];
    Login *login;

    (void) fixture_session(fixture, 1, UID_STANDARD);
    make_hash(former, 1);
    make_hash(hash, 2);
    login = station(fixture, 1, "1", "Seat 4");
    login_renew(login, hash);
    g_assert_true(login_find(fixture->manager, LOGIN_STATION, hash) == login);
    g_assert_null(login_find(fixture->manager, LOGIN_STATION, former));
    g_assert_cmpstr(login->station, ==, "Seat 4");
}

static void
test_oldest_makes_room(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    guint8 hash[SECRET_HASH_BYTES];

    for (guint i = 0; i <= LIMIT_LOGINS_PER_USER; i++) {
        make_hash(hash, i);
        (void) login_new(fixture->manager, LOGIN_DASHBOARD, hash, "mail", UID_DASHBOARD, "", NULL,
                         NULL);
    }
    g_assert_cmpuint(fixture->manager->logins->len, ==, LIMIT_LOGINS_PER_USER);
    make_hash(hash, 0);
    g_assert_null(login_find(fixture->manager, LOGIN_DASHBOARD, hash));
}

static void
test_end_leaves_connection_nobodys(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Peer) peer = peer_new(fixture->manager, UID_STANDARD);
    PolicyCaller caller;
    Login *login;

    (void) fixture_session(fixture, 1, UID_STANDARD);
    g_ptr_array_add(fixture->manager->peers, peer_ref(peer));
    peer->kind = PEER_STATION;
    g_assert_false(peer_get_caller(peer, &caller));
    login = station(fixture, 1, "1", "Seat 4");
    login_attach(login, peer);
    g_assert_true(peer_get_caller(peer, &caller));
    g_assert_cmpuint(caller.uid, ==, UID_STANDARD);
    login_end_of_session(fixture->manager, "1", "suspended", NULL);
    g_assert_null(peer->login);
    g_assert_false(peer_get_caller(peer, &caller));
    g_assert_cmpuint(fixture->manager->logins->len, ==, 0);
}

static GVariant *
ticket_hash(guint n)
{
    guint8 hash[SECRET_HASH_BYTES];

    make_hash(hash, n);
    return g_variant_ref_sink(g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, hash, sizeof hash, 1));
}

static void
test_ticket_is_good_once_for_its_login(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Peer) peer = peer_new(fixture->manager, UID_STANDARD);
    g_autoptr(Peer) other = peer_new(fixture->manager, UID_STANDARD);
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    g_autoptr(GVariant) hash = ticket_hash(9);
    g_autoptr(GVariant) hash2 = ticket_hash(10);
    g_autoptr(Ticket) ticket = NULL;
    g_autoptr(GError) error = NULL;

    peer->kind = other->kind = PEER_STATION;
    login_attach(station(fixture, 1, "1", "Seat 4"), peer);
    login_attach(station(fixture, 2, "1", "Seat 5"), other);
    g_assert_true(ticket_new(peer, hash, session, VIEW_MODE_VIEW, NULL));
    g_assert_true(ticket_new(peer, hash2, session, VIEW_MODE_VIEW, NULL));
    ticket = ticket_spend(peer, hash, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ticket->session, ==, "1");
    g_assert_null(ticket_spend(peer, hash, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_TICKET);
    g_clear_error(&error);
    /* Somebody else's, even if he learnt it. Trying spends it. */
    g_assert_null(ticket_spend(other, hash2, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_TICKET);
    g_assert_null(ticket_spend(peer, hash2, NULL));
}

/* The n-th hash of many. */
static GVariant *
nth_hash(guint n)
{
    guint8 hash[SECRET_HASH_BYTES] = { 0 };

    memcpy(hash, &n, sizeof n);
    return g_variant_ref_sink(g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, hash, sizeof hash, 1));
}

static gboolean
issue(Peer *peer, guint n, const Session *session, GError **error)
{
    g_autoptr(GVariant) hash = nth_hash(n);

    return ticket_new(peer, hash, session, VIEW_MODE_VIEW, error);
}

static Ticket *
spend(Peer *peer, guint n, GError **error)
{
    g_autoptr(GVariant) hash = nth_hash(n);

    return ticket_spend(peer, hash, error);
}

static void
test_ticket_limits(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Peer) peer = peer_new(fixture->manager, UID_STANDARD);
    Session *session = fixture_session(fixture, 1, UID_STANDARD);
    g_autoptr(Ticket) first = NULL;
    g_autoptr(Ticket) last = NULL;
    g_autoptr(GError) error = NULL;

    peer->kind = PEER_STATION;
    login_attach(station(fixture, 1, "1", "Seat 4"), peer);
    for (guint i = 0; i < LIMIT_TICKETS; i++)
        g_assert_true(issue(peer, i, session, NULL));
    g_assert_false(issue(peer, LIMIT_TICKETS, session, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED);
    g_clear_error(&error);
    clock_forward((LIMIT_TICKET_SECONDS - 2) * 1000); /* all of them are still good */
    g_assert_false(issue(peer, LIMIT_TICKETS, session, NULL));
    first = spend(peer, 0, &error);
    g_assert_no_error(error);
    g_assert_true(issue(peer, LIMIT_TICKETS, session, &error));
    clock_forward(2000); /* but for the last, none is */
    g_assert_null(spend(peer, 1, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_TICKET);
    g_clear_error(&error);
    g_assert_true(issue(peer, 1, session, &error));
    g_assert_cmpuint(g_hash_table_size(fixture->manager->tickets), ==, 2);
    last = spend(peer, LIMIT_TICKETS, &error);
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/login/found-by-kind-and-hash", test_found_by_kind_and_hash);
    g_test_add_func("/login/stations-have-names-of-their-own",
                    test_stations_have_names_of_their_own);
    g_test_add_func("/login/renewed-is-known-by-the-new-token-alone",
                    test_renewed_is_known_by_the_new_token_alone);
    g_test_add_func("/login/oldest-makes-room", test_oldest_makes_room);
    g_test_add_func("/login/end-leaves-connection-nobodys", test_end_leaves_connection_nobodys);
    g_test_add_func("/login/ticket-is-good-once-for-its-login",
                    test_ticket_is_good_once_for_its_login);
    g_test_add_func("/login/ticket-limits", test_ticket_limits);
    return g_test_run();
}
