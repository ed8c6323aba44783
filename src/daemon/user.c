/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/limits.h"
#include "bus/error.h"

#define THREADS_MOST 8          /* hung ones included; with so many only what is kept is said */
#define KEPT_MOST 4096          /* answers, also "no such account" of names that somebody typed */
#define ANSWER_BYTES (4u << 20) /* of one NSS answer; a group may have many members */
#define GROUPS_MOST 65536       /* of one account */
#define UID_OVERFLOW ((uid_t) 65534)

/* Keys of questions and answers: "u1000" an account by uid, "nana" by name, KEY_LIST all. */
#define KEY_LIST "*"

/* What the threads need of the settings. */
typedef struct {
    char *groups[N_ROLES]; /* NULL for the standard role */
    uid_t uid_min;
} Rules;

/* What NSS said of one key. */
typedef struct {
    gboolean failed; /* it did not say anything that counts */
    User *user;      /* NULL: no such account */
    GPtrArray *list; /* for KEY_LIST */
} Answer;

/* The answer that is kept for one key. */
typedef struct {
    User *user;
    GPtrArray *list;
    gint64 known;   /* when it was said */
    gint64 checked; /* when it was said, or not said in time */
} Kept;

/* One thread's work. Keys, rules and answers go to the thread and come back; the rest is the directory's thread's own. */
typedef struct {
    Rules *rules;
    GPtrArray *keys;
    Answer *answers; /* one a key */
    GMainContext *context;
    UserDirectory *directory; /* NULL when that was freed meanwhile */
    GPtrArray *waiters;       /* tasks */
    GSource *deadline;
} Question;

struct UserDirectory {
    Rules *rules;
    GMainContext *context;
    GHashTable *kept;     /* key -> Kept */
    GHashTable *asking;   /* key -> Question whose deadline is not over; borrowed */
    GPtrArray *questions; /* one a thread that runs, hung ones included */
    gboolean listing;     /* a thread is enumerating: NSS keeps one place for the whole process */
    gint64 fresh, stale, deadline; /* microseconds */
};

/* ---- users ---- */

static void
clear_user(gpointer data)
{
    User *user = data;

    g_free(user->name);
    g_free(user->full_name);
    g_free(user->home);
}

User *
user_ref(User *user)
{
    return g_atomic_rc_box_acquire(user);
}

void
user_unref(User *user)
{
    if (user != NULL)
        g_atomic_rc_box_release_full(user, clear_user);
}

static char *
first_field(const char *gecos, const char *name)
{
    g_autofree char *field =
        g_strndup(gecos != NULL ? gecos : "", strcspn(gecos ? gecos : "", ","));
    g_autofree char *valid = g_utf8_make_valid(field, -1);

    g_strstrip(valid);
    return valid[0] != '\0' ? g_steal_pointer(&valid) : g_strdup(name);
}

/* What can be the name of an account, and may be shown. */
static gboolean
is_name(const char *name)
{
    if (name[0] == '\0' || strlen(name) > LIMIT_USER_NAME || !g_utf8_validate(name, -1, NULL))
        return FALSE;
    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p))
        if (*p == '/' || *p == ':' || g_unichar_iscntrl(g_utf8_get_char(p)))
            return FALSE;
    return TRUE;
}

/* ---- in the threads: nothing but NSS and what the question holds ---- */

static void
clear_rules(gpointer data)
{
    Rules *rules = data;

    for (guint i = 0; i < N_ROLES; i++)
        g_free(rules->groups[i]);
}

static gboolean
says_unknown(int code)
{
    return code == 0 || code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
}

/* One call of a get..._r() function: TRUE when it is to be called again with the larger buffer. */
static gboolean
grow(int code, char **buffer, gsize *size)
{
    if (code != ERANGE || *size >= ANSWER_BYTES)
        return FALSE;
    *size *= 4;
    g_free(*buffer);
    *buffer = g_malloc(*size);
    return TRUE;
}

/* The group's number; G_MAXUINT32 when there is no such group. FALSE when NSS cannot say. */
static gboolean
ask_group(const char *name, gid_t *ret)
{
    gsize size = 4096;
    g_autofree char *buffer = g_malloc(size);
    struct group entry, *found = NULL;
    int code;

    do
        code = getgrnam_r(name, &entry, buffer, size, &found);
    while (grow(code, &buffer, &size));
    if (found == NULL && !says_unknown(code))
        return FALSE;
    *ret = found != NULL ? found->gr_gid : G_MAXUINT32;
    return TRUE;
}

