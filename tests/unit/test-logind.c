/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client of logind and systemd against a double of both, on a message bus of the test's own. */
#include "daemon/logind.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "base/limits.h"

#define PATIENCE_SECONDS 20

/* ---- the double ---- */

static const char double_xml[] =
    "<node>"
    "<interface name='org.freedesktop.login1.Manager'>"
    "<method name='ListSessions'><arg type='a(susso)' direction='out'/></method>"
    "<method name='TerminateUser'><arg type='u' direction='in'/></method>"
    "</interface>"
    "<interface name='org.freedesktop.login1.Session'>"
    "<property name='Id' type='s' access='read'/><property name='Name' type='s' access='read'/>"
    "<property name='Type' type='s' access='read'/><property name='Class' type='s' access='read'/>"
    "<property name='State' type='s' access='read'/>"
    "<property name='Display' type='s' access='read'/>"
    "<property name='Scope' type='s' access='read'/>"
    "<property name='Service' type='s' access='read'/>"
    "<property name='Seat' type='(so)' access='read'/>"
    "<property name='User' type='(uo)' access='read'/>"
    "<property name='Leader' type='u' access='read'/>"
    "<property name='Active' type='b' access='read'/>"
    "<property name='Remote' type='b' access='read'/>"
    "<property name='Timestamp' type='t' access='read'/>"
    "<property name='Desktop' type='s' access='read'/>"
    "<property name='RemoteHost' type='s' access='read'/>"
    "<property name='LockedHint' type='b' access='read'/>"
    "<property name='IdleHint' type='b' access='read'/>"
    "<property name='IdleSinceHint' type='t' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.systemd1.Manager'>"
    "<method name='StopUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "</interface>"
    "</node>";

typedef struct {
    char id[8];
    char path[64];
    const char *state;
    guint registration;
} FakeSession;

typedef struct {
    GDBusNodeInfo *info;
    GDBusConnection *connection;
    FakeSession sessions[4];
    guint n_sessions;
    GString *calls;     /* of systemd */
    const char *refuse; /* D-Bus error that calls of systemd get; "" never answers */
} Double;

static GVariant *
list_sessions(Double *fake)
{
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("a(susso)"));
    for (guint i = 0; i < fake->n_sessions; i++)
        g_variant_builder_add(&list, "(susso)", fake->sessions[i].id, 1000, "ana", "",
                              fake->sessions[i].path);
    return g_variant_new("(a(susso))", &list);
}

static void
handle_call(GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *method, GVariant *parameters,
            GDBusMethodInvocation *invocation, gpointer data)
{
    Double *fake = data;
    g_autofree char *text = g_variant_print(parameters, FALSE);

    if (strcmp(method, "ListSessions") == 0) {
        g_dbus_method_invocation_return_value(invocation, list_sessions(fake));
        return;
    }
    g_string_append_printf(fake->calls, "%s%s ", method, text);
    if (fake->refuse == NULL)
        g_dbus_method_invocation_return_value(
            invocation, strcmp(method, "StopUnit") == 0 ? g_variant_new("(o)", "/job/1") : NULL);
    else if (fake->refuse[0] != '\0')
        g_dbus_method_invocation_return_dbus_error(invocation, fake->refuse, "it is so");
    else
        g_object_unref(invocation);
}

static void emit_changed(Double *fake, const FakeSession *session);

/* Whose sessions change while they are asked about, each time; or NULL. */
static Double *restless;
static guint n_asked;

static GVariant *
get_property(GDBusConnection *connection, const char *sender, const char *path,
             const char *interface, const char *name, GError **error, gpointer data)
{
    static const char *const values[][2] = {
        { "Name", "'ana'" },
        { "Type", "'x11'" },
        { "Class", "'user'" },
        { "Display", "':10'" },
        { "Service", "'xrdp'" },
        { "Leader", "uint32 4242" },
        { "Active", "true" },
        { "Remote", "false" },
        { "Timestamp", "uint64 1700000000000000" },
        { "Desktop", "'xfce'" },
        { "RemoteHost", "'192.0.2.7'" },
        { "LockedHint", "false" },
        { "IdleHint", "true" },
        { "IdleSinceHint", "uint64 1700000000000001" },
        { "Seat", "('seat0', objectpath '/seat')" },
        { "User", "(uint32 1000, objectpath '/user')" },
    };
    const FakeSession *session = data;

    if (restless != NULL && strcmp(name, "Id") == 0) {
        n_asked++;
        emit_changed(restless, session);
    }
    if (strcmp(name, "Id") == 0)
        return g_variant_new_string(session->id);
    if (strcmp(name, "State") == 0)
        return g_variant_new_string(session->state);
    if (strcmp(name, "Scope") == 0)
        return g_variant_new_take_string(g_strdup_printf("session-%s.scope", session->id));
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i][0], name) == 0)
            return g_variant_parse(NULL, values[i][1], NULL, NULL, error);
    g_assert_not_reached();
}

