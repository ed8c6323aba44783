/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that the build makes from the tables, by running the program itself: manyseat --generate WHAT. */
#pragma once

/* Print "man" (manyseat.1.scd), "man-settings" (manyseat.conf.5.scd) or "completion" (bash) on stdout; returns the exit status.
 * English, whatever the locale. */
int generate_main(const char *what);