static gid_t *
ask_groups_of(const char *name, gid_t gid, int *ret_n)
{
    int size = 64;
    g_autofree gid_t *groups = g_new(gid_t, size);
    int n = size;

    while (getgrouplist(name, gid, groups, &n) < 0) {
        if (size >= GROUPS_MOST)
            break;
        size = CLAMP(n, size * 2, GROUPS_MOST);
        groups = g_renew(gid_t, groups, size);
        n = size;
    }
    *ret_n = MIN(n, size);
    return g_steal_pointer(&groups);
}

static Role
find_role(const struct passwd *entry, const gid_t role_gids[N_ROLES])
{
    g_autofree gid_t *groups = NULL;
    Role role = ROLE_STANDARD;
    int n;

    if (entry->pw_uid == 0)
        return ROLE_ADMINISTRATOR;
    groups = ask_groups_of(entry->pw_name, entry->pw_gid, &n);
    for (int i = 0; i < n; i++)
        for (Role r = ROLE_ADMINISTRATOR; r > role; r--)
            if (groups[i] == role_gids[r] && role_gids[r] != G_MAXUINT32)
                role = r;
    return role;
}

static gboolean
may_log_on(const Rules *rules, uid_t uid)
{
    return uid >= rules->uid_min && uid != 0 && uid != UID_OVERFLOW && uid != (uid_t) -1;
}

static User *
make_user(const Rules *rules, const struct passwd *entry, const gid_t role_gids[N_ROLES])
{
    User *user;

    if (!is_name(entry->pw_name))
        return NULL;
    user = g_atomic_rc_box_new0(User);
    user->name = g_strdup(entry->pw_name);
    user->full_name = first_field(entry->pw_gecos, entry->pw_name);
    user->uid = entry->pw_uid;
    user->gid = entry->pw_gid;
    user->home = g_strdup(entry->pw_dir);
    user->role = find_role(entry, role_gids);
    user->may_log_on = may_log_on(rules, entry->pw_uid);
    return user;
}

static void
ask_account(const Rules *rules, const char *key, const gid_t role_gids[N_ROLES], Answer *answer)
{
    gsize size = 4096;
    g_autofree char *buffer = g_malloc(size);
    struct passwd entry, *found = NULL;
    int code;

    do
        code = key[0] == 'u' ? getpwuid_r((uid_t) g_ascii_strtoull(key + 1, NULL, 10), &entry,
                                          buffer, size, &found)
                             : getpwnam_r(key + 1, &entry, buffer, size, &found);
    while (grow(code, &buffer, &size));
    answer->failed = found == NULL && !says_unknown(code);
    if (found != NULL)
        answer->user = make_user(rules, found, role_gids);
}

static int
compare_users(gconstpointer a, gconstpointer b)
{
    return strcmp((*(User *const *) a)->name, (*(User *const *) b)->name);
}

static void
ask_list(const Rules *rules, const gid_t role_gids[N_ROLES], Answer *answer)
{
    gsize size = 4096;
    g_autofree char *buffer = g_malloc(size);
    struct passwd entry, *found = NULL;
    int code;

    answer->list = g_ptr_array_new_with_free_func((GDestroyNotify) user_unref);
    setpwent();
    while (answer->list->len < LIMIT_USERS_LISTED) {
        do
            code = getpwent_r(&entry, buffer, size, &found);
        while (grow(code, &buffer, &size));
        if (code != 0 || found == NULL)
            break;
        if (may_log_on(rules, found->pw_uid) && is_name(found->pw_name))
            g_ptr_array_add(answer->list, make_user(rules, found, role_gids));
    }
    endpwent();
    g_ptr_array_sort(answer->list, compare_users);
}

static void
ask_all(Question *question)
{
    gid_t role_gids[N_ROLES] = { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 };
    gboolean groups_known = TRUE;

    for (guint i = 0; i < N_ROLES && groups_known; i++)
        if (question->rules->groups[i] != NULL)
            groups_known = ask_group(question->rules->groups[i], &role_gids[i]);
    for (guint i = 0; i < question->keys->len; i++) {
        const char *key = question->keys->pdata[i];

        question->answers[i].failed = !groups_known;
        if (groups_known && key[0] == KEY_LIST[0])
            ask_list(question->rules, role_gids, &question->answers[i]);
        else if (groups_known)
            ask_account(question->rules, key, role_gids, &question->answers[i]);
    }
}

/* ---- questions ---- */

