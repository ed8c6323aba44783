/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results (aa{sv}) of an act on several sessions. */
#pragma once

#include "arguments.h"

/* The exit status: done if all were done; the status of the one error that all of them failed with; else not done. */
int results_status(GVariant *results);

/* "17 ana: suspended", a line each; done is the translated word for what was done. Free it. */
char *results_format(GVariant *results, const char *done);

/* Call a method on the selection of arguments and print its results. Returns as a command does. */
int results_run(const Arguments *arguments, const char *method, const char *done, GError **error);

/* Print results; returns results_status(). */
int results_print(const Arguments *arguments, GVariant *results, const char *done);
