/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The person's side of a log-on conversation (base/conversation.h) at the terminal. */
#pragma once

#include <gio/gio.h>

#include "base/names.h"
#include "base/secret.h"

/* A log-on that was refused: the code is a Failure. */
#define CONVERSE_FAILURE (converse_failure_quark())
GQuark converse_failure_quark(void);

/* Hold the conversation on a blocking socket until its last packet. password answers the first hidden prompt, and any other
 * prompt then fails it; without one (NULL) all prompts are asked at the terminal. Texts go to stderr. Returns the success
 * packet's text ("started 17"); free it. */
char *converse(int socket, const Secret *password, GError **error);
