/* SPDX-License-Identifier: GPL-3.0-or-later */
/* press-keys KEY...: press and let go of each key (names of keysyms: a, space, Return) on $DISPLAY, one after the other. What xdotool
 * does, where that is not installed. */
#include <stdio.h>
#include <X11/extensions/XTest.h>
#include <X11/Xlib.h>

int
main(int argc, char **argv)
{
    Display *display = XOpenDisplay(NULL);
    int none;

    if (display == NULL || !XTestQueryExtension(display, &none, &none, &none, &none)) {
        (void) fprintf(stderr, "press-keys: there is no X server with XTEST\n");
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        KeyCode code = XKeysymToKeycode(display, XStringToKeysym(argv[i]));

        if (code == 0) {
            (void) fprintf(stderr, "press-keys: there is no key '%s'\n", argv[i]);
            return 1;
        }
        XTestFakeKeyEvent(display, code, True, CurrentTime);
        XTestFakeKeyEvent(display, code, False, CurrentTime);
    }
    XSync(display, False);
    return XCloseDisplay(display);
}
