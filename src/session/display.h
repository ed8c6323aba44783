/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number of an X display, reserved among all manyseat-sessions of the host. */
#pragma once

#include <glib.h>
#include <sys/types.h>

#define DISPLAY_FIRST 100 /* far from local seats (0, 1 ...) and from ssh (10 ...) */
#define DISPLAY_LAST 9999

typedef struct {
    guint number;
    char *name;  /* ":100" */
    int lock;    /* held as long as the display is ours */
    int holder;  /* the abstract socket, bound until the X server takes it; -1 */
    uid_t owner; /* of the X server, once handed over */
} Display;

/* Reserve the first free number, and see to /tmp/.X11-unix. A socket that a dead X server left there is removed. */
Display *display_reserve(GError **error);

/* The X server is about to be started, as this user: let go of its socket's name. */
void display_hand_over(Display *display, uid_t owner);

/* Remove the sockets of the X server, which has ended, and give the number back. */
void display_free(Display *display);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Display, display_free)
