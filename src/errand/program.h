/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a program from the outside: by what it calls its windows. Pure but for program_name(). */
#pragma once

#include "blocker.h"

/* What people call it: the Name of the host's desktop entry that is called like the class of its windows (or, of an inhibitor, its
 * application's id), with a vendor's domain before it or without, else the class itself. Only the system's own directories are read.
 * The caller frees it. */
char *program_name(const char *class);

/* A title without " - NAME" at its end. The caller frees it. */
char *program_cut_title(const char *title, const char *name);

/* Whether a title says that there is unsaved work (YES), a window of a program that would say so does not (NO), or nobody can tell. */
Unsaved program_judge(const char *class, const char *title);
