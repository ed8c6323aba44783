/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be seen of unsaved work in sessions, from outside and without disturbing anybody. manyseat-errand looks, as each session's
 * user; all sessions at once, but never more than LIMIT_LOOKS of all callers together.
 */
#pragma once

#include "daemon.h"

Looks *looks_new(void);
void looks_free(Looks *looks);

/* unsaved: the floating records of Manager.ListUnsaved, an aa{sv}. */
typedef void (*LookFunc)(GVariant *unsaved, gpointer data);

/* Look at sessions (an array of Session, copied as far as needed). func is called once, from the main loop, when all is seen or after
 * LIMIT_LOOK_MS; what was not seen by then is not known. After looks_free() it is not called any more. */
void look_at(Looks *looks, GPtrArray *sessions, LookFunc func, gpointer data);
