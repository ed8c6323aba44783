/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What manyseatd and manyseat-errand say to each other: one request and one reply ("ask": several), each one packet on a SOCK_SEQPACKET
 * pair. manyseatd starts manyseat-errand (no arguments, empty environment) with one end as descriptor 3, sends the request, and reads
 * the reply with its descriptors until its own deadline; end of stream without a reply means that the errand failed or took
 * longer than ERRAND_SECONDS ("ask": than its own seconds and those).
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
 *                session s
 *   language     session s                 language s    none
 *                                          ("ru"; "" = its programs do not say)
 *   look         display s, xauthority s   see below     none
 *                session s (its id)
 *   ask          display s, xauthority s   see below     none
 *                session s (its id)
 *                seconds u (0 to ERRAND_ASK_SECONDS_MAX)
 *                token s (what this asking is called)
 *
 * session is a hosted session's id, or a foreign one's control group (which has a '/'). When xauthority is "" (of a foreign session) the
 * X server is found by what the user's own processes of that session were started with, at display if that is not "", and may be
 * root's.
 *
 * "look" tells within ERRAND_LOOK_MS what can be seen of unsaved work from outside, and changes nothing:
 *
 *   unsaved a(ss)    windows whose title is marked as changed (application, title), and inhibitors of a log-off (application, reason)
 *   unknown a(ss)    windows of programs of which it is not known that they mark unsaved work
 *   known b          unsaved is all there is: unknown is empty, nothing was left out, and inhibitors could be asked for
 *
 * At most ERRAND_LOOK_ROWS_MAX rows each.
 *
 * "ask" asks every window of the session to close, once, waits until nothing holds the log-off up any more, and has the desktop's
 * own session manager log off. It kills nothing. token is written on the root window: while it stands there (a former "ask" of that
 * token was broken off), no window is asked again, and a session manager that was called is not called again. A reply is sent
 * whenever there is news; each tells the whole state:
 *
 *   state s          one of ERRAND_ASK_*, below
 *   blockers a(ss)   what holds the log-off up now: application, and title of its window or reason of its inhibitor; a dialog counts
 *                    under its parent's row; at most ERRAND_ASK_ROWS_MAX rows
 *   closed as        applications that were asked and have no window any more; limits as above
 *   manager s        who was called: "xfce", "gnome", "mate", "kde", "lxqt"; "none" when there is no session manager or it does not
 *                    answer: manyseatd has to end the session; "" until then
 *
 * Applications are called by the name in their desktop entry, else by their window's class; a title does not end with that name again.
 * Texts are one line of UTF-8 each, at most ERRAND_ASK_TEXT_MAX bytes, without control characters of any kind.
 *
 * It ends without a further packet when the X server goes (the session has ended) and when the other end of the socket is closed or
 * says anything (cancel: nothing more is asked). An error reply says that the errand could not begin. Send nothing after the request.
 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#define ERRAND_SOCKET 3         /* the descriptor that manyseat-errand finds its end at */
#define ERRAND_PACKET_MAX 16384 /* bytes of a request or a reply */
#define ERRAND_SECONDS 5        /* after this manyseat-errand is gone, done or not */

#define ERRAND_CONNECT_RFB "connect-rfb"
#define ERRAND_CONNECT_X "connect-x"
#define ERRAND_LOOK "look"
#define ERRAND_ASK "ask"
#define ERRAND_LANGUAGE "language"

#define ERRAND_LOOK_MS 1500
#define ERRAND_LOOK_ROWS_MAX 5

#define ERRAND_ASK_SECONDS_MAX 3600
#define ERRAND_ASK_ROWS_MAX 20
#define ERRAND_ASK_TEXT_MAX 200
#define ERRAND_ASK_TOKEN_MAX 64 /* bytes, at least 1 */

/* The states of "ask". */
#define ERRAND_ASK_ASKING "asking"           /* the windows were asked to close */
#define ERRAND_ASK_LOGGING_OUT "logging-out" /* manager was called; may turn into "asking" again */
#define ERRAND_ASK_CANCELLED "cancelled"     /* the user cancelled that; the last packet */
#define ERRAND_ASK_OVER "over"               /* the seconds are up; the last packet */

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
