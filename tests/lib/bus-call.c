/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bus-call OBJECT METHOD [PARAMETERS]: one call to manyseatd, for the stories. gdbus and busctl greet a message bus first, which
 * manyseatd is not. OBJECT is Manager, Login, Launch or Display; PARAMETERS a tuple in GVariant's text form, typed where it matters:
 *
 *   bus-call Manager LogOff "({'all': <true>}, @a{sv} {})"
 *
 * Prints the answer in text form, exit 0; or the error's short name and its words on stderr, exit 1. Handles are closed.
 */
#include "bus/client.h"
#include "bus/error.h"

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *path = g_strconcat("/org/manyseat/", argc > 1 ? argv[1] : "", NULL);
    g_autofree char *interface = g_strconcat("org.manyseat.", argc > 1 ? argv[1] : "", NULL);
    g_autofree char *text = NULL;
    GVariant *parameters = NULL;

    if (argc < 3 || argc > 4) {
        g_printerr("usage: bus-call OBJECT METHOD [PARAMETERS]\n");
        return 2;
    }
    if (argc == 4)
        parameters = g_variant_parse(NULL, argv[3], NULL, NULL, &error);
    if (error == NULL)
        connection = client_connect(NULL, &error);
    if (connection != NULL) {
        g_dbus_connection_start_message_processing(connection);
        answer = client_call(connection, path, interface, argv[2], parameters, NULL, &error);
    }
    if (answer == NULL) {
        g_printerr("%s: %s\n", manyseat_error_name(manyseat_error_code(error)), error->message);
        return 1;
    }
    text = g_variant_print(answer, TRUE);
    g_print("%s\n", text);
    return 0;
}
