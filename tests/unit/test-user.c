/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of users against an NSS of this file's own: the functions below stand before the C library's, since the test
 * is linked with them. It answers, fails and hangs on request. */
#include "daemon/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/limits.h"
#include "bus/error.h"

/* ---- the NSS ---- */

typedef struct {
    const char *name, *gecos;
    uid_t uid;
    gid_t gid;
    gid_t group; /* one more; 0 none */
} Account;

#define GID_TEACHERS 2001
#define GID_ADMINS 2002

static const Account accounts[] = {
    { "root", "root", 0, 0, 0 },
    { "daemon", "daemon", 1, 1, GID_ADMINS },
    { "nobody", "nobody", 65534, 65534, 0 },
    { "zoe", "Zoé Ruiz,Room 4,,", 1001, 100, 0 },
    { "ana", "  Анна \xff,x", 1002, 100, GID_TEACHERS },
    { "ben", "", 1003, GID_ADMINS, GID_TEACHERS },
    { "cleo", ",,,", 1004, GID_TEACHERS, 0 },
    { "bad\nname", "Bad", 1005, 100, 0 },
};

static GMutex nss_lock;
static GCond nss_cond;
static gboolean nss_hangs;
static int nss_error;
static guint nss_calls;
static guint nss_hanging;
static gsize nss_size_wanted; /* smaller buffers get ERANGE */
static guint nss_crowd;       /* accounts that getpwent() makes up besides */
static gboolean nss_no_groups;

static int
enter_nss(gsize size)
{
    int code;

    g_mutex_lock(&nss_lock);
    nss_calls++;
    nss_hanging++;
    while (nss_hangs)
        g_cond_wait(&nss_cond, &nss_lock);
    nss_hanging--;
    code = size < nss_size_wanted ? ERANGE : nss_error;
    g_mutex_unlock(&nss_lock);
    return code;
}

static void
set_nss(gboolean hangs, int error)
{
    g_mutex_lock(&nss_lock);
    nss_hangs = hangs;
    nss_error = error;
    g_cond_broadcast(&nss_cond);
    g_mutex_unlock(&nss_lock);
}

static guint
take_calls(void)
{
    guint calls;

    g_mutex_lock(&nss_lock);
    calls = nss_calls;
    nss_calls = 0;
    g_mutex_unlock(&nss_lock);
    return calls;
}

static guint
count_hanging(void)
{
    guint n;

    g_mutex_lock(&nss_lock);
    n = nss_hanging;
    g_mutex_unlock(&nss_lock);
    return n;
}

static void
fill_entry(const Account *account, struct passwd *entry)
{
    entry->pw_name = (char *) account->name;
    entry->pw_passwd = (char *) "x";
    entry->pw_gecos = (char *) account->gecos;
    entry->pw_dir = (char *) "/home/x";
    entry->pw_shell = (char *) "/bin/sh";
    entry->pw_uid = account->uid;
    entry->pw_gid = account->gid;
}

int
getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **found)
{
    int code = enter_nss(size);

    *found = NULL;
    for (guint i = 0; code == 0 && i < G_N_ELEMENTS(accounts); i++)
        if (accounts[i].uid == uid) {
            fill_entry(&accounts[i], entry);
            *found = entry;
        }
    return code;
}

int
getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **found)
{
    int code = enter_nss(size);

    *found = NULL;
    for (guint i = 0; code == 0 && i < G_N_ELEMENTS(accounts); i++)
        if (g_ascii_strcasecmp(accounts[i].name, name) == 0) {
            fill_entry(&accounts[i], entry);
            *found = entry;
        }
    return code;
}

int
getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size, struct group **found)
{
    *found = NULL;
    if (nss_no_groups)
        return 0;
    entry->gr_name = (char *) name;
    entry->gr_gid = strcmp(name, "teachers") == 0 ? GID_TEACHERS : GID_ADMINS;
    *found = entry;
    return 0;
}

/* Needs room for a hundred groups; the one that counts comes last. */
int
getgrouplist(const char *name, gid_t gid, gid_t *groups, int *n)
{
    int room = *n;

    *n = 100;
    if (room < 100)
        return -1;
    for (int i = 0; i < 100; i++)
        groups[i] = gid;
    for (guint i = 0; i < G_N_ELEMENTS(accounts); i++)
        if (strcmp(accounts[i].name, name) == 0 && accounts[i].group != 0)
            groups[99] = accounts[i].group;
    return 100;
}

