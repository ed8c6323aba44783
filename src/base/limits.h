/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that a peer can create has its limit here, and a test that reaches it. */
#pragma once

/* manyseatd's own socket. */
#define LIMIT_CONNECTIONS_PER_UID 32    /* of one account */
#define LIMIT_CONNECTIONS_PER_WEB 2048  /* of each manyseat-web account: one a WebSocket */
#define LIMIT_CALLS_IN_FLIGHT 16        /* of one connection */
#define LIMIT_MESSAGE_BYTES (64 * 1024) /* body of one call */
#define LIMIT_SELECTION 1000            /* ids in one selection */
#define LIMIT_WATCHED 1000              /* tiles in one SetThumbnails() */

/* Names and texts that people type. */
#define LIMIT_USER_NAME 255
#define LIMIT_STATION_NAME 64
#define LIMIT_MESSAGE_CHARACTERS 500

/* Log-on. */
#define LIMIT_LAUNCHES 32              /* conversations under way, all callers */
#define LIMIT_LAUNCHES_PER_SOURCE 8    /* of one address or one local account */
#define LIMIT_LAUNCH_SECONDS 120       /* from the launch to the last answer */
#define LIMIT_CONVERSATION_PACKET 1024 /* one prompt or answer */
#define LIMIT_CONVERSATION_PROMPTS 32  /* of one conversation */
#define LIMIT_REFUSAL_DELAY_USER_MS                                                                \
    5000 /* the part that grows with the user's name: nobody can lock anybody out */
#define LIMIT_REFUSAL_DELAY_SOURCE_MS 30000 /* the part that grows with the client's address */
#define LIMIT_REFUSAL_DELAY_LEAST_MS                                                               \
    1000 /* every refusal: known and unknown names take the same time */

/* Logins, tickets. */
#define LIMIT_LOGINS_PER_USER 16
#define LIMIT_TICKETS 4096
#define LIMIT_TICKET_SECONDS 30
#define LIMIT_TOKEN_BYTES 32

/* Jobs kept in memory after they are done. */
#define LIMIT_JOBS_DONE 100

/* Accounts and audit. */
#define LIMIT_USERS_LISTED 2000 /* of those that NSS enumerates */
#define LIMIT_AUDIT_TEXT 1024   /* bytes of one text of a row */
#define LIMIT_AUDIT_ROWS 5000   /* in one answer */
#define LIMIT_AUDIT_KEPT 500000 /* rows */
