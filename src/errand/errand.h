/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One errand: take the request (base/errand.h), become the user, do the task, reply (or let the task talk). */
#pragma once

#include <gio/gio.h>

#include "base/fd.h"

/* What a task hands back besides its result: descriptors that go with the reply and are closed afterwards. */
typedef struct {
    int fds[FD_PACKET_MAX_FDS];
    guint n_fds;
} ErrandFds;

/* Do one task; runs as the user, with nothing left of root. arguments is an a{sv} whose content nobody has checked yet.
 * ret_result may stay NULL (an empty result). Blocks at most until the alarm of main() ends the process. */
typedef gboolean (*ErrandTask)(GVariant *arguments, GVariant **ret_result, ErrandFds *fds,
                               GError **error);

/* The same for a task that sends its own replies to socket, by errand_tell(); after FALSE an error reply goes there, after TRUE
 * none. It moves the alarm itself. */
typedef gboolean (*ErrandTalk)(GVariant *arguments, int socket, GError **error);

/* A task does or talks; the other function is NULL. */
typedef struct {
    const char *name;
    ErrandTask task;
    ErrandTalk talk;
} Errand;

/* Serve one request from socket, which is left open. The reply is sent in any case that leaves a socket to send it on; FALSE
 * if the errand was not done. The process belongs to the user afterwards: end it. */
gboolean errand_run(int socket, GError **error);

/* Send a reply with a result (an a{sv}, consumed if floating) and no descriptors. */
gboolean errand_tell(int socket, GVariant *result, GError **error);

/* The tasks, one file each. */
gboolean connect_rfb(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error);
gboolean connect_x(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error);
gboolean look(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error);
gboolean language(GVariant *arguments, GVariant **ret_result, ErrandFds *fds, GError **error);
gboolean ask(GVariant *arguments, int socket, GError **error);

/* For connect_rfb: whether path is PATH_SESSIONS/ID/user/NAME and nothing else (no "..", no empty part). */
gboolean connect_rfb_may_open(const char *path);

typedef struct {
    int number;     /* of the display */
    int x;          /* connected */
    int xauthority; /* its cookie file, opened */
} XConnection;

/* What connect_x does, for other tasks: "display" and "xauthority" of arguments, checked, connected and opened; without xauthority
 * they are found by "session". The caller closes the descriptors. */
gboolean connect_x_open(GVariant *arguments, XConnection *ret, GError **error);
