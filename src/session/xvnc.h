/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's X server: Xvnc, as the user, reachable by two Unix sockets and nothing else. */
#pragma once

#include <glib.h>

#define XVNC_PROGRAM "/usr/bin/Xvnc"
#define XVNC_READY_SECONDS 15

typedef struct {
    guint display;
    guint width, height;
    const char *rfb;        /* path of the RFB socket to make */
    const char *xauthority; /* path of the cookie */
    const char *title;      /* for viewers */
} XvncOptions;

/* Descriptor on which it tells that it is ready. */
#define XVNC_READY_FD 3

/* The command line. The caller frees it. */
GStrv xvnc_command(const XvncOptions *options);

/* Wait until it says on ready (the pipe's reading end) that it takes connections. FALSE if it ended instead, or took longer
 * than XVNC_READY_SECONDS. Blocks. */
gboolean xvnc_wait_ready(int ready, GError **error);
