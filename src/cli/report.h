/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last words of a command: results on stdout, errors on stderr, and the exit status. */
#pragma once

#include "arguments.h"

/* Print text on stdout, as the locale's character set has it; report_flush() says whether it got there. */
void report_print(const char *text);

/* Print text and return report_flush(status). */
int report_text(const char *text, int status);

/* Flush stdout: status, or COMMAND_NOT_DONE (and a line on stderr) if it could not be written. */
int report_flush(int status);

/* A wrong command line: message and "Try 'manyseat COMMAND --help'" on stderr; with json also the document of report_error(),
 * InvalidArgument, on stdout. Returns COMMAND_USAGE. command may be NULL. */
int report_usage(const char *command, const char *message, gboolean json);

/* A command that failed: a translated sentence and the error's own words on stderr; with --json also the document
 * {"error": NAME, "message": TEXT} on stdout. Returns the exit status that belongs to the error. */
int report_error(const Arguments *arguments, const GError *error);
