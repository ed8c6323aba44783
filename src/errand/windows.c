/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "windows.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <X11/Xauth.h>
#include <xcb/xcb.h>

#include "base/fd.h"
#include "errand.h"
#include "program.h"

#define COOKIE_NAME "MIT-MAGIC-COOKIE-1"
#define NAMES_MAX 64            /* of programs, kept; a window may change its class without end */
#define PROPERTY_WORDS_MAX 1024 /* of four bytes each */
#define LOOK_DELAY_MS 40        /* events of one change come in a bunch */

enum {
    WM_PROTOCOLS,
    WM_DELETE_WINDOW,
    WM_STATE,
    CLIENT_LIST,
    WINDOW_TYPE,
    TYPE_DESKTOP,
    TYPE_DOCK,
    TYPE_NOTIFICATION,
    NET_WM_NAME,
    UTF8_STRING,
    ASKED,
    N_ATOMS
};

static const char *const atom_names[N_ATOMS] = {
    [WM_PROTOCOLS] = "WM_PROTOCOLS",
    [WM_DELETE_WINDOW] = "WM_DELETE_WINDOW",
    [WM_STATE] = "WM_STATE",
    [CLIENT_LIST] = "_NET_CLIENT_LIST",
    [WINDOW_TYPE] = "_NET_WM_WINDOW_TYPE",
    [TYPE_DESKTOP] = "_NET_WM_WINDOW_TYPE_DESKTOP",
    [TYPE_DOCK] = "_NET_WM_WINDOW_TYPE_DOCK",
    [TYPE_NOTIFICATION] = "_NET_WM_WINDOW_TYPE_NOTIFICATION",
    [NET_WM_NAME] = "_NET_WM_NAME",
    [UTF8_STRING] = "UTF8_STRING",
    [ASKED] = "_MANYSEAT_ASKED",
};

struct Windows {
    xcb_connection_t *x;
    xcb_window_t root;
    xcb_atom_t atoms[N_ATOMS];
    GPtrArray *standing;
    GHashTable *names; /* of programs, by class */
    gboolean has_more; /* than WINDOWS_MAX: some were not looked at */
    gboolean is_gone;
    guint source, timer;
    WindowsFunc changed;
    gpointer data;
};

typedef struct {
    xcb_get_property_cookie_t protocols, type, class, name, old_name, parent;
    xcb_get_window_attributes_cookie_t attributes;
} Question;

typedef xcb_get_property_reply_t Property;
typedef Xauth XCookie;

/* What libxcb returns is freed by free(). */
static void
property_free(Property *property)
{
    free(property);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Property, property_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XCookie, XauDisposeAuth)

static xcb_get_property_cookie_t
ask_property(Windows *windows, xcb_window_t window, xcb_atom_t name)
{
    return xcb_get_property(windows->x, 0, window, name, XCB_GET_PROPERTY_TYPE_ANY, 0,
                            PROPERTY_WORDS_MAX);
}

/* NULL when there is no such property (or no such window any more) of items of that many bits. */
static Property *
take_property(Windows *windows, xcb_get_property_cookie_t cookie, guint8 format)
{
    g_autoptr(Property) property = xcb_get_property_reply(windows->x, cookie, NULL);

    return property != NULL && property->format == format ? g_steal_pointer(&property) : NULL;
}

static guint
property_words(const Property *property, const guint32 **ret_words)
{
    *ret_words = xcb_get_property_value(property);
    return (guint) xcb_get_property_value_length(property) / sizeof(guint32);
}

static gboolean
property_has(const Property *property, guint32 word)
{
    const guint32 *words;
    guint n_words = property != NULL ? property_words(property, &words) : 0;

    for (guint i = 0; i < n_words; i++)
        if (words[i] == word)
            return TRUE;
    return FALSE;
}