static void
clear_question(gpointer data)
{
    Question *question = data;

    for (guint i = 0; i < question->keys->len; i++) {
        user_unref(question->answers[i].user);
        g_clear_pointer(&question->answers[i].list, g_ptr_array_unref);
    }
    g_free(question->answers);
    g_ptr_array_unref(question->keys);
    g_ptr_array_unref(question->waiters);
    g_main_context_unref(question->context);
    g_atomic_rc_box_release_full(question->rules, clear_rules);
}

static void
question_unref(gpointer question)
{
    g_atomic_rc_box_release_full(question, clear_question);
}

static void
kept_free(gpointer data)
{
    Kept *kept = data;

    user_unref(kept->user);
    g_clear_pointer(&kept->list, g_ptr_array_unref);
    g_free(kept);
}

static gboolean
is_outdated(gpointer key, gpointer value, gpointer data)
{
    const UserDirectory *directory = data;
    const Kept *kept = value;
    gint64 now = g_get_monotonic_time();

    return now - kept->checked > directory->fresh && now - kept->known > directory->stale;
}

static gboolean
is_unknown(gpointer key, gpointer value, gpointer data)
{
    const Kept *kept = value;

    return kept->user == NULL && kept->list == NULL;
}

static Kept *
keep(UserDirectory *directory, const char *key)
{
    Kept *kept = g_hash_table_lookup(directory->kept, key);

    if (kept != NULL)
        return kept;
    if (g_hash_table_size(directory->kept) >= KEPT_MOST)
        g_hash_table_foreach_remove(directory->kept, is_outdated, directory);
    /* Names that somebody types must not push out what is known of accounts. */
    if (g_hash_table_size(directory->kept) >= KEPT_MOST)
        g_hash_table_foreach_remove(directory->kept, is_unknown, NULL);
    if (g_hash_table_size(directory->kept) >= KEPT_MOST)
        g_hash_table_remove_all(directory->kept);
    kept = g_new0(Kept, 1);
    kept->known = G_MININT64 / 2;
    kept->checked = G_MININT64 / 2;
    g_hash_table_insert(directory->kept, g_strdup(key), kept);
    return kept;
}

static void
keep_answer(UserDirectory *directory, const char *key, Answer *answer)
{
    Kept *kept = keep(directory, key);

    kept->checked = g_get_monotonic_time();
    if (answer->failed)
        return;
    kept->known = kept->checked;
    user_unref(kept->user);
    g_clear_pointer(&kept->list, g_ptr_array_unref);
    kept->user = g_steal_pointer(&answer->user);
    kept->list = g_steal_pointer(&answer->list);
}

static gboolean
on_cancelled(gpointer task)
{
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                            "the directory of users is closed");
    return G_SOURCE_REMOVE;
}

/* A callback may free the directory; who still waits then is told that it was closed. */
static void
tell_waiters(Question *question)
{
    g_autoptr(GPtrArray) waiters = g_steal_pointer(&question->waiters);

    question->waiters = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = 0; i < waiters->len; i++) {
        guint *pending = g_task_get_task_data(waiters->pdata[i]);

        if (*pending == 0 || --*pending > 0)
            continue;
        if (question->directory != NULL)
            g_task_return_boolean(waiters->pdata[i], TRUE);
        else
            (void) on_cancelled(waiters->pdata[i]);
    }
}

/* Nobody waits for it any more; its answers may still come. */
static void
end_question(UserDirectory *directory, Question *question)
{
    for (guint i = 0; i < question->keys->len; i++)
        if (g_hash_table_lookup(directory->asking, question->keys->pdata[i]) == question)
            g_hash_table_remove(directory->asking, question->keys->pdata[i]);
    if (question->deadline != NULL)
        g_source_destroy(question->deadline);
    g_clear_pointer(&question->deadline, g_source_unref);
}

static gboolean
on_answered(gpointer data)
{
    Question *question = data;
    UserDirectory *directory = question->directory;

    if (directory == NULL)
        return G_SOURCE_REMOVE;
    for (guint i = 0; i < question->keys->len; i++) {
        keep_answer(directory, question->keys->pdata[i], &question->answers[i]);
        directory->listing &= strcmp(question->keys->pdata[i], KEY_LIST) != 0;
    }
    end_question(directory, question);
    tell_waiters(question);
    if (question->directory != NULL)
        g_ptr_array_remove_fast(directory->questions, question);
    return G_SOURCE_REMOVE;
}

