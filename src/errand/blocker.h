/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds a log-off up, and how the replies of "ask" (base/errand.h) tell it. Pure. */
#pragma once

#include <gio/gio.h>

/* What can be seen of a program's work from outside. */
typedef enum {
    UNSAVED_UNKNOWN,
    UNSAVED_NO,
    UNSAVED_YES,
} Unsaved;

typedef struct {
    guint32 id;     /* of the X window; 0: an inhibitor */
    guint32 parent; /* the window that it is a dialog of; 0: none */
    char *application;
    char *title; /* of the window; of an inhibitor its reason */
    Unsaved unsaved;
} Blocker;

/* Takes nothing; the texts are copied by blocker_text(). A window is UNSAVED_UNKNOWN, an inhibitor UNSAVED_YES. */
Blocker *blocker_new(guint32 id, guint32 parent, const char *application, const char *title);
void blocker_free(Blocker *blocker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Blocker, blocker_free)

/* What a program says about itself, made fit to show: UTF-8, one line, no control characters and none that turn the direction of
 * what stands beside it, cut at ERRAND_ASK_TEXT_MAX bytes between characters. NULL is "". The caller frees it. */
char *blocker_text(const char *text);

/* An a(ss) of an array of Blocker: one row each, but none for a dialog whose parent (or parent's parent ...) is in the array
 * too; at most ERRAND_ASK_ROWS_MAX. Floating. */
GVariant *blockers_format(const GPtrArray *blockers);

/* Of those that have a row, the ones of which this is to be seen, an a(ss) of at most max; ret_more becomes TRUE if that were not
 * all. Floating. */
GVariant *blockers_format_unsaved(const GPtrArray *blockers, Unsaved unsaved, guint max,
                                  gboolean *ret_more);

/* An as of the applications of asked that have nothing in standing: each once, at most ERRAND_ASK_ROWS_MAX. Floating. */
GVariant *blockers_format_closed(const GPtrArray *asked, const GPtrArray *standing);
