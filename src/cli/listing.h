/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of records: a table for people, the array itself for scripts. */
#pragma once

#include "arguments.h"
#include "record.h"

typedef struct {
    const char *heading; /* translatable, context "column" */
    const char *key;
    RecordShow show;
} Column;

/* The records (aa{sv}) as a table of n columns. Free it. */
char *listing_format(GVariant *records, const Column *columns, guint n);

/* Call a method without parameters that returns records, and print them. Returns as a command does. */
int listing_run(const Arguments *arguments, const char *method, const Column *columns, guint n,
                GError **error);
