/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox.h"

struct Outbox {
    GDBusConnection *connection;
    guint filter;
    guint *begun;                   /* serial; atomic, shared with GDBus's thread */
    GQueue waiting[N_OUTBOX_KINDS]; /* of serials, the oldest first */
};

/* In GDBus's thread. */
static GDBusMessage *
on_message(GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
    guint *begun = data;

    (void) connection;
    if (!incoming)
        g_atomic_int_set(begun, g_dbus_message_get_serial(message));
    return message;
}

Outbox *
outbox_new(GDBusConnection *connection)
{
    Outbox *outbox = g_new0(Outbox, 1);

    outbox->connection = g_object_ref(connection);
    outbox->begun = g_atomic_rc_box_new0(guint);
    outbox->filter = g_dbus_connection_add_filter(
        connection, on_message, g_atomic_rc_box_acquire(outbox->begun), g_atomic_rc_box_release);
    return outbox;
}

void
outbox_free(Outbox *outbox)
{
    if (outbox == NULL)
        return;
    g_dbus_connection_remove_filter(outbox->connection, outbox->filter);
    for (guint kind = 0; kind < N_OUTBOX_KINDS; kind++)
        g_queue_clear(&outbox->waiting[kind]);
    g_atomic_rc_box_release(outbox->begun);
    g_object_unref(outbox->connection);
    g_free(outbox);
}

void
outbox_note(Outbox *outbox, OutboxKind kind)
{
    if (outbox != NULL)
        g_queue_push_tail(&outbox->waiting[kind],
                          GUINT_TO_POINTER(g_dbus_connection_get_last_serial(outbox->connection)));
}

guint
outbox_count(Outbox *outbox, OutboxKind kind)
{
    GQueue *waiting;
    guint begun;

    if (outbox == NULL)
        return 0;
    waiting = &outbox->waiting[kind];
    begun = g_atomic_int_get(outbox->begun);
    while (waiting->length > 0 && GPOINTER_TO_UINT(waiting->head->data) <= begun)
        (void) g_queue_pop_head(waiting);
    return waiting->length;
}
