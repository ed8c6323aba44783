/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table.h"

#include "text.h"

struct Table {
    guint n;
    guint *widths;
    GPtrArray *rows; /* of char **; the first is the heading */
};

static void
add_row(Table *table, char **row)
{
    for (guint i = 0; i < table->n; i++)
        table->widths[i] = MAX(table->widths[i], text_width(row[i]));
    g_ptr_array_add(table->rows, row);
}

Table *
table_new(const char *const *headings, guint n)
{
    Table *table = g_new0(Table, 1);
    char **row = g_new0(char *, n + 1);

    table->n = n;
    table->widths = g_new0(guint, n);
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify) g_strfreev);
    for (guint i = 0; i < n; i++)
        row[i] = g_strdup(headings[i]);
    add_row(table, row);
    return table;
}

void
table_free(Table *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->rows);
    g_free(table->widths);
    g_free(table);
}

void
table_take_row(Table *table, char **cells)
{
    g_auto(GStrv) taken = cells;
    char **row = g_new0(char *, table->n + 1);

    g_return_if_fail(g_strv_length(cells) == table->n);
    for (guint i = 0; i < table->n; i++)
        row[i] = taken[i][0] == '\0' ? g_strdup("-") : text_visible(taken[i]);
    add_row(table, row);
}

char *
table_format(const Table *table)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < table->rows->len; i++) {
        char **row = table->rows->pdata[i];

        for (guint j = 0; j < table->n; j++) {
            g_string_append(text, row[j]);
            if (j + 1 < table->n)
                g_string_append_printf(text, "%*s",
                                       (int) (table->widths[j] - text_width(row[j]) + 2), "");
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}
