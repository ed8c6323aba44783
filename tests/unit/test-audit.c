/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit: what is written is read, by whom it may be; and what happens when there is no room. */
#include "daemon/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"

typedef struct {
    char *directory;
    char *path;
    Database *database;
} Place;

/* Lines of log_about(), which does not go through g_log(). */
static guint lines_logged;
static char *last_line;

static GLogWriterOutput
take_line(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    for (gsize i = 0; i < n_fields; i++)
        if (strcmp(fields[i].key, "MESSAGE") == 0) {
            g_free(last_line);
            last_line = g_strdup(fields[i].value);
            lines_logged++;
        }
    return G_LOG_WRITER_HANDLED;
}

static void
set_up(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    place->directory = g_dir_make_tmp("manyseat-audit-XXXXXX", &error);
    g_assert_no_error(error);
    place->path = g_build_filename(place->directory, "manyseat.db", NULL);
    place->database = database_open(place->path, &error);
    g_assert_no_error(error);
    lines_logged = 0;
}

static void
tear_down(Place *place, gconstpointer data)
{
    static const char *const suffixes[] = { "", "-wal", ".ballast" };

    database_close(place->database);
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *path = g_strconcat(place->path, suffixes[i], NULL);

        (void) g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(place->directory), ==, 0);
    g_free(place->directory);
    g_free(place->path);
}

static void
write_row(Place *place, gint64 when, const char *who, const char *whom)
{
    g_autoptr(GError) error = NULL;
    AuditRow row = { .when = when, .who = who, .act = "suspend", .whom = whom, .result = "done" };

    g_assert_true(audit_write(place->database, &row, &error));
    g_assert_no_error(error);
}

static GVariant *
list(Place *place, gint64 since, guint limit, const char *about)
{
    g_autoptr(GError) error = NULL;
    GVariant *rows = audit_list(place->database, since, limit, about, &error);

    g_assert_no_error(error);
    g_assert_true(g_variant_is_of_type(rows, G_VARIANT_TYPE("aa{sv}")));
    g_assert_false(g_variant_is_floating(rows));
    return rows;
}

static void
test_row(Place *place, gconstpointer data)
{
    AuditRow row = {
        1234567, "ana", "log-off", "ben", "17", "refused", "no: ñ Привет", "10.0.0.9"
    };
    g_autoptr(GVariant) rows = NULL;
    g_autofree char *text = NULL;

    g_assert_true(audit_write(place->database, &row, NULL));
    rows = list(place, 0, 0, NULL);
    text = g_variant_print(rows, FALSE);
    g_assert_cmpstr(
        text, ==,
        "[{'id': <int64 1>, 'when': <int64 1234567>, 'who': <'ana'>, 'act': <'log-off'>, "
        "'whom': <'ben'>, 'session': <'17'>, 'result': <'refused'>, "
        "'detail': <'no: ñ Привет'>, 'source': <'10.0.0.9'>}]");
    g_assert_cmpuint(lines_logged, ==, 0);
}

static int
count_steps(void *data)
{
    ++*(guint *) data;
    return 0;
}

