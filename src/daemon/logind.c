/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "logind.h"

#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"

#define LOGIN_NAME "org.freedesktop.login1"
#define LOGIN_PATH "/org/freedesktop/login1"
#define LOGIN_MANAGER "org.freedesktop.login1.Manager"
#define LOGIN_SESSION "org.freedesktop.login1.Session"
#define SYSTEMD_NAME "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define SYSTEMD_MANAGER "org.freedesktop.systemd1.Manager"
#define PROPERTIES "org.freedesktop.DBus.Properties"

#define CALL_TIMEOUT_MS 5000
#define RETRY_FIRST_MS 250
#define RETRY_MOST_MS 10000

/* One session that is known, by its object path. */
typedef struct {
    Logind *logind;
    char *path;
    LogindSession session; /* its id is NULL until the properties have come */
    gboolean asking;       /* GetAll is under way */
    GSource *rest;         /* its answer was there a moment ago; or NULL */
    gboolean ask_again;    /* something changed meanwhile */
    gboolean listed;       /* in the list that is being compared */
} Entry;

struct Logind {
    char *address;
    LogindEvents events;
    gpointer data;
    GCancellable *cancellable; /* of everything that is under way; cancelled by logind_free() */
    GDBusConnection *connection;
    gulong closed_handler;
    guint watch; /* of logind's name */
    guint signals[3];
    char *owner;         /* unique name of logind; NULL while it is away */
    guint generation;    /* of owner: answers to an earlier one's questions are thrown away */
    gboolean listed;     /* the answer of ListSessions is in */
    gboolean connected;  /* and all sessions of it have been told */
    GHashTable *entries; /* path -> Entry, owned */
    GSource *retry;
    guint retry_ms;
};

static void start_connecting(Logind *logind);
static void start_again(Logind *logind);

/* ---- sessions ---- */

static void
clear_session(LogindSession *session)
{
    g_free(session->id);
    g_free(session->user);
    g_free(session->type);
    g_free(session->klass);
    g_free(session->state);
    g_free(session->display);
    g_free(session->scope);
    g_free(session->seat);
    g_free(session->service);
    g_free(session->desktop);
    g_free(session->remote_host);
    memset(session, 0, sizeof *session);
}

static void
stop_resting(Entry *entry)
{
    if (entry->rest != NULL)
        g_source_destroy(entry->rest);
    g_clear_pointer(&entry->rest, g_source_unref);
}

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    stop_resting(entry);
    clear_session(&entry->session);
    g_free(entry->path);
    g_free(entry);
}

static Entry *
find_entry(Logind *logind, const char *id)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, logind->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (g_strcmp0(((Entry *) value)->session.id, id) == 0)
            return value;
    return NULL;
}

/* The properties that are read: where they go, by their type (s, u, t, b, and the pairs with a number or a name first). */
typedef struct {
    const char *name;
    const char *type;
    gsize offset;
} Property;

#define AT(member) G_STRUCT_OFFSET(LogindSession, member)

static const Property properties[] = {
    { "Id", "s", AT(id) },
    { "Name", "s", AT(user) },
    { "Type", "s", AT(type) },
    { "Class", "s", AT(klass) },
    { "State", "s", AT(state) },
    { "Display", "s", AT(display) },
    { "Scope", "s", AT(scope) },
    { "Seat", "(so)", AT(seat) },
    { "Service", "s", AT(service) },
    { "User", "(uo)", AT(uid) },
    { "Leader", "u", AT(leader) },
    { "Active", "b", AT(active) },
    { "Remote", "b", AT(remote) },
    { "Timestamp", "t", AT(since) },
    { "Desktop", "s", AT(desktop) },
    { "RemoteHost", "s", AT(remote_host) },
    { "LockedHint", "b", AT(locked) },
    { "IdleHint", "b", AT(idle) },
    { "IdleSinceHint", "t", AT(idle_since) },
};

G_STATIC_ASSERT(sizeof(uid_t) == sizeof(guint32) && sizeof(pid_t) == sizeof(guint32) &&
                sizeof(gboolean) == sizeof(guint32));

static void
take_property(const Property *property, GVariant *value, LogindSession *session)
{
    gpointer at = G_STRUCT_MEMBER_P(session, property->offset);

    if (strcmp(property->type, "s") == 0)
        *(char **) at = g_variant_dup_string(value, NULL);
    else if (strcmp(property->type, "(so)") == 0)
        g_variant_get(value, "(so)", at, NULL);
    else if (strcmp(property->type, "(uo)") == 0)
        g_variant_get(value, "(uo)", at, NULL);
    else
        g_variant_get(value, property->type, at);
}

