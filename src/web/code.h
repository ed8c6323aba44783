/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One-time codes: the log-on WebSocket cannot set a cookie, so it gives the page a code, which a POST trades for the login
 * token. Good once, for LIMIT_WEB_CODE_SECONDS, from this process.
 */
#pragma once

#include "base/secret.h"

typedef struct CodeTable CodeTable;

CodeTable *code_table_new(void);
void code_table_free(CodeTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CodeTable, code_table_free)

/* Keep the token (taken over) and return the code for it, base64url. now: monotonic microseconds. NULL when LIMIT_WEB_CODES
 * are waiting. */
Secret *code_table_add(CodeTable *table, Secret *token, gint64 now);

/* The token of a code, which is spent then; NULL: unknown, spent, or too old. */
Secret *code_table_take(CodeTable *table, const char *code, gint64 now);

/* Forget what is too old. Returns how many are left. */
guint code_table_purge(CodeTable *table, gint64 now);
