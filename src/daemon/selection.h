/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom an act is for: the selection of org.manyseat.Manager, asked of the policy. */
#pragma once

#include "daemon.h"
#include "policy.h"

typedef struct {
    Session *session;
    const char *reason; /* own, role, ending */
} LeftOut;

typedef struct {
    GPtrArray *hit;   /* Session, borrowed */
    GArray *left_out; /* LeftOut */
    gboolean named;   /* the caller named them, so that being left out is an error */
} Selection;

/* Resolve a selection for verb. FALSE when it is malformed, or names a session or user that is not there. */
gboolean selection_resolve(Manager *manager, const PolicyCaller *caller, Verb verb,
                           GVariant *selection, Selection *ret, GError **error);

/* The error of the first one left out although it was named; FALSE if there is one. */
gboolean selection_check(const Selection *selection, Verb verb, GError **error);

/* left-out of Manager.PlanLogOff, floating aa{sv}. */
GVariant *selection_get_left_out(const Selection *selection);

void selection_clear(Selection *selection);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selection, selection_clear)
