/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manager.h"

#include <gio/gio.h>
#include <string.h>

#include "blocker.h"
#include "clients.h"
#include "program.h"
#include "user-bus.h"

#define INHIBITORS_MAX 20  /* asked about */
#define INHIBITS_LOG_OUT 1 /* a bit of GNOME's Inhibitor.GetFlags() */
#define XFCE_STATE_IDLE 1  /* of StateChanged(old, new): nothing under way */
#define GNOME_MANAGER "org.gnome.SessionManager"
#define GNOME_PATH "/org/gnome/SessionManager"

/* Whoever owns owner runs the session; destination may be somebody that the bus starts. cancelled is the signal that says so. */
typedef struct {
    const char *name, *owner;
    const char *destination, *path, *interface, *method, *arguments;
    const char *cancelled;
    gboolean answers; /* FALSE: it ends the session before it would */
} Desktop;

/* XFCE's is not to save the session: by then its programs are closed. Its window manager may not live through that, and a session saved
 * without it has none at the next log-on. */
static const Desktop desktops[] = {
    { "xfce", "org.xfce.SessionManager", "org.xfce.SessionManager", "/org/xfce/SessionManager",
      "org.xfce.Session.Manager", "Logout", "(false, false)", "ShutdownCancelled", TRUE },
    { "kde", "org.kde.Shutdown", "org.kde.Shutdown", "/Shutdown", "org.kde.Shutdown", "logout",
      "()", NULL, TRUE },
    { "kde", "org.kde.ksmserver", "org.kde.Shutdown", "/Shutdown", "org.kde.Shutdown", "logout",
      "()", NULL, TRUE },
    { "lxqt", "org.lxqt.session", "org.lxqt.session", "/LXQtSession", "org.lxqt.session", "logout",
      "()", NULL, FALSE },
    { "gnome", GNOME_MANAGER, GNOME_MANAGER, GNOME_PATH, GNOME_MANAGER, "Logout", "(uint32 1,)",
      "SessionRunning", TRUE },
};

struct Manager {
    gboolean is_closed;
    char *session;
    ManagerFunc changed;
    gpointer data;
    GCancellable *search;
    guint deadline;
    GStrv addresses;
    guint next_address;
    GDBusConnection *bus;
    const Desktop *desktop; /* NULL: none */
    gboolean is_mate;
    gboolean is_ready, is_asked, is_called, is_cancelled;
    guint generation; /* of the list of inhibitors: what belongs to an older one is dropped */
    guint n_looks;
    GPtrArray *inhibitors, *found;
    Clients *clients; /* whom XFCE's log-off waits for; NULL: not called */
};

/* One inhibitor being asked, one question after the other. */
typedef struct {
    Manager *manager;
    guint generation, step;
    char *path;
    char *application;
} Look;

static void
manager_clear(gpointer data)
{
    Manager *manager = data;

    g_free(manager->session);
    g_strfreev(manager->addresses);
    g_clear_object(&manager->search);
    g_clear_object(&manager->bus);
    g_ptr_array_unref(manager->inhibitors);
    g_ptr_array_unref(manager->found);
}

static void
manager_unref(Manager *manager)
{
    g_rc_box_release_full(manager, manager_clear);
}

/* A reference that a callback gives back; calls under way keep the manager, closed or not. */
typedef Manager HeldManager;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HeldManager, manager_unref)

static void
tell(Manager *manager)
{
    if (!manager->is_closed)
        manager->changed(manager->data);
}

static void
become_ready(Manager *manager)
{
    g_clear_handle_id(&manager->deadline, g_source_remove);
    manager->is_ready = TRUE;
    tell(manager);
}

static GPtrArray *
new_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) blocker_free);
}

static void
look_free(Look *look)
{
    manager_unref(look->manager);
    g_free(look->path);
    g_free(look->application);
    g_free(look);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Look, look_free)

/* An inhibitor has said all it will; the last one of its list makes the list known. */
static void
look_done(Look *look, const char *reason)
{
    G_GNUC_UNUSED g_autoptr(Look) owned = look;
    Manager *manager = look->manager;

    if (look->generation != manager->generation)
        return;
    if (reason != NULL) {
        g_autofree char *name = program_name(look->application);

        g_ptr_array_add(manager->found, blocker_new(0, 0, name, reason));
    }
    if (--manager->n_looks > 0)
        return;
    g_ptr_array_unref(manager->inhibitors);
    manager->inhibitors = manager->found;
    manager->found = new_list();
    become_ready(manager);
}

static void look_ask(Look *look);

