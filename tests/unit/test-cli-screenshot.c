/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `manyseat screenshot` and pictures of any size: manyseatd is this test (the functions of src/cli/manager.h are its own). */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/error.h"
#include "cli/arguments.h"
#include "cli/manager.h"

static int picture; /* what manyseatd answers with */

GDBusConnection *
manager_connect(GError **error)
{
    g_autoptr(GSocket) socket = NULL;
    g_autoptr(GSocketConnection) stream = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    fd_clear(&ends[1]);
    socket = g_socket_new_from_fd(ends[0], error);
    stream = g_socket_connection_factory_create_connection(socket);
    return g_dbus_connection_new_sync(G_IO_STREAM(stream), NULL,
                                      G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING, NULL, NULL,
                                      error);
}

int
manager_call_for_fd(GDBusConnection *connection, const char *method, GVariant *parameters,
                    GError **error)
{
    g_variant_unref(g_variant_ref_sink(parameters));
    g_assert_cmpstr(method, ==, "TakeThumbnail");
    return fd_steal(&picture);
}

/* Of other commands. */
GVariant *
manager_call(GDBusConnection *connection, const char *method, GVariant *parameters, GError **error)
{
    g_assert_not_reached();
}

GVariant *
manager_ask(const char *method, GVariant *parameters, GError **error)
{
    g_assert_not_reached();
}

gboolean
manager_subscribe(GDBusConnection *connection, const char *name, GDBusSignalCallback on_signal,
                  gpointer data, GError **error)
{
    g_assert_not_reached();
}

/* A JPEG's first and last bytes, and as many zeros between them that it is so long. */
static int
make_picture(gsize length)
{
    int memory = memfd_create("picture", MFD_CLOEXEC);

    g_assert_cmpint(pwrite(memory, "\xff\xd8", 2, 0), ==, 2);
    g_assert_cmpint(pwrite(memory, "\xff\xd9", 2, (off_t) length - 2), ==, 2);
    return memory;
}

/* The length of the file afterwards. */
static gsize
take(const char *file, gsize length, int *ret_status, GError **error)
{
    char *const words[] = { (char *) "7", (char *) "--output", (char *) file, NULL };
    g_autoptr(Arguments) arguments =
        arguments_parse(command_find("screenshot"), (char **) words, NULL);
    GStatBuf status;

    g_assert_nonnull(arguments);
    picture = make_picture(length);
    *ret_status = arguments->command->exec(arguments, error);
    g_assert_cmpint(g_stat(file, &status), ==, 0);
    return (gsize) status.st_size;
}

static void
test_bytes(void)
{
    g_autofree char *directory = g_dir_make_tmp("manyseat-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "picture.jpg", NULL);
    g_autoptr(GError) error = NULL;
    int status;

    g_assert_cmpuint(take(file, LIMIT_SCREENSHOT_BYTES, &status, &error), ==,
                     LIMIT_SCREENSHOT_BYTES);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, COMMAND_DONE);
    g_assert_true(g_file_set_contents(file, "before", -1, NULL));
    g_assert_cmpuint(take(file, LIMIT_SCREENSHOT_BYTES + 1, &status, &error), ==, strlen("before"));
    g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED);
    g_assert_cmpint(status, ==, COMMAND_ERROR);
    (void) g_remove(file);
    (void) g_rmdir(directory);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli-screenshot/bytes", test_bytes);
    return g_test_run();
}