static const GDBusInterfaceVTable vtable = { handle_call, get_property, NULL, { 0 } };

static guint export(Double *fake, const char *path, const char *interface, gpointer data)
{
    g_autoptr(GError) error = NULL;
    guint id = g_dbus_connection_register_object(
        fake->connection, path, g_dbus_node_info_lookup_interface(fake->info, interface), &vtable,
        data, NULL, &error);

    g_assert_no_error(error);
    return id;
}

static void
add_session(Double *fake, const char *id)
{
    FakeSession *session = &fake->sessions[fake->n_sessions++];

    g_strlcpy(session->id, id, sizeof session->id);
    g_snprintf(session->path, sizeof session->path, "/org/freedesktop/login1/session/%s", id);
    session->state = "online";
    session->registration = export(fake, session->path, "org.freedesktop.login1.Session", session);
}

static void
emit(GDBusConnection *connection, const char *path, const char *interface, const char *name,
     GVariant *parameters)
{
    g_autoptr(GError) error = NULL;

    g_dbus_connection_emit_signal(connection, NULL, path, interface, name, parameters, &error);
    g_assert_no_error(error);
}

static void
emit_session(GDBusConnection *connection, const char *name, const FakeSession *session)
{
    emit(connection, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", name,
         g_variant_new("(so)", session->id, session->path));
}

static void
emit_changed(Double *fake, const FakeSession *session)
{
    emit(fake->connection, session->path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
         g_variant_new("(sa{sv}as)", "org.freedesktop.login1.Session", NULL, NULL));
}

static GDBusConnection *
connect_to(const char *address)
{
    g_autoptr(GError) error = NULL;
    GDBusConnection *connection =
        g_dbus_connection_new_for_address_sync(address,
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);

    g_assert_no_error(error);
    g_dbus_connection_set_exit_on_close(connection, FALSE);
    return connection;
}

static void
own(GDBusConnection *connection, const char *name)
{
    g_autoptr(GError) error = NULL;
    GVariant *answer = g_dbus_connection_call_sync(
        connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new("(su)", name, 4), NULL, 0, 5000, NULL, &error);

    g_assert_no_error(error);
    g_variant_unref(answer);
}

/* Sessions as "1 2". */
static void
start_double(Double *fake, const char *address, const char *ids)
{
    g_auto(GStrv) each = g_strsplit(ids, " ", -1);

    memset(fake, 0, sizeof *fake);
    fake->info = g_dbus_node_info_new_for_xml(double_xml, NULL);
    fake->connection = connect_to(address);
    fake->calls = g_string_new(NULL);
    for (guint i = 0; each[i] != NULL; i++)
        add_session(fake, each[i]);
    (void) export(fake, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", fake);
    (void) export(fake, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", fake);
    own(fake->connection, "org.freedesktop.systemd1");
    own(fake->connection, "org.freedesktop.login1");
}

static void
stop_double(Double *fake)
{
    if (fake->connection == NULL)
        return;
    g_dbus_connection_close_sync(fake->connection, NULL, NULL);
    g_clear_object(&fake->connection);
    g_clear_pointer(&fake->info, g_dbus_node_info_unref);
    g_string_free(fake->calls, TRUE);
}

/* ---- the bus ---- */

typedef struct {
    char *directory, *address;
    GSubprocess *bus;
    Double fake;
    Logind *logind;
    GString *events; /* what was told, in order */
} Host;

static void
start_bus(Host *host)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *option = g_strconcat("--address=", host->address, NULL);
    char byte;

    host->bus = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                 &error, "dbus-daemon", "--session", "--nofork", "--nopidfile",
                                 "--print-address=1", option, NULL);
    g_assert_no_error(error);
    /* Its address is printed when it listens. */
    g_assert_cmpint(
        g_input_stream_read(g_subprocess_get_stdout_pipe(host->bus), &byte, 1, NULL, NULL), ==, 1);
}

