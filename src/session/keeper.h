/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the moment the session is there until nothing of it is left and manyseatd knows how it ended. */
#pragma once

#include <gio/gio.h>

#include "session.h"

typedef struct Keeper Keeper;

/* SIGCHLD and SIGTERM are blocked in all threads. Exports org.manyseat.Session on the connection. Does not own the session. */
Keeper *keeper_new(Session *session, GDBusConnection *connection);

/* Keep the session until its end. Returns when manyseatd knows of it, or has been away for too long. */
void keeper_run(Keeper *keeper);

/* The same for a session that could not be started: end at once what there is of it. */
void keeper_run_failed(Keeper *keeper, const char *detail);

void keeper_free(Keeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keeper, keeper_free)
