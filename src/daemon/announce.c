/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "announce.h"

#include "job.h"
#include "login.h"
#include "manager.h"
#include "peer.h"
#include "session.h"

typedef gboolean (*MayFunc)(gpointer thing, const PolicyCaller *caller);
typedef GVariant *(*RecordFunc)(gpointer thing, const PolicyCaller *caller);

static void
announce(Manager *manager, const char *signal, gpointer thing, MayFunc may, RecordFunc record)
{
    for (guint i = 0; i < manager->peers->len; i++) {
        Peer *peer = manager->peers->pdata[i];
        PolicyCaller caller;

        if (peer->subscribed && peer_get_caller(peer, &caller) && may(thing, &caller))
            peer_emit(peer, signal, record(thing, &caller));
    }
}

static gboolean
may_see_session(gpointer thing, const PolicyCaller *caller)
{
    Session *session = thing;

    return manager_may(session->manager, caller, VERB_LIST, session);
}

static GVariant *
record_session(gpointer thing, const PolicyCaller *caller)
{
    return g_variant_new("(@a{sv})", session_get_record(thing, caller));
}

void
announce_session(Session *session)
{
    announce(session->manager, "SessionChanged", session, may_see_session, record_session);
}

void
announce_session_removed(Session *session)
{
    announce(session->manager, "SessionRemoved", session, may_see_session, record_session);
}

/* A station is seen by those who see the session at it. */
static gboolean
may_see_station(gpointer thing, const PolicyCaller *caller)
{
    Login *login = thing;
    Session *session = g_hash_table_lookup(login->manager->sessions, login->session);

    return session != NULL ? may_see_session(session, caller) : login->uid == caller->uid;
}

static GVariant *
record_station(gpointer thing, const PolicyCaller *caller)
{
    return g_variant_new("(@a{sv})", login_get_station_record(thing));
}

static GVariant *
record_station_name(gpointer thing, const PolicyCaller *caller)
{
    return g_variant_new("(s)", ((Login *) thing)->station);
}

void
announce_station(Login *login)
{
    announce(login->manager, "StationChanged", login, may_see_station, record_station);
}

void
announce_station_removed(Login *login)
{
    announce(login->manager, "StationRemoved", login, may_see_station, record_station_name);
}

static gboolean
may_see_job(gpointer thing, const PolicyCaller *caller)
{
    return job_may_see(thing, caller);
}

static GVariant *
record_job(gpointer thing, const PolicyCaller *caller)
{
    return g_variant_new("(@a{sv})", job_get_record(thing, caller));
}

void
announce_job(Job *job)
{
    announce(job->manager, "JobChanged", job, may_see_job, record_job);
}
