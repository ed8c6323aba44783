/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one error domain of what Manyseat says to its callers, and the one table that maps it. */
#pragma once

#include <gio/gio.h>

#define MANYSEAT_ERROR (manyseat_error_quark())
GQuark manyseat_error_quark(void);

typedef enum {
    MANYSEAT_ERROR_FAILED,           /* anything that has no code of its own */
    MANYSEAT_ERROR_INVALID_ARGUMENT, /* of wrong shape or out of range; the message names it */
    MANYSEAT_ERROR_NOT_PERMITTED,
    MANYSEAT_ERROR_NOT_SIGNED_IN, /* the connection is nobody's, or its login has ended */
    MANYSEAT_ERROR_NO_SUCH_SESSION,
    MANYSEAT_ERROR_NO_SUCH_USER,
    MANYSEAT_ERROR_NO_SUCH_STATION,
    MANYSEAT_ERROR_NO_SUCH_JOB,
    MANYSEAT_ERROR_NO_SUCH_LAUNCH,
    MANYSEAT_ERROR_NO_SUCH_TICKET, /* unknown, spent, or too old */
    MANYSEAT_ERROR_NOT_AVAILABLE,  /* not there yet, or not now; the message says which */
    MANYSEAT_ERROR_LIMIT_REACHED,
    MANYSEAT_ERROR_TIMED_OUT,
    MANYSEAT_ERROR_UNREACHABLE /* manyseatd does not answer; made by its clients, never by it */
} ManyseatError;
#define N_MANYSEAT_ERRORS 14

/* The short name ("NotPermitted"); its D-Bus name is "org.manyseat.Error." and that. */
const char *manyseat_error_name(ManyseatError code);

/* HTTP status of an answer with this error. */
guint manyseat_error_http_status(ManyseatError code);

/* Exit status of the CLI. */
int manyseat_error_exit_status(ManyseatError code);

/* The code of any error: one of this domain is itself, G_IO_ERROR_TIMED_OUT and a missing D-Bus reply are TIMED_OUT, bad D-Bus
 * arguments INVALID_ARGUMENT, all others FAILED. */
ManyseatError manyseat_error_code(const GError *error);
