/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X servers that the processes of a session were started for. logind knows the display of some foreign sessions and the cookie
 * file of none; a session's leader (xrdp's, lightdm's, gdm's) is root's and has neither. */
#pragma once

#include <glib.h>

typedef struct {
    int number;
    char *xauthority; /* what they were told, else the usual place */
    guint n_processes;
} FoundDisplay;

/* The number of "10", ":10" or ":10.0", or -1. */
int find_display_parse(const char *display);

/* At most FIND_DISPLAY_MAX, those with the most processes first; number: of that display alone, -1: any. A display of another
 * machine is none, nor is Xwayland's. An array of FoundDisplay that the caller unrefs. */
#define FIND_DISPLAY_MAX 4
GPtrArray *find_display(const char *session, int number);