/* FALSE when it is not the record of a session. */
static gboolean
read_session(GVariant *record, LogindSession *ret)
{
    LogindSession session = { 0 };

    for (guint i = 0; i < G_N_ELEMENTS(properties); i++) {
        g_autoptr(GVariant) value =
            g_variant_lookup_value(record, properties[i].name, G_VARIANT_TYPE(properties[i].type));

        if (value == NULL) {
            g_warning("logind does not say %s (%s) of a session; ignoring the session",
                      properties[i].name, properties[i].type);
            clear_session(&session);
            return FALSE;
        }
        take_property(&properties[i], value, &session);
    }
    *ret = session;
    return TRUE;
}

static gboolean
is_same_value(const Property *property, const LogindSession *a, const LogindSession *b)
{
    gconstpointer left = G_STRUCT_MEMBER_P(a, property->offset);
    gconstpointer right = G_STRUCT_MEMBER_P(b, property->offset);

    if (property->type[0] == 's' || strcmp(property->type, "(so)") == 0)
        return g_strcmp0(*(char *const *) left, *(char *const *) right) == 0;
    return memcmp(left, right, property->type[0] == 't' ? sizeof(gint64) : sizeof(guint32)) == 0;
}

static gboolean
is_same_session(const LogindSession *a, const LogindSession *b)
{
    for (guint i = 0; i < G_N_ELEMENTS(properties); i++)
        if (!is_same_value(&properties[i], a, b))
            return FALSE;
    return TRUE;
}

/* ---- telling ---- */

static void
tell_changed(Logind *logind, const LogindSession *session)
{
    if (logind->events.changed != NULL)
        logind->events.changed(logind, session, logind->data);
}

static void
remove_entry(Logind *logind, Entry *entry)
{
    g_hash_table_steal(logind->entries, entry->path);
    if (entry->session.id != NULL && logind->events.removed != NULL)
        logind->events.removed(logind, &entry->session, logind->data);
    entry_free(entry);
}

static void
set_connected(Logind *logind, gboolean connected)
{
    if (logind->connected == connected)
        return;
    logind->connected = connected;
    if (logind->events.connected != NULL)
        logind->events.connected(logind, connected, logind->data);
}

/* Connected is said when the list is in and no session of it is still being asked for. */
static void
check_connected(Logind *logind)
{
    GHashTableIter iter;
    gpointer value;

    if (!logind->listed || logind->connected)
        return;
    g_hash_table_iter_init(&iter, logind->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((Entry *) value)->asking)
            return;
    logind->retry_ms = RETRY_FIRST_MS;
    set_connected(logind, TRUE);
}

/* ---- asking logind ---- */

/* Which session, and whose answer: the entry may be gone, or logind another, when it comes. */
typedef struct {
    Logind *logind;
    char *path;
    guint generation;
} Question;

static void
question_free(Question *question)
{
    g_free(question->path);
    g_free(question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Question, question_free)

static void ask_session(Logind *logind, Entry *entry);

static void
take_session(Logind *logind, Entry *entry, GVariant *answer)
{
    g_autoptr(GVariant) record = g_variant_get_child_value(answer, 0);
    LogindSession session;

    if (!read_session(record, &session)) {
        remove_entry(logind, entry);
        return;
    }
    if (is_same_session(&session, &entry->session)) {
        clear_session(&session);
        return;
    }
    clear_session(&entry->session);
    entry->session = session;
    tell_changed(logind, &entry->session);
}

/* The answer of a call, NULL with a log line when there is none; *ret_cancelled: logind_free() was called. */
static GVariant *
take_answer(GObject *connection, GAsyncResult *result, gboolean *ret_cancelled)
{
    g_autoptr(GError) error = NULL;
    GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(connection), result, &error);

    *ret_cancelled = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    if (answer == NULL && !*ret_cancelled)
        g_debug("logind: %s", error->message);
    return answer;
}

static gboolean
on_rested(gpointer data)
{
    Entry *entry = data;

    stop_resting(entry);
    if (entry->ask_again)
        ask_session(entry->logind, entry);
    return G_SOURCE_REMOVE;
}

/* A user can change what logind says of his own session as fast as he likes: idle, locked. */
static void
rest(Entry *entry)
{
    entry->rest = g_timeout_source_new(LIMIT_FOREIGN_REST_MS);
    g_source_set_callback(entry->rest, on_rested, entry, NULL);
    g_source_attach(entry->rest, g_main_context_get_thread_default());
}

