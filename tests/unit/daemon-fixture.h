/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A manager without a socket, for the tests of src/daemon: real accounts of every Debian system stand for the roles, since NSS
 * is what decides. Its store is a file of its own.
 */
#pragma once

#include "daemon/job.h"
#include "daemon/login.h"
#include "daemon/manager.h"
#include "daemon/peer.h"
#include "daemon/session.h"

/* Primary groups make these what they are; see fixture_new(). */
#define UID_STANDARD 2      /* bin */
#define UID_STANDARD2 3     /* sys */
#define UID_DASHBOARD 8     /* mail */
#define UID_ADMINISTRATOR 9 /* news */

typedef struct {
    Manager *manager;
    Settings *settings;
    char *directory;
} Fixture;

Fixture *fixture_new(void);
void fixture_free(Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* A session that has started, in the tables. */
Session *fixture_session(Fixture *fixture, guint64 number, uid_t uid);

/* The caller of that account, with its real role. */
PolicyCaller fixture_caller(Fixture *fixture, uid_t uid);

/* What manyseat-errand would say to the ask that was started last: a state and an a(ss) in text form. */
void fixture_ask_says(const char *state, const char *blockers);

/* That something stands, and an as in text form of what has closed. */
void fixture_ask_says_closed(const char *closed);

/* That nothing stands, and that this session manager was called. */
void fixture_ask_says_manager(const char *manager);

/* How many errands were started so far, and whether the last was called off. */
guint fixture_count_errands(void);
gboolean fixture_errand_is_off(void);

/* What the last one was given, an a{sv}; the fixture's. */
GVariant *fixture_errand_arguments(void);

/* Run the main loop until condition is true; fails the test after 5 s. */
void fixture_wait(gboolean (*condition)(gpointer), gpointer data);
