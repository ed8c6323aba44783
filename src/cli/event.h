/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manager's signals as lines. when is microseconds since 1970 UTC. */
#pragma once

#include <glib.h>

/* A line with its newline, translated; NULL for a signal that is not for people (or not of the shape that it should have).
 * Free it. */
char *event_format(const char *signal, GVariant *parameters, gint64 when);

/* {"event": SIGNAL, "when": TIME, ARGUMENT: VALUE} as a{sv}, floating; ARGUMENT is session, station, job, name or reason,
 * as the signal's own argument is called. */
GVariant *event_to_record(const char *signal, GVariant *parameters, gint64 when);
