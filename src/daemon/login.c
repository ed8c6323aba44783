/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "login.h"

#include <string.h>

#include "announce.h"
#include "base/limits.h"
#include "base/log.h"
#include "manager.h"
#include "peer.h"
#include "session.h"

/* A dashboard login ends after this many seconds however busy it is: somebody always forgets to sign out. */
#define DASHBOARD_AGE_SECONDS (12 * 60 * 60)

void
login_free(gpointer data)
{
    Login *login = data;

    g_clear_handle_id(&login->timer, g_source_remove);
    g_free(login->user);
    g_free(login->source);
    g_free(login->session);
    g_free(login->station);
    g_free(login);
}

static gboolean
on_absent(gpointer data)
{
    Login *login = data;
    Session *session = g_hash_table_lookup(login->manager->sessions, login->session);

    login->timer = 0;
    log_about(G_LOG_LEVEL_MESSAGE, login->session, login->user, NULL,
              "the login of station '%s' ends: nobody was there", login->station);
    login_end(login, "absent");
    if (session != NULL)
        session_changed(session);
    return G_SOURCE_REMOVE;
}

static gboolean
on_expired(gpointer data)
{
    Login *login = data;

    login->timer = 0;
    login_end(login, "expired");
    return G_SOURCE_REMOVE;
}

static void
start_timer(Login *login)
{
    g_clear_handle_id(&login->timer, g_source_remove);
    if (login->kind == LOGIN_STATION && login->peers == 0)
        login->timer =
            g_timeout_add_seconds(login->manager->settings->station_absence, on_absent, login);
    if (login->kind == LOGIN_DASHBOARD) {
        gint64 age = (g_get_real_time() - login->since) / G_USEC_PER_SEC;
        guint left = (guint) CLAMP(DASHBOARD_AGE_SECONDS - age, 1, DASHBOARD_AGE_SECONDS);

        login->timer = g_timeout_add_seconds(left, on_expired, login);
    }
}

static void
store_login(GKeyFile *file, const char *group, const Login *login)
{
    g_autofree char *hash = g_base64_encode(login->hash, sizeof login->hash);

    g_key_file_set_string(file, group, "kind",
                          login->kind == LOGIN_STATION ? "station" : "dashboard");
    g_key_file_set_string(file, group, "hash", hash);
    g_key_file_set_string(file, group, "user", login->user);
    g_key_file_set_uint64(file, group, "uid", login->uid);
    g_key_file_set_string(file, group, "source", login->source);
    g_key_file_set_int64(file, group, "since", login->since);
    if (login->kind == LOGIN_STATION) {
        g_key_file_set_string(file, group, "session", login->session);
        g_key_file_set_string(file, group, "station", login->station);
    }
}

/* PATH_RUN/logins: hashes only, so that a restarted manyseatd knows its browsers. */
static void
store_all(Manager *manager)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_build_filename(manager->run, "logins", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    for (guint i = 0; i < manager->logins->len; i++) {
        g_autofree char *group = g_strdup_printf("%u", i);

        store_login(file, group, manager->logins->pdata[i]);
    }
    text = g_key_file_to_data(file, &length, NULL);
    if (!g_file_set_contents_full(path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                  &error))
        g_warning("cannot keep the logins for a restart: %s (ignoring)", error->message);
}

/* Stations are told apart by name: a second "Seat 4" becomes "Seat 4 (2)". */
static char *
unique_station(Manager *manager, const char *wanted)
{
    char *name = g_strdup(wanted);

    for (guint n = 2;; n++) {
        gboolean taken = FALSE;

        for (guint i = 0; i < manager->logins->len && !taken; i++)
            taken = g_strcmp0(((Login *) manager->logins->pdata[i])->station, name) == 0;
        if (!taken)
            return name;
        g_free(name);
        name = g_strdup_printf("%s (%u)", wanted, n);
    }
}

/* A station is seen by those who see the session at it. */
static gboolean
may_see(gpointer data, const PolicyCaller *caller)
{
    const Login *login = data;
    const Session *session = g_hash_table_lookup(login->manager->sessions, login->session);

    return session != NULL ? session_may(session, caller, VERB_LIST) : login->uid == caller->uid;
}

static GVariant *
make_station_record(gpointer login, const PolicyCaller *caller)
{
    return g_variant_new("(@a{sv})", login_get_station_record(login));
}

static GVariant *
make_station_name(gpointer login, const PolicyCaller *caller)
{
    return g_variant_new("(s)", ((Login *) login)->station);
}

static void
make_room(Manager *manager, LoginKind kind, uid_t uid)
{
    Login *oldest = NULL;
    guint n = 0;

    for (guint i = 0; i < manager->logins->len; i++) {
        Login *login = manager->logins->pdata[i];

        if (login->kind != kind || login->uid != uid)
            continue;
        n++;
        if (oldest == NULL)
            oldest = login;
    }
    if (n >= LIMIT_LOGINS_PER_USER)
        login_end(oldest, "expired");
}

