/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manyseat-display's own parent, nursery and workers without manyseatd: look SIZE DISPLAY... A viewer, in a process of its own
 * that is called bench-viewer, prints the length of each picture. */
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/picture.h"
#include "display/parent.h"

static Parent *parent;

static G_GNUC_NORETURN void
be_viewer(int socket)
{
    static guint8 packet[PICTURE_PACKET_MAX];
    gssize length;

    (void) prctl(PR_SET_NAME, "bench-viewer", 0, 0, 0);
    while ((length = recv(socket, packet, sizeof packet, 0)) > 0) {
        (void) printf("%zd\n", length);
        (void) fflush(stdout);
    }
    _exit(EXIT_SUCCESS);
}

/* The session is the display's number. */
static gboolean
connect_x(gpointer data)
{
    g_autofree char *session = data;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd x = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    autofd cookie = memfd_create("no-cookie", MFD_CLOEXEC);

    (void) g_snprintf(address.sun_path, sizeof address.sun_path, "/tmp/.X11-unix/X%s", session);
    if (connect(x, (struct sockaddr *) &address, sizeof address) < 0)
        parent_refused(parent, session, REASON_NO_X);
    else
        parent_opened(parent, session, session, x, cookie);
    return G_SOURCE_REMOVE;
}

static void
on_open(const char *session, gpointer data)
{
    (void) g_idle_add(connect_x, g_strdup(session));
}

static void
on_nursery_gone(gpointer data)
{
    g_error("the nursery is gone");
}

static void
watch(int socket, const char *size, char **displays)
{
    g_autoptr(GError) error = NULL;
    GVariantBuilder tiles;

    g_variant_builder_init(&tiles, G_VARIANT_TYPE("a(ss)"));
    for (; *displays != NULL; displays++)
        g_variant_builder_add(&tiles, "(ss)", *displays + 1, size);
    if (!parent_add_stream(parent, 1, socket, &error) ||
        !parent_set_stream(parent, 1, g_variant_builder_end(&tiles), &error))
        g_error("%s", error->message);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    int ends[2];
    int nursery;

    if (argc < 3)
        g_error("usage: look SIZE :DISPLAY...");
    (void) signal(SIGPIPE, SIG_IGN);
    nursery = nursery_fork(&error);
    if (nursery < 0 || !fd_socketpair(ends, &error))
        g_error("%s", error->message);
    if (fork() == 0) {
        (void) close(ends[1]);
        be_viewer(ends[0]);
    }
    (void) close(ends[0]);
    parent = parent_new(nursery, on_nursery_gone, NULL);
    parent_set_opener(parent, on_open, NULL);
    watch(ends[1], argv[1], argv + 2);
    g_main_loop_run(g_main_loop_new(NULL, FALSE));
    return EXIT_SUCCESS;
}