/* What changed after the question counts for the next one: without end it must hold up neither this answer nor the list. */
static void
take_session_answer(Logind *logind, Entry *entry, GVariant *answer)
{
    rest(entry);
    if (answer != NULL)
        take_session(logind, entry, answer);
    else if (!entry->ask_again)
        remove_entry(logind, entry);
}

static void
on_session(GObject *connection, GAsyncResult *result, gpointer data)
{
    g_autoptr(Question) question = data;
    gboolean cancelled;
    g_autoptr(GVariant) answer = take_answer(connection, result, &cancelled);
    Entry *entry;

    if (cancelled || question->generation != question->logind->generation)
        return;
    entry = g_hash_table_lookup(question->logind->entries, question->path);
    if (entry == NULL)
        return;
    entry->asking = FALSE;
    take_session_answer(question->logind, entry, answer);
    check_connected(question->logind);
}

static void
ask_session(Logind *logind, Entry *entry)
{
    Question *question;

    entry->ask_again = entry->asking || entry->rest != NULL;
    if (entry->ask_again)
        return;
    entry->asking = TRUE;
    question = g_new0(Question, 1);
    question->logind = logind;
    question->path = g_strdup(entry->path);
    question->generation = logind->generation;
    g_dbus_connection_call(logind->connection, logind->owner, entry->path, PROPERTIES, "GetAll",
                           g_variant_new("(s)", LOGIN_SESSION), G_VARIANT_TYPE("(a{sv})"),
                           G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, logind->cancellable, on_session,
                           question);
}

static Entry *
add_entry(Logind *logind, const char *path)
{
    Entry *entry = g_hash_table_lookup(logind->entries, path);

    if (entry == NULL) {
        entry = g_new0(Entry, 1);
        entry->logind = logind;
        entry->path = g_strdup(path);
        g_hash_table_insert(logind->entries, entry->path, entry);
    }
    return entry;
}

/* Take out what the list did not name; by a copy, since a callback may look at the table. */
static void
remove_unlisted(Logind *logind)
{
    g_autoptr(GList) all = g_hash_table_get_values(logind->entries);

    for (GList *link = all; link != NULL; link = link->next)
        if (!((Entry *) link->data)->listed)
            remove_entry(logind, link->data);
}

static void
take_list(Logind *logind, GVariant *answer)
{
    g_autoptr(GVariant) list = g_variant_get_child_value(answer, 0);
    GHashTableIter entries;
    GVariantIter sessions;
    gpointer value;
    const char *path;

    g_hash_table_iter_init(&entries, logind->entries);
    while (g_hash_table_iter_next(&entries, NULL, &value))
        ((Entry *) value)->listed = FALSE;
    g_variant_iter_init(&sessions, list);
    while (g_variant_iter_next(&sessions, "(su&s&s&o)", NULL, NULL, NULL, NULL, &path)) {
        Entry *entry = add_entry(logind, path);

        entry->listed = TRUE;
        ask_session(logind, entry);
    }
    remove_unlisted(logind);
    logind->listed = TRUE;
    check_connected(logind);
}

static void
on_list(GObject *connection, GAsyncResult *result, gpointer data)
{
    g_autoptr(Question) question = data;
    gboolean cancelled;
    g_autoptr(GVariant) answer = take_answer(connection, result, &cancelled);

    if (cancelled || question->generation != question->logind->generation)
        return;
    if (answer != NULL)
        take_list(question->logind, answer);
    else
        start_again(question->logind);
}

static void
ask_list(Logind *logind)
{
    Question *question = g_new0(Question, 1);

    question->logind = logind;
    question->generation = logind->generation;
    g_dbus_connection_call(logind->connection, logind->owner, LOGIN_PATH, LOGIN_MANAGER,
                           "ListSessions", NULL, G_VARIANT_TYPE("(a(susso))"),
                           G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, logind->cancellable, on_list,
                           question);
}

/* ---- what logind says by itself ---- */

static void
on_session_new(GDBusConnection *connection, const char *sender, const char *object,
               const char *interface, const char *signal, GVariant *parameters, gpointer data)
{
    const char *path;

    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(so)")))
        return;
    g_variant_get(parameters, "(&s&o)", NULL, &path);
    ask_session(data, add_entry(data, path));
}

