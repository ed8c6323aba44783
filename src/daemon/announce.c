/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "announce.h"

#include "manager.h"
#include "peer.h"

void
announce(Manager *manager, const char *signal, gpointer thing, AnnounceMay may,
         AnnounceRecord record)
{
    for (guint i = 0; i < manager->peers->len; i++) {
        Peer *peer = manager->peers->pdata[i];
        PolicyCaller caller;

        if (peer->subscribed && peer_get_caller(peer, &caller) && may(thing, &caller))
            peer_emit(peer, signal, record(thing, &caller));
    }
}