/* A reader's rows are found, not looked for among all: the daemon does nothing else meanwhile. */
static void
test_reader_costs_little(Place *place, gconstpointer data)
{
    static const char rows[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        " INSERT INTO audit (at, who, act, whom, session, result, detail, source)"
        " SELECT i, 'olga', 'view', 'ben', '7', 'done', '', '' FROM n";
    sqlite3 *handle = database_handle(place->database);
    g_autoptr(GVariant) own = NULL;
    g_autoptr(GVariant) found = NULL;
    const AuditFilter filter = { .reader = "ana" };
    guint steps = 0;

    g_assert_cmpint(sqlite3_exec(handle, rows, NULL, NULL, NULL), ==, SQLITE_OK);
    write_row(place, 0, "ana", "ana");
    sqlite3_progress_handler(handle, 1, count_steps, &steps);
    own = list(place, 0, 0, "ana");
    found = audit_find(place->database, &filter, NULL);
    sqlite3_progress_handler(handle, 0, NULL, NULL);
    g_assert_cmpuint(g_variant_n_children(own), ==, 1);
    g_assert_true(g_variant_equal(own, found));
    g_assert_cmpuint(steps, >, 0);
    g_assert_cmpuint(steps, <, 2000);
}

static void
test_has_end(Place *place, gconstpointer data)
{
    AuditRow rows[] = {
        { .act = "log-off-outcome", .session = "17", .result = "done" },
        { .act = "session-end", .session = "18", .result = "done" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_true(audit_write(place->database, &rows[i], NULL));
    g_assert_false(audit_has_end(place->database, "17"));
    g_assert_true(audit_has_end(place->database, "18"));
}

static void
test_now(Place *place, gconstpointer data)
{
    gint64 before = g_get_real_time();
    g_autoptr(GVariant) rows = NULL;
    g_autoptr(GVariant) first = NULL;
    gint64 when = 0;

    write_row(place, 0, NULL, NULL);
    rows = list(place, before, 0, NULL);
    first = g_variant_get_child_value(rows, 0);
    g_assert_true(g_variant_lookup(first, "when", "x", &when));
    g_assert_cmpint(when, >=, before);
    g_assert_cmpint(when, <=, g_get_real_time());
}

/* The times of the rows, as "1 2 3". */
static char *
times_of(GVariant *rows)
{
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    GVariant *row;

    g_variant_iter_init(&iter, rows);
    while (g_variant_iter_loop(&iter, "@a{sv}", &row)) {
        gint64 when = 0;

        g_assert_true(g_variant_lookup(row, "when", "x", &when));
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, text->len > 0 ? " " : "", when);
    }
    return g_string_free(text, FALSE);
}

static void
test_selection(Place *place, gconstpointer data)
{
    static const struct {
        gint64 since;
        guint limit;
        const char *about;
        const char *expected;
    } cases[] = {
        { 0, 0, NULL, "1 2 3 4 5" },  { 3, 0, NULL, "3 4 5" }, { 0, 2, NULL, "1 2" },
        { 2, 2, NULL, "2 3" },        { 6, 0, NULL, "" },      { 0, 0, "ana", "1 2 4" },
        { 0, 0, "ben", "1 3" },       { 2, 1, "ana", "2" },    { 0, 0, "nobody", "" },
        { 0, 0, "' OR 1=1 --", "5" }, { 0, 0, "ANA", "" },     { -1, 0, NULL, "1 2 3 4 5" },
    };

    write_row(place, 3, "ben", "cleo");
    write_row(place, 1, "ana", "ben");
    write_row(place, 2, "ana", "");
    write_row(place, 4, "dora", "ana");
    write_row(place, 5, "' OR 1=1 --", "'); DROP TABLE audit; --");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) rows = list(place, cases[i].since, cases[i].limit, cases[i].about);
        g_autofree char *times = times_of(rows);

        g_assert_cmpstr(times, ==, cases[i].expected);
    }
}

/* Newest first, page by page, and only what all conditions hold for. */
static void
test_find(Place *place, gconstpointer data)
{
    static const struct {
        AuditFilter filter;
        const char *expected;
    } cases[] = {
        { { 0 }, "4 1 2 3" },
        { { .limit = 2 }, "4 1" },
        { { .before = 3, .limit = 2 }, "2 3" },
        { { .since = 2 }, "4 2 3" },
        { { .user = "ana" }, "4 1 2" },
        { { .user = "ben", .reader = "ana" }, "1" },
        { { .act = "suspend", .reader = "ben" }, "1 3" },
        { { .act = "lock" }, "" },
        { { .user = "' OR 1=1 --" }, "" },
    };

    write_row(place, 3, "ben", "cleo");
    write_row(place, 2, "ana", "");
    write_row(place, 1, "ana", "ben");
    write_row(place, 4, "dora", "ana");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) rows = audit_find(place->database, &cases[i].filter, &error);
        g_autofree char *times = NULL;

        g_assert_no_error(error);
        times = times_of(rows);
        g_assert_cmpstr(times, ==, cases[i].expected);
    }
}

/* The first row's whom and source, as "whom/source", or "" without a row. */
static char *
first_of(Place *place, const AuditFilter *filter)
{
    g_autoptr(GVariant) rows = audit_find(place->database, filter, NULL);
    g_autoptr(GVariant) row = NULL;
    const char *whom = NULL, *source = NULL;

    if (g_variant_n_children(rows) == 0)
        return g_strdup("");
    row = g_variant_get_child_value(rows, 0);
    g_assert_true(g_variant_lookup(row, "whom", "&s", &whom));
    g_assert_true(g_variant_lookup(row, "source", "&s", &source));
    return g_strconcat(whom, "/", source, NULL);
}

