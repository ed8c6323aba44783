/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manyseatd's socket. A connection is counted and known (SO_PEERCRED) before a byte of it is read; then it is D-Bus, peer to
 * peer, EXTERNAL, and becomes a Peer with our objects on it.
 */
#pragma once

#include "daemon.h"

typedef struct Server Server;

/* Listen on PATH_API_SOCKET, open to every account; what each may do is decided call by call. */
Server *server_new(Manager *manager, GError **error);
void server_free(Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)
