/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and sockets that must be the caller's own. "Own" is the effective user; nothing here follows a symbolic link in the
 * last part of a path, and what was checked is what is used. */
#pragma once

#include <gio/gio.h>

/* Whose a socket may be, and who may serve it. */
typedef enum { SERVED_BY_USER, SERVED_BY_USER_OR_ROOT } ServedBy;

/* Connect to a stream socket in the file system that belongs to the user and is served by the user (or, if that is said, by root).
 * The descriptor is the caller's; -1 on error (G_IO_ERROR_NOT_FOUND when there is no file). */
int user_file_connect(const char *path, ServedBy served_by, GError **error);

/* The same for a socket in the abstract namespace; name is without the leading zero byte. */
int user_file_connect_abstract(const char *name, ServedBy served_by, GError **error);

/* Open a regular file of the user for reading, if it holds at most max bytes. The descriptor is the caller's; -1 on error. */
int user_file_open(const char *path, goffset max, GError **error);
