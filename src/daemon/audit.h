/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who did what to whom: rows that are on the disk before the act is done. */
#pragma once

#include "database.h"

typedef struct {
    gint64 when;         /* microseconds since 1970 UTC; 0 = now */
    const char *who;     /* user name; NULL in any text = "" */
    const char *act;     /* "log-on", "log-off", "suspend" ... */
    const char *whom;    /* user name */
    const char *session; /* id */
    const char *result;  /* "done", "refused", "failed" */
    const char *detail;
    const char *source; /* address, or local account */
} AuditRow;

/* The row is on the disk when this returns TRUE. When that cannot be done, not even with the ballast freed, the row goes to the
 * log; then log-off, proceed, suspend and resume still go on (TRUE: a full disk must not keep people in a room, nor from the work that
 * they have to save), and everything else is refused (FALSE). Each text is cut at LIMIT_AUDIT_TEXT bytes, and what is not UTF-8 is
 * replaced. */
gboolean audit_write(Database *database, const AuditRow *row, GError **error);

/* Which rows; what is 0 or NULL restricts nothing. */
typedef struct {
    gint64 since;     /* microseconds since 1970 UTC */
    gint64 before;    /* id */
    guint limit;      /* 0 = 1000; never more than LIMIT_AUDIT_ROWS */
    const char *user; /* by or about him */
    const char *act;
    /* Who reads, if he may not read everything: rows by or about him. Of what he was refused he is not told whom it was about, else
     * he could try ids to learn whose they are; of what others did not from where. All other conditions hold for what he is told. */
    const char *reader;
    gboolean oldest_first;
} AuditFilter;

/* aa{sv}, as org.manyseat.Manager.xml has the record "audit". Not floating. */
GVariant *audit_find(Database *database, const AuditFilter *filter, GError **error);

/* The same, oldest first. */
GVariant *audit_list(Database *database, gint64 since, guint limit, const char *reader,
                     GError **error);

/* Whether there is a row of the end of that session, which is over then. */
gboolean audit_has_end(Database *database, const char *session);

/* Remove rows older than keep_days, and the oldest of more than LIMIT_AUDIT_KEPT. */
gboolean audit_prune(Database *database, guint keep_days, GError **error);
