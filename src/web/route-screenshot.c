/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST screenshot: one picture of a session, as large as it is. */
#include "server.h"

#include <glib-unix.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/picture.h"
#include "bus/error.h"
#include "json.h"
#include "link.h"

#define CHUNK 65536

typedef struct {
    HttpRequest *request;
    Link *link;
    char *session;
    int fd; /* the picture, until its end */
    GByteArray *bytes;
    guint fd_source, deadline;
} Screenshot;

static guint n_screenshots; /* asked for, or not wholly sent */

static void
screenshot_end(Screenshot *screenshot, const GError *error)
{
    g_clear_handle_id(&screenshot->fd_source, g_source_remove);
    g_clear_handle_id(&screenshot->deadline, g_source_remove);
    if (error != NULL)
        http_request_fail(screenshot->request, error);
    http_request_release(screenshot->request);
    link_free(screenshot->link);
    fd_clear(&screenshot->fd);
    g_byte_array_unref(screenshot->bytes);
    g_free(screenshot->session);
    g_free(screenshot);
}

/* The answer's bytes are freed, sent or not. */
static void
on_answer_freed(gpointer data)
{
    g_byte_array_unref(data);
    n_screenshots--;
}

/* A GBytes of the picture that counts among the screenshots for as long as it lives. */
static GBytes *
counted_bytes(GByteArray *bytes)
{
    n_screenshots++;
    return g_bytes_new_with_free_func(bytes->data, bytes->len, on_answer_freed,
                                      g_byte_array_ref(bytes));
}

static void
finish(Screenshot *screenshot, const GError *failure)
{
    g_autoptr(GError) error = failure != NULL ? g_error_copy(failure) : NULL;

    n_screenshots--;
    if (error == NULL && !picture_is_jpeg(screenshot->bytes->data, screenshot->bytes->len))
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_AVAILABLE,
                            "cannot take a screenshot: the session shows no picture now");
    if (error == NULL) {
        g_autoptr(GBytes) answer = counted_bytes(screenshot->bytes);

        http_request_send(screenshot->request, "image/jpeg", answer);
    }
    screenshot_end(screenshot, error);
}

static gboolean
on_deadline(gpointer data)
{
    Screenshot *screenshot = data;
    g_autoptr(GError) error =
        g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_TIMED_OUT, "the picture did not come");

    screenshot->deadline = 0;
    finish(screenshot, error);
    return G_SOURCE_REMOVE;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
    Screenshot *screenshot = data;
    GByteArray *bytes = screenshot->bytes;
    guint before = bytes->len;
    g_autoptr(GError) error = NULL;
    gssize n;

    g_byte_array_set_size(bytes, before + CHUNK);
    n = read(fd, bytes->data + before, CHUNK);
    g_byte_array_set_size(bytes, before + (guint) MAX(n, 0));
    if (n > 0 && bytes->len <= LIMIT_WEB_SCREENSHOT_BYTES)
        return G_SOURCE_CONTINUE;
    if (n > 0)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                            "the picture is too large");
    screenshot->fd_source = 0;
    finish(screenshot, error); /* an error of read() leaves a picture that is not whole */
    return G_SOURCE_REMOVE;
}

static void
on_taken(GVariant *answer, GUnixFDList *fds, const GError *failure, gpointer data)
{
    Screenshot *screenshot = data;
    g_autoptr(GError) error = failure != NULL ? g_error_copy(failure) : NULL;

    if (error == NULL)
        screenshot->fd = link_take_fd(answer, 0, fds, &error);
    if (error != NULL)
        finish(screenshot, error);
    else
        screenshot->fd_source = g_unix_fd_add(screenshot->fd, G_IO_IN, on_readable, screenshot);
}

static void
on_ready(Link *link, GVariant *caller, gpointer data)
{
    Screenshot *screenshot = data;

    link_call(link, "TakeThumbnail",
              g_variant_new("(ss)", screenshot->session, picture_size_to_name(PICTURE_FULL)),
              on_taken, screenshot, NULL);
}

static void
on_failed(Link *link, const GError *error, gpointer data)
{
    finish(data, error);
}

static void
on_gone(Link *link, gpointer data)
{
    Screenshot *screenshot = data;
    g_autoptr(GError) error =
        g_error_new_literal(MANYSEAT_ERROR, MANYSEAT_ERROR_UNREACHABLE, "manyseatd has left");

    if (screenshot->fd < 0) /* else the picture comes from elsewhere */
        finish(screenshot, error);
}

static char *
parse(HttpRequest *request, GError **error)
{
    gsize length;
    const char *text = http_request_body(request, &length);
    g_autoptr(JsonObject) body = json_parse_object(text, length, error);

    return body != NULL ? g_strdup(json_get_text(body, "session", error)) : NULL;
}

void
route_screenshot(HttpRequest *request, gpointer data)
{
    static const LinkHandlers handlers = { on_ready, on_failed, NULL, on_gone };
    Server *server = data;
    g_autoptr(Secret) token = http_request_token(request, server->cookie_name);
    g_autoptr(GError) error = NULL;
    g_autofree char *session = parse(request, &error);
    Screenshot *screenshot;

    if (error == NULL && token == NULL)
        g_set_error_literal(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_NOT_SIGNED_IN, "not signed in");
    else if (error == NULL && n_screenshots >= LIMIT_WEB_SCREENSHOTS)
        g_set_error(&error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                    "more than %d screenshots are under way", LIMIT_WEB_SCREENSHOTS);
    if (error != NULL) {
        http_request_fail(request, error);
        return;
    }
    n_screenshots++;
    screenshot = g_new0(Screenshot, 1);
    screenshot->session = g_steal_pointer(&session);
    screenshot->request = http_request_hold(request);
    screenshot->bytes = g_byte_array_new();
    screenshot->fd = -1;
    screenshot->deadline =
        g_timeout_add_seconds(LIMIT_WEB_SCREENSHOT_SECONDS, on_deadline, screenshot);
    screenshot->link = link_open(token, &handlers, screenshot);
}