static void
on_inhibitor_answer(GObject *bus, GAsyncResult *result, gpointer data)
{
    Look *look = data;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);
    g_autoptr(GVariant) value = answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;

    if (value == NULL || look->manager->is_closed ||
        (look->step == 0 && (g_variant_get_uint32(value) & INHIBITS_LOG_OUT) == 0)) {
        look_done(look, NULL);
        return;
    }
    if (look->step == 2) {
        look_done(look, g_variant_get_string(value, NULL));
        return;
    }
    if (look->step == 1)
        look->application = g_variant_dup_string(value, NULL);
    look->step++;
    look_ask(look);
}

static void
look_ask(Look *look)
{
    static const struct {
        const char *method, *type;
    } questions[] = { { "GetFlags", "(u)" }, { "GetAppId", "(s)" }, { "GetReason", "(s)" } };

    g_dbus_connection_call(look->manager->bus, GNOME_MANAGER, look->path,
                           GNOME_MANAGER ".Inhibitor", questions[look->step].method, NULL,
                           G_VARIANT_TYPE(questions[look->step].type), G_DBUS_CALL_FLAGS_NONE,
                           MANAGER_SECONDS * 1000, NULL, on_inhibitor_answer, look);
}

static void
look_at(Manager *manager, const char *path)
{
    Look *look = g_new0(Look, 1);

    look->manager = g_rc_box_acquire(manager);
    look->generation = manager->generation;
    look->path = g_strdup(path);
    manager->n_looks++;
    look_ask(look);
}

static void
on_inhibitors(GObject *bus, GAsyncResult *result, gpointer data)
{
    g_autoptr(Look) list = data;
    Manager *manager = list->manager;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);
    g_autofree const char **paths = NULL;

    if (manager->is_closed || list->generation != manager->generation)
        return;
    if (answer != NULL)
        g_variant_get(answer, "(^a&o)", &paths);
    for (guint i = 0; paths != NULL && paths[i] != NULL && i < INHIBITORS_MAX; i++)
        look_at(manager, paths[i]);
    if (manager->n_looks > 0)
        return;
    g_ptr_array_set_size(manager->inhibitors, 0);
    become_ready(manager);
}

static void
list_inhibitors(Manager *manager)
{
    Look *list = g_new0(Look, 1);

    manager->generation++;
    manager->n_looks = 0;
    g_ptr_array_set_size(manager->found, 0);
    list->manager = g_rc_box_acquire(manager);
    list->generation = manager->generation;
    g_dbus_connection_call(manager->bus, GNOME_MANAGER, GNOME_PATH, GNOME_MANAGER, "GetInhibitors",
                           NULL, G_VARIANT_TYPE("(ao)"), G_DBUS_CALL_FLAGS_NONE,
                           MANAGER_SECONDS * 1000, NULL, on_inhibitors, list);
}

static gboolean
says_cancelled(const Manager *manager, const char *signal, GVariant *parameters)
{
    guint32 state;

    if (!manager->is_asked || manager->desktop == NULL || manager->desktop->cancelled == NULL)
        return FALSE;
    if (g_str_equal(signal, manager->desktop->cancelled))
        return TRUE;
    if (!g_str_equal(signal, "StateChanged") ||
        !g_variant_is_of_type(parameters, G_VARIANT_TYPE("(uu)")))
        return FALSE;
    g_variant_get_child(parameters, 1, "u", &state);
    return state == XFCE_STATE_IDLE;
}

static void
on_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *parameters, gpointer data)
{
    Manager *manager = data;

    if (manager->is_closed)
        return;
    if (says_cancelled(manager, signal, parameters)) {
        manager->is_cancelled = TRUE;
        tell(manager);
    } else if (g_str_has_prefix(signal, "Inhibitor")) {
        list_inhibitors(manager);
    }
}

static void
use_desktop(Manager *manager, const Desktop *desktop, GDBusConnection *bus)
{
    manager->desktop = desktop;
    manager->bus = g_object_ref(bus);
    (void) g_dbus_connection_signal_subscribe(bus, desktop->destination, desktop->interface, NULL,
                                              desktop->path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                              on_signal, g_rc_box_acquire(manager),
                                              (GDestroyNotify) manager_unref);
    if (g_str_equal(desktop->interface, GNOME_MANAGER)) {
        g_autofree char *names = user_bus_desktop(manager->session);

        manager->is_mate = strstr(names, "MATE") != NULL;
        list_inhibitors(manager);
    } else {
        become_ready(manager);
    }
}

static void try_address(Manager *manager);

