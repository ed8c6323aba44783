/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's tables: streams (who looks) and watched sessions (what at), and what follows from one for the other. */
#pragma once

#include <gio/gio.h>

#include "notice.h"
#include "pace.h"
#include "watched.h"

typedef struct Parent Parent;

/* socket is nursery_fork()'s, taken over. on_gone: the nursery is gone, nothing works any more. */
Parent *parent_new(int nursery, NurseryGoneFunc on_gone, gpointer data);
void parent_free(Parent *parent);

/* Whom an X connection of a session is for. */
typedef enum { FOR_PICTURES, FOR_NOTICE } Purpose;

/* What is asked of manyseatd (parent-bus.c). */
typedef struct {
    /* An X connection: answer with parent_opened() or parent_refused(), later. */
    void (*open)(const char *session, Purpose purpose, gpointer data);
    /* Tell what the user of the session answered to his notice. */
    void (*pressed)(const char *session, NoticeAnswer answer, gpointer data);
} ParentCalls;
void parent_set_calls(Parent *parent, const ParentCalls *calls, gpointer data);
void parent_opened(Parent *parent, const char *session, Purpose purpose, const char *display, int x,
                   int cookie);
void parent_refused(Parent *parent, const char *session, Purpose purpose, Reason reason);

/* The methods of org.manyseat.Watch. Errors are of MANYSEAT_ERROR; descriptors are taken over. */
gboolean parent_add_stream(Parent *parent, guint64 number, int socket, GError **error);
gboolean parent_set_stream(Parent *parent, guint64 number, GVariant *watched, GError **error);
gboolean parent_remove_stream(Parent *parent, guint64 number, GError **error);
/* func is called later, unless FALSE is returned. */
gboolean parent_take(Parent *parent, const char *session, const char *size, WatchedTakeFunc func,
                     gpointer data, GError **error);

/* What watching may use from now on. func is called every BUDGET_SECONDS while there is a limit: what was used since, and the pace from
 * now on (pace.h); and once more when there is none any more. */
#define BUDGET_SECONDS 2
typedef void (*ParentUseFunc)(const Use *used, guint pace, gpointer data);
void parent_set_budget(Parent *parent, const Use *budget, ParentUseFunc func, gpointer data);

/* notice is an a{sv} of at most NOTICE_BYTES_MAX. */
#define NOTICE_BYTES_MAX 7168
gboolean parent_show_notice(Parent *parent, const char *session, GVariant *notice, GError **error);
void parent_hide_notice(Parent *parent, const char *session);

/* No picture and no notice of it any more. */
void parent_forget(Parent *parent, const char *session);
