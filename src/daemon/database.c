/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/fd.h"

/* A record is a few texts and a row for each session of a selection. */
#define JOB_RECORD_BYTES_MOST (4 * 1024 * 1024)

/* Where the numbers of a database begin that replaces a broken one: the seconds since then, more than were ever given. */
#define NUMBERS_EPOCH G_GINT64_CONSTANT(1767225600) /* 2026-01-01 */

struct Database {
    sqlite3 *handle;
    char *ballast;
    gboolean has_ballast;
    gboolean together; /* in database_together() */
    gboolean was_full; /* some statement of it found the disk full */
    guint64 last_job;  /* given without being written */
};

/* One step of the schema each; the file's user_version says how many it has taken. Never change one that was released. */
static const char *const migrations[] = {
    "CREATE TABLE number (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;"
    "INSERT INTO number VALUES ('session', 0), ('job', 0);"
    "CREATE TABLE job (id INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;"
    "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
    " who TEXT NOT NULL, act TEXT NOT NULL, whom TEXT NOT NULL, session TEXT NOT NULL,"
    " result TEXT NOT NULL, detail TEXT NOT NULL, source TEXT NOT NULL) STRICT;"
    "CREATE INDEX audit_at ON audit (at);",
    "CREATE INDEX audit_end ON audit (session) WHERE act='session-end';",
    "CREATE TABLE account (name TEXT PRIMARY KEY, uid INTEGER NOT NULL, role TEXT NOT NULL)STRICT;",
    "CREATE INDEX audit_who ON audit (who); CREATE INDEX audit_whom ON audit (whom);",
};

/* In this order: an exclusive lock taken before WAL needs no shared memory file, and keeps every other connection out (two
 * writers can corrupt a WAL file with the SQLite of Debian 12 and 13). The log is carried over often:
 * its pages are room that is there already when the disk is full. */
static const char pragmas[] = "PRAGMA locking_mode=EXCLUSIVE;"
                              "PRAGMA journal_mode=WAL;"
                              "PRAGMA synchronous=FULL;"
                              "PRAGMA mmap_size=0;"
                              "PRAGMA trusted_schema=OFF;"
                              "PRAGMA cell_size_check=ON;"
                              "PRAGMA wal_autocheckpoint=64;"
                              "PRAGMA journal_size_limit=1048576;"
                              "BEGIN IMMEDIATE; COMMIT;";

static gboolean
set_error(sqlite3 *handle, const char *what, GError **error)
{
    int code = sqlite3_errcode(handle) & 0xff;
    GIOErrorEnum kind = code == SQLITE_FULL                            ? G_IO_ERROR_NO_SPACE
                        : code == SQLITE_BUSY || code == SQLITE_LOCKED ? G_IO_ERROR_BUSY
                                                                       : G_IO_ERROR_FAILED;

    g_set_error(error, G_IO_ERROR, kind, "cannot %s in the database: %s", what,
                sqlite3_errmsg(handle));
    return FALSE;
}

static gboolean
execute(sqlite3 *handle, const char *sql, const char *what, GError **error)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK ||
           set_error(handle, what, error);
}

/* ---- ballast ---- */

static gboolean
write_ballast(int fd)
{
    g_autofree guint32 *block = g_malloc(DATABASE_BALLAST_BYTES);

    /* Not zeros: a file system may store those as nothing. */
    for (gsize i = 0; i < DATABASE_BALLAST_BYTES / sizeof *block; i++)
        block[i] = g_random_int();
    return write(fd, block, DATABASE_BALLAST_BYTES) == DATABASE_BALLAST_BYTES && fsync(fd) == 0;
}

