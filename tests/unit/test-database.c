/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the database promises: numbers that never come again, jobs as they were, and a file that survives what disks do. */
#include "daemon/database.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

typedef struct {
    char *directory;
    char *path;
} Place;

static void
set_up(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    place->directory = g_dir_make_tmp("manyseat-database-XXXXXX", &error);
    g_assert_no_error(error);
    place->path = g_build_filename(place->directory, "manyseat.db", NULL);
}

static void
tear_down(Place *place, gconstpointer data)
{
    g_autoptr(GDir) directory = g_dir_open(place->directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *path = g_build_filename(place->directory, name, NULL);

        (void) g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(place->directory), ==, 0);
    g_free(place->directory);
    g_free(place->path);
}

static Database *
open_it(Place *place)
{
    g_autoptr(GError) error = NULL;
    Database *database = database_open(place->path, &error);

    g_assert_no_error(error);
    g_assert_nonnull(database);
    return database;
}

static guint
count_files(Place *place, const char *part)
{
    g_autoptr(GDir) directory = g_dir_open(place->directory, 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(directory)) != NULL)
        n += strstr(name, part) != NULL;
    return n;
}

static void
test_numbers(Place *place, gconstpointer data)
{
    for (guint round = 0; round < 3; round++) {
        g_autoptr(Database) database = open_it(place);

        for (guint i = 1; i <= 5; i++)
            g_assert_cmpuint(database_next_session_id(database, NULL), ==, round * 5 + i);
        g_assert_cmpuint(database_next_job_id(database), ==, round + 1);
    }
}

