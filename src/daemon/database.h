/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one file that manyseatd keeps: numbers, jobs, audit. SQLite, one connection that nobody else shares (exclusive lock), every
 * change on the disk before the function returns. Calls block for a disk write. Errors: G_IO_ERROR, NO_SPACE when the disk
 * is full, BUSY when another manyseatd has the file, else FAILED.
 */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

typedef struct Database Database;

/* Open or make it, mode 0600, and bring its schema up to date. A file that is broken is moved aside as PATH.broken-TIME with a
 * critical log line, and a new one is made, whose ids go on above all that were ever used. A file of a newer version
 * is an error. */
Database *database_open(const char *path, GError **error);

void database_close(Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, database_close)

/* The next number, from 1; never given again, whatever happens after. 0 on error. */
guint64 database_next_session_id(Database *database, GError **error);

/* The same, but never 0: a disk that takes nothing must not keep people in a room. */
guint64 database_next_job_id(Database *database);

/* Keep (or replace) a job that is not done; record is an a{sv}, consumed if floating. */
gboolean database_store_job(Database *database, guint64 id, GVariant *record, GError **error);

/* The records of the jobs kept, as GVariant (a{sv}), oldest first; the caller owns the array. A record that cannot be read is
 * left out with a warning. */
GPtrArray *database_load_jobs(Database *database, GError **error);

/* TRUE also when there is none. */
gboolean database_forget_job(Database *database, guint64 id, GError **error);

/* For the files that keep tables of their own here (audit.c); still the database's. */
sqlite3 *database_handle(Database *database);

/* Prepare a statement that database_run() or sqlite3_step() then runs; free it with sqlite3_finalize(). */
sqlite3_stmt *database_prepare(Database *database, const char *sql, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/* Run a statement that changes something to its end, and give back the first column of its last row (0 without one) in
 * ret_number, which may be NULL. When the disk is full the ballast (PATH.ballast, DATABASE_BALLAST_BYTES kept for this) is
 * freed and the statement run once more. */
#define DATABASE_BALLAST_BYTES (1024 * 1024)
gboolean database_run(Database *database, sqlite3_stmt *statement, gint64 *ret_number,
                      GError **error);

/* Run write as one change: what it writes is all on the disk when this returns TRUE, and none of it is otherwise (then the ballast is
 * freed, and the caller may write piece by piece). write says whether its own changes went well. Within another it is part of that. */
typedef gboolean (*DatabaseWrite)(gpointer data);
gboolean database_together(Database *database, DatabaseWrite write, gpointer data);

/* Make the ballast again when it is gone and there is room for twice as much. Called by database_open() and audit_prune(). */
void database_renew_ballast(Database *database);
