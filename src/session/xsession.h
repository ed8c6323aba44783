/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktops that are installed on the host: ID.desktop files in PATH_XSESSIONS. */
#pragma once

#include <glib.h>

typedef struct {
    char *id;
    char *command; /* words without quotes, separated by spaces, as /etc/X11/Xsession takes them */
    char *names;   /* for XDG_CURRENT_DESKTOP, "XFCE" or "ubuntu:GNOME"; may be "" */
} Xsession;

/* A file name without its ".desktop": letters, digits, and "-", "_", ".", "+" but not at the start. */
gboolean xsession_id_is_valid(const char *id);

/* Find the desktop in a directory. NULL with an error that says why: no such file, Hidden, NoDisplay, its TryExec or program
 * is not installed, or its Exec has words that can't be passed on. */
Xsession *xsession_find(const char *directory, const char *id, GError **error);

void xsession_free(Xsession *xsession);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Xsession, xsession_free)
