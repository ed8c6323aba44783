/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

#include <string.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/paths.h"
#include "base/secret.h"
#include "bus/error.h"
#include "manager.h"
#include "session-end.h"

#define SERVICE "manyseat"
#define SERVICE_AUTOLOGON "manyseat-autologon"

void
launch_free(gpointer data)
{
    Launch *launch = data;

    g_clear_handle_id(&launch->timer, g_source_remove);
    if (launch->worker != NULL)
        launch->worker->launch = NULL;
    g_free(launch->by);
    g_free(launch->user);
    g_free(launch->source);
    g_free(launch->source_key);
    g_free(launch->desktop);
    g_free(launch->layout);
    g_free(launch->station);
    g_free(launch->session);
    g_clear_pointer(&launch->token_hash, g_bytes_unref);
    g_clear_pointer(&launch->former_hash, g_bytes_unref);
    g_free(launch);
}

void
launch_end(Launch *launch)
{
    Manager *manager = launch->manager;
    Session *session =
        launch->session != NULL ? g_hash_table_lookup(manager->sessions, launch->session) : NULL;

    /* It was to start a session and has not got there. */
    if (session != NULL && !session->started)
        session_end(session, OUTCOME_FAILED, "it did not start");
    g_ptr_array_remove(manager->launches, launch); /* frees it */
}

static gboolean
on_too_old(gpointer data)
{
    Launch *launch = data;

    launch->timer = 0;
    g_message("a log-on from '%s' has taken longer than %d s", launch->source,
              LIMIT_LAUNCH_SECONDS);
    launch_end(launch);
    return G_SOURCE_REMOVE;
}

static gboolean
check_limits(Peer *peer, const char *key, GError **error)
{
    GPtrArray *launches = peer->manager->launches;
    guint of_source = 0;

    for (guint i = 0; i < launches->len; i++)
        of_source += strcmp(((Launch *) launches->pdata[i])->source_key, key) == 0;
    if (launches->len < LIMIT_LAUNCHES && of_source < LIMIT_LAUNCHES_PER_SOURCE)
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                "cannot start a log-on: %u are under way, %u of them from '%s'", launches->len,
                of_source, key);
    return FALSE;
}

static char *
get_text(GVariantDict *request, const char *key)
{
    char *text = NULL;

    (void) g_variant_dict_lookup(request, key, "s", &text);
    return text != NULL ? text : g_strdup("");
}

static gboolean
check_text(const char *key, const char *text, gsize most, GError **error)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        if (g_unichar_iscntrl(g_utf8_get_char(at))) {
            g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                        "cannot take %s: it has a control character", key);
            return FALSE;
        }
    if (strlen(text) <= most)
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                "cannot take %s: longer than %" G_GSIZE_FORMAT " bytes", key, most);
    return FALSE;
}

/* The source is the browser's address as manyseat-web has it, or the local account. */
static char *
get_source(Peer *peer, GVariantDict *request)
{
    g_autofree char *source = get_text(request, "source");

    if (peer->kind != PEER_LOCAL)
        return g_steal_pointer(&source);
    return g_strdup_printf("uid %u", (guint) peer->uid);
}

/* NULL when there is none, or not of a hash's size. */
static GBytes *
get_hash(GVariantDict *request, const char *key)
{
    g_autoptr(GVariant) hash = g_variant_dict_lookup_value(request, key, G_VARIANT_TYPE_BYTESTRING);
    gconstpointer bytes;
    gsize length;

    if (hash == NULL)
        return NULL;
    bytes = g_variant_get_fixed_array(hash, &length, 1);
    return length == SECRET_HASH_BYTES ? g_bytes_new(bytes, length) : NULL;
}

static char *
get_source_key(const char *source)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(source);
    g_autoptr(GInetAddress) network = NULL;
    guint8 bytes[16] = { 0 };

    if (address == NULL || g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV6)
        return g_strdup(source);
    memcpy(bytes, g_inet_address_to_bytes(address), 8);
    network = g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV6);
    return g_inet_address_to_string(network);
}

static gboolean
take_token(Peer *peer, GVariantDict *request, Launch *launch, GError **error)
{
    if (peer->kind == PEER_LOCAL)
        return TRUE;
    launch->token_hash = get_hash(request, "token-hash");
    launch->former_hash = get_hash(request, "former-hash");
    if (launch->token_hash != NULL)
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                "cannot start a log-on: token-hash is not %d bytes", SECRET_HASH_BYTES);
    return FALSE;
}

static gboolean
check_layout(const Launch *launch, GError **error)
{
    const Settings *settings = launch->manager->settings;

    if (launch->layout[0] == '\0' ||
        g_strv_contains((const char *const *) settings->layouts, launch->layout))
        return TRUE;
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                "cannot use keyboard layout '%s': it is not among the layouts of the settings",
                launch->layout);
    return FALSE;
}