void
database_renew_ballast(Database *database)
{
    autofd fd = -1;
    g_autofree char *directory = g_path_get_dirname(database->ballast);
    struct statvfs room;
    struct stat there;

    database->has_ballast =
        stat(database->ballast, &there) == 0 && there.st_size == DATABASE_BALLAST_BYTES;
    if (database->has_ballast || statvfs(directory, &room) < 0 ||
        room.f_bavail * room.f_frsize < 2 * (guint64) DATABASE_BALLAST_BYTES)
        return;
    fd = open(database->ballast, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    database->has_ballast = fd >= 0 && write_ballast(fd);
    if (!database->has_ballast) {
        g_warning("cannot keep '%s' for when the disk is full: %s; ignoring", database->ballast,
                  g_strerror(errno));
        (void) unlink(database->ballast);
    }
}

static gboolean
free_ballast(Database *database)
{
    if (!database->has_ballast || unlink(database->ballast) < 0)
        return FALSE;
    database->has_ballast = FALSE;
    g_critical("The disk of '%s' is full: freed the last %d bytes kept for the audit",
               database->ballast, DATABASE_BALLAST_BYTES);
    return TRUE;
}

/* ---- opening ---- */

static int
read_version(sqlite3 *handle)
{
    g_autoptr(sqlite3_stmt) statement = NULL;

    if (sqlite3_prepare_v2(handle, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        return -1;
    return sqlite3_column_int(statement, 0);
}

/* first_number is where a new file's numbers begin. */
static gboolean
migrate(sqlite3 *handle, gint64 first_number, GError **error)
{
    int version = read_version(handle);

    if (version < 0)
        return set_error(handle, "read the version", error);
    if (version > (int) G_N_ELEMENTS(migrations)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "cannot use the database: it has version %d, made by a newer Manyseat than this"
                    " one, which knows %d",
                    version, (int) G_N_ELEMENTS(migrations));
        return FALSE;
    }
    for (guint i = (guint) version; i < G_N_ELEMENTS(migrations); i++) {
        g_autofree char *numbers =
            i == 0 ? g_strdup_printf("UPDATE number SET last=%" G_GINT64_FORMAT ";", first_number)
                   : g_strdup("");
        g_autofree char *sql = g_strdup_printf("BEGIN IMMEDIATE;%s%sPRAGMA user_version=%u;COMMIT;",
                                               migrations[i], numbers, i + 1);

        if (!execute(handle, sql, "bring up the schema", error)) {
            (void) sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
is_broken_code(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* SQLite's own check of the file, short form. Only what it says of the pages makes a file broken, not a disk that cannot be
 * read now. */
static gboolean
check_pages(sqlite3 *handle, gboolean *ret_broken, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = NULL;
    const char *verdict = NULL;

    if (sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        verdict = (const char *) sqlite3_column_text(statement, 0);
    if (verdict == NULL) {
        *ret_broken = is_broken_code(sqlite3_errcode(handle));
        return set_error(handle, "check the pages", error);
    }
    *ret_broken = strcmp(verdict, "ok") != 0;
    if (*ret_broken)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "cannot use the database: its check says: %s", verdict);
    return !*ret_broken;
}

static void
close_handle(sqlite3 **handle)
{
    (void) sqlite3_close(*handle);
    *handle = NULL;
}

/* NULL with ret_broken when the file is there and is no sound database. */
static sqlite3 *
open_handle(const char *path, gboolean *ret_broken, GError **error)
{
    sqlite3 *handle = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE;

    *ret_broken = FALSE;
    if (sqlite3_open_v2(path, &handle, flags, NULL) != SQLITE_OK ||
        !execute(handle, pragmas, "take the lock", error)) {
        *ret_broken = is_broken_code(sqlite3_errcode(handle));
        if (error != NULL && *error == NULL)
            set_error(handle, "open the file", error);
        close_handle(&handle);
    } else if (!check_pages(handle, ret_broken, error)) {
        close_handle(&handle);
    }
    return handle;
}

/* Away with the file and what SQLite keeps beside it. */
static gboolean
move_aside(const char *path, GError **error)
{
    static const char *const suffixes[] = { "", "-wal", "-journal", "-shm" };
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *when = g_date_time_format(now, "%Y%m%dT%H%M%S.%f");

    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *from = g_strconcat(path, suffixes[i], NULL);
        g_autofree char *to = g_strconcat(path, ".broken-", when, suffixes[i], NULL);

        if (rename(from, to) < 0 && errno != ENOENT) {
            g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                        "cannot move the broken database '%s' aside: %s", from, g_strerror(errno));
            return FALSE;
        }
    }
    g_critical(
        "The database '%s' is broken; it stands as '%s.broken-%s' now, and a new one is made:"
        " the audit begins anew",
        path, path, when);
    return TRUE;
}

/* Made here, for its mode. One that is there is not opened: closing any descriptor of a file drops the process's locks. */
static gboolean
make_file(const char *path, GError **error)
{
    autofd fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0 || errno == EEXIST)
        return TRUE;
    return failure_set(error, "make the database", path);
}

static sqlite3 *
open_or_replace(const char *path, gboolean *ret_replaced, GError **error)
{
    g_autoptr(GError) failure = NULL;
    sqlite3 *handle = open_handle(path, ret_replaced, &failure);

    if (handle != NULL)
        return handle;
    if (!*ret_replaced) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    g_warning("Database '%s': %s", path, failure->message);
    if (!move_aside(path, error) || !make_file(path, error))
        return NULL;
    return open_handle(path, &(gboolean){ FALSE }, error);
}

static gint64
number_above_all(void)
{
    return g_get_real_time() / G_USEC_PER_SEC - NUMBERS_EPOCH;
}

Database *
database_open(const char *path, GError **error)
{
    g_autoptr(Database) database = g_new0(Database, 1);
    gboolean replaced;

    if (!make_file(path, error))
        return NULL;
    database->ballast = g_strconcat(path, ".ballast", NULL);
    database->handle = open_or_replace(path, &replaced, error);
    if (database->handle == NULL ||
        !migrate(database->handle, replaced ? number_above_all() : 0, error)) {
        g_prefix_error(error, "database '%s': ", path);
        return NULL;
    }
    database_renew_ballast(database);
    return g_steal_pointer(&database);
}

void
database_close(Database *database)
{
    if (database == NULL)
        return;
    if (sqlite3_close(database->handle) != SQLITE_OK)
        g_critical("The database still has statements at its end");
    g_free(database->ballast);
    g_free(database);
}

/* ---- statements ---- */

sqlite3 *
database_handle(Database *database)
{
    return database->handle;
}

sqlite3_stmt *
database_prepare(Database *database, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        set_error(database->handle, "prepare a statement", error);
    return statement;
}

static int
step_through(sqlite3_stmt *statement, gint64 *ret_number)
{
    int code;

    *ret_number = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        *ret_number = sqlite3_column_int64(statement, 0);
    return code;
}

gboolean
database_run(Database *database, sqlite3_stmt *statement, gint64 *ret_number, GError **error)
{
    gint64 number;
    int code = step_through(statement, &number);

    database->was_full |= (code & 0xff) == SQLITE_FULL;
    if ((code & 0xff) == SQLITE_FULL && !database->together && free_ballast(database)) {
        (void) sqlite3_reset(statement);
        code = step_through(statement, &number);
    }
    if (code != SQLITE_DONE)
        set_error(database->handle, "write", error);
    (void) sqlite3_reset(statement);
    if (code == SQLITE_DONE && ret_number != NULL)
        *ret_number = number;
    return code == SQLITE_DONE;
}

gboolean
database_together(Database *database, DatabaseWrite write, gpointer data)
{
    g_autoptr(GError) error = NULL;
    gboolean done;

    if (database->together)
        return write(data);
    if (!execute(database->handle, "BEGIN IMMEDIATE", "begin a change", &error)) {
        g_warning("%s", error->message);
        return FALSE;
    }
    database->together = TRUE;
    database->was_full = FALSE;
    done = write(data) && execute(database->handle, "COMMIT", "keep a change", &error);
    database->together = FALSE;
    database->was_full |= g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
    if (done)
        return TRUE;
    if (error != NULL)
        g_warning("%s", error->message);
    (void) sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    if (database->was_full)
        (void) free_ballast(database);
    return FALSE;
}

/* ---- numbers and jobs ---- */

static guint64
next_number(Database *database, const char *name, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        database, "UPDATE number SET last=last+1 WHERE name=? RETURNING last", error);
    gint64 number;

    if (statement == NULL)
        return 0;
    (void) sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    return database_run(database, statement, &number, error) ? (guint64) number : 0;
}

guint64
database_next_session_id(Database *database, GError **error)
{
    return next_number(database, "session", error);
}

guint64
database_next_job_id(Database *database)
{
    g_autoptr(GError) error = NULL;
    guint64 number = next_number(database, "job", &error);

    if (number != 0)
        return number;
    /* By the clock, and so above all that were ever counted. */
    database->last_job = MAX(database->last_job + 1, (guint64) number_above_all());
    g_warning("cannot count jobs: %s (job %" G_GUINT64_FORMAT " goes on)", error->message,
              database->last_job);
    return database->last_job;
}

gboolean
database_store_job(Database *database, guint64 id, GVariant *record, GError **error)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(record);
    g_autoptr(sqlite3_stmt) statement = NULL;

    g_return_val_if_fail(g_variant_is_of_type(owned, G_VARIANT_TYPE_VARDICT), FALSE);
    if (g_variant_get_size(owned) > JOB_RECORD_BYTES_MOST) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot keep job %" G_GUINT64_FORMAT ": its record is larger than %d bytes", id,
                    JOB_RECORD_BYTES_MOST);
        return FALSE;
    }
    statement = database_prepare(database, "INSERT OR REPLACE INTO job VALUES (?, ?)", error);
    if (statement == NULL)
        return FALSE;
    (void) sqlite3_bind_int64(statement, 1, (gint64) id);
    (void) sqlite3_bind_blob64(statement, 2, g_variant_get_data(owned), g_variant_get_size(owned),
                               SQLITE_STATIC);
    return database_run(database, statement, NULL, error);
}