static guint next_entry;

void
setpwent(void)
{
    next_entry = 0;
}

void
endpwent(void)
{
}

int
getpwent_r(struct passwd *entry, char *buffer, size_t size, struct passwd **found)
{
    int code = enter_nss(size);
    Account made_up = { buffer, "", 0, 100, 0 };

    *found = NULL;
    if (code != 0 || next_entry >= G_N_ELEMENTS(accounts) + nss_crowd)
        return code != 0 ? code : ENOENT;
    made_up.uid = 10000 + next_entry;
    g_snprintf(buffer, size, "pupil%05u", next_entry);
    fill_entry(next_entry < G_N_ELEMENTS(accounts) ? &accounts[next_entry] : &made_up, entry);
    next_entry++;
    *found = entry;
    return 0;
}

/* ---- the tests ---- */

/* Short times, far enough apart for a slow machine. */
#define FRESH_MS 400
#define STALE_MS 2500
#define DEADLINE_MS 300
#define PATIENCE_SECONDS 10

static UserDirectory *
new_directory(void)
{
    Settings settings = { .dashboard_group = (char *) "teachers",
                          .administrator_group = (char *) "admins",
                          .uid_min = 1000 };
    UserDirectory *directory = user_directory_new(&settings);

    user_directory_set_times(directory, FRESH_MS, STALE_MS, DEADLINE_MS);
    set_nss(FALSE, 0);
    nss_size_wanted = 0;
    nss_crowd = 0;
    nss_no_groups = FALSE;
    (void) take_calls();
    return directory;
}

static void
take_result(GObject *source, GAsyncResult *result, gpointer data)
{
    GAsyncResult **ret = data;

    g_assert_null(*ret);
    *ret = g_object_ref(result);
}

static gboolean
on_patience_over(gpointer data)
{
    g_error("waited %d seconds in vain", PATIENCE_SECONDS);
    return G_SOURCE_REMOVE;
}

static void
wait_for_result(GAsyncResult **result)
{
    guint alarm = g_timeout_add_seconds(PATIENCE_SECONDS, on_patience_over, NULL);

    while (*result == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(alarm);
}

static void
ensure(UserDirectory *directory, const uid_t *uids, gsize n)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError) error = NULL;

    user_directory_ensure_async(directory, uids, n, NULL, take_result, &result);
    g_assert_null(result); /* never from within */
    wait_for_result(&result);
    g_assert_true(user_directory_ensure_finish(directory, result, &error));
    g_assert_no_error(error);
}

static User *
find_uid(UserDirectory *directory, uid_t uid)
{
    ensure(directory, &uid, 1);
    return user_directory_peek_uid(directory, uid);
}

static User *
find_name(UserDirectory *directory, const char *name)
{
    g_autoptr(GAsyncResult) result = NULL;

    user_directory_ensure_name_async(directory, name, NULL, take_result, &result);
    wait_for_result(&result);
    g_assert_true(user_directory_ensure_name_finish(directory, result, NULL));
    return user_directory_peek_name(directory, name);
}

static GPtrArray *
list(UserDirectory *directory, GError **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    user_directory_list_async(directory, NULL, take_result, &result);
    g_assert_null(result);
    wait_for_result(&result);
    return user_directory_list_finish(directory, result, error);
}

static gboolean
on_time(gpointer data)
{
    *(gboolean *) data = TRUE;
    return G_SOURCE_REMOVE;
}

