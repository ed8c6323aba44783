/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts as NSS (files, LDAP, AD ...) has them now, with their role. NSS may take as long as it likes, or forever: it is only
 * ever asked in threads of its own, each question has a deadline, and what it said before serves while it hangs.
 *
 * The use: make sure, asynchronously, then look. An answer is fresh for USER_FRESH_SECONDS, also the answer "no such account".
 * When NSS does not answer within USER_DEADLINE_SECONDS, what it said up to USER_STALE_SECONDS ago still counts; else the
 * account is unknown, and so nobody. All functions belong to the thread that called user_directory_new(), and callbacks
 * fire from its main context, never from within the call.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include "base/names.h"
#include "base/settings.h"

#define USER_FRESH_SECONDS 3
#define USER_STALE_SECONDS 60
#define USER_DEADLINE_SECONDS 3

/* One account; never changes. */
typedef struct {
    char *name;
    char *full_name; /* first field of the GECOS text, else the name; valid UTF-8 */
    uid_t uid;
    gid_t gid;
    char *home;
    Role role;           /* the highest that its groups give; uid 0 is an administrator */
    gboolean may_log_on; /* uid_min or above, and not the overflow uid 65534 */
} User;

User *user_ref(User *user);
void user_unref(User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(User, user_unref)

typedef struct UserDirectory UserDirectory;

/* Copies what it needs of settings. */
UserDirectory *user_directory_new(const Settings *settings);

/* Questions under way end with G_IO_ERROR_CANCELLED; a thread that hangs in NSS is left behind. NULL is fine. */
void user_directory_free(UserDirectory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UserDirectory, user_directory_free)

/* Other times than the above, for tests and for hosts that need them. Milliseconds. */
void user_directory_set_times(UserDirectory *directory, guint fresh_ms, guint stale_ms,
                              guint deadline_ms);

/* Afterwards user_directory_peek_uid() says for each of the n uids what is to be known. finish is FALSE only when cancelled:
 * an account that is unknown, or that NSS does not tell in time, is none (peek says NULL), which is no error. */
void user_directory_ensure_async(UserDirectory *directory, const uid_t *uids, gsize n,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer data);
gboolean user_directory_ensure_finish(UserDirectory *directory, GAsyncResult *result,
                                      GError **error);

/* The same for one name. An invalid name (empty, too long, not UTF-8, with '/' or control characters) is unknown without NSS
 * being asked. */
void user_directory_ensure_name_async(UserDirectory *directory, const char *name,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer data);
gboolean user_directory_ensure_name_finish(UserDirectory *directory, GAsyncResult *result,
                                           GError **error);

/* What is known, not older than USER_STALE_SECONDS; NULL: unknown. Borrowed: good until the main loop runs again, take a
 * reference to keep it. By name, the account's name is exactly that (some NSS modules know aliases). */
User *user_directory_peek_uid(UserDirectory *directory, uid_t uid);
User *user_directory_peek_name(UserDirectory *directory, const char *name);

/* The accounts that may log on, sorted by name, at most LIMIT_USERS_LISTED of those that NSS enumerates: an array of User
 * that the caller owns. Fails with MANYSEAT_ERROR_TIMED_OUT when NSS takes longer than USER_DEADLINE_SECONDS and nothing of
 * the last minute is kept. */
void user_directory_list_async(UserDirectory *directory, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
GPtrArray *user_directory_list_finish(UserDirectory *directory, GAsyncResult *result,
                                      GError **error);