/* The victim finds the try and who it was, who tried does not learn whose the id is: not by asking for it either. */
static void
test_refused(Place *place, gconstpointer data)
{
    static const struct {
        AuditFilter filter;
        const char *expected;
    } cases[] = {
        { { 0 }, "ben/10.0.0.9" },
        { { .reader = "ana" }, "/10.0.0.9" },
        { { .reader = "ben" }, "ben/" },
        { { .reader = "ana", .user = "ben" }, "" },
        { { .reader = "ben", .user = "ana" }, "ben/" },
        { { .reader = "cleo" }, "" },
    };
    AuditRow row = { .who = "ana",
                     .act = "log-off",
                     .whom = "ben",
                     .session = "17",
                     .result = "refused",
                     .source = "10.0.0.9" };

    g_assert_true(audit_write(place->database, &row, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *first = first_of(place, &cases[i].filter);

        g_assert_cmpstr(first, ==, cases[i].expected);
    }
}

static void
test_limits(Place *place, gconstpointer data)
{
    sqlite3 *handle = database_handle(place->database);

    g_assert_cmpint(
        sqlite3_exec(handle,
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<6000)"
                     " INSERT INTO audit SELECT NULL, i, '', '', '', '', '', '', '' FROM n",
                     NULL, NULL, NULL),
        ==, SQLITE_OK);
    for (guint i = 0; i < 3; i++) {
        static const guint limits[] = { 0, 1500, 1000000 };
        static const guint expected[] = { 1000, 1500, LIMIT_AUDIT_ROWS };
        g_autoptr(GVariant) rows = list(place, 0, limits[i], NULL);

        g_assert_cmpuint(g_variant_n_children(rows), ==, expected[i]);
    }
}

static char *
write_detail(Place *place, const char *detail)
{
    static gint64 when = 1000;
    AuditRow row = { .when = ++when, .act = "log-on", .detail = detail };
    g_autoptr(GVariant) rows = NULL;
    g_autoptr(GVariant) first = NULL;
    const char *text = NULL;

    g_assert_true(audit_write(place->database, &row, NULL));
    rows = list(place, when, 0, NULL);
    first = g_variant_get_child_value(rows, 0);
    g_assert_true(g_variant_lookup(first, "detail", "&s", &text));
    return g_strdup(text);
}

static void
test_texts(Place *place, gconstpointer data)
{
    static const char *const cases[][2] = {
        { NULL, "" },
        { "plain", "plain" },
        { "a\nb\tc\033[31md\x7f", "a b c [31md " },
        { "bad \xff\xfe bytes", "bad \xef\xbf\xbd\xef\xbf\xbd bytes" },
        { "cut \xd0", "cut \xef\xbf\xbd" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = write_detail(place, cases[i][0]);

        g_assert_cmpstr(text, ==, cases[i][1]);
    }
}

/* Cut at the limit, never within a character. */
static void
test_long_texts(Place *place, gconstpointer data)
{
    for (guint lead = 0; lead < 4; lead++) {
        g_autoptr(GString) typed = g_string_new(NULL);
        g_autofree char *text = NULL;

        for (guint i = 0; i < lead; i++)
            g_string_append_c(typed, 'a');
        for (guint i = 0; i < 50000; i++)
            g_string_append(typed, "я");
        text = write_detail(place, typed->str);
        g_assert_true(g_utf8_validate(text, -1, NULL));
        g_assert_cmpuint(strlen(text), ==, LIMIT_AUDIT_TEXT - lead % 2);
        g_assert_true(g_str_has_prefix(typed->str, text));
    }
}

static void
test_prune(Place *place, gconstpointer data)
{
    gint64 now = g_get_real_time();
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) rows = NULL;

    write_row(place, now - 91 * G_TIME_SPAN_DAY, "old", "");
    write_row(place, now - 89 * G_TIME_SPAN_DAY, "young", "");
    g_assert_true(audit_prune(place->database, 90, &error));
    g_assert_no_error(error);
    rows = list(place, 0, 0, "old");
    g_assert_cmpuint(g_variant_n_children(rows), ==, 0);
    g_variant_unref(rows);
    rows = list(place, 0, 0, "young");
    g_assert_cmpuint(g_variant_n_children(rows), ==, 1);
}

static void
test_prune_to_limit(Place *place, gconstpointer data)
{
    g_autofree char *sql =
        g_strdup_printf("INSERT INTO audit VALUES (%d, %" G_GINT64_FORMAT ","
                        " 'last', '', '', '', '', '', '')",
                        LIMIT_AUDIT_KEPT + 2, g_get_real_time() + G_TIME_SPAN_HOUR);
    g_autoptr(GVariant) rows = NULL;
    g_autoptr(GVariant) first = NULL;
    gint64 id = 0;

    for (guint i = 0; i < 4; i++)
        write_row(place, 0, "", "");
    g_assert_cmpint(sqlite3_exec(database_handle(place->database), sql, NULL, NULL, NULL), ==,
                    SQLITE_OK);
    g_assert_true(audit_prune(place->database, 90, NULL));
    rows = list(place, 0, 0, NULL);
    g_assert_cmpuint(g_variant_n_children(rows), ==, 3);
    first = g_variant_get_child_value(rows, 0);
    g_assert_true(g_variant_lookup(first, "id", "x", &id));
    g_assert_cmpint(id, ==, 3);
}