/* A copy of the text, NULL without one; names of before UTF-8 are Latin 1 and become UTF-8. */
static char *
property_text(const Property *property)
{
    const char *bytes;
    gssize length;

    if (property == NULL || (length = xcb_get_property_value_length(property)) == 0)
        return NULL;
    bytes = xcb_get_property_value(property);
    if (property->type == XCB_ATOM_STRING)
        return g_convert(bytes, length, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
    return g_strndup(bytes, (gsize) length);
}

/* WM_CLASS is the instance, NUL, the class, NUL: the class is what people call the program. */
static char *
class_text(const Property *property)
{
    g_autofree char *bytes = NULL;
    gsize length, instance;

    if (property == NULL || (length = (gsize) xcb_get_property_value_length(property)) == 0)
        return g_strdup("?");
    bytes = g_strndup(xcb_get_property_value(property), length);
    memcpy(bytes, xcb_get_property_value(property), length);
    instance = strlen(bytes);
    if (instance + 1 < length && bytes[instance + 1] != '\0')
        return g_strdup(bytes + instance + 1);
    return g_strdup(instance > 0 ? bytes : "?");
}

static Question
ask_window(Windows *windows, xcb_window_t window)
{
    static const guint32 events[] = { XCB_EVENT_MASK_PROPERTY_CHANGE |
                                      XCB_EVENT_MASK_STRUCTURE_NOTIFY };

    (void) xcb_change_window_attributes(windows->x, window, XCB_CW_EVENT_MASK, events);
    return (Question){
        .attributes = xcb_get_window_attributes(windows->x, window),
        .protocols = ask_property(windows, window, windows->atoms[WM_PROTOCOLS]),
        .type = ask_property(windows, window, windows->atoms[WINDOW_TYPE]),
        .class = ask_property(windows, window, XCB_ATOM_WM_CLASS),
        .name = ask_property(windows, window, windows->atoms[NET_WM_NAME]),
        .old_name = ask_property(windows, window, XCB_ATOM_WM_NAME),
        .parent = ask_property(windows, window, XCB_ATOM_WM_TRANSIENT_FOR),
    };
}

static gboolean
is_override_redirect(Windows *windows, xcb_get_window_attributes_cookie_t cookie)
{
    xcb_get_window_attributes_reply_t *reply =
        xcb_get_window_attributes_reply(windows->x, cookie, NULL);
    gboolean answer = reply == NULL || reply->override_redirect;

    free(reply);
    return answer;
}

static const char *
name_of(Windows *windows, const char *class)
{
    const char *name = g_hash_table_lookup(windows->names, class);

    if (name == NULL) {
        if (g_hash_table_size(windows->names) >= NAMES_MAX)
            g_hash_table_remove_all(windows->names);
        name = program_name(class);
        g_hash_table_insert(windows->names, g_strdup(class), (char *) name);
    }
    return name;
}

static Blocker *
describe_window(Windows *windows, xcb_window_t window, xcb_window_t parent, const char *class,
                const char *title)
{
    const char *name = name_of(windows, class);
    g_autofree char *cut = program_cut_title(title, name);
    Blocker *blocker = blocker_new(window, parent, name, cut);

    blocker->unsaved = program_judge(class, title);
    return blocker;
}

/* Every answer is taken, wanted or not: libxcb keeps the others. NULL for a window that holds nothing up. */
static Blocker *
take_window(Windows *windows, xcb_window_t window, Question question)
{
    gboolean hidden = is_override_redirect(windows, question.attributes);
    g_autoptr(Property) protocols = take_property(windows, question.protocols, 32);
    g_autoptr(Property) type = take_property(windows, question.type, 32);
    g_autoptr(Property) class = take_property(windows, question.class, 8);
    g_autoptr(Property) name = take_property(windows, question.name, 8);
    g_autoptr(Property) old_name = take_property(windows, question.old_name, 8);
    g_autoptr(Property) parent = take_property(windows, question.parent, 32);
    g_autofree char *program = class_text(class);
    g_autofree char *title = property_text(name != NULL ? name : old_name);
    const guint32 *words = NULL;

    if (hidden || !property_has(protocols, windows->atoms[WM_DELETE_WINDOW]) ||
        property_has(type, windows->atoms[TYPE_DESKTOP]) ||
        property_has(type, windows->atoms[TYPE_DOCK]) ||
        property_has(type, windows->atoms[TYPE_NOTIFICATION]))
        return NULL;
    return describe_window(windows, window,
                           parent != NULL && property_words(parent, &words) > 0 ? words[0] : 0,
                           program, title != NULL ? title : "");
}

static gboolean
has_state(Windows *windows, xcb_window_t window)
{
    g_autoptr(Property) state =
        take_property(windows, ask_property(windows, window, windows->atoms[WM_STATE]), 32);

    return state != NULL && xcb_get_property_value_length(state) > 0;
}

/* Below a window: those with WM_STATE, or in a window manager's frame. */
static void
walk_tree(Windows *windows, xcb_window_t window, guint depth, GArray *found)
{
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(windows->x, xcb_query_tree(windows->x, window), NULL);
    const xcb_window_t *children = tree != NULL ? xcb_query_tree_children(tree) : NULL;
    guint n_children = tree != NULL ? (guint) xcb_query_tree_children_length(tree) : 0;

    for (guint i = 0; i < n_children && !windows->has_more; i++) {
        if (i == WINDOWS_MAX || found->len == WINDOWS_MAX)
            windows->has_more = TRUE;
        else if (has_state(windows, children[i]))
            g_array_append_val(found, children[i]);
        else if (depth > 1)
            walk_tree(windows, children[i], depth - 1, found);
    }
    free(tree);
}

static GArray *
list_ids(Windows *windows)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(xcb_window_t));
    g_autoptr(Property) list = take_property(
        windows, ask_property(windows, windows->root, windows->atoms[CLIENT_LIST]), 32);
    const guint32 *words = NULL;
    guint n_words = list != NULL ? property_words(list, &words) : 0;

    windows->has_more = n_words > WINDOWS_MAX;
    if (list == NULL)
        walk_tree(windows, windows->root, 2, ids);
    else
        g_array_append_vals(ids, words, MIN(n_words, WINDOWS_MAX));
    return ids;
}

