/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metered-stream.h"

#include "base/limits.h"
#include "frame.h"

#define READ_PER_TURN (64 * 1024)

/* The two halves hold no reference to the whole, which owns them and outlives the library's use of them. */
#define METERED_TYPE_INPUT (metered_input_get_type())
G_DECLARE_FINAL_TYPE(MeteredInput, metered_input, METERED, INPUT, GInputStream)
#define METERED_TYPE_OUTPUT (metered_output_get_type())
G_DECLARE_FINAL_TYPE(MeteredOutput, metered_output, METERED, OUTPUT, GOutputStream)

struct _MeteredInput {
    GInputStream parent_instance;
    GPollableInputStream *base;
    MeteredStream *stream;
    FrameMeter meter;
    guint64 message_max;
    guint controls_seen; /* when something was last written */
    gsize budget;        /* bytes still to be read in this turn */
    gboolean paused, refused;
    GSource *source; /* the library's, newest */
    GSource *child;  /* of it: the base's; none while paused */
};

struct _MeteredOutput {
    GOutputStream parent_instance;
    GPollableOutputStream *base;
    MeteredStream *stream;
    FrameMeter meter;
};

struct _MeteredStream {
    GIOStream parent_instance;
    GIOStream *base;
    MeteredInput *input;
    MeteredOutput *output;
    MeteredHandlers handlers;
    gpointer data;
};

static void metered_input_poll_init(GPollableInputStreamInterface *interface);
static void metered_output_poll_init(GPollableOutputStreamInterface *interface);

G_DEFINE_TYPE_WITH_CODE(MeteredInput, metered_input, G_TYPE_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM,
                                              metered_input_poll_init))
G_DEFINE_TYPE_WITH_CODE(MeteredOutput, metered_output, G_TYPE_OUTPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_OUTPUT_STREAM,
                                              metered_output_poll_init))
G_DEFINE_FINAL_TYPE(MeteredStream, metered_stream, G_TYPE_IO_STREAM)

/* Reading. */

static gboolean
may_read(MeteredInput *input)
{
    return !input->paused && !input->refused;
}

static void
drop_child(MeteredInput *input)
{
    if (input->child == NULL)
        return;
    if (!g_source_is_destroyed(input->source))
        g_source_remove_child_source(input->source, input->child);
    g_clear_pointer(&input->child, g_source_unref);
}

static void
add_child(MeteredInput *input)
{
    if (input->source == NULL || input->child != NULL || g_source_is_destroyed(input->source))
        return;
    input->child = g_pollable_input_stream_create_source(input->base, NULL);
    g_source_set_dummy_callback(input->child);
    g_source_add_child_source(input->source, input->child);
}

static void
refuse(MeteredInput *input, MeteredExcess excess)
{
    input->refused = TRUE;
    if (input->stream->handlers.on_excess != NULL)
        input->stream->handlers.on_excess(excess, input->stream->data);
}

static gssize
would_block(GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "not now");
    return -1;
}

static gssize
metered_input_read_nonblocking(GPollableInputStream *stream, void *buffer, gsize count,
                               GError **error)
{
    MeteredInput *input = METERED_INPUT(stream);
    gssize n;

    if (!may_read(input) || input->budget == 0)
        return would_block(error);
    n = g_pollable_input_stream_read_nonblocking(input->base, buffer, MIN(count, input->budget),
                                                 NULL, error);
    if (n <= 0)
        return n;
    input->budget -= (gsize) n;
    frame_meter_feed(&input->meter, buffer, (gsize) n);
    if (input->meter.longest > input->message_max)
        refuse(input, METERED_MESSAGE_TOO_LONG);
    else if (input->meter.controls - input->controls_seen > LIMIT_WEB_CONTROL_FRAMES)
        refuse(input, METERED_CONTROL_FLOOD);
    return input->refused ? would_block(error) : n;
}

static gboolean
metered_input_is_readable(GPollableInputStream *stream)
{
    MeteredInput *input = METERED_INPUT(stream);

    return may_read(input) && g_pollable_input_stream_is_readable(input->base);
}

static gboolean
metered_input_can_poll(GPollableInputStream *stream)
{
    return TRUE;
}

static GSource *
metered_input_create_source(GPollableInputStream *stream, GCancellable *cancellable)
{
    MeteredInput *input = METERED_INPUT(stream);
    GSource *source = g_pollable_source_new_full(stream, NULL, cancellable);

    drop_child(input);
    g_clear_pointer(&input->source, g_source_unref);
    input->source = g_source_ref(source);
    input->budget = READ_PER_TURN;
    if (may_read(input))
        add_child(input);
    return source;
}

static gssize
metered_input_read(GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                   GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "blocking read");
    return -1;
}

static void
metered_input_finalize(GObject *object)
{
    MeteredInput *input = METERED_INPUT(object);

    drop_child(input);
    g_clear_pointer(&input->source, g_source_unref);
    G_OBJECT_CLASS(metered_input_parent_class)->finalize(object);
}

static void
metered_input_poll_init(GPollableInputStreamInterface *interface)
{
    interface->can_poll = metered_input_can_poll;
    interface->is_readable = metered_input_is_readable;
    interface->create_source = metered_input_create_source;
    interface->read_nonblocking = metered_input_read_nonblocking;
}

