/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A notice as a picture: what the painter hands the process that shows it, in a sealed memfd, between two processes of one program
 * on one machine (so structs as they lie in memory). A NoticePicture, then height rows of width BGRX pixels without gaps.
 */
#pragma once

#include "damage.h"

#define NOTICE_BUTTONS_MAX 2
#define NOTICE_SIDE_MAX 2048 /* pixels; a picture of more is none */

/* What a button answers. */
typedef enum { NOTICE_PROCEED, NOTICE_REQUEST_TIME } NoticeAnswer;
#define N_NOTICE_ANSWERS 2

typedef struct {
    guint32 answer; /* NoticeAnswer */
    Rect area;      /* within the picture */
} NoticeButton;

typedef struct {
    guint32 width, height;
    guint32 at_edge; /* it stands at the upper edge of the screen, else a little below it */
    guint32 n_buttons;
    NoticeButton buttons[NOTICE_BUTTONS_MAX];
} NoticePicture;