static gboolean
on_deadline(gpointer data)
{
    Question *question = data;
    gint64 now = g_get_monotonic_time();

    g_warning("NSS does not answer in time; going on with what it said before");
    for (guint i = 0; i < question->keys->len; i++)
        keep(question->directory, question->keys->pdata[i])->checked = now;
    g_atomic_rc_box_acquire(question);
    end_question(question->directory, question);
    tell_waiters(question);
    question_unref(question);
    return G_SOURCE_REMOVE;
}

static gpointer
run_thread(gpointer data)
{
    Question *question = data;
    g_autoptr(GSource) source = g_idle_source_new();

    ask_all(question);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_answered, question, question_unref);
    g_source_attach(source, question->context);
    return NULL;
}

static GSource *
start_deadline(UserDirectory *directory, Question *question)
{
    GSource *source = g_timeout_source_new((guint) (directory->deadline / 1000));

    g_source_set_callback(source, on_deadline, question, NULL);
    g_source_attach(source, directory->context);
    return source;
}

/* Ask for keys (taken) in a thread of its own. NULL when there are too many, or none is to be had. */
static Question *
ask(UserDirectory *directory, GPtrArray *keys)
{
    Question *question = g_atomic_rc_box_new0(Question);
    GThread *thread;

    question->rules = g_atomic_rc_box_acquire(directory->rules);
    question->keys = keys;
    question->answers = g_new0(Answer, keys->len);
    question->context = g_main_context_ref(directory->context);
    question->waiters = g_ptr_array_new_with_free_func(g_object_unref);
    thread = directory->questions->len < THREADS_MOST
                 ? g_thread_try_new("nss", run_thread, g_atomic_rc_box_acquire(question), NULL)
                 : NULL;
    if (thread == NULL) {
        if (directory->questions->len < THREADS_MOST)
            question_unref(question);
        question_unref(question);
        return NULL;
    }
    g_thread_unref(thread);
    question->directory = directory;
    question->deadline = start_deadline(directory, question);
    g_ptr_array_add(directory->questions, question);
    for (guint i = 0; i < keys->len; i++)
        g_hash_table_insert(directory->asking, keys->pdata[i], question);
    return question;
}

static void
wait_for(Question *question, GTask *task)
{
    guint *pending = g_task_get_task_data(task);

    if (question == NULL || (question->waiters->len > 0 &&
                             question->waiters->pdata[question->waiters->len - 1] == task))
        return;
    g_ptr_array_add(question->waiters, g_object_ref(task));
    ++*pending;
}

static gboolean
is_fresh(UserDirectory *directory, const char *key)
{
    const Kept *kept = g_hash_table_lookup(directory->kept, key);

    return kept != NULL && g_get_monotonic_time() - kept->checked < directory->fresh;
}

/* Answer task when every key is fresh or has been asked for. Keys are taken. */
static void
ensure_keys(UserDirectory *directory, GPtrArray *keys, GTask *task)
{
    g_autoptr(GPtrArray) all = keys;
    GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);
    guint *pending = g_new0(guint, 1);

    g_task_set_task_data(task, pending, g_free);
    for (guint i = 0; i < all->len; i++) {
        Question *question = g_hash_table_lookup(directory->asking, all->pdata[i]);

        if (question != NULL)
            wait_for(question, task);
        else if (!is_fresh(directory, all->pdata[i]))
            g_ptr_array_add(missing, g_strdup(all->pdata[i]));
    }
    if (missing->len > 0)
        wait_for(ask(directory, missing), task);
    else
        g_ptr_array_unref(missing);
    if (*pending == 0)
        g_task_return_boolean(task, TRUE);
}

/* ---- the directory ---- */

UserDirectory *
user_directory_new(const Settings *settings)
{
    UserDirectory *directory = g_new0(UserDirectory, 1);

    directory->rules = g_atomic_rc_box_new0(Rules);
    directory->rules->groups[ROLE_DASHBOARD] = g_strdup(settings->dashboard_group);
    directory->rules->groups[ROLE_ADMINISTRATOR] = g_strdup(settings->administrator_group);
    directory->rules->uid_min = settings->uid_min;
    directory->context = g_main_context_ref_thread_default();
    directory->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_free);
    directory->asking = g_hash_table_new(g_str_hash, g_str_equal);
    directory->questions = g_ptr_array_new_with_free_func(question_unref);
    user_directory_set_times(directory, USER_FRESH_SECONDS * 1000, USER_STALE_SECONDS * 1000,
                             USER_DEADLINE_SECONDS * 1000);
    return directory;
}