static void
stop_bus(Host *host)
{
    g_autofree char *path = g_build_filename(host->directory, "bus", NULL);

    g_subprocess_force_exit(host->bus);
    g_assert_true(g_subprocess_wait(host->bus, NULL, NULL));
    g_clear_object(&host->bus);
    (void) g_unlink(path);
}

static void
set_up(Host *host, gconstpointer data)
{
    host->directory = g_dir_make_tmp("manyseat-logind-XXXXXX", NULL);
    host->address = g_strdup_printf("unix:path=%s/bus", host->directory);
    host->events = g_string_new(NULL);
    start_bus(host);
}

static void
tear_down(Host *host, gconstpointer data)
{
    logind_free(host->logind);
    stop_double(&host->fake);
    if (host->bus != NULL)
        stop_bus(host);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpint(g_rmdir(host->directory), ==, 0);
    g_string_free(host->events, TRUE);
    g_free(host->address);
    g_free(host->directory);
}

static void
on_changed(Logind *logind, const LogindSession *session, gpointer data)
{
    Host *host = data;

    g_assert_true(logind_find(logind, session->id) == session);
    g_string_append_printf(host->events, "%s:%s ", session->id, session->state);
}

static void
on_removed(Logind *logind, const LogindSession *session, gpointer data)
{
    Host *host = data;

    g_assert_null(logind_find(logind, session->id));
    g_string_append_printf(host->events, "-%s ", session->id);
}

static void
on_connected(Logind *logind, gboolean connected, gpointer data)
{
    Host *host = data;

    g_assert_cmpint(logind_is_connected(logind), ==, connected);
    g_string_append(host->events, connected ? "up " : "down ");
}

static void
start_logind(Host *host)
{
    static const LogindEvents events = { on_changed, on_removed, on_connected };

    host->logind = logind_new(host->address, &events, host);
    g_assert_cmpstr(host->events->str, ==, "");
}

static gboolean
on_patience_over(gpointer data)
{
    g_error("waited in vain; the events were: %s", ((GString *) data)->str);
    return G_SOURCE_REMOVE;
}

/* Wait until exactly this was told since last time. */
static void
expect(Host *host, const char *events)
{
    guint alarm = g_timeout_add_seconds(PATIENCE_SECONDS, on_patience_over, host->events);

    while (host->events->len < strlen(events))
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(alarm);
    g_assert_cmpstr(host->events->str, ==, events);
    g_string_truncate(host->events, 0);
}

/* ---- the tests ---- */

static void
test_record(Host *host, gconstpointer data)
{
    const LogindSession *session;
    g_autoptr(GPtrArray) list = NULL;

    start_double(&host->fake, host->address, "c7");
    start_logind(host);
    g_assert_false(logind_is_connected(host->logind));
    expect(host, "c7:online up ");
    list = logind_list(host->logind);
    g_assert_cmpuint(list->len, ==, 1);
    session = list->pdata[0];
    g_assert_true(logind_find(host->logind, "c7") == session);
    g_assert_null(logind_find(host->logind, "c8"));
    g_assert_cmpstr(session->id, ==, "c7");
    g_assert_cmpuint(session->uid, ==, 1000);
    g_assert_cmpstr(session->user, ==, "ana");
    g_assert_cmpstr(session->type, ==, "x11");
    g_assert_cmpstr(session->klass, ==, "user");
    g_assert_cmpstr(session->state, ==, "online");
    g_assert_cmpstr(session->display, ==, ":10");
    g_assert_cmpstr(session->scope, ==, "session-c7.scope");
    g_assert_cmpstr(session->seat, ==, "seat0");
    g_assert_cmpstr(session->service, ==, "xrdp");
    g_assert_cmpint(session->leader, ==, 4242);
    g_assert_true(session->active);
    g_assert_false(session->remote);
    g_assert_cmpint(session->since, ==, 1700000000000000);
}

