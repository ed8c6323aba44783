/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The API's English names in the language of the person at the terminal. A name that is not known (a newer manyseatd's) is
 * returned as it is; nothing is freed by the caller. */
#pragma once

#include "bus/error.h"

const char *words_role(const char *name);
const char *words_state(const char *name);   /* of a session */
const char *words_outcome(const char *name); /* of a row of a job; "" is "" */
const char *words_stage(const char *name);
const char *words_mode(const char *name);
const char *words_job_state(const char *name);
const char *words_station_kind(const char *name);
const char *words_reason(const char *name);  /* why PlanLogOff leaves a session out */
const char *words_who(const char *name);     /* who acts: a user as he is, or a limit */
const char *words_act(const char *name);     /* of an audit row */
const char *words_result(const char *name);  /* of an audit row */
const char *words_failure(const char *name); /* a Failure (base/names.h): a sentence */

/* A sentence for an error, without full stop. */
const char *words_error(ManyseatError code);

/* The same for the name in a result's "error" ("NotPermitted", with or without "org.manyseat.Error."), and its code. */
ManyseatError words_error_code(const char *name);
