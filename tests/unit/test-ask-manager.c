/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against session managers of our own on a bus of our own, found as the errand finds a session's: by a marked process. */
#include <gio/gio.h>
#include <unistd.h>

#include "errand/blocker.h"
#include "errand/manager.h"

#define GNOME "org.gnome.SessionManager"
#define XFCE "org.xfce.Session.Manager"
#define XFCE_CLIENT "org.xfce.Session.Client"

static char session[64]; /* of this very run */

static const char interfaces[] =
    "<node><interface name='" GNOME "'>"
    "<method name='Logout'><arg type='u' direction='in'/></method>"
    "<method name='GetInhibitors'><arg type='ao' direction='out'/></method></interface>"
    "<interface name='" GNOME ".Inhibitor'>"
    "<method name='GetFlags'><arg type='u' direction='out'/></method>"
    "<method name='GetAppId'><arg type='s' direction='out'/></method>"
    "<method name='GetReason'><arg type='s' direction='out'/></method></interface>"
    "<interface name='" XFCE "'>"
    "<method name='Logout'><arg type='b' direction='in'/><arg type='b' direction='in'/></method>"
    "<method name='ListClients'><arg type='ao' direction='out'/></method></interface>"
    "<interface name='" XFCE_CLIENT "'>"
    "<method name='GetState'><arg type='u' direction='out'/></method>"
    "<method name='GetSmProperties'><arg type='as' direction='in'/>"
    "<arg type='a{sv}' direction='out'/></method></interface></node>";

typedef struct {
    GTestDBus *daemon;
    GDBusConnection *bus; /* the session manager's own */
    GDBusNodeInfo *node;
    GSubprocess *marked;
    gboolean inhibits, refuses;
    guint32 state;    /* of the one XSMP client that may be waited for */
    char *logged_out; /* the arguments of the last Logout() */
    Manager *manager;
} Room;

/* XSMP clients: one has answered, one waits for others, two are in room->state (one of them is the desktop's own), and one has gone. */
static gboolean
answer_for_clients(const Room *room, const char *method, const char *path,
                   GDBusMethodInvocation *call)
{
    if (g_str_equal(method, "ListClients"))
        g_dbus_method_invocation_return_value(
            call, g_variant_new_parsed(
                      "([objectpath '/c/done', '/c/later', '/c/panel', '/c/notes', '/c/gone'],)"));
    else if (g_str_equal(method, "GetState"))
        g_dbus_method_invocation_return_value(
            call, g_variant_new("(u)", g_str_equal(path, "/c/done")    ? 2u
                                       : g_str_equal(path, "/c/later") ? 6u
                                                                       : room->state));
    else if (g_str_equal(method, "GetSmProperties"))
        g_dbus_method_invocation_return_value(
            call, g_variant_new_parsed(g_str_equal(path, "/c/panel")
                                           ? "({'Program': <'panel'>, '_GSM_Priority': <byte 25>},)"
                                           : "({'Program': <'/usr/games/notes'>},)"));
    else
        return FALSE;
    return TRUE;
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *parameters, GDBusMethodInvocation *call, gpointer data)
{
    Room *room = data;

    if (answer_for_clients(room, method, path, call))
        return;
    if (g_str_equal(method, "Logout") && room->refuses) {
        g_dbus_method_invocation_return_dbus_error(call, GNOME ".LockedDown", "no");
    } else if (g_str_equal(method, "Logout")) {
        g_free(room->logged_out);
        room->logged_out = g_variant_print(parameters, FALSE);
        g_dbus_method_invocation_return_value(call, NULL);
    } else if (g_str_equal(method, "GetInhibitors")) {
        g_dbus_method_invocation_return_value(
            call,
            g_variant_new_parsed(room->inhibits ? "([objectpath '/i/sleep', '/i/work', '/i/gone'],)"
                                                : "(@ao [],)"));
    } else if (g_str_equal(method, "GetFlags")) {
        g_dbus_method_invocation_return_value(
            call, g_variant_new("(u)", g_str_equal(path, "/i/work") ? 5u : 4u));
    } else {
        g_dbus_method_invocation_return_value(
            call, g_variant_new("(s)", g_str_equal(method, "GetAppId") ? "org.writer" : "unsaved"));
    }
}

static void
serve(Room *room, const char *path, const char *interface)
{
    static const GDBusInterfaceVTable table = { .method_call = on_call };
    g_autoptr(GError) error = NULL;

    (void) g_dbus_connection_register_object(
        room->bus, path, g_dbus_node_info_lookup_interface(room->node, interface), &table, room,
        NULL, &error);
    g_assert_no_error(error);
}