static void
on_session_removed(GDBusConnection *connection, const char *sender, const char *object,
                   const char *interface, const char *signal, GVariant *parameters, gpointer data)
{
    Logind *logind = data;
    const char *path;
    Entry *entry;

    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(so)")))
        return;
    g_variant_get(parameters, "(&s&o)", NULL, &path);
    entry = g_hash_table_lookup(logind->entries, path);
    if (entry != NULL)
        remove_entry(logind, entry);
    check_connected(logind);
}

static void
on_properties_changed(GDBusConnection *connection, const char *sender, const char *object,
                      const char *interface, const char *signal, GVariant *parameters,
                      gpointer data)
{
    Logind *logind = data;
    Entry *entry = g_hash_table_lookup(logind->entries, object);

    if (entry != NULL)
        ask_session(logind, entry);
}

static guint
subscribe(Logind *logind, const char *interface, const char *member, const char *argument,
          GDBusSignalCallback callback)
{
    return g_dbus_connection_signal_subscribe(logind->connection, logind->owner, interface, member,
                                              NULL, argument, G_DBUS_SIGNAL_FLAGS_NONE, callback,
                                              logind, NULL);
}

/* ---- the connection ---- */

static void
lose_owner(Logind *logind)
{
    GHashTableIter iter;
    gpointer value;

    for (guint i = 0; i < G_N_ELEMENTS(logind->signals); i++) {
        if (logind->signals[i] != 0)
            g_dbus_connection_signal_unsubscribe(logind->connection, logind->signals[i]);
        logind->signals[i] = 0;
    }
    g_clear_pointer(&logind->owner, g_free);
    logind->generation++;
    logind->listed = FALSE;
    g_hash_table_iter_init(&iter, logind->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        ((Entry *) value)->asking = FALSE;
        ((Entry *) value)->ask_again = FALSE;
        stop_resting(value);
    }
}

static void
on_appeared(GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
    Logind *logind = data;

    lose_owner(logind);
    logind->owner = g_strdup(owner);
    logind->signals[0] = subscribe(logind, LOGIN_MANAGER, "SessionNew", NULL, on_session_new);
    logind->signals[1] =
        subscribe(logind, LOGIN_MANAGER, "SessionRemoved", NULL, on_session_removed);
    logind->signals[2] =
        subscribe(logind, PROPERTIES, "PropertiesChanged", LOGIN_SESSION, on_properties_changed);
    ask_list(logind);
}

static void
on_vanished(GDBusConnection *connection, const char *name, gpointer data)
{
    Logind *logind = data;

    lose_owner(logind);
    set_connected(logind, FALSE);
}

static void
drop_connection(Logind *logind)
{
    lose_owner(logind);
    g_clear_handle_id(&logind->watch, g_bus_unwatch_name);
    if (logind->connection == NULL)
        return;
    g_clear_signal_handler(&logind->closed_handler, logind->connection);
    g_dbus_connection_close(logind->connection, NULL, NULL, NULL);
    g_clear_object(&logind->connection);
}

static gboolean
on_retry(gpointer data)
{
    Logind *logind = data;

    g_clear_pointer(&logind->retry, g_source_unref);
    start_connecting(logind);
    return G_SOURCE_REMOVE;
}

/* Drop what is there, and connect anew in a while. */
static void
start_again(Logind *logind)
{
    drop_connection(logind);
    if (logind->retry == NULL) {
        logind->retry = g_timeout_source_new(logind->retry_ms);
        logind->retry_ms = MIN(logind->retry_ms * 2, RETRY_MOST_MS);
        g_source_set_callback(logind->retry, on_retry, logind, NULL);
        g_source_attach(logind->retry, g_main_context_get_thread_default());
    }
    set_connected(logind, FALSE);
}

static void
on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    g_message("The connection to logind's bus was closed; connecting anew");
    start_again(data);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection =
        g_dbus_connection_new_for_address_finish(result, &error);
    Logind *logind = data;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (connection == NULL) {
        g_debug("cannot connect to logind's bus: %s; trying again", error->message);
        start_again(logind);
        return;
    }
    g_dbus_connection_set_exit_on_close(connection, FALSE);
    logind->connection = g_steal_pointer(&connection);
    logind->closed_handler =
        g_signal_connect(logind->connection, "closed", G_CALLBACK(on_closed), logind);
    logind->watch = g_bus_watch_name_on_connection(logind->connection, LOGIN_NAME,
                                                   G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_appeared,
                                                   on_vanished, logind, NULL);
}

static void
start_connecting(Logind *logind)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *address =
        logind->address != NULL
            ? g_strdup(logind->address)
            : g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, logind->cancellable, &error);

    if (address == NULL) {
        g_warning("cannot find the system bus: %s; trying again", error->message);
        start_again(logind);
        return;
    }
    g_dbus_connection_new_for_address(address,
                                      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                      NULL, logind->cancellable, on_connected, logind);
}

