/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hand of somebody who sits at a desktop, for the stories: on the display that the environment names.
 *
 *   hand list                 "id class title" of each window that its window manager lists, a line each
 *   hand type ID TEXT         activate a window, and type ASCII text
 *   hand press ID KEY...      activate a window, and press keys: X's names of them, with ctrl+, alt+ and shift+ before them
 *   hand key KEY...           press keys for whoever has the keyboard now
 *   hand click X Y BUTTON     point there, and click
 *
 * Exit 1 when the window can't be activated within three seconds.
 */
#include <glib.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <X11/Xatom.h>
#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#define ACTIVATE_MS 3000

static Display *display;

static Window *
list_windows(const char *property, unsigned long *ret_n)
{
    Atom type;
    int format;
    unsigned long left;
    unsigned char *value = NULL;

    *ret_n = 0;
    (void) XGetWindowProperty(display, DefaultRootWindow(display),
                              XInternAtom(display, property, False), 0, 1024, False, XA_WINDOW,
                              &type, &format, ret_n, &left, &value);
    return (Window *) value;
}

static char *
title_of(Window window)
{
    Atom type;
    int format;
    unsigned long n = 0, left;
    unsigned char *value = NULL;
    char *title;

    (void) XGetWindowProperty(display, window, XInternAtom(display, "_NET_WM_NAME", False), 0, 64,
                              False, AnyPropertyType, &type, &format, &n, &left, &value);
    title = g_strdup(value != NULL ? (const char *) value : "");
    if (value != NULL)
        (void) XFree(value);
    return title;
}

static int
list(void)
{
    unsigned long n;
    Window *windows = list_windows("_NET_CLIENT_LIST", &n);

    for (unsigned long i = 0; i < n; i++) {
        g_autofree char *title = title_of(windows[i]);
        XClassHint class = { NULL, NULL };

        (void) XGetClassHint(display, windows[i], &class);
        g_print("%lu %s %s\n", windows[i], class.res_class != NULL ? class.res_class : "?", title);
    }
    return EXIT_SUCCESS;
}

static gboolean
is_active(Window window)
{
    unsigned long n;
    Window *active = list_windows("_NET_ACTIVE_WINDOW", &n);
    gboolean answer = n > 0 && active[0] == window;

    if (active != NULL)
        (void) XFree(active);
    return answer;
}

/* Until an event comes or the time is up. */
static gboolean
wait_for_event(gint64 deadline)
{
    struct pollfd poller = { .fd = ConnectionNumber(display), .events = POLLIN };
    gint64 left = (deadline - g_get_monotonic_time()) / 1000;
    XEvent event;

    if (XPending(display) == 0 && (left <= 0 || poll(&poller, 1, (int) left) <= 0))
        return FALSE;
    while (XPending(display) > 0)
        (void) XNextEvent(display, &event);
    return TRUE;
}

static gboolean
activate(Window window)
{
    gint64 deadline = g_get_monotonic_time() + ACTIVATE_MS * 1000;
    XEvent event = { .xclient = { .type = ClientMessage,
                                  .window = window,
                                  .message_type = XInternAtom(display, "_NET_ACTIVE_WINDOW", False),
                                  .format = 32,
                                  .data.l = { 2, CurrentTime } } };

    (void) XSelectInput(display, DefaultRootWindow(display), PropertyChangeMask);
    (void) XSendEvent(display, DefaultRootWindow(display), False,
                      SubstructureRedirectMask | SubstructureNotifyMask, &event);
    (void) XFlush(display);
    while (!is_active(window))
        if (!wait_for_event(deadline))
            return FALSE;
    return TRUE;
}

static void
strike(KeySym symbol, gboolean down)
{
    (void) XTestFakeKeyEvent(display, XKeysymToKeycode(display, symbol), down, 0);
}

/* A key that needs Shift on this keyboard gets it. */
static void
press(KeySym symbol)
{
    KeyCode code = XKeysymToKeycode(display, symbol);
    gboolean shifted = XkbKeycodeToKeysym(display, code, 0, 0) != symbol &&
                       XkbKeycodeToKeysym(display, code, 0, 1) == symbol;

    if (shifted)
        strike(XK_Shift_L, True);
    strike(symbol, True);
    strike(symbol, False);
    if (shifted)
        strike(XK_Shift_L, False);
    (void) XSync(display, False);
}

static void
type(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        press((KeySym) *at);
}

static void
press_named(const char *name)
{
    static const struct {
        const char *prefix;
        KeySym symbol;
    } modifiers[] = { { "ctrl+", XK_Control_L }, { "alt+", XK_Alt_L }, { "shift+", XK_Shift_L } };
    KeySym held[G_N_ELEMENTS(modifiers)];
    guint n_held = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(modifiers); i++)
        if (g_str_has_prefix(name, modifiers[i].prefix)) {
            name += strlen(modifiers[i].prefix);
            held[n_held++] = modifiers[i].symbol;
        }
    for (guint i = 0; i < n_held; i++)
        strike(held[i], True);
    press(XStringToKeysym(name));
    while (n_held > 0)
        strike(held[--n_held], False);
    (void) XSync(display, False);
}

static void
click(int x, int y, unsigned int button)
{
    (void) XTestFakeMotionEvent(display, -1, x, y, 0);
    (void) XTestFakeButtonEvent(display, button, True, 0);
    (void) XTestFakeButtonEvent(display, button, False, 0);
    (void) XSync(display, False);
}

static int
use_window(char **words, int n)
{
    gboolean types = strcmp(words[0], "type") == 0;

    if (n < 3 || !activate((Window) g_ascii_strtoull(words[1], NULL, 0))) {
        g_printerr("hand: no such window, or it can't be activated\n");
        return EXIT_FAILURE;
    }
    for (int i = 2; i < n; i++) {
        if (types)
            type(words[i]);
        else
            press_named(words[i]);
    }
    return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
    display = XOpenDisplay(NULL);
    if (display == NULL || argc < 2) {
        g_printerr("hand: no display, or nothing to do\n");
        return EXIT_FAILURE;
    }
    if (strcmp(argv[1], "list") == 0)
        return list();
    if (strcmp(argv[1], "click") == 0 && argc == 5) {
        click(atoi(argv[2]), atoi(argv[3]), (unsigned int) atoi(argv[4]));
        return EXIT_SUCCESS;
    }
    if (strcmp(argv[1], "key") != 0)
        return use_window(argv + 1, argc - 1);
    for (int i = 2; i < argc; i++)
        press_named(argv[i]);
    return EXIT_SUCCESS;
}