void
user_directory_set_times(UserDirectory *directory, guint fresh_ms, guint stale_ms,
                         guint deadline_ms)
{
    directory->fresh = (gint64) fresh_ms * 1000;
    directory->stale = (gint64) stale_ms * 1000;
    directory->deadline = (gint64) deadline_ms * 1000;
}

/* By an idle source: who frees the directory does not expect to be called back from there. */
static void
cancel_waiter(gpointer task, gpointer data)
{
    UserDirectory *directory = data;
    guint *pending = g_task_get_task_data(task);
    g_autoptr(GSource) source = NULL;

    if (*pending == 0)
        return;
    *pending = 0;
    source = g_idle_source_new();
    g_source_set_callback(source, on_cancelled, g_object_ref(task), g_object_unref);
    g_source_attach(source, directory->context);
}

void
user_directory_free(UserDirectory *directory)
{
    if (directory == NULL)
        return;
    for (guint i = 0; i < directory->questions->len; i++) {
        Question *question = directory->questions->pdata[i];

        end_question(directory, question);
        g_ptr_array_foreach(question->waiters, cancel_waiter, directory);
        question->directory = NULL;
    }
    g_ptr_array_unref(directory->questions);
    g_hash_table_unref(directory->asking);
    g_hash_table_unref(directory->kept);
    g_atomic_rc_box_release_full(directory->rules, clear_rules);
    g_main_context_unref(directory->context);
    g_free(directory);
}

static GTask *
new_task(gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, data);

    g_task_set_source_tag(task, tag);
    return task;
}

void
user_directory_ensure_async(UserDirectory *directory, const uid_t *uids, gsize n,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
    g_autoptr(GTask) task = new_task(user_directory_ensure_async, cancellable, callback, data);
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(keys, g_strdup_printf("u%u", (guint) uids[i]));
    ensure_keys(directory, keys, task);
}

gboolean
user_directory_ensure_finish(UserDirectory *directory, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_async_result_is_tagged(result, user_directory_ensure_async), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

void
user_directory_ensure_name_async(UserDirectory *directory, const char *name,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer data)
{
    g_autoptr(GTask) task = new_task(user_directory_ensure_name_async, cancellable, callback, data);
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

    if (is_name(name))
        g_ptr_array_add(keys, g_strconcat("n", name, NULL));
    ensure_keys(directory, keys, task);
}

gboolean
user_directory_ensure_name_finish(UserDirectory *directory, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_async_result_is_tagged(result, user_directory_ensure_name_async), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

static const Kept *
peek(UserDirectory *directory, const char *key)
{
    const Kept *kept = g_hash_table_lookup(directory->kept, key);

    return kept != NULL && g_get_monotonic_time() - kept->known <= directory->stale ? kept : NULL;
}

User *
user_directory_peek_uid(UserDirectory *directory, uid_t uid)
{
    g_autofree char *key = g_strdup_printf("u%u", (guint) uid);
    const Kept *kept = peek(directory, key);

    return kept != NULL ? kept->user : NULL;
}

User *
user_directory_peek_name(UserDirectory *directory, const char *name)
{
    g_autofree char *key = g_strconcat("n", name, NULL);
    const Kept *kept = peek(directory, key);

    if (kept == NULL || kept->user == NULL || strcmp(kept->user->name, name) != 0)
        return NULL;
    return kept->user;
}

void
user_directory_list_async(UserDirectory *directory, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
    g_autoptr(GTask) task = new_task(user_directory_list_async, cancellable, callback, data);
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

    /* A thread that enumerates and has missed its deadline is not given a companion. */
    if (!directory->listing || g_hash_table_contains(directory->asking, KEY_LIST))
        g_ptr_array_add(keys, g_strdup(KEY_LIST));
    ensure_keys(directory, keys, task);
    directory->listing |= g_hash_table_contains(directory->asking, KEY_LIST);
}

GPtrArray *
user_directory_list_finish(UserDirectory *directory, GAsyncResult *result, GError **error)
{
    const Kept *kept;
    GPtrArray *copy;

    g_return_val_if_fail(g_async_result_is_tagged(result, user_directory_list_async), NULL);
    if (!g_task_propagate_boolean(G_TASK(result), error))
        return NULL;
    kept = peek(directory, KEY_LIST);
    if (kept == NULL || kept->list == NULL) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_TIMED_OUT,
                            "cannot list the accounts: NSS does not answer in time");
        return NULL;
    }
    copy = g_ptr_array_new_with_free_func((GDestroyNotify) user_unref);
    for (guint i = 0; i < kept->list->len; i++)
        g_ptr_array_add(copy, user_ref(kept->list->pdata[i]));
    return copy;
}