/* ---- a full disk ---- */

/* A file system of a few megabytes, in a mount namespace of this process alone. */
static gboolean
mount_small(const char *directory)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", directory, "tmpfs", 0, "size=6m,mode=0700") == 0;
}

static void
fill(const char *directory)
{
    g_autofree char *path = g_build_filename(directory, "filler", NULL);
    autofd fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char block[4096];

    memset(block, 'x', sizeof block);
    while (write(fd, block, sizeof block) > 0)
        ;
    g_assert_cmpint(errno, ==, ENOSPC);
}

static guint
write_until_refused(Database *database, GError **error)
{
    guint n = 0;
    g_autofree char *detail = g_strnfill(LIMIT_AUDIT_TEXT, 'd');
    AuditRow row = { .who = "ana", .act = "log-on", .detail = detail };

    while (audit_write(database, &row, error))
        g_assert_cmpuint(++n, <, 100000);
    return n;
}

static void
fill_disk_and_go_on(const char *directory)
{
    g_autofree char *path = g_build_filename(directory, "manyseat.db", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Database) database = database_open(path, &error);
    AuditRow leave = { .who = "ana", .act = "log-off", .whom = "ben", .session = "3" };
    AuditRow enter = { .who = "ana", .act = "log-on" };

    g_assert_no_error(error);
    fill(directory);
    /* The ballast carries hundreds of rows; its use is told. */
    lines_logged = 0;
    g_test_expect_message("manyseat", G_LOG_LEVEL_CRITICAL, "*is full*");
    g_assert_cmpuint(write_until_refused(database, &error), >, 200);
    g_test_assert_expected_messages();
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
    /* The row that was refused stands in the log. */
    g_assert_cmpuint(lines_logged, ==, 1);
    /* Nobody comes in, everybody may leave, and each row stands in the log. */
    g_assert_true(audit_write(database, &leave, NULL));
    g_assert_nonnull(strstr(last_line, "'log-off' by 'ana'"));
    leave.act = "suspend";
    g_assert_true(audit_write(database, &leave, NULL));
    g_assert_cmpuint(lines_logged, ==, 3);
    g_assert_false(audit_write(database, &enter, NULL));
    {
        g_autoptr(GVariant) rows = audit_list(database, 0, 0, "ana", NULL);

        g_assert_cmpuint(g_variant_n_children(rows), >, 200);
    }
    /* Room again: it works again, and keeps ballast again. */
    {
        g_autofree char *filler = g_build_filename(directory, "filler", NULL);
        g_autofree char *ballast = g_strconcat(path, ".ballast", NULL);

        g_assert_cmpint(g_unlink(filler), ==, 0);
        g_assert_true(audit_write(database, &enter, NULL));
        g_assert_cmpuint(database_next_session_id(database, NULL), >, 0);
        g_assert_false(g_file_test(ballast, G_FILE_TEST_EXISTS));
        g_assert_true(audit_prune(database, 90, NULL));
        g_assert_cmpint(g_file_test(ballast, G_FILE_TEST_EXISTS), ==, TRUE);
    }
}

static void
test_full_disk(void)
{
    g_autofree char *directory = g_dir_make_tmp("manyseat-full-XXXXXX", NULL);
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (!mount_small(directory))
            _exit(77);
        fill_disk_and_go_on(directory);
        _exit(0);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(g_rmdir(directory), ==, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        g_test_skip("no right to mount a small file system");
    else
        g_assert_cmpint(status, ==, 0);
}

#define ADD(name, function) g_test_add("/audit/" name, Place, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(take_line, NULL, NULL);
    ADD("row", test_row);
    ADD("reader-costs-little", test_reader_costs_little);
    ADD("has-end", test_has_end);
    ADD("now", test_now);
    ADD("selection", test_selection);
    ADD("find", test_find);
    ADD("refused", test_refused);
    ADD("limits", test_limits);
    ADD("texts", test_texts);
    ADD("long-texts", test_long_texts);
    ADD("prune", test_prune);
    ADD("prune-to-limit", test_prune_to_limit);
    g_test_add_func("/audit/full-disk", test_full_disk);
    return g_test_run();
}