static GVariant *
read_record(sqlite3_stmt *statement)
{
    gsize size = (gsize) sqlite3_column_bytes(statement, 1);
    g_autoptr(GBytes) bytes = g_bytes_new(sqlite3_column_blob(statement, 1), size);
    g_autoptr(GVariant) record =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE_VARDICT, bytes, FALSE));

    if (!g_variant_is_normal_form(record)) {
        g_warning("cannot read the record of job %" G_GINT64_FORMAT "; ignoring it",
                  (gint64) sqlite3_column_int64(statement, 0));
        return NULL;
    }
    return g_steal_pointer(&record);
}

GPtrArray *
database_load_jobs(Database *database, GError **error)
{
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify) g_variant_unref);
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(database, "SELECT id, record FROM job ORDER BY id", error);
    int code;

    if (statement == NULL)
        return NULL;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        GVariant *record = read_record(statement);

        if (record != NULL)
            g_ptr_array_add(jobs, record);
    }
    if (code != SQLITE_DONE) {
        set_error(database->handle, "read the jobs", error);
        return NULL;
    }
    return g_steal_pointer(&jobs);
}

gboolean
database_forget_job(Database *database, guint64 id, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(database, "DELETE FROM job WHERE id=?", error);

    if (statement == NULL)
        return FALSE;
    (void) sqlite3_bind_int64(statement, 1, (gint64) id);
    return database_run(database, statement, NULL, error);
}