static void
let_pass(guint ms)
{
    gboolean over = FALSE;

    g_timeout_add(ms, on_time, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
}

/* Let every thread that hangs come home, and its answer in. */
static void
let_threads_end(void)
{
    set_nss(FALSE, 0);
    while (count_hanging() > 0)
        g_main_context_iteration(NULL, FALSE);
    let_pass(100);
}

static void
test_accounts(void)
{
    static const struct {
        uid_t uid;
        const char *name, *full_name;
        Role role;
        gboolean may_log_on;
    } cases[] = {
        { 0, "root", "root", ROLE_ADMINISTRATOR, FALSE },
        { 1, "daemon", "daemon", ROLE_ADMINISTRATOR, FALSE },
        { 65534, "nobody", "nobody", ROLE_STANDARD, FALSE },
        { 1001, "zoe", "Zoé Ruiz", ROLE_STANDARD, TRUE },
        { 1002, "ana", "Анна \xef\xbf\xbd", ROLE_DASHBOARD, TRUE },
        { 1003, "ben", "ben", ROLE_ADMINISTRATOR, TRUE },
        { 1004, "cleo", "cleo", ROLE_DASHBOARD, TRUE },
        { 1005, NULL, NULL, ROLE_STANDARD, FALSE },
        { 4711, NULL, NULL, ROLE_STANDARD, FALSE },
        { (uid_t) -1, NULL, NULL, ROLE_STANDARD, FALSE },
    };
    g_autoptr(UserDirectory) directory = new_directory();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const User *user = find_uid(directory, cases[i].uid);

        g_assert_cmpint(user != NULL, ==, cases[i].name != NULL);
        if (user == NULL)
            continue;
        g_assert_cmpstr(user->name, ==, cases[i].name);
        g_assert_cmpstr(user->full_name, ==, cases[i].full_name);
        g_assert_cmpuint(user->uid, ==, cases[i].uid);
        g_assert_cmpstr(user->home, ==, "/home/x");
        g_assert_cmpint(user->role, ==, cases[i].role);
        g_assert_cmpint(user->may_log_on, ==, cases[i].may_log_on);
        g_assert_true(find_name(directory, user->name) != NULL);
    }
}

static void
test_names(void)
{
    static const struct {
        const char *name;
        gboolean asked, known;
    } cases[] = {
        { "ana", TRUE, TRUE },        { "ANA", TRUE, FALSE },   { "nemo", TRUE, FALSE },
        { "", FALSE, FALSE },         { "a/b", FALSE, FALSE },  { "a:b", FALSE, FALSE },
        { "a\nb", FALSE, FALSE },     { "\xff", FALSE, FALSE }, { "bad\nname", FALSE, FALSE },
        { "RAUM\\ana", TRUE, FALSE }, { "ñandú", TRUE, FALSE },
    };
    g_autoptr(UserDirectory) directory = new_directory();
    g_autofree char *longest = g_strnfill(LIMIT_USER_NAME + 1, 'a');

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(find_name(directory, cases[i].name) != NULL, ==, cases[i].known);
        g_assert_cmpuint(take_calls(), ==, cases[i].asked);
    }
    g_assert_null(find_name(directory, longest));
    g_assert_cmpuint(take_calls(), ==, 0);
}

static void
test_cache(void)
{
    static const uid_t uids[] = { 1001, 1002, 4711, 1001 };
    g_autoptr(UserDirectory) directory = new_directory();

    ensure(directory, uids, 3);
    g_assert_cmpuint(take_calls(), ==, 3);
    ensure(directory, uids, 4);
    ensure(directory, uids, 0);
    g_assert_cmpuint(take_calls(), ==, 0);
    g_assert_nonnull(user_directory_peek_uid(directory, 1001));
    let_pass(FRESH_MS + 50);
    g_assert_cmpuint(take_calls(), ==, 0); /* nobody asks by himself */
    ensure(directory, uids, 1);
    g_assert_cmpuint(take_calls(), ==, 1);
}

static void
test_small_buffers(void)
{
    g_autoptr(UserDirectory) directory = new_directory();

    nss_size_wanted = 100000;
    g_assert_nonnull(find_uid(directory, 1001));
    g_assert_cmpuint(take_calls(), >, 1);
    nss_size_wanted = G_MAXSIZE; /* for ever: an end is put to it */
    g_assert_null(find_uid(directory, 1002));
}

static void
test_missing_groups(void)
{
    g_autoptr(UserDirectory) directory = new_directory();

    nss_no_groups = TRUE;
    g_assert_cmpint(find_uid(directory, 1003)->role, ==, ROLE_STANDARD);
    g_assert_cmpint(find_uid(directory, 0)->role, ==, ROLE_ADMINISTRATOR);
}

