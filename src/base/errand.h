/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What manyseatd and manyseat-errand say to each other: one request and one reply, each one packet on a SOCK_SEQPACKET pair.
 * manyseatd starts manyseat-errand (no arguments, empty environment) with one end as descriptor 3, sends the request, and reads
 * the reply with its descriptors until its own deadline; end of stream without a reply means that the errand failed or took
 * longer than ERRAND_SECONDS.
 *
 * A packet is a GVariant in its binary form, in the machine's byte order, at most ERRAND_PACKET_MAX bytes:
 *
 *   request  (sua{sv})  task, uid of the user to act as (never 0), arguments
 *   reply    (bsa{sv})  done, why not (English; "" if done), result
 *
 *   task         arguments                 result        descriptors with the reply
 *   connect-rfb  path s                    (empty)       1: connected SOCK_STREAM socket
 *                below PATH_SESSIONS/ID/user/, a socket of the user's, served by the user
 *   connect-x    display s ("10", ":10")   display s     2: connected socket, opened cookie file (read only)
 *                xauthority s (path)       ("10")        an X server and a file of the user's own
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#define ERRAND_SOCKET 3        /* the descriptor that manyseat-errand finds its end at */
#define ERRAND_PACKET_MAX 8192 /* bytes of a request or a reply */
#define ERRAND_SECONDS 5       /* after this manyseat-errand is gone, done or not */

#define ERRAND_CONNECT_RFB "connect-rfb"
#define ERRAND_CONNECT_X "connect-x"

/* The packet of a request. arguments is an a{sv}, consumed if floating; NULL is empty. NULL with G_IO_ERROR_INVALID_ARGUMENT
 * when the packet would be too long. */
GBytes *errand_request_format(const char *task, uid_t uid, GVariant *arguments, GError **error);

/* Read a request; size, form, type and the uid (not 0, not -1) are checked, whether there is such a task is not.
 * FALSE with G_IO_ERROR_INVALID_DATA. */
gboolean errand_request_parse(const void *packet, gsize length, char **ret_task, uid_t *ret_uid,
                              GVariant **ret_arguments, GError **error);

/* The packet of a reply: a result (an a{sv}, consumed if floating; NULL is empty), or failure, if that is not NULL. A reply
 * that would be too long becomes a failure that says so. */
GBytes *errand_reply_format(const GError *failure, GVariant *result);

/* Read a reply. FALSE with G_IO_ERROR_INVALID_DATA if it is none, with G_IO_ERROR_FAILED and the errand's own words if the
 * errand was not done. */
gboolean errand_reply_parse(const void *packet, gsize length, GVariant **ret_result,
                            GError **error);
