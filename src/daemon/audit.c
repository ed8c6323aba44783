/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"

#define ROWS_USUAL 1000

/* One line of valid UTF-8 of bounded length, whatever was typed or sent. */
static char *
clean_text(const char *text)
{
    char *clean = g_utf8_make_valid(
        text != NULL ? text : "", text != NULL ? (gssize) strnlen(text, 2 * LIMIT_AUDIT_TEXT) : 0);

    if (strlen(clean) > LIMIT_AUDIT_TEXT)
        *g_utf8_find_prev_char(clean, clean + LIMIT_AUDIT_TEXT + 1) = '\0';
    for (char *p = clean; *p != '\0'; p++)
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    return clean;
}

static void
bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    (void) sqlite3_bind_text(statement, at, clean_text(text), -1, g_free);
}

static gboolean
insert_row(Database *database, const AuditRow *row, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(database,
                         "INSERT INTO audit (at, who, act, whom, session, result, detail, source)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                         error);

    if (statement == NULL)
        return FALSE;
    (void) sqlite3_bind_int64(statement, 1, row->when != 0 ? row->when : g_get_real_time());
    bind_text(statement, 2, row->who);
    bind_text(statement, 3, row->act);
    bind_text(statement, 4, row->whom);
    bind_text(statement, 5, row->session);
    bind_text(statement, 6, row->result);
    bind_text(statement, 7, row->detail);
    bind_text(statement, 8, row->source);
    return database_run(database, statement, NULL, error);
}

static void
log_row(const AuditRow *row, const char *why)
{
    g_autofree char *who = clean_text(row->who);
    g_autofree char *act = clean_text(row->act);
    g_autofree char *whom = clean_text(row->whom);
    g_autofree char *session = clean_text(row->session);
    g_autofree char *result = clean_text(row->result);
    g_autofree char *detail = clean_text(row->detail);
    g_autofree char *source = clean_text(row->source);

    log_about(G_LOG_LEVEL_WARNING, session, who, NULL,
              "audit, here because it could not be kept (%s): '%s' by '%s' from '%s' on '%s',"
              " session '%s': %s. %s",
              why, act, who, source, whom, session, result, detail);
}

static gboolean
is_act_that_goes_on(const char *act)
{
    static const char *const acts[] = { "log-off", "proceed", "resume", "suspend", NULL };

    return act != NULL && g_strv_contains(acts, act);
}

gboolean
audit_write(Database *database, const AuditRow *row, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (insert_row(database, row, &failure))
        return TRUE;
    log_row(row, failure->message);
    if (is_act_that_goes_on(row->act))
        return TRUE;
    g_propagate_prefixed_error(error, g_steal_pointer(&failure),
                               "cannot go on without the audit: ");
    return FALSE;
}

static GVariant *
row_to_record(sqlite3_stmt *statement)
{
    static const char *const texts[] = { "who",    "act",    "whom",  "session",
                                         "result", "detail", "source" };
    GVariantBuilder record;

    g_variant_builder_init(&record, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&record, "{sv}", "id",
                          g_variant_new_int64(sqlite3_column_int64(statement, 0)));
    g_variant_builder_add(&record, "{sv}", "when",
                          g_variant_new_int64(sqlite3_column_int64(statement, 1)));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = (const char *) sqlite3_column_text(statement, (int) i + 2);

        g_variant_builder_add(&record, "{sv}", texts[i],
                              g_variant_new_take_string(g_utf8_make_valid(text ? text : "", -1)));
    }
    return g_variant_builder_end(&record);
}

/* Whom he tried to act on in vain is nothing that he did not know already, and where another acted from is nothing of his. */
#define COLUMNS                                                                                    \
    "id, at, who, act,"                                                                            \
    " CASE WHEN ?1 = who AND ?1 <> whom AND result = 'refused' THEN '' ELSE whom END AS seen,"     \
    " session, result, detail, CASE WHEN ?1 <> who THEN '' ELSE source END"

/* By two indexes: people who find their own few rows must not have all of them read, which stops the whole daemon meanwhile. */
#define OF_READER " WHERE (who = ?1 OR whom = ?1)"
#define OF_ALL " WHERE ?1 IS NULL"

#define CONDITIONS                                                                                 \
    " AND at >= ?2 AND (?3 = 0 OR id < ?3)"                                                        \
    " AND (?4 IS NULL OR who = ?4 OR seen = ?4) AND (?5 IS NULL OR act = ?5)"

static void
bind_optional(sqlite3_stmt *statement, int at, const char *text)
{
    if (text != NULL)
        bind_text(statement, at, text);
}

static sqlite3_stmt *
prepare_list(Database *database, const AuditFilter *filter, GError **error)
{
    g_autofree char *sql = g_strconcat(
        "SELECT " COLUMNS " FROM audit", filter->reader != NULL ? OF_READER : OF_ALL, CONDITIONS,
        filter->oldest_first ? " ORDER BY at, id LIMIT ?6" : " ORDER BY id DESC LIMIT ?6", NULL);
    sqlite3_stmt *statement = database_prepare(database, sql, error);

    if (statement == NULL)
        return NULL;
    bind_optional(statement, 1, filter->reader);
    (void) sqlite3_bind_int64(statement, 2, filter->since != 0 ? filter->since : G_MININT64);
    (void) sqlite3_bind_int64(statement, 3, filter->before);
    bind_optional(statement, 4, filter->user);
    bind_optional(statement, 5, filter->act);
    (void) sqlite3_bind_int64(
        statement, 6, MIN(filter->limit != 0 ? filter->limit : ROWS_USUAL, LIMIT_AUDIT_ROWS));
    return statement;
}

GVariant *
audit_find(Database *database, const AuditFilter *filter, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = prepare_list(database, filter, error);
    g_auto(GVariantBuilder) rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
    int code;

    if (statement == NULL)
        return NULL;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        g_variant_builder_add_value(&rows, row_to_record(statement));
    if (code != SQLITE_DONE) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot read the audit: %s",
                    sqlite3_errmsg(database_handle(database)));
        return NULL;
    }
    return g_variant_ref_sink(g_variant_builder_end(&rows));
}

gboolean
audit_has_end(Database *database, const char *session)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        database, "SELECT 1 FROM audit WHERE act='session-end' AND session=?", NULL);

    if (statement == NULL)
        return FALSE;
    (void) sqlite3_bind_text(statement, 1, session, -1, SQLITE_STATIC);
    return sqlite3_step(statement) == SQLITE_ROW;
}

GVariant *
audit_list(Database *database, gint64 since, guint limit, const char *reader, GError **error)
{
    return audit_find(
        database,
        &(AuditFilter){ .since = since, .limit = limit, .reader = reader, .oldest_first = TRUE },
        error);
}

static gboolean
delete_rows(Database *database, const char *sql, gint64 border, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(database, sql, error);

    if (statement == NULL)
        return FALSE;
    (void) sqlite3_bind_int64(statement, 1, border);
    return database_run(database, statement, NULL, error);
}

gboolean
audit_prune(Database *database, guint keep_days, GError **error)
{
    gint64 border = g_get_real_time() - (gint64) keep_days * G_TIME_SPAN_DAY;

    if (!delete_rows(database, "DELETE FROM audit WHERE at < ?", border, error) ||
        !delete_rows(database, "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?",
                     LIMIT_AUDIT_KEPT, error))
        return FALSE;
    database_renew_ballast(database);
    return TRUE;
}
