/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was sent on a connection and waits to be written: GDBus queues without end for one who does not read. It is counted by what
 * GDBus's thread tells of each message that it begins to write. g_dbus_connection_flush() would tell the same, but holds a thread
 * of GLib's pool for each question until it is answered, and the answer needs one more of them: with ten
 * questions at once everything stands still for seconds.
 */
#pragma once

#include <gio/gio.h>

typedef enum { OUTBOX_ANSWERS, OUTBOX_SIGNALS, N_OUTBOX_KINDS } OutboxKind;

typedef struct Outbox Outbox;

/* Begins to count, from the thread that sends. The connection is kept alive. */
Outbox *outbox_new(GDBusConnection *connection);
void outbox_free(Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outbox, outbox_free)

/* What this thread sent last is of this kind. NULL: the connection is gone, and nothing waits. */
void outbox_note(Outbox *outbox, OutboxKind kind);

/* How many of a kind are not begun to be written. */
guint outbox_count(Outbox *outbox, OutboxKind kind);