static void
own(Room *room, const char *name)
{
    g_autoptr(GError) error = NULL;
    G_GNUC_UNUSED g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
        room->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new("(su)", name, 0u), NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL,
        &error);

    g_assert_no_error(error);
}

static void
mark_process(Room *room, const char *desktop)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);

    g_subprocess_launcher_setenv(launcher, "MANYSEAT_SESSION", session, TRUE);
    g_subprocess_launcher_setenv(launcher, "XDG_CURRENT_DESKTOP", desktop, TRUE);
    g_subprocess_launcher_setenv(launcher, "DBUS_SESSION_BUS_ADDRESS",
                                 g_test_dbus_get_bus_address(room->daemon), TRUE);
    room->marked = g_subprocess_launcher_spawn(launcher, NULL, "sleep", "60", NULL);
    g_assert_nonnull(room->marked);
}

static void
room_open(Room *room, const char *name, const char *desktop)
{
    g_autoptr(GError) error = NULL;

    room->daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(room->daemon);
    room->bus =
        g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(room->daemon),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    g_assert_no_error(error);
    room->node = g_dbus_node_info_new_for_xml(interfaces, NULL);
    serve(room, "/org/gnome/SessionManager", GNOME);
    serve(room, "/org/xfce/SessionManager", XFCE);
    serve(room, "/c/done", XFCE_CLIENT);
    serve(room, "/c/later", XFCE_CLIENT);
    serve(room, "/c/panel", XFCE_CLIENT);
    serve(room, "/c/notes", XFCE_CLIENT);
    serve(room, "/i/sleep", GNOME ".Inhibitor");
    serve(room, "/i/work", GNOME ".Inhibitor");
    if (name != NULL)
        own(room, name);
    mark_process(room, desktop);
}

static void
room_close(Room *room)
{
    g_clear_pointer(&room->manager, manager_close);
    g_subprocess_force_exit(room->marked);
    (void) g_subprocess_wait(room->marked, NULL, NULL);
    g_clear_object(&room->marked);
    g_dbus_connection_close_sync(room->bus, NULL, NULL);
    g_clear_object(&room->bus);
    g_dbus_node_info_unref(room->node);
    g_test_dbus_down(room->daemon);
    g_clear_object(&room->daemon);
    g_free(room->logged_out);
}

static gboolean
on_late(gpointer data)
{
    g_error("waited too long");
    return G_SOURCE_REMOVE;
}

/* Run the main loop until the fact holds. */
#define WAIT_FOR(fact)                                                                             \
    do {                                                                                           \
        guint late = g_timeout_add_seconds(10, on_late, NULL);                                     \
        while (!(fact))                                                                            \
            (void) g_main_context_iteration(NULL, TRUE);                                           \
        g_source_remove(late);                                                                     \
    } while (0)

static gboolean
on_passed(gpointer data)
{
    *(gboolean *) data = TRUE;
    return G_SOURCE_REMOVE;
}

/* Long enough for a signal to come, for what must not happen. */
static void
pass_time(void)
{
    gboolean passed = FALSE;

    (void) g_timeout_add(100, on_passed, &passed);
    while (!passed)
        (void) g_main_context_iteration(NULL, TRUE);
}

static void
on_change(gpointer data)
{
    g_main_context_wakeup(NULL);
}

static void
find_manager(Room *room)
{
    room->manager = manager_open(session, on_change, NULL);
    WAIT_FOR(manager_is_ready(room->manager));
}

static void
emit(Room *room, const char *path, const char *interface, const char *signal,
     const char *parameters)
{
    g_autoptr(GError) error = NULL;

    (void) g_dbus_connection_emit_signal(room->bus, NULL, path, interface, signal,
                                         g_variant_new_parsed(parameters), &error);
    g_assert_no_error(error);
}

