/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bus-call OBJECT METHOD [PARAMETERS [OBJECT METHOD PARAMETERS]...]: calls to manyseatd on one connection, for the stories. gdbus and
 * busctl greet a message bus first, which manyseatd is not. OBJECT is Manager, Login, Launch or Display; PARAMETERS a tuple in
 * GVariant's text form, typed where it matters:
 *
 *   bus-call Manager LogOff "({'all': <true>}, @a{sv} {})"
 *
 * Prints each answer in text form, exit 0; or the first error's short name and its words on stderr, exit 1. Handles are closed.
 */
#include "bus/client.h"
#include "bus/error.h"

/* The answer is printed. parameters may be NULL. */
static gboolean
call(GDBusConnection *connection, const char *object, const char *method, const char *parameters,
     GError **error)
{
    g_autofree char *path = g_strconcat("/org/manyseat/", object, NULL);
    g_autofree char *interface = g_strconcat("org.manyseat.", object, NULL);
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *text = NULL;
    GVariant *tuple = NULL;

    if (parameters != NULL) {
        tuple = g_variant_parse(NULL, parameters, NULL, NULL, error);
        if (tuple == NULL)
            return FALSE;
    }
    answer = client_call(connection, path, interface, method, tuple, NULL, error);
    if (answer == NULL)
        return FALSE;
    text = g_variant_print(answer, TRUE);
    g_print("%s\n", text);
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = NULL;

    if (argc != 3 && (argc < 4 || argc % 3 != 1)) {
        g_printerr("usage: bus-call OBJECT METHOD [PARAMETERS [OBJECT METHOD PARAMETERS]...]\n");
        return 2;
    }
    connection = client_connect(NULL, &error);
    if (connection != NULL)
        g_dbus_connection_start_message_processing(connection);
    for (int i = 1; error == NULL && i < argc; i += 3)
        (void) call(connection, argv[i], argv[i + 1], i + 2 < argc ? argv[i + 2] : NULL, &error);
    if (error != NULL) {
        g_printerr("%s: %s\n", manyseat_error_name(manyseat_error_code(error)), error->message);
        return 1;
    }
    return 0;
}