static void
take_size(GVariantDict *request, Launch *launch)
{
    (void) g_variant_dict_lookup(request, "width", "u", &launch->width);
    (void) g_variant_dict_lookup(request, "height", "u", &launch->height);
    launch->width =
        launch->width == 0 ? launch->manager->settings->width : CLAMP(launch->width, 640, 7680);
    launch->height =
        launch->height == 0 ? launch->manager->settings->height : CLAMP(launch->height, 480, 4320);
}

static gboolean
take_request(Peer *peer, GVariant *request, Launch *launch, GError **error)
{
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(request);

    launch->source = get_source(peer, &dict);
    launch->source_key = get_source_key(launch->source);
    launch->user = get_text(&dict, "user");
    launch->desktop = get_text(&dict, "desktop");
    launch->layout = get_text(&dict, "layout");
    launch->station = get_text(&dict, "station");
    (void) g_variant_dict_lookup(&dict, "auto", "b", &launch->automatic);
    take_size(&dict, launch);
    if (!check_text("source", launch->source, 128, error) ||
        !check_text("user", launch->user, LIMIT_USER_NAME, error) ||
        !check_text("desktop", launch->desktop, LIMIT_USER_NAME, error) ||
        !check_text("station", launch->station, LIMIT_STATION_NAME, error) ||
        !check_layout(launch, error) || !take_token(peer, &dict, launch, error))
        return FALSE;
    if (peer->kind == PEER_LOCAL && launch->station[0] != '\0') {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                    "cannot log on at station '%s' from here: that is not there yet; log on "
                    "without a station and resume at any",
                    launch->station);
        return FALSE;
    }
    return TRUE;
}

/* Hand the conversation's far end to a fresh manyseat-session. */
static int
start_session_program(Launch *launch, GError **error)
{
    autofd socket = fd_connect_seqpacket(PATH_LAUNCH_SOCKET, error);
    autofd near_end = -1;
    autofd far_end = -1;
    guint64 number = GUINT64_TO_LE(launch->number);
    int ends[2];

    if (socket < 0 || !fd_socketpair(ends, error))
        return -1;
    near_end = ends[0];
    far_end = ends[1];
    if (!fd_send_packet(socket, &number, sizeof number, &far_end, 1, error))
        return -1;
    return fd_steal(&near_end);
}

static void
fill_in(Launch *launch, Peer *peer, gboolean check)
{
    Secret *random = secret_new_random(sizeof launch->number);

    launch->manager = peer->manager;
    memcpy(&launch->number, secret_bytes(random), sizeof launch->number);
    secret_free(random);
    launch->check = check;
    launch->kind = peer->kind;
    launch->asked_by = peer->uid;
    launch->by = g_strdup(peer->kind == PEER_LOCAL ? peer_get_user(peer) : "");
}

int
launch_new(Peer *peer, gboolean check, GVariant *request, GError **error)
{
    Launch *launch = g_new0(Launch, 1);
    int conversation = -1;

    fill_in(launch, peer, check);
    if (take_request(peer, request, launch, error) && check_limits(peer, launch->source_key, error))
        conversation = start_session_program(launch, error);
    if (conversation < 0) {
        launch_free(launch);
        return -1;
    }
    g_ptr_array_add(peer->manager->launches, launch);
    launch->timer = g_timeout_add_seconds(LIMIT_LAUNCH_SECONDS + 10, on_too_old, launch);
    return conversation;
}

Launch *
launch_claim(Manager *manager, guint64 number, Peer *worker, GError **error)
{
    for (guint i = 0; i < manager->launches->len; i++) {
        Launch *launch = manager->launches->pdata[i];

        if (launch->number != number || launch->worker != NULL)
            continue;
        launch->worker = worker;
        worker->launch = launch;
        return launch;
    }
    g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_LAUNCH,
                        "cannot claim a launch: it is unknown, taken or too old");
    return NULL;
}

GVariant *
launch_get_order(const Launch *launch)
{
    const Settings *settings = launch->manager->settings;
    GVariantDict order;

    g_variant_dict_init(&order, NULL);
    g_variant_dict_insert(&order, "purpose", "s", launch->check ? "check" : "session");
    g_variant_dict_insert(&order, "service", "s", launch->automatic ? SERVICE_AUTOLOGON : SERVICE);
    g_variant_dict_insert(&order, "user", "s", launch->user);
    g_variant_dict_insert(&order, "auto", "b", launch->automatic);
    g_variant_dict_insert(&order, "source", "s", launch->source);
    g_variant_dict_insert(&order, "desktop", "s",
                          launch->desktop[0] != '\0' ? launch->desktop : settings->desktop);
    g_variant_dict_insert(&order, "layout", "s",
                          launch->layout[0] != '\0' ? launch->layout : settings->layout);
    g_variant_dict_insert(&order, "station", "s", launch->station);
    g_variant_dict_insert(&order, "width", "u", launch->width);
    g_variant_dict_insert(&order, "height", "u", launch->height);
    return g_variant_dict_end(&order);
}