/* Many ask for the same at once: NSS hears it once. */
static void
test_joined_questions(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    g_autoptr(GAsyncResult) first = NULL;
    g_autoptr(GAsyncResult) second = NULL;
    uid_t uids[] = { 1001, 1002 };

    set_nss(TRUE, 0);
    user_directory_ensure_async(directory, uids, 1, NULL, take_result, &first);
    user_directory_ensure_async(directory, uids, 2, NULL, take_result, &second);
    set_nss(FALSE, 0);
    wait_for_result(&first);
    wait_for_result(&second);
    g_assert_cmpuint(take_calls(), ==, 2);
    g_assert_nonnull(user_directory_peek_uid(directory, 1002));
}

/* NSS hangs: what it said serves for a while, within the deadline, and then it is nobody. */
static void
test_hang(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    g_autoptr(User) kept = user_ref(find_uid(directory, 1002));
    gint64 start;

    set_nss(TRUE, 0);
    let_pass(FRESH_MS + 50);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*NSS does not answer*");
    start = g_get_monotonic_time();
    g_assert_true(find_uid(directory, 1002) == kept);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, DEADLINE_MS * 1000 * 9 / 10);
    g_test_assert_expected_messages();
    /* Not every call waits. */
    start = g_get_monotonic_time();
    g_assert_true(find_uid(directory, 1002) == kept);
    g_assert_cmpint(g_get_monotonic_time() - start, <, DEADLINE_MS * 1000 * 9 / 10);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*NSS does not answer*");
    g_assert_null(find_uid(directory, 1001));
    g_test_assert_expected_messages();
    let_pass(STALE_MS);
    g_assert_null(user_directory_peek_uid(directory, 1002));
    /* It wakes up: the late answers count. */
    let_threads_end();
    g_assert_nonnull(user_directory_peek_uid(directory, 1002));
    g_assert_nonnull(user_directory_peek_uid(directory, 1001));
}

static void
test_threads_are_bounded(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    GAsyncResult *results[30] = { NULL };

    set_nss(TRUE, 0);
    for (guint i = 0; i < 8; i++)
        g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*NSS does not answer*");
    for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
        uid_t uid = 3000 + i;

        user_directory_ensure_async(directory, &uid, 1, NULL, take_result, &results[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
        wait_for_result(&results[i]);
        g_assert_true(user_directory_ensure_finish(directory, results[i], NULL));
        g_object_unref(results[i]);
    }
    g_test_assert_expected_messages();
    g_assert_cmpuint(count_hanging(), ==, 8);
    let_threads_end();
    g_assert_nonnull(find_uid(directory, 1001));
}

/* An error is no answer: what was known stays. */
static void
test_failure(void)
{
    g_autoptr(UserDirectory) directory = new_directory();

    g_assert_nonnull(find_uid(directory, 1001));
    set_nss(FALSE, EIO);
    let_pass(FRESH_MS + 50);
    g_assert_nonnull(find_uid(directory, 1001));
    g_assert_null(find_uid(directory, 1002));
    let_pass(STALE_MS);
    g_assert_null(find_uid(directory, 1001));
    /* An account that is gone, though, is gone at once. */
    set_nss(FALSE, 0);
    let_pass(FRESH_MS + 50);
    g_assert_nonnull(find_uid(directory, 1001));
    set_nss(FALSE, ENOENT);
    let_pass(FRESH_MS + 50);
    g_assert_null(find_uid(directory, 1001));
}

static void
test_list(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) users = list(directory, &error);
    static const char *const names[] = { "ana", "ben", "cleo", "zoe" };

    g_assert_no_error(error);
    g_assert_cmpuint(users->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < users->len; i++)
        g_assert_cmpstr(((User *) users->pdata[i])->name, ==, names[i]);
    g_assert_cmpint(((User *) users->pdata[1])->role, ==, ROLE_ADMINISTRATOR);
}

static void
test_long_list(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    g_autoptr(GPtrArray) users = NULL;

    nss_crowd = 2 * LIMIT_USERS_LISTED;
    user_directory_set_times(directory, FRESH_MS, STALE_MS, 20000);
    users = list(directory, NULL);
    g_assert_cmpuint(users->len, ==, LIMIT_USERS_LISTED);
}

static void
test_list_hangs(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    g_autoptr(GError) error = NULL;

    set_nss(TRUE, 0);
    g_test_expect_message("manyseat", G_LOG_LEVEL_WARNING, "*NSS does not answer*");
    g_assert_null(list(directory, &error));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_TIMED_OUT);
    g_test_assert_expected_messages();
    let_pass(FRESH_MS + 50);
    /* One that hangs gets no second beside it: NSS enumerates for the whole process. */
    g_assert_null(list(directory, NULL));
    g_assert_cmpuint(count_hanging(), ==, 1);
    let_threads_end();
    {
        g_autoptr(GPtrArray) users = list(directory, NULL);

        g_assert_cmpuint(users->len, ==, 4);
    }
}