static void
metered_input_class_init(MeteredInputClass *class)
{
    G_OBJECT_CLASS(class)->finalize = metered_input_finalize;
    G_INPUT_STREAM_CLASS(class)->read_fn = metered_input_read;
}

static void
metered_input_init(MeteredInput *input)
{
}

/* Writing. */

static gssize
metered_output_write_nonblocking(GPollableOutputStream *stream, const void *buffer, gsize count,
                                 GError **error)
{
    MeteredOutput *output = METERED_OUTPUT(stream);
    MeteredStream *whole = output->stream;
    gssize n = g_pollable_output_stream_write_nonblocking(output->base, buffer, count, NULL, error);

    if (n <= 0)
        return n;
    frame_meter_feed(&output->meter, buffer, (gsize) n);
    whole->input->controls_seen = whole->input->meter.controls;
    if (whole->handlers.on_written != NULL)
        whole->handlers.on_written(whole->data);
    return n;
}

static gboolean
metered_output_is_writable(GPollableOutputStream *stream)
{
    return g_pollable_output_stream_is_writable(METERED_OUTPUT(stream)->base);
}

static gboolean
metered_output_can_poll(GPollableOutputStream *stream)
{
    return TRUE;
}

static GSource *
metered_output_create_source(GPollableOutputStream *stream, GCancellable *cancellable)
{
    g_autoptr(GSource) child =
        g_pollable_output_stream_create_source(METERED_OUTPUT(stream)->base, NULL);

    return g_pollable_source_new_full(stream, child, cancellable);
}

static gssize
metered_output_write(GOutputStream *stream, const void *buffer, gsize count,
                     GCancellable *cancellable, GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "blocking write");
    return -1;
}

static void
metered_output_poll_init(GPollableOutputStreamInterface *interface)
{
    interface->can_poll = metered_output_can_poll;
    interface->is_writable = metered_output_is_writable;
    interface->create_source = metered_output_create_source;
    interface->write_nonblocking = metered_output_write_nonblocking;
}

static void
metered_output_class_init(MeteredOutputClass *class)
{
    G_OUTPUT_STREAM_CLASS(class)->write_fn = metered_output_write;
}

static void
metered_output_init(MeteredOutput *output)
{
}

/* Both. */

static GInputStream *
metered_stream_get_input(GIOStream *stream)
{
    return G_INPUT_STREAM(METERED_STREAM(stream)->input);
}

static GOutputStream *
metered_stream_get_output(GIOStream *stream)
{
    return G_OUTPUT_STREAM(METERED_STREAM(stream)->output);
}

static gboolean
metered_stream_close(GIOStream *stream, GCancellable *cancellable, GError **error)
{
    return g_io_stream_close(METERED_STREAM(stream)->base, cancellable, error);
}

static void
on_base_closed(GObject *base, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;

    if (g_io_stream_close_finish(G_IO_STREAM(base), result, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void
metered_stream_close_async(GIOStream *stream, int priority, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
    GTask *task = g_task_new(stream, cancellable, callback, data);

    g_io_stream_close_async(METERED_STREAM(stream)->base, priority, cancellable, on_base_closed,
                            task);
}

static gboolean
metered_stream_close_finish(GIOStream *stream, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void
metered_stream_finalize(GObject *object)
{
    MeteredStream *stream = METERED_STREAM(object);

    g_clear_object(&stream->input);
    g_clear_object(&stream->output);
    g_clear_object(&stream->base);
    G_OBJECT_CLASS(metered_stream_parent_class)->finalize(object);
}

static void
metered_stream_class_init(MeteredStreamClass *class)
{
    GIOStreamClass *stream_class = G_IO_STREAM_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = metered_stream_finalize;
    stream_class->get_input_stream = metered_stream_get_input;
    stream_class->get_output_stream = metered_stream_get_output;
    stream_class->close_fn = metered_stream_close;
    stream_class->close_async = metered_stream_close_async;
    stream_class->close_finish = metered_stream_close_finish;
}

static void
metered_stream_init(MeteredStream *stream)
{
}

MeteredStream *
metered_stream_new(GIOStream *base, guint64 message_max, const MeteredHandlers *handlers,
                   gpointer data)
{
    MeteredStream *stream = g_object_new(METERED_TYPE_STREAM, NULL);

    stream->base = g_object_ref(base);
    stream->handlers = *handlers;
    stream->data = data;
    stream->input = g_object_new(METERED_TYPE_INPUT, NULL);
    stream->input->base = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(base));
    stream->input->stream = stream;
    stream->input->message_max = message_max;
    stream->output = g_object_new(METERED_TYPE_OUTPUT, NULL);
    stream->output->base = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(base));
    stream->output->stream = stream;
    return stream;
}

void
metered_stream_forget(MeteredStream *stream)
{
    stream->handlers = (MeteredHandlers){ NULL, NULL };
}

guint64
metered_stream_written(MeteredStream *stream)
{
    return stream->output->meter.payload;
}

void
metered_stream_pause(MeteredStream *stream, gboolean paused)
{
    MeteredInput *input = stream->input;

    input->paused = paused;
    if (may_read(input))
        add_child(input);
    else
        drop_child(input);
}
