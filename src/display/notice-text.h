/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a notice says, in its user's language: the sentences of the station page (web/src/station/ending-strip.ts), from the same
 * catalogue entries. Runs in the painter, which has the files of the catalogues.
 */
#pragma once

#include <glib.h>

#include "notice-picture.h"

typedef struct {
    char *sentence; /* Pango markup: what happens, and when */
    char *hint;     /* plain; NULL: none. So are the others */
    char *message;  /* of whoever ends the session */
    char *answer;   /* what became of "I need more time" */
    guint n_buttons;
    NoticeAnswer answers[NOTICE_BUTTONS_MAX];
    char *labels[NOTICE_BUTTONS_MAX];
    gboolean urgent; /* force is next */
    gboolean strip;  /* the sentence is all, and one line at the edge of the screen */
} NoticeText;

/* Find the catalogues below directory (its LANGUAGE/LC_MESSAGES/). */
void notice_text_init(const char *directory);

/* What the notice (the a{sv} of org.manyseat.Watch.ShowNotice) says at the time now (wall clock, microseconds). A key that is
 * missing or of another type counts as empty. */
void notice_text_make(GVariant *notice, gint64 now, NoticeText *ret);
void notice_text_clear(NoticeText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NoticeText, notice_text_clear)

/* A text of somebody else's for one place of a notice: one line, at most so many characters (then with "…"), without what controls
 * a terminal, turns the direction of what stands around it, or heaps accents on a letter. */
char *notice_text_clean(const char *text, guint characters_max);