static Login *
add(Manager *manager, LoginKind kind, const guint8 *hash, const char *user, uid_t uid)
{
    Login *login = g_new0(Login, 1);

    login->manager = manager;
    login->kind = kind;
    memcpy(login->hash, hash, SECRET_HASH_BYTES);
    login->user = g_strdup(user);
    login->uid = uid;
    login->since = g_get_real_time();
    g_ptr_array_add(manager->logins, login);
    return login;
}

Login *
login_new(Manager *manager, LoginKind kind, const guint8 *hash, const char *user, uid_t uid,
          const char *source, const char *session, const char *station)
{
    Login *login;

    make_room(manager, kind, uid);
    login = add(manager, kind, hash, user, uid);
    login->source = g_strdup(source);
    login->session = g_strdup(session);
    if (kind == LOGIN_STATION)
        login->station = unique_station(manager, station);
    start_timer(login);
    store_all(manager);
    if (kind == LOGIN_STATION)
        announce(manager, "StationChanged", login, may_see, make_station_record);
    return login;
}

void
login_renew(Login *login, const guint8 *hash)
{
    memcpy(login->hash, hash, SECRET_HASH_BYTES);
    start_timer(login);
    store_all(login->manager);
}

Login *
login_find(Manager *manager, LoginKind kind, const guint8 *hash)
{
    for (guint i = 0; i < manager->logins->len; i++) {
        Login *login = manager->logins->pdata[i];

        if (login->kind == kind && memcmp(login->hash, hash, SECRET_HASH_BYTES) == 0)
            return login;
    }
    return NULL;
}

void
login_attach(Login *login, Peer *peer)
{
    peer->login = login;
    login->peers++;
    if (login->kind == LOGIN_STATION)
        g_clear_handle_id(&login->timer, g_source_remove);
}

void
login_detach(Login *login, Peer *peer)
{
    peer->login = NULL;
    login->peers--;
    if (login->kind == LOGIN_STATION)
        start_timer(login);
}

void
login_end(Login *login, const char *reason)
{
    Manager *manager = login->manager;

    if (login->kind == LOGIN_STATION)
        announce(manager, "StationRemoved", login, may_see, make_station_name);
    for (guint i = 0; i < manager->peers->len; i++) {
        Peer *peer = manager->peers->pdata[i];

        if (peer->login != login)
            continue;
        peer_close_view(peer, "signed-out");
        peer_close_stream(peer);
        peer_emit(peer, "LoginEnded", g_variant_new("(s)", reason));
        peer->login = NULL;
        peer->subscribed = FALSE;
    }
    g_ptr_array_remove(manager->logins, login); /* frees it */
    store_all(manager);
}

void
login_end_of_session(Manager *manager, const char *session, const char *reason, const Login *except)
{
    for (guint i = manager->logins->len; i > 0; i--) {
        Login *login = manager->logins->pdata[i - 1];

        if (login != except && g_strcmp0(login->session, session) == 0)
            login_end(login, reason);
    }
}

GVariant *
login_get_station_record(Login *login)
{
    GVariantDict record;

    g_variant_dict_init(&record, NULL);
    g_variant_dict_insert(&record, "name", "s", login->station);
    g_variant_dict_insert(&record, "kind", "s", "browser");
    g_variant_dict_insert(&record, "session", "s", login->session);
    g_variant_dict_insert(&record, "user", "s", login->user);
    g_variant_dict_insert(&record, "source", "s", login->source);
    g_variant_dict_insert(&record, "since", "x", login->since);
    return g_variant_dict_end(&record);
}

static void
load_login(Manager *manager, GKeyFile *file, const char *group)
{
    g_autofree char *kind = g_key_file_get_string(file, group, "kind", NULL);
    g_autofree char *text = g_key_file_get_string(file, group, "hash", NULL);
    g_autofree char *user = g_key_file_get_string(file, group, "user", NULL);
    g_autofree char *session = g_key_file_get_string(file, group, "session", NULL);
    g_autofree guchar *hash = NULL;
    gboolean station = g_strcmp0(kind, "station") == 0;
    gsize length = 0;
    Login *login;

    if (text != NULL)
        hash = g_base64_decode(text, &length);
    if (length != SECRET_HASH_BYTES || user == NULL ||
        (station && (session == NULL || !g_hash_table_contains(manager->sessions, session))))
        return;
    login = add(manager, station ? LOGIN_STATION : LOGIN_DASHBOARD, hash, user,
                (uid_t) g_key_file_get_uint64(file, group, "uid", NULL));
    login->source = g_key_file_get_string(file, group, "source", NULL);
    login->since = g_key_file_get_int64(file, group, "since", NULL);
    login->session = g_steal_pointer(&session);
    if (station)
        login->station = g_key_file_get_string(file, group, "station", NULL);
    if (login->source == NULL)
        login->source = g_strdup("");
    if (station && login->station == NULL)
        login->station = g_strdup("?");
    start_timer(login);
}

void
login_load_all(Manager *manager)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_build_filename(manager->run, "logins", NULL);
    g_auto(GStrv) groups = NULL;

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL))
        return;
    groups = g_key_file_get_groups(file, NULL);
    for (guint i = 0; groups[i] != NULL; i++)
        load_login(manager, file, groups[i]);
}