/* ---- the whole ---- */

gboolean
logind_is_there(void)
{
    struct stat systemd, seats;

    return lstat("/run/systemd/system", &systemd) == 0 && S_ISDIR(systemd.st_mode) &&
           lstat("/run/systemd/seats", &seats) == 0 && S_ISDIR(seats.st_mode);
}

Logind *
logind_new(const char *address, const LogindEvents *events, gpointer data)
{
    Logind *logind = g_new0(Logind, 1);

    logind->address = g_strdup(address);
    logind->events = *events;
    logind->data = data;
    logind->cancellable = g_cancellable_new();
    logind->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    logind->retry_ms = RETRY_FIRST_MS;
    start_connecting(logind);
    return logind;
}

void
logind_free(Logind *logind)
{
    if (logind == NULL)
        return;
    g_cancellable_cancel(logind->cancellable);
    drop_connection(logind);
    if (logind->retry != NULL) {
        g_source_destroy(logind->retry);
        g_source_unref(logind->retry);
    }
    g_hash_table_unref(logind->entries);
    g_object_unref(logind->cancellable);
    g_free(logind->address);
    g_free(logind);
}

gboolean
logind_is_connected(const Logind *logind)
{
    return logind->connected;
}

GPtrArray *
logind_list(Logind *logind)
{
    GPtrArray *sessions = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, logind->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((Entry *) value)->session.id != NULL)
            g_ptr_array_add(sessions, &((Entry *) value)->session);
    return sessions;
}

const LogindSession *
logind_find(Logind *logind, const char *id)
{
    const Entry *entry = find_entry(logind, id);

    return entry != NULL ? &entry->session : NULL;
}

/* ---- scopes ---- */

/* A unit or user that is gone, or has no process left, is what was asked for. */
static gboolean
says_gone(const GError *error)
{
    g_autofree char *name = g_dbus_error_get_remote_error(error);

    return g_strcmp0(name, "org.freedesktop.systemd1.NoSuchUnit") == 0 ||
           g_strcmp0(name, "org.freedesktop.systemd1.NoSuchProcess") == 0 ||
           g_strcmp0(name, "org.freedesktop.login1.NoSuchUser") == 0;
}

static void
on_unit_called(GObject *connection, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(connection), result, &error);

    if (answer != NULL || says_gone(error)) {
        g_task_return_boolean(task, TRUE);
    } else if (g_cancellable_is_cancelled(g_task_get_task_data(task))) {
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "logind is closed");
    } else {
        g_dbus_error_strip_remote_error(error);
        g_prefix_error(&error, "cannot end the %s: ", g_task_get_name(task));
        g_task_return_error(task, g_steal_pointer(&error));
    }
}

/* A manager that is asked to end something. */
typedef struct {
    const char *what, *name, *path, *interface;
} Ender;

static const Ender systemd = { "scope", SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_MANAGER };
static const Ender login = { "user", LOGIN_NAME, LOGIN_PATH, LOGIN_MANAGER };

static void
call_ender(Logind *logind, const Ender *ender, const char *method, GVariant *parameters,
           GTask *task)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(parameters);

    g_task_set_name(task, ender->what);
    g_task_set_task_data(task, g_object_ref(logind->cancellable), g_object_unref);
    if (logind->connection == NULL) {
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                                "cannot reach '%s': not connected to the system bus", ender->name);
        g_object_unref(task);
        return;
    }
    g_dbus_connection_call(logind->connection, ender->name, ender->path, ender->interface, method,
                           owned, NULL, G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS,
                           g_task_get_cancellable(task), on_unit_called, task);
}

void
logind_stop_scope_async(Logind *logind, const char *scope, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, data);

    g_task_set_source_tag(task, logind_stop_scope_async);
    call_ender(logind, &systemd, "StopUnit", g_variant_new("(ss)", scope, "replace"), task);
}

gboolean
logind_stop_scope_finish(Logind *logind, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_async_result_is_tagged(result, logind_stop_scope_async), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

void
logind_end_user_async(Logind *logind, uid_t uid, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, data);

    g_task_set_source_tag(task, logind_end_user_async);
    call_ender(logind, &login, "TerminateUser", g_variant_new("(u)", (guint32) uid), task);
}

gboolean
logind_end_user_finish(GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_async_result_is_tagged(result, logind_end_user_async), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}