static void
test_cancel(void)
{
    g_autoptr(UserDirectory) directory = new_directory();
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError) error = NULL;
    uid_t uid = 1001;

    user_directory_ensure_async(directory, &uid, 1, cancellable, take_result, &result);
    g_cancellable_cancel(cancellable);
    wait_for_result(&result);
    g_assert_false(user_directory_ensure_finish(directory, result, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_free_while_asking(void)
{
    UserDirectory *directory = new_directory();
    g_autoptr(GAsyncResult) one = NULL;
    g_autoptr(GAsyncResult) all = NULL;
    g_autoptr(GError) error = NULL;
    uid_t uid = 1001;

    set_nss(TRUE, 0);
    user_directory_ensure_async(directory, &uid, 1, NULL, take_result, &one);
    user_directory_list_async(directory, NULL, take_result, &all);
    user_directory_free(directory);
    g_assert_null(one);
    wait_for_result(&one);
    wait_for_result(&all);
    g_assert_false(user_directory_ensure_finish(NULL, one, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null(user_directory_list_finish(NULL, all, NULL));
    let_threads_end();
    user_directory_free(NULL);
}

/* The first who is told frees it; the second, who waited for the same, is told that. */
typedef struct {
    UserDirectory *directory;
    guint told, succeeded;
} Ending;

static void
free_and_count(GObject *source, GAsyncResult *result, gpointer data)
{
    Ending *ending = data;

    ending->told++;
    ending->succeeded += user_directory_ensure_finish(NULL, result, NULL);
    g_clear_pointer(&ending->directory, user_directory_free);
}

static void
test_free_when_told(void)
{
    Ending ending = { new_directory(), 0, 0 };
    uid_t uids[] = { 1001, 1002 };

    user_directory_ensure_async(ending.directory, uids, 1, NULL, free_and_count, &ending);
    user_directory_ensure_async(ending.directory, uids, 2, NULL, free_and_count, &ending);
    user_directory_ensure_async(ending.directory, uids, 1, NULL, free_and_count, &ending);
    let_pass(500);
    g_assert_cmpuint(ending.told, ==, 3);
    g_assert_cmpuint(ending.succeeded, ==, 1);
}

/* Names that strangers type do not fill the memory. */
static void
test_kept_is_bounded(void)
{
    g_autoptr(UserDirectory) directory = new_directory();

    user_directory_set_times(directory, 60000, 60000, 60000);
    for (guint round = 0; round < 50; round++) {
        uid_t uids[100];

        for (guint i = 0; i < G_N_ELEMENTS(uids); i++)
            uids[i] = 100000 + round * 100 + i;
        ensure(directory, uids, G_N_ELEMENTS(uids));
    }
    (void) take_calls();
    g_assert_null(find_uid(directory, 100000));
    g_assert_cmpuint(take_calls(), ==, 1); /* the first was forgotten */
    g_assert_nonnull(find_uid(directory, 1001));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/user/accounts", test_accounts);
    g_test_add_func("/user/names", test_names);
    g_test_add_func("/user/cache", test_cache);
    g_test_add_func("/user/small-buffers", test_small_buffers);
    g_test_add_func("/user/missing-groups", test_missing_groups);
    g_test_add_func("/user/joined-questions", test_joined_questions);
    g_test_add_func("/user/hang", test_hang);
    g_test_add_func("/user/threads-are-bounded", test_threads_are_bounded);
    g_test_add_func("/user/failure", test_failure);
    g_test_add_func("/user/list", test_list);
    g_test_add_func("/user/long-list", test_long_list);
    g_test_add_func("/user/list-hangs", test_list_hangs);
    g_test_add_func("/user/cancel", test_cancel);
    g_test_add_func("/user/free-while-asking", test_free_while_asking);
    g_test_add_func("/user/free-when-told", test_free_when_told);
    g_test_add_func("/user/kept-is-bounded", test_kept_is_bounded);
    return g_test_run();
}