static void
on_names(GObject *bus, GAsyncResult *result, gpointer data)
{
    g_autoptr(HeldManager) manager = data;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);
    g_autofree const char **names = NULL;

    if (manager->is_closed || manager->is_ready)
        return;
    if (answer != NULL)
        g_variant_get(answer, "(^a&s)", &names);
    for (gsize i = 0; names != NULL && i < G_N_ELEMENTS(desktops); i++) {
        if (g_strv_contains(names, desktops[i].owner)) {
            use_desktop(manager, &desktops[i], G_DBUS_CONNECTION(bus));
            return;
        }
    }
    try_address(manager);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HeldManager) manager = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = g_dbus_connection_new_for_address_finish(result, &error);

    if (manager->is_closed || manager->is_ready)
        return;
    if (bus == NULL) {
        g_message("Ignoring a bus of the session: %s", error->message);
        try_address(manager);
        return;
    }
    g_dbus_connection_call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                           "org.freedesktop.DBus", "ListNames", NULL, G_VARIANT_TYPE("(as)"),
                           G_DBUS_CALL_FLAGS_NONE, MANAGER_SECONDS * 1000, manager->search,
                           on_names, g_rc_box_acquire(manager));
}

static void
try_address(Manager *manager)
{
    const char *address = manager->addresses[manager->next_address];

    if (address == NULL) {
        become_ready(manager);
        return;
    }
    manager->next_address++;
    g_dbus_connection_new_for_address(address,
                                      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                      NULL, manager->search, on_connected,
                                      g_rc_box_acquire(manager));
}

/* A bus or a session manager that says nothing is none. */
static gboolean
on_deadline(gpointer data)
{
    Manager *manager = data;

    manager->deadline = 0;
    manager->desktop = NULL;
    manager->generation++;
    g_cancellable_cancel(manager->search);
    become_ready(manager);
    return G_SOURCE_REMOVE;
}

/* Begun from the main loop, so that changed is never called before manager_open() has returned. */
static gboolean
on_begin(gpointer data)
{
    Manager *manager = data;

    if (!manager->is_closed)
        try_address(manager);
    return G_SOURCE_REMOVE;
}

Manager *
manager_open(const char *session, ManagerFunc changed, gpointer data)
{
    Manager *manager = g_rc_box_new0(Manager);

    manager->session = g_strdup(session);
    manager->changed = changed;
    manager->data = data;
    manager->search = g_cancellable_new();
    manager->addresses = user_bus_addresses(session);
    manager->inhibitors = new_list();
    manager->found = new_list();
    manager->deadline = g_timeout_add_seconds(MANAGER_SECONDS, on_deadline, manager);
    (void) g_idle_add_full(G_PRIORITY_DEFAULT, on_begin, g_rc_box_acquire(manager),
                           (GDestroyNotify) manager_unref);
    return manager;
}

void
manager_close(Manager *manager)
{
    if (manager == NULL)
        return;
    manager->is_closed = TRUE;
    g_clear_handle_id(&manager->deadline, g_source_remove);
    g_cancellable_cancel(manager->search);
    g_clear_pointer(&manager->clients, clients_close);
    g_clear_object(&manager->bus);
    manager_unref(manager);
}

gboolean
manager_is_ready(const Manager *manager)
{
    return manager->is_ready;
}

const GPtrArray *
manager_inhibitors(const Manager *manager)
{
    return manager->clients != NULL ? clients_standing(manager->clients) : manager->inhibitors;
}

static void
on_clients(gpointer data)
{
    tell(data);
}

/* A session manager took it, now or before. */
static void
become_called(Manager *manager)
{
    manager->is_called = TRUE;
    if (manager->desktop != NULL && g_str_equal(manager->desktop->name, "xfce"))
        manager->clients = clients_watch(manager->bus, on_clients, manager);
    tell(manager);
}

static void
on_logged_out(GObject *bus, GAsyncResult *result, gpointer data)
{
    g_autoptr(HeldManager) manager = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);

    if (manager->is_closed)
        return;
    if (answer == NULL) {
        g_message("The session manager does not log off: %s", error->message);
        manager->desktop = NULL;
    }
    become_called(manager);
}

void
manager_log_out(Manager *manager)
{
    const Desktop *desktop = manager->desktop;

    manager->is_asked = TRUE;
    if (desktop != NULL)
        g_dbus_connection_call(
            manager->bus, desktop->destination, desktop->path, desktop->interface, desktop->method,
            g_variant_new_parsed(desktop->arguments), NULL, G_DBUS_CALL_FLAGS_NONE,
            MANAGER_SECONDS * 1000, NULL, desktop->answers ? on_logged_out : NULL,
            desktop->answers ? g_rc_box_acquire(manager) : NULL);
    if (desktop == NULL || !desktop->answers)
        become_called(manager);
}

void
manager_set_called(Manager *manager)
{
    manager->is_asked = TRUE;
    become_called(manager);
}

gboolean
manager_is_called(const Manager *manager)
{
    return manager->is_called;
}

const char *
manager_name(const Manager *manager)
{
    if (manager->desktop == NULL)
        return "none";
    return manager->is_mate ? "mate" : manager->desktop->name;
}

gboolean
manager_is_cancelled(const Manager *manager)
{
    return manager->is_cancelled;
}
