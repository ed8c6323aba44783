/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every type of manyseatd, so that headers need not include each other. */
#pragma once

#include <gio/gio.h>

typedef struct Manager Manager;                 /* the tables; manager.h */
typedef struct Peer Peer;                       /* one connection to the socket; peer.h */
typedef struct Session Session;                 /* session.h */
typedef struct SessionKind SessionKind;         /* session.h */
typedef struct SessionListener SessionListener; /* session.h */
typedef struct Login Login;                     /* login.h */
typedef struct Launch Launch;                   /* a log-on under way; launch.h */
typedef struct Job Job;                         /* job.h */
typedef struct Ticket Ticket;                   /* ticket.h */
typedef struct Watch Watch;                     /* the link to manyseat-display; watch.h */
typedef struct Looks Looks; /* the queue of all looks for unsaved work; look.h */