static void
test_called(void)
{
    static const struct {
        const char *owner, *desktop, *name, *arguments;
    } cases[] = {
        { "org.xfce.SessionManager", "XFCE", "xfce", "(false, false)" },
        { GNOME, "GNOME", "gnome", "(1,)" },
        { GNOME, "MATE", "mate", "(1,)" },
        { NULL, "", "none", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Room room = { 0 };

        room_open(&room, cases[i].owner, cases[i].desktop);
        find_manager(&room);
        g_assert_cmpuint(manager_inhibitors(room.manager)->len, ==, 0);
        manager_log_out(room.manager);
        WAIT_FOR(manager_is_called(room.manager));
        g_assert_cmpstr(manager_name(room.manager), ==, cases[i].name);
        g_assert_cmpstr(room.logged_out, ==, cases[i].arguments);
        room_close(&room);
    }
}

/* Only what inhibits a log-off counts; one that has gone meanwhile does not; and the list is followed. */
static void
test_inhibitors(void)
{
    Room room = { .inhibits = TRUE };
    const Blocker *blocker;

    room_open(&room, GNOME, "GNOME");
    find_manager(&room);
    g_assert_cmpuint(manager_inhibitors(room.manager)->len, ==, 1);
    blocker = g_ptr_array_index(manager_inhibitors(room.manager), 0);
    g_assert_cmpstr(blocker->application, ==, "org.writer");
    g_assert_cmpstr(blocker->title, ==, "unsaved");

    room.inhibits = FALSE;
    emit(&room, "/org/gnome/SessionManager", GNOME, "InhibitorRemoved", "(objectpath '/i/work',)");
    WAIT_FOR(manager_inhibitors(room.manager)->len == 0);
    room.inhibits = TRUE;
    emit(&room, "/org/gnome/SessionManager", GNOME, "InhibitorAdded", "(objectpath '/i/work',)");
    WAIT_FOR(manager_inhibitors(room.manager)->len == 1);
    room_close(&room);
}

/* Whom XFCE's log-off waits for is named after a while, and only as long as it does. */
static void
test_clients(void)
{
    static const guint32 waited_for[] = { 1, 3, 4, 5 };
    Room room = { .state = waited_for[0] };

    room_open(&room, "org.xfce.SessionManager", "XFCE");
    find_manager(&room);
    manager_log_out(room.manager);
    WAIT_FOR(manager_is_called(room.manager));
    g_assert_cmpuint(manager_inhibitors(room.manager)->len, ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(waited_for); i++) {
        const Blocker *blocker;

        room.state = waited_for[i];
        emit(&room, "/c/notes", XFCE_CLIENT, "StateChanged", "(uint32 2, uint32 1)");
        WAIT_FOR(manager_inhibitors(room.manager)->len == 1);
        blocker = g_ptr_array_index(manager_inhibitors(room.manager), 0);
        g_assert_cmpstr(blocker->application, ==, "notes");
        room.state = 2;
        emit(&room, "/c/notes", XFCE_CLIENT, "StateChanged", "(uint32 1, uint32 2)");
        WAIT_FOR(manager_inhibitors(room.manager)->len == 0);
    }
    room_close(&room);
}

static void
test_refused(void)
{
    Room room = { .refuses = TRUE };

    room_open(&room, GNOME, "GNOME");
    find_manager(&room);
    manager_log_out(room.manager);
    WAIT_FOR(manager_is_called(room.manager));
    g_assert_cmpstr(manager_name(room.manager), ==, "none");
    room_close(&room);
}

/* The signals count after the call only, and only the ones that mean it. */
static void
test_cancelled(void)
{
    static const struct {
        const char *owner, *path, *interface, *other, *other_parameters, *signal, *parameters;
    } cases[] = {
        { "org.xfce.SessionManager", "/org/xfce/SessionManager", XFCE, "StateChanged",
          "(uint32 1, uint32 3)", "StateChanged", "(uint32 3, uint32 1)" },
        { "org.xfce.SessionManager", "/org/xfce/SessionManager", XFCE, "StateChanged", "('x',)",
          "ShutdownCancelled", "()" },
        { GNOME, "/org/gnome/SessionManager", GNOME, "SessionOver", "()", "SessionRunning", "()" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Room room = { 0 };

        room_open(&room, cases[i].owner, "");
        find_manager(&room);
        emit(&room, cases[i].path, cases[i].interface, cases[i].signal, cases[i].parameters);
        pass_time();
        manager_log_out(room.manager);
        WAIT_FOR(manager_is_called(room.manager));
        emit(&room, cases[i].path, cases[i].interface, cases[i].other, cases[i].other_parameters);
        pass_time();
        g_assert_false(manager_is_cancelled(room.manager));
        emit(&room, cases[i].path, cases[i].interface, cases[i].signal, cases[i].parameters);
        WAIT_FOR(manager_is_cancelled(room.manager));
        room_close(&room);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_snprintf(session, sizeof session, "test-%d", (int) getpid());
    g_test_add_func("/ask-manager/called", test_called);
    g_test_add_func("/ask-manager/inhibitors", test_inhibitors);
    g_test_add_func("/ask-manager/clients", test_clients);
    g_test_add_func("/ask-manager/refused", test_refused);
    g_test_add_func("/ask-manager/cancelled", test_cancelled);
    return g_test_run();
}