static void
test_coming_and_going(Host *host, gconstpointer data)
{
    Double *fake = &host->fake;

    start_double(fake, host->address, "1");
    start_logind(host);
    expect(host, "1:online up ");
    add_session(fake, "2");
    emit_session(fake->connection, "SessionNew", &fake->sessions[1]);
    expect(host, "2:online ");
    fake->sessions[0].state = "closing";
    emit_changed(fake, &fake->sessions[0]);
    expect(host, "1:closing ");
    /* Nothing that is told has changed: nothing is said. */
    emit_changed(fake, &fake->sessions[1]);
    emit_session(fake->connection, "SessionRemoved", &fake->sessions[0]);
    expect(host, "-1 ");
    /* One that comes and goes before it was asked for, and one that was never there. */
    add_session(fake, "3");
    emit_session(fake->connection, "SessionNew", &fake->sessions[2]);
    emit_session(fake->connection, "SessionRemoved", &fake->sessions[2]);
    emit_session(fake->connection, "SessionRemoved", &fake->sessions[2]);
    emit_session(fake->connection, "SessionRemoved", &fake->sessions[1]);
    expect(host, "-2 ");
}

static gboolean
on_second(gpointer data)
{
    *(gboolean *) data = TRUE;
    return G_SOURCE_REMOVE;
}

/* He is listed all the same, the others' list is done, and it costs so much and no more. */
static void
test_changes_without_end(Host *host, gconstpointer data)
{
    gint64 began = g_get_monotonic_time();
    gboolean second = FALSE;

    start_double(&host->fake, host->address, "1");
    restless = &host->fake;
    start_logind(host);
    expect(host, "1:online up ");
    host->fake.sessions[0].state = "active";
    expect(host, "1:active ");
    (void) g_timeout_add_seconds(1, on_second, &second);
    while (!second)
        g_main_context_iteration(NULL, TRUE);
    restless = NULL;
    g_assert_cmpuint(n_asked, >, 2);
    g_assert_cmpuint(n_asked, <=,
                     (g_get_monotonic_time() - began) / 1000 / LIMIT_FOREIGN_REST_MS + 2);
}

static void
test_empty(Host *host, gconstpointer data)
{
    start_double(&host->fake, host->address, "1");
    host->fake.n_sessions = 0;
    start_logind(host);
    expect(host, "up ");
}

/* Anybody on a bus can send a signal; only logind's count. */
static void
test_spoof(Host *host, gconstpointer data)
{
    Double *fake = &host->fake;
    g_autoptr(GDBusConnection) stranger = NULL;

    start_double(fake, host->address, "1 2");
    start_logind(host);
    while (!logind_is_connected(host->logind))
        g_main_context_iteration(NULL, TRUE);
    g_string_truncate(host->events, 0);
    stranger = connect_to(host->address);
    emit_session(stranger, "SessionRemoved", &fake->sessions[0]);
    g_assert_true(g_dbus_connection_flush_sync(stranger, NULL, NULL));
    emit_session(fake->connection, "SessionRemoved", &fake->sessions[1]);
    expect(host, "-2 ");
    g_assert_nonnull(logind_find(host->logind, "1"));
}

static void
test_logind_restarts(Host *host, gconstpointer data)
{
    start_double(&host->fake, host->address, "1 2");
    start_logind(host);
    while (!logind_is_connected(host->logind))
        g_main_context_iteration(NULL, TRUE);
    g_string_truncate(host->events, 0);
    stop_double(&host->fake);
    expect(host, "down ");
    g_assert_nonnull(logind_find(host->logind, "1"));
    start_double(&host->fake, host->address, "2 3");
    /* 2 is as it was. */
    expect(host, "-1 3:online up ");
    g_assert_nonnull(logind_find(host->logind, "2"));
}

static void
test_bus_restarts(Host *host, gconstpointer data)
{
    start_double(&host->fake, host->address, "1");
    start_logind(host);
    expect(host, "1:online up ");
    stop_bus(host);
    g_test_expect_message("manyseat", G_LOG_LEVEL_MESSAGE, "*connecting anew*");
    expect(host, "down ");
    g_test_assert_expected_messages();
    stop_double(&host->fake);
    start_bus(host);
    start_double(&host->fake, host->address, "4");
    expect(host, "-1 4:online up ");
}

