/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients.h"

#include "blocker.h"
#include "program.h"

#define MANAGER "org.xfce.SessionManager"
#define MANAGER_PATH "/org/xfce/SessionManager"
#define MANAGER_INTERFACE "org.xfce.Session.Manager"
#define CLIENT_INTERFACE "org.xfce.Session.Client"

#define PRIORITY "_GSM_Priority"
#define PRIORITY_PROGRAM                                                                           \
    50 /* what is not said; the desktop's own parts begin before that, and have nothing to save */
#define CLIENTS_MAX 50    /* asked about */
#define LOOK_DELAY_MS 200 /* changes of one step come in a bunch */
#define CALL_SECONDS 5

/* What GetState() says of those whom the log-off waits for; the others have answered, or wait for these themselves. */
enum {
    STATE_INTERACTING = 1,
    STATE_SAVING = 3,
    STATE_SAVING_LOCAL = 4,
    STATE_WAIT_FOR_INTERACT = 5,
};

struct Clients {
    gboolean is_closed;
    GDBusConnection *bus;
    ClientsFunc changed;
    gpointer data;
    guint subscription, timer;
    guint generation; /* of the list: what belongs to an older one is dropped */
    guint n_open;     /* answers that are missing */
    GPtrArray *standing, *found;
};

/* A question about one client, or about the list. */
typedef struct {
    Clients *clients;
    guint generation;
    char *path;
} Question;

static void
clients_clear(gpointer data)
{
    Clients *clients = data;

    g_object_unref(clients->bus);
    g_ptr_array_unref(clients->standing);
    g_ptr_array_unref(clients->found);
}

static void
clients_unref(Clients *clients)
{
    g_rc_box_release_full(clients, clients_clear);
}

static GPtrArray *
new_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) blocker_free);
}

static void
question_free(Question *question)
{
    clients_unref(question->clients);
    g_free(question->path);
    g_free(question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Question, question_free)

static void
ask(Clients *clients, const char *path, const char *interface, const char *method,
    GVariant *parameters, const char *type, GAsyncReadyCallback answered)
{
    Question *question = g_new0(Question, 1);

    question->clients = g_rc_box_acquire(clients);
    question->generation = clients->generation;
    question->path = g_strdup(path);
    clients->n_open++;
    g_dbus_connection_call(clients->bus, MANAGER, path, interface, method, parameters,
                           G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NONE, CALL_SECONDS * 1000, NULL,
                           answered, question);
}

/* The answer to a question of the list that is being made, else NULL. */
static GVariant *
take_answer(const Question *question, GObject *bus, GAsyncResult *result)
{
    GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);

    if (!question->clients->is_closed && question->generation == question->clients->generation)
        return answer;
    g_clear_pointer(&answer, g_variant_unref);
    return NULL;
}

/* The last answer makes the list known. */
static void
answer_done(const Question *question)
{
    Clients *clients = question->clients;

    if (clients->is_closed || question->generation != clients->generation || --clients->n_open > 0)
        return;
    g_ptr_array_unref(clients->standing);
    clients->standing = clients->found;
    clients->found = new_list();
    clients->changed(clients->data);
}

static gboolean
is_part_of_desktop(GVariant *properties)
{
    guint8 priority = PRIORITY_PROGRAM;

    (void) g_variant_lookup(properties, PRIORITY, "y", &priority);
    return priority < PRIORITY_PROGRAM;
}

static void
on_program(GObject *bus, GAsyncResult *result, gpointer data)
{
    g_autoptr(Question) question = data;
    g_autoptr(GVariant) answer = take_answer(question, bus, result);
    g_autoptr(GVariant) properties = answer != NULL ? g_variant_get_child_value(answer, 0) : NULL;
    const char *program = "?";

    if (properties != NULL && !is_part_of_desktop(properties)) {
        g_autofree char *base = NULL;
        g_autofree char *name = NULL;

        (void) g_variant_lookup(properties, "Program", "&s", &program);
        base = g_path_get_basename(program);
        name = program_name(base);
        g_ptr_array_add(question->clients->found, blocker_new(0, 0, name, ""));
    }
    answer_done(question);
}

static gboolean
is_waited_for(guint32 state)
{
    return state == STATE_INTERACTING || state == STATE_SAVING || state == STATE_SAVING_LOCAL ||
           state == STATE_WAIT_FOR_INTERACT;
}

static void
on_state(GObject *bus, GAsyncResult *result, gpointer data)
{
    static const char *const wanted[] = { "Program", PRIORITY, NULL };
    g_autoptr(Question) question = data;
    g_autoptr(GVariant) answer = take_answer(question, bus, result);
    guint32 state = 0;

    if (answer != NULL)
        g_variant_get(answer, "(u)", &state);
    if (is_waited_for(state))
        ask(question->clients, question->path, CLIENT_INTERFACE, "GetSmProperties",
            g_variant_new("(^as)", wanted), "(a{sv})", on_program);
    answer_done(question);
}

static void
on_list(GObject *bus, GAsyncResult *result, gpointer data)
{
    g_autoptr(Question) question = data;
    g_autoptr(GVariant) answer = take_answer(question, bus, result);
    g_autofree const char **paths = NULL;

    if (answer != NULL)
        g_variant_get(answer, "(^a&o)", &paths);
    for (guint i = 0; paths != NULL && paths[i] != NULL && i < CLIENTS_MAX; i++)
        ask(question->clients, paths[i], CLIENT_INTERFACE, "GetState", NULL, "(u)", on_state);
    answer_done(question);
}

static gboolean
on_time_to_look(gpointer data)
{
    Clients *clients = data;

    clients->timer = 0;
    clients->generation++;
    clients->n_open = 0;
    g_ptr_array_set_size(clients->found, 0);
    ask(clients, MANAGER_PATH, MANAGER_INTERFACE, "ListClients", NULL, "(ao)", on_list);
    return G_SOURCE_REMOVE;
}

static void
on_state_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                 const char *signal, GVariant *parameters, gpointer data)
{
    Clients *clients = data;

    if (!clients->is_closed && clients->timer == 0)
        clients->timer = g_timeout_add(LOOK_DELAY_MS, on_time_to_look, clients);
}

Clients *
clients_watch(GDBusConnection *bus, ClientsFunc changed, gpointer data)
{
    Clients *clients = g_rc_box_new0(Clients);

    clients->bus = g_object_ref(bus);
    clients->changed = changed;
    clients->data = data;
    clients->standing = new_list();
    clients->found = new_list();
    clients->subscription = g_dbus_connection_signal_subscribe(
        bus, MANAGER, CLIENT_INTERFACE, "StateChanged", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
        on_state_changed, g_rc_box_acquire(clients), (GDestroyNotify) clients_unref);
    /* Signals before that find the timer set. */
    clients->timer = g_timeout_add(CLIENTS_PATIENCE_MS, on_time_to_look, clients);
    return clients;
}

void
clients_close(Clients *clients)
{
    if (clients == NULL)
        return;
    clients->is_closed = TRUE;
    g_clear_handle_id(&clients->timer, g_source_remove);
    g_dbus_connection_signal_unsubscribe(clients->bus, clients->subscription);
    clients_unref(clients);
}

const GPtrArray *
clients_standing(const Clients *clients)
{
    return clients->standing;
}
