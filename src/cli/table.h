/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aligned columns on a terminal. */
#pragma once

#include <glib.h>

typedef struct Table Table;

/* A table of n columns; the headings are copied. */
Table *table_new(const char *const *headings, guint n);

void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* Add a row of as many cells as there are columns, and take them (the array and the strings). An empty cell is shown as "-",
 * so that a script can count columns; what would steer the terminal is made visible (text.h). */
void table_take_row(Table *table, char **cells);

/* Heading and rows, each a line with its newline; two spaces between columns, none at the end. */
char *table_format(const Table *table);
