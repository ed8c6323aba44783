/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account.h"

#include "database.h"
#include "manager.h"

/* FALSE when the user was never here. */
static gboolean
read_former(Database *database, const char *name, uid_t *ret_uid, char **ret_role)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(database, "SELECT uid, role FROM account WHERE name = ?", NULL);

    if (statement == NULL ||
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        return FALSE;
    *ret_uid = (uid_t) sqlite3_column_int64(statement, 0);
    *ret_role = g_strdup((const char *) sqlite3_column_text(statement, 1));
    return TRUE;
}

static void
keep(Database *database, const User *user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(database, "INSERT OR REPLACE INTO account VALUES (?, ?, ?)", &error);

    if (statement != NULL) {
        (void) sqlite3_bind_text(statement, 1, user->name, -1, SQLITE_STATIC);
        (void) sqlite3_bind_int64(statement, 2, user->uid);
        (void) sqlite3_bind_text(statement, 3, role_to_name(user->role), -1, SQLITE_STATIC);
        (void) database_run(database, statement, NULL, &error);
    }
    if (error != NULL)
        g_warning("cannot keep what '%s' is: %s (ignoring)", user->name, error->message);
}

static void
audit(Manager *manager, const User *user, const char *act, const char *former, const char *now)
{
    g_autofree char *detail = g_strdup_printf("%s, %s", former, now);

    (void) manager_audit(manager, NULL, act, user->name, NULL, "done", detail, "");
}

void
account_note(Manager *manager, const User *user)
{
    g_autofree char *role = NULL;
    uid_t uid = 0;
    gboolean known = read_former(manager->database, user->name, &uid, &role);

    if (known && uid == user->uid && g_strcmp0(role, role_to_name(user->role)) == 0)
        return;
    if (known && uid != user->uid) {
        g_autofree char *former = g_strdup_printf("uid %u", (guint) uid);
        g_autofree char *now = g_strdup_printf("uid %u", (guint) user->uid);

        audit(manager, user, "account", former, now);
    }
    if (known && g_strcmp0(role, role_to_name(user->role)) != 0)
        audit(manager, user, "role", role, role_to_name(user->role));
    keep(manager->database, user);
}
