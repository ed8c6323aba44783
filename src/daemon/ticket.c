/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket.h"

#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "login.h"
#include "manager.h"
#include "session.h"

void
ticket_free(gpointer data)
{
    Ticket *ticket = data;

    if (ticket == NULL)
        return;
    g_free(ticket->session);
    g_free(ticket);
}

static gboolean
is_too_old(gpointer hash, gpointer value, gpointer now)
{
    return ((Ticket *) value)->deadline < *(gint64 *) now;
}

static GBytes *
hash_bytes(GVariant *hash, GError **error)
{
    gsize length;
    gconstpointer bytes = g_variant_get_fixed_array(hash, &length, 1);

    if (length == SECRET_HASH_BYTES)
        return g_bytes_new(bytes, length);
    g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT,
                "cannot take a hash of %" G_GSIZE_FORMAT " bytes: SHA-256 has %d", length,
                SECRET_HASH_BYTES);
    return NULL;
}

gboolean
ticket_new(Peer *peer, GVariant *hash, const Session *session, ViewMode mode, GError **error)
{
    GHashTable *tickets = peer->manager->tickets;
    g_autoptr(GBytes) key = hash_bytes(hash, error);
    gint64 now = g_get_monotonic_time();
    Ticket *ticket;

    if (key == NULL)
        return FALSE;
    (void) g_hash_table_foreach_remove(tickets, is_too_old, &now);
    if (g_hash_table_size(tickets) >= LIMIT_TICKETS) {
        g_set_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                    "cannot issue a ticket: %d are out", LIMIT_TICKETS);
        return FALSE;
    }
    ticket = g_new0(Ticket, 1);
    ticket->kind = peer->kind;
    memcpy(ticket->login, peer->login->hash, sizeof ticket->login);
    ticket->session = g_strdup(session->id);
    ticket->mode = mode;
    ticket->deadline = now + LIMIT_TICKET_SECONDS * G_TIME_SPAN_SECOND;
    g_hash_table_replace(tickets, g_steal_pointer(&key), ticket);
    return TRUE;
}

Ticket *
ticket_spend(Peer *peer, GVariant *hash, GError **error)
{
    GHashTable *tickets = peer->manager->tickets;
    g_autoptr(GBytes) key = hash_bytes(hash, error);
    g_autoptr(Ticket) ticket = NULL;
    gpointer stolen_key = NULL, stolen = NULL;

    if (key == NULL)
        return NULL;
    if (g_hash_table_steal_extended(tickets, key, &stolen_key, &stolen)) {
        g_bytes_unref(stolen_key);
        ticket = stolen;
    }
    if (ticket != NULL && ticket->deadline >= g_get_monotonic_time() &&
        ticket->kind == peer->kind &&
        memcmp(ticket->login, peer->login->hash, sizeof ticket->login) == 0)
        return g_steal_pointer(&ticket);
    g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_NO_SUCH_TICKET,
                        "cannot open a view: the ticket is unknown, spent or too old");
    return NULL;
}
