/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removing directories that somebody else may write to: never through a symbolic link, never into another file system. */
#pragma once

#include <glib.h>

/* Remove a directory with all that is in it, at most TREE_FILES_MAX files, TREE_DEPTH_MAX levels. TRUE if it is gone. */
#define TREE_FILES_MAX 100000
#define TREE_DEPTH_MAX 32
gboolean tree_remove(const char *path, GError **error);
