/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that a peer can create has a limit: here, or beside the code that alone knows it. */
#pragma once

/* manyseatd's own socket. */
#define LIMIT_CONNECTIONS_PER_UID 32   /* of one account */
#define LIMIT_CONNECTIONS_PER_WEB 2048 /* of each manyseat-web account: one a WebSocket */
#define LIMIT_CALLS_IN_FLIGHT 16       /* of one browser */
/* Until the answer is written: more than a browser's, whose count is ahead of that. */
#define LIMIT_CALLS_PER_CONNECTION 48
#define LIMIT_CALLS_UNREAD 128           /* refused ones too; then the connection is closed */
#define LIMIT_SIGNALS_UNREAD 4096        /* of one connection; then it is closed */
#define LIMIT_ERROR_BYTES 512            /* words of one error */
#define LIMIT_AUDIT_REFUSALS_A_MINUTE 60 /* rows of one account or address */
#define LIMIT_ACTS_A_MINUTE 120          /* of one account that is no administrator's */
#define LIMIT_MESSAGE_BYTES (64 * 1024)  /* body of one call */
#define LIMIT_SELECTION 1000             /* ids in one selection */
#define LIMIT_OPENINGS 24                /* X connections that manyseat-display asks for at once */
#define LIMIT_WATCHED 1000               /* tiles in one SetThumbnails() */
#define LIMIT_ENLARGED 16                /* of those, enlarged: each is an audit row */
#define LIMIT_ENLARGED_AGAIN_SECONDS 30  /* from its end: a look that goes on is no row */
#define LIMIT_LOOK_ROW_SECONDS (60 * 60) /* of a look; what goes on for longer is a row again */
#define LIMIT_LOOKED_SECONDS 5           /* who has looked is told of for so long at least */

/* Names and texts that people type. */
#define LIMIT_USER_NAME 255
#define LIMIT_STATION_NAME 64
#define LIMIT_MESSAGE_CHARACTERS 500

/* Sessions that others began, listed. */
#define LIMIT_FOREIGN_SESSIONS 250
#define LIMIT_FOREIGN_SESSIONS_PER_USER 32
#define LIMIT_FOREIGN_REST_MS 100 /* from what logind said of one until it is asked again */

/* Log-on. */
#define LIMIT_LAUNCHES 32              /* conversations under way, all callers */
#define LIMIT_LAUNCHES_PER_SOURCE 8    /* of one address or one local account */
#define LIMIT_LAUNCH_SECONDS 120       /* from the launch to the last answer */
#define LIMIT_CONVERSATION_PACKET 1024 /* one prompt or answer */
#define LIMIT_CONVERSATION_PROMPTS 32  /* of one conversation */

/* How long a refusal takes: the part that grows with the failures of a user's name (nobody can lock anybody out), the part that grows
 * with those of a client's address, and the least, since known and unknown names take the same time. */
#define LIMIT_REFUSAL_DELAY_USER_MS 5000
#define LIMIT_REFUSAL_DELAY_SOURCE_MS 30000
#define LIMIT_REFUSAL_DELAY_LEAST_MS 1000

/* Logins, tickets. */
#define LIMIT_LOGINS_PER_USER 16
#define LIMIT_TICKETS 4096
#define LIMIT_TICKET_SECONDS 30
#define LIMIT_TOKEN_BYTES 32

/* Processes of one session whose end is waited for at a time while it is ended: each costs a descriptor. */
#define LIMIT_PROCESSES_WATCHED 64
/* Files of one user that the end of his session removes from /tmp. */
#define LIMIT_LITTER 64

/* Jobs kept in memory after they are done. */
#define LIMIT_JOBS_DONE 100
/* What programs that are asked to close show is stored and told so often at most, for all sessions of a job. */
#define LIMIT_JOB_NEWS_MS 100

/* Looks at unsaved work. */
#define LIMIT_LOOKS 32     /* manyseat-errand processes of all of them at once */
#define LIMIT_LOOK_MS 2000 /* of one, however many sessions */

/* The notice window. */
#define LIMIT_NOTICE_VIEWERS 16        /* names in one notice, the first ones of more */
#define LIMIT_NOTICE_NAME 64           /* characters of each name */
#define LIMIT_NOTICE_RAISES_A_SECOND 5 /* against who keeps covering it */
#define LIMIT_NOTICE_BIRTHS_A_SECOND 4 /* against who keeps killing it */

/* Accounts and audit. */
#define LIMIT_USERS_LISTED 2000 /* of those that NSS enumerates */
#define LIMIT_AUDIT_TEXT 1024   /* bytes of one text of a row */
#define LIMIT_AUDIT_ROWS 5000   /* in one answer */
#define LIMIT_AUDIT_KEPT 500000 /* rows */

/* The CLI. */
#define LIMIT_SCREENSHOT_BYTES (64 * 1024 * 1024) /* one JPEG, any size of it */

/* manyseat-web. nginx limits header sizes and half-open requests before it. */
#define LIMIT_WEB_SOCKETS 1500                 /* WebSockets of one instance */
#define LIMIT_WEB_LOG_ON_SOCKETS 500           /* of those, log-on pages waiting for a person */
#define LIMIT_WEB_LOG_ON_SOCKETS_SOURCE 100    /* of one address: a room behind one router */
#define LIMIT_WEB_MESSAGE (64 * 1024)          /* one message of a page */
#define LIMIT_WEB_LOG_ON_MESSAGE 4096          /* one message of the log-on page, one POST */
#define LIMIT_WEB_JSON_DEPTH 8                 /* arrays and objects within each other */
#define LIMIT_WEB_CONTROL_FRAMES 64            /* pings and the like while nothing is written */
#define LIMIT_WEB_UNSENT_VIEW (256 * 1024)     /* then the RFB socket is not read */
#define LIMIT_WEB_UNSENT_PICTURES (64 * 1024)  /* then no pictures are read */
#define LIMIT_WEB_UNSENT_ANY (8 * 1024 * 1024) /* then the reader is too slow: closed */
#define LIMIT_WEB_STALL_SECONDS 60             /* unsent bytes and no progress: closed */
#define LIMIT_WEB_PING_SECONDS 30
#define LIMIT_WEB_TICKET_WAIT_SECONDS 10 /* for the first message of a view */
#define LIMIT_WEB_INPUT_SECONDS 5        /* input of a view is told so often at most */
#define LIMIT_WEB_SCREENSHOTS 8          /* under way in one instance, until they are sent */
#define LIMIT_WEB_SCREENSHOT_BYTES (16 * 1024 * 1024) /* of one */
#define LIMIT_WEB_SCREENSHOT_SECONDS 20               /* until it is there */
#define LIMIT_WEB_CODES 1024                          /* one-time codes not yet used */
#define LIMIT_WEB_CODE_SECONDS 30
#define LIMIT_RFB_ENCODINGS 256
#define LIMIT_RFB_CUT_TEXT (1024 * 1024)
#define LIMIT_RFB_SCREENS 16
#define LIMIT_RFB_SIDE 8192        /* pixels of a resized desktop */
#define LIMIT_RFB_NAME (64 * 1024) /* the desktop's name in ServerInit */