static GPtrArray *
list_windows(Windows *windows)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify) blocker_free);
    g_autoptr(GArray) ids = list_ids(windows);
    g_autofree Question *questions = g_new(Question, ids->len + 1);

    for (guint i = 0; i < ids->len; i++)
        questions[i] = ask_window(windows, g_array_index(ids, xcb_window_t, i));
    for (guint i = 0; i < ids->len; i++) {
        xcb_window_t id = g_array_index(ids, xcb_window_t, i);
        Blocker *blocker = take_window(windows, id, questions[i]);

        if (blocker != NULL)
            g_ptr_array_add(list, blocker);
    }
    return list;
}

static void
take_stock(Windows *windows)
{
    g_autoptr(GPtrArray) list = list_windows(windows);

    windows->is_gone = xcb_connection_has_error(windows->x) != 0;
    if (windows->is_gone)
        return;
    g_ptr_array_unref(windows->standing);
    windows->standing = g_steal_pointer(&list);
}

static gboolean
is_news(const Windows *windows, const xcb_generic_event_t *event)
{
    xcb_atom_t atom;

    switch (event->response_type & 0x7f) {
    case XCB_PROPERTY_NOTIFY:
        atom = ((const xcb_property_notify_event_t *) event)->atom;
        if (atom == XCB_ATOM_WM_NAME || atom == XCB_ATOM_WM_TRANSIENT_FOR)
            return TRUE;
        for (guint i = 0; i < N_ATOMS; i++)
            if (atom == windows->atoms[i] && i != ASKED)
                return TRUE;
        return FALSE;
    case XCB_MAP_NOTIFY:
    case XCB_UNMAP_NOTIFY:
    case XCB_REPARENT_NOTIFY:
    case XCB_DESTROY_NOTIFY:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Take what has come without reading more, or with it. */
static gboolean
take_events(Windows *windows, xcb_generic_event_t *(*next)(xcb_connection_t *) )
{
    xcb_generic_event_t *event;
    gboolean news = FALSE;

    while ((event = next(windows->x)) != NULL) {
        news |= is_news(windows, event);
        free(event);
    }
    return news;
}

static gboolean on_look(gpointer data);

static void
look_soon(Windows *windows)
{
    if (windows->timer == 0)
        windows->timer = g_timeout_add(LOOK_DELAY_MS, on_look, windows);
}

static gboolean
on_look(gpointer data)
{
    Windows *windows = data;

    windows->timer = 0;
    take_stock(windows);
    /* Answers bring events along, and the descriptor is quiet then. */
    if (!windows->is_gone && take_events(windows, xcb_poll_for_queued_event))
        look_soon(windows);
    windows->changed(windows->data);
    return G_SOURCE_REMOVE;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
    Windows *windows = data;

    if (take_events(windows, xcb_poll_for_event))
        look_soon(windows);
    if (xcb_connection_has_error(windows->x) == 0)
        return G_SOURCE_CONTINUE;
    windows->is_gone = TRUE;
    windows->source = 0;
    windows->changed(windows->data);
    return G_SOURCE_REMOVE;
}

static gboolean
is_cookie_for(const XCookie *cookie, const char *number)
{
    return cookie->name_length == strlen(COOKIE_NAME) &&
           memcmp(cookie->name, COOKIE_NAME, cookie->name_length) == 0 &&
           (cookie->family == FamilyLocal || cookie->family == FamilyWild) &&
           (cookie->number_length == 0 ||
            (cookie->number_length == strlen(number) &&
             memcmp(cookie->number, number, cookie->number_length) == 0));
}

/* NULL without one: an X server that wants none is as good. */
static XCookie *
find_cookie(int xauthority, int number)
{
    g_autofree char *digits = g_strdup_printf("%d", number);
    autofd copy = dup(xauthority);
    FILE *stream = copy >= 0 ? fdopen(copy, "re") : NULL;
    XCookie *cookie;

    if (stream == NULL)
        return NULL;
    (void) fd_steal(&copy);
    while ((cookie = XauReadAuth(stream)) != NULL && !is_cookie_for(cookie, digits))
        XauDisposeAuth(cookie);
    (void) fclose(stream);
    return cookie;
}

static void
find_atoms(Windows *windows)
{
    xcb_intern_atom_cookie_t cookies[N_ATOMS];

    for (guint i = 0; i < N_ATOMS; i++)
        cookies[i] = xcb_intern_atom(windows->x, 0, (guint16) strlen(atom_names[i]), atom_names[i]);
    for (guint i = 0; i < N_ATOMS; i++) {
        xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(windows->x, cookies[i], NULL);

        windows->atoms[i] = reply != NULL ? reply->atom : XCB_ATOM_NONE;
        free(reply);
    }
}

static xcb_connection_t *
connect_x_server(int x, int xauthority, int number)
{
    g_autoptr(XCookie) cookie = find_cookie(xauthority, number);
    xcb_auth_info_t auth = { 0 };

    if (cookie == NULL)
        return xcb_connect_to_fd(x, NULL);
    auth.namelen = cookie->name_length;
    auth.name = cookie->name;
    auth.datalen = cookie->data_length;
    auth.data = cookie->data;
    return xcb_connect_to_fd(x, &auth);
}

/* x is consumed. */
static Windows *
talk(int x, int xauthority, int number, WindowsFunc changed, gpointer data, GError **error)
{
    static const guint32 events[] = { XCB_EVENT_MASK_PROPERTY_CHANGE |
                                      XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY };
    g_autoptr(Windows) windows = g_new0(Windows, 1);

    windows->standing = g_ptr_array_new_with_free_func((GDestroyNotify) blocker_free);
    windows->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    windows->changed = changed;
    windows->data = data;
    windows->x = connect_x_server(x, xauthority, number);
    if (xcb_connection_has_error(windows->x) != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "cannot talk to X server ':%d': it refuses", number);
        return NULL;
    }
    windows->root = xcb_setup_roots_iterator(xcb_get_setup(windows->x)).data->root;
    find_atoms(windows);
    (void) xcb_change_window_attributes(windows->x, windows->root, XCB_CW_EVENT_MASK, events);
    take_stock(windows);
    if (take_events(windows, xcb_poll_for_queued_event))
        look_soon(windows);
    windows->source = g_unix_fd_add(xcb_get_file_descriptor(windows->x),
                                    G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, windows);
    return g_steal_pointer(&windows);
}

Windows *
windows_open(GVariant *arguments, WindowsFunc changed, gpointer data, GError **error)
{
    XConnection connection;
    Windows *windows;

    if (!connect_x_open(arguments, &connection, error))
        return NULL;
    windows = talk(connection.x, connection.xauthority, connection.number, changed, data, error);
    fd_clear(&connection.xauthority);
    return windows;
}

void
windows_free(Windows *windows)
{
    if (windows == NULL)
        return;
    g_clear_handle_id(&windows->source, g_source_remove);
    g_clear_handle_id(&windows->timer, g_source_remove);
    if (windows->x != NULL)
        xcb_disconnect(windows->x);
    g_ptr_array_unref(windows->standing);
    g_hash_table_unref(windows->names);
    g_free(windows);
}

const GPtrArray *
windows_standing(const Windows *windows)
{
    return windows->standing;
}

gboolean
windows_have_more(const Windows *windows)
{
    return windows->has_more;
}

gboolean
windows_is_gone(const Windows *windows)
{
    return windows->is_gone;
}

static void
ask_to_close(Windows *windows, xcb_window_t window)
{
    xcb_client_message_event_t event = {
        .response_type = XCB_CLIENT_MESSAGE,
        .format = 32,
        .window = window,
        .type = windows->atoms[WM_PROTOCOLS],
        .data.data32 = { windows->atoms[WM_DELETE_WINDOW], XCB_CURRENT_TIME },
    };

    (void) xcb_send_event(windows->x, 0, window, XCB_EVENT_MASK_NO_EVENT, (const char *) &event);
}

static gboolean
stands(const Windows *windows, guint32 window)
{
    for (guint i = 0; window != 0 && i < windows->standing->len; i++)
        if (((const Blocker *) g_ptr_array_index(windows->standing, i))->id == window)
            return TRUE;
    return FALSE;
}

/* The last step that was begun, as a digit, and the token of its asking. */
static guint
read_step(Windows *windows, const char *token)
{
    g_autoptr(Property) property =
        take_property(windows, ask_property(windows, windows->root, windows->atoms[ASKED]), 8);
    g_autofree char *text = property_text(property);

    /* The answer may have brought events along. */
    if (take_events(windows, xcb_poll_for_queued_event))
        look_soon(windows);
    return text != NULL && g_ascii_isdigit(text[0]) && strcmp(text + 1, token) == 0
               ? (guint) g_ascii_digit_value(text[0])
               : 0;
}

gboolean
windows_begin_step(Windows *windows, const char *token, WindowsStep step)
{
    g_autofree char *text = g_strdup_printf("%u%s", (guint) step, token);

    if (read_step(windows, token) >= step)
        return FALSE;
    (void) xcb_change_property(windows->x, XCB_PROP_MODE_REPLACE, windows->root,
                               windows->atoms[ASKED], XCB_ATOM_STRING, 8, (guint32) strlen(text),
                               text);
    (void) xcb_flush(windows->x);
    return TRUE;
}

/* A dialog is its program's to end: it may be the very question about unsaved work, from an earlier asking. */
GPtrArray *
windows_ask(Windows *windows, const char *token)
{
    gboolean first = windows_begin_step(windows, token, WINDOWS_STEP_ASK);

    for (guint i = 0; first && i < windows->standing->len; i++) {
        const Blocker *blocker = g_ptr_array_index(windows->standing, i);

        if (!stands(windows, blocker->parent))
            ask_to_close(windows, blocker->id);
    }
    (void) xcb_flush(windows->x);
    return g_ptr_array_ref(windows->standing);
}