static void
test_no_bus_yet(Host *host, gconstpointer data)
{
    stop_bus(host);
    start_logind(host);
    for (guint i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    start_bus(host);
    start_double(&host->fake, host->address, "1");
    expect(host, "1:online up ");
}

/* ---- scopes ---- */

static void
take_result(GObject *source, GAsyncResult *result, gpointer data)
{
    *(GAsyncResult **) data = g_object_ref(result);
}

static GAsyncResult *
wait_for_result(GAsyncResult **result, GString *events)
{
    guint alarm = g_timeout_add_seconds(PATIENCE_SECONDS, on_patience_over, events);

    while (*result == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(alarm);
    return *result;
}

static gboolean
stop_scope(Host *host, GError **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    logind_stop_scope_async(host->logind, "session-1.scope", NULL, take_result, &result);
    g_assert_null(result);
    return logind_stop_scope_finish(host->logind, wait_for_result(&result, host->events), error);
}

static void
test_scopes(Host *host, gconstpointer data)
{
    static const struct {
        const char *refuse;
        gboolean succeeds;
    } cases[] = {
        { NULL, TRUE },
        { "org.freedesktop.systemd1.NoSuchUnit", TRUE },
        { "org.freedesktop.systemd1.NoSuchProcess", TRUE },
        { "org.freedesktop.DBus.Error.AccessDenied", FALSE },
    };

    start_double(&host->fake, host->address, "1");
    start_logind(host);
    expect(host, "1:online up ");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        host->fake.refuse = cases[i].refuse;
        g_assert_cmpint(stop_scope(host, &error), ==, cases[i].succeeds);
        g_assert_cmpint(error != NULL, ==, !cases[i].succeeds);
        if (error != NULL)
            g_assert_cmpstr(error->message, ==, "cannot end the scope: it is so");
        g_assert_cmpstr(host->fake.calls->str, ==, "StopUnit('session-1.scope', 'replace') ");
        g_string_truncate(host->fake.calls, 0);
    }
}

static void
test_not_connected(Host *host, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    start_logind(host);
    g_assert_false(stop_scope(host, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

static void
test_end_user(Host *host, gconstpointer data)
{
    static const struct {
        const char *refuse;
        const char *problem;
    } cases[] = {
        { NULL, NULL },
        { "org.freedesktop.login1.NoSuchUser", NULL },
        { "org.freedesktop.DBus.Error.AccessDenied", "cannot end the user: it is so" },
    };

    start_double(&host->fake, host->address, "1");
    start_logind(host);
    expect(host, "1:online up ");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GAsyncResult) result = NULL;
        g_autoptr(GError) error = NULL;

        host->fake.refuse = cases[i].refuse;
        logind_end_user_async(host->logind, 1000, NULL, take_result, &result);
        wait_for_result(&result, host->events);
        g_assert_cmpint(logind_end_user_finish(result, &error), ==, cases[i].problem == NULL);
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, cases[i].problem);
        g_assert_cmpstr(host->fake.calls->str, ==, "TerminateUser(1000,) ");
        g_string_truncate(host->fake.calls, 0);
    }
}

/* systemd is there and says nothing. */
static void
test_free_while_asking(Host *host, gconstpointer data)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError) error = NULL;

    start_double(&host->fake, host->address, "1");
    host->fake.refuse = "";
    start_logind(host);
    expect(host, "1:online up ");
    logind_stop_scope_async(host->logind, "session-1.scope", NULL, take_result, &result);
    while (host->fake.calls->len == 0)
        g_main_context_iteration(NULL, TRUE);
    g_clear_pointer(&host->logind, logind_free);
    wait_for_result(&result, host->events);
    g_assert_false(logind_stop_scope_finish(NULL, result, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr(host->events->str, ==, "");
}

static void
test_free_at_once(Host *host, gconstpointer data)
{
    start_double(&host->fake, host->address, "1");
    start_logind(host);
    for (guint i = 0; i < 4; i++) {
        for (guint n = 0; n < i; n++)
            g_main_context_iteration(NULL, TRUE);
        g_clear_pointer(&host->logind, logind_free);
        g_string_truncate(host->events, 0);
        start_logind(host);
    }
    expect(host, "1:online up ");
}

#define ADD(name, function) g_test_add("/logind/" name, Host, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("record", test_record);
    ADD("coming-and-going", test_coming_and_going);
    ADD("changes-without-end", test_changes_without_end);
    ADD("empty", test_empty);
    ADD("spoof", test_spoof);
    ADD("logind-restarts", test_logind_restarts);
    ADD("bus-restarts", test_bus_restarts);
    ADD("no-bus-yet", test_no_bus_yet);
    ADD("scopes", test_scopes);
    ADD("end-user", test_end_user);
    ADD("not-connected", test_not_connected);
    ADD("free-while-asking", test_free_while_asking);
    ADD("free-at-once", test_free_at_once);
    return g_test_run();
}