/* A disk that takes nothing keeps nobody in the room: jobs are numbered by the clock then, above all that were counted. */
static void
test_uncounted_jobs(Place *place, gconstpointer data)
{
    g_autoptr(Database) database = open_it(place);
    sqlite3 *handle = database_handle(database);
    guint64 job;

    g_assert_cmpuint(database_next_job_id(database), ==, 1);
    g_assert_cmpint(sqlite3_exec(handle, "PRAGMA query_only=1", NULL, NULL, NULL), ==, SQLITE_OK);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*cannot count jobs*");
    job = database_next_job_id(database);
    g_assert_cmpuint(job, >, 1000000);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*cannot count jobs*");
    g_assert_cmpuint(database_next_job_id(database), >, job);
    g_test_assert_expected_messages();
    g_assert_cmpuint(database_next_session_id(database, NULL), ==, 0);
    g_assert_cmpint(sqlite3_exec(handle, "PRAGMA query_only=0", NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpuint(database_next_job_id(database), ==, 2);
}

static void
test_private_file(Place *place, gconstpointer data)
{
    g_autoptr(Database) database = open_it(place);
    g_autofree char *ballast = g_strconcat(place->path, ".ballast", NULL);
    struct stat there;

    g_assert_nonnull(database_handle(database));
    g_assert_cmpint(stat(place->path, &there), ==, 0);
    g_assert_cmpuint(there.st_mode & 07777, ==, 0600);
    g_assert_cmpint(stat(ballast, &there), ==, 0);
    g_assert_cmpuint(there.st_mode & 07777, ==, 0600);
    g_assert_cmpint(there.st_size, ==, DATABASE_BALLAST_BYTES);
    g_assert_cmpint(there.st_blocks * 512, >=, DATABASE_BALLAST_BYTES);
    /* No shared memory: nobody else can join. */
    g_assert_cmpuint(count_files(place, "-shm"), ==, 0);
}

static void
assert_next_above(Place *place, guint64 last)
{
    g_autoptr(Database) database = open_it(place);

    g_assert_cmpuint(database_next_session_id(database, NULL), >, last);
}

/* Every number that was handed out counts, whenever the process dies. */
static void
test_numbers_survive_kill(Place *place, gconstpointer data)
{
    guint64 last = 0;

    for (guint round = 0; round < 5; round++) {
        int ends[2];
        pid_t child;
        guint64 number = 0, given = 0;

        g_assert_cmpint(pipe(ends), ==, 0);
        child = fork();
        if (child == 0) {
            Database *database = database_open(place->path, NULL);

            while (database != NULL) {
                number = database_next_session_id(database, NULL);
                if (write(ends[1], &number, sizeof number) != sizeof number)
                    break;
            }
            _exit(1);
        }
        (void) close(ends[1]);
        for (guint i = 0; i < 20 + round * 7; i++)
            g_assert_cmpint(read(ends[0], &number, sizeof number), ==, sizeof number);
        g_assert_cmpint(kill(child, SIGKILL), ==, 0);
        g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
        given = number;
        while (read(ends[0], &number, sizeof number) == sizeof number)
            given = number;
        (void) close(ends[0]);
        g_assert_cmpuint(given, >, last);
        last = given;
    }
    assert_next_above(place, last);
}

static void
test_one_at_a_time(Place *place, gconstpointer data)
{
    g_autoptr(Database) database = open_it(place);
    int status;
    pid_t child = fork();

    if (child == 0) {
        GError *error = NULL;
        Database *second = database_open(place->path, &error);

        _exit(second == NULL && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BUSY) ? 7 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 7);
    g_assert_cmpuint(count_files(place, "broken"), ==, 0);
    g_assert_cmpuint(database_next_session_id(database, NULL), ==, 1);
}

static GVariant *
new_record(const char *text)
{
    GVariantBuilder record;

    g_variant_builder_init(&record, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&record, "{sv}", "message", g_variant_new_string(text));
    g_variant_builder_add(&record, "{sv}", "created", g_variant_new_int64(G_MAXINT64));
    return g_variant_builder_end(&record);
}

static void
assert_jobs(Database *database, const char *const *messages)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) jobs = database_load_jobs(database, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(jobs->len, ==, g_strv_length((char **) messages));
    for (guint i = 0; i < jobs->len; i++) {
        const char *message = NULL;

        g_assert_true(g_variant_lookup(jobs->pdata[i], "message", "&s", &message));
        g_assert_cmpstr(message, ==, messages[i]);
    }
}

static void
test_jobs(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    {
        g_autoptr(Database) database = open_it(place);

        assert_jobs(database, (const char *const[]){ NULL });
        g_assert_true(database_store_job(database, 2, new_record("dos"), &error));
        g_assert_true(database_store_job(database, 1, new_record("Привет ñ"), &error));
        g_assert_true(database_store_job(database, 2, new_record("dos y medio"), &error));
    }
    {
        g_autoptr(Database) database = open_it(place);

        assert_jobs(database, (const char *const[]){ "Привет ñ", "dos y medio", NULL });
        g_assert_true(database_forget_job(database, 1, &error));
        g_assert_true(database_forget_job(database, 77, &error));
        assert_jobs(database, (const char *const[]){ "dos y medio", NULL });
    }
    g_assert_no_error(error);
}

typedef struct {
    Database *database;
    gboolean good;
    guint depth;
} Change;

/* Two jobs, the second within a change of its own. */
static gboolean
write_change(gpointer data)
{
    Change *change = data;

    if (change->depth++ > 0)
        return database_store_job(change->database, 2, new_record("two"), NULL);
    return database_store_job(change->database, 1, new_record("one"), NULL) &&
           database_together(change->database, write_change, change) && change->good;
}

/* One change is kept wholly or not at all; what comes after it is kept again piece by piece. */
static void
test_together(Place *place, gconstpointer data)
{
    g_autoptr(Database) database = open_it(place);
    Change bad = { database, FALSE, 0 };
    Change good = { database, TRUE, 0 };

    g_assert_false(database_together(database, write_change, &bad));
    assert_jobs(database, (const char *const[]){ NULL });
    g_assert_true(database_store_job(database, 3, new_record("three"), NULL));
    g_assert_true(database_together(database, write_change, &good));
    assert_jobs(database, (const char *const[]){ "one", "two", "three", NULL });
}

static void
test_unreadable_job(Place *place, gconstpointer data)
{
    g_autoptr(Database) database = open_it(place);

    g_assert_true(database_store_job(database, 2, new_record("two"), NULL));
    g_assert_cmpint(sqlite3_exec(database_handle(database),
                                 "INSERT INTO job VALUES (1, x'ffffffffff00ff')", NULL, NULL, NULL),
                    ==, SQLITE_OK);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*record of job 1*ignoring*");
    assert_jobs(database, (const char *const[]){ "two", NULL });
    g_test_assert_expected_messages();
}

static void
test_job_too_large(Place *place, gconstpointer data)
{
    g_autoptr(Database) database = open_it(place);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(5 * 1024 * 1024, 'x');

    g_assert_false(database_store_job(database, 1, new_record(text), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    assert_jobs(database, (const char *const[]){ NULL });
}

/* What may stand there instead of a database. */
static void
spoil_with_text(const char *path)
{
    g_assert_true(g_file_set_contents(path,
                                      "This is not a database, far from it, but long enough "
                                      "to be looked at in full by everybody who opens it.\n"
                                      "This is not a database either.\n",
                                      -1, NULL));
}

static void
spoil_middle(const char *path)
{
    g_autofree char *noise = g_strnfill(6000, '\xa5');
    FILE *file = fopen(path, "r+");

    g_assert_nonnull(file);
    g_assert_cmpint(fseek(file, 4096, SEEK_SET), ==, 0);
    g_assert_cmpuint(fwrite(noise, 1, 6000, file), ==, 6000);
    g_assert_cmpint(fclose(file), ==, 0);
}

static void
cut_short(const char *path)
{
    g_assert_cmpint(truncate(path, 5000), ==, 0);
}

typedef void (*Spoil)(const char *path);

static void
test_broken(Place *place, gconstpointer data)
{
    static const Spoil spoils[] = { spoil_with_text, spoil_middle, cut_short };
    guint64 last = 0;

    {
        g_autoptr(Database) database = open_it(place);

        for (guint i = 0; i < 100; i++)
            last = database_next_session_id(database, NULL);
    }
    for (guint i = 0; i < G_N_ELEMENTS(spoils); i++) {
        g_autoptr(Database) database = NULL;
        guint64 next;

        spoils[i](place->path);
        g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*");
        g_test_expect_message("manyseat", G_LOG_LEVEL_CRITICAL, "*is broken*broken-*");
        database = open_it(place);
        g_test_assert_expected_messages();
        g_assert_cmpuint(count_files(place, ".broken-"), >=, i + 1);
        next = database_next_session_id(database, NULL);
        /* They begin at the second it is: two files that break within one second are no case. */
        g_assert_cmpuint(next, >=, i == 0 ? last + 1000 : last);
        last = next;
        g_assert_true(database_store_job(database, 1, new_record("works"), NULL));
        g_assert_cmpuint(database_next_job_id(database), >, 100);
    }
}

static void
test_newer(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    {
        g_autoptr(Database) database = open_it(place);

        g_assert_cmpint(
            sqlite3_exec(database_handle(database), "PRAGMA user_version=9999", NULL, NULL, NULL),
            ==, SQLITE_OK);
    }
    g_assert_null(database_open(place->path, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    g_assert_nonnull(strstr(error->message, "9999"));
    g_assert_cmpuint(count_files(place, "broken"), ==, 0);
}

static void
test_no_directory(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(database_open("/nonexistent/manyseat.db", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "/nonexistent/manyseat.db"));
    database_close(NULL);
}

#define ADD(name, function) g_test_add("/database/" name, Place, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("numbers", test_numbers);
    ADD("uncounted-jobs", test_uncounted_jobs);
    ADD("private-file", test_private_file);
    ADD("numbers-survive-kill", test_numbers_survive_kill);
    ADD("one-at-a-time", test_one_at_a_time);
    ADD("jobs", test_jobs);
    ADD("together", test_together);
    ADD("unreadable-job", test_unreadable_job);
    ADD("job-too-large", test_job_too_large);
    ADD("broken", test_broken);
    ADD("newer", test_newer);
    g_test_add_func("/database/no-directory", test_no_directory);
    return g_test_run();
}
