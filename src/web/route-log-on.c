/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WebSocket log-on: relays the conversation between a person and manyseat-session. */
#include "server.h"

#include <glib-unix.h>
#include <string.h>

#include "base/conversation.h"
#include "base/fd.h"
#include "base/limits.h"
#include "base/names.h"
#include "bus/error.h"
#include "json.h"
#include "link.h"
#include "log-on-message.h"
#include "method.h"

/* manyseat-session's own word about a time-out comes first. */
#define GIVE_UP_SECONDS (LIMIT_LAUNCH_SECONDS + 10)

typedef struct {
    Server *server;
    Socket *socket;
    char *source;
    Link *link;          /* for the welcome, then for the log-on */
    JsonObject *welcome; /* being put together */
    LogOnMessage *start;
    Secret *token;  /* what the login will be known by */
    Secret *former; /* what this browser's last login was known by, or NULL */
    int fd;         /* the conversation */
    guint fd_source, timeout;
    guint prompts;
    gboolean asked;   /* an answer is due */
    gboolean counted; /* among the server's; one that is told of the limit is not */
} LogOn;

static void begin(LogOn *log_on);

/* Talking to the page. */

static void
send_object(LogOn *log_on, const char *type, JsonObject *object)
{
    g_autofree char *text = NULL;

    json_object_set_string_member(object, "type", type);
    text = json_object_to_text(object);
    socket_send_text(log_on->socket, text);
}

static void
end_failed(LogOn *log_on, Failure failure)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "reason", failure_to_name(failure));
    send_object(log_on, "failed", object);
    socket_close(log_on->socket, SOCKET_CLOSE_NORMAL, NULL);
}

static void
end_malformed(LogOn *log_on, const GError *error)
{
    socket_close(log_on->socket, SOCKET_CLOSE_MALFORMED,
                 error != NULL ? error->message : "out of turn");
}

static void
end_unreachable(LogOn *log_on)
{
    socket_close(log_on->socket, SOCKET_CLOSE_UNREACHABLE, "not reachable");
}

/* The conversation. */

static void
send_prompt(LogOn *log_on, const char *text, gboolean hidden)
{
    JsonObject *object = json_object_new();

    json_object_set_boolean_member(object, "hidden", hidden);
    json_object_set_string_member(object, "text", text);
    send_object(log_on, "prompt", object);
    log_on->asked = TRUE;
}

static void
answer(LogOn *log_on, ConversationType type, const char *text)
{
    g_autoptr(GError) error = NULL;

    log_on->asked = FALSE;
    if (conversation_send(log_on->fd, type, text, &error))
        return;
    /* It may have left with a last word, which on_packet finds. */
    g_debug("cannot answer, ignoring: %s", error->message);
}

static void
on_prompt(LogOn *log_on, const char *text, gboolean hidden)
{
    if (++log_on->prompts > LIMIT_CONVERSATION_PROMPTS)
        end_failed(log_on, FAILURE_LIMIT);
    else if (log_on->prompts == 1 && !hidden)
        answer(log_on, CONVERSATION_ANSWER, log_on->start->user);
    else
        send_prompt(log_on, text, hidden);
}

static void
on_message(LogOn *log_on, const char *text, const char *level)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "level", level);
    json_object_set_string_member(object, "text", text);
    send_object(log_on, "message", object);
}

static gboolean
fill_done(JsonObject *object, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 2);

    if (g_strv_length(words) != 2)
        return FALSE;
    if (strcmp(words[0], "user") == 0) {
        json_object_set_string_member(object, "user", words[1]);
        return TRUE;
    }
    json_object_set_string_member(object, "session", words[1]);
    json_object_set_boolean_member(object, "resumed", strcmp(words[0], "resumed") == 0);
    return strcmp(words[0], "resumed") == 0 || strcmp(words[0], "started") == 0;
}

static void
on_success(LogOn *log_on, const char *text)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(Secret) code = NULL;

    if (!fill_done(object, text)) {
        g_warning("the conversation ended with '%s', which is no success", text);
        end_failed(log_on, FAILURE_INTERNAL);
        return;
    }
    code = server_add_code(log_on->server, g_steal_pointer(&log_on->token));
    if (code == NULL) {
        end_failed(log_on, FAILURE_LIMIT);
        return;
    }
    json_object_set_string_member(object, "code", secret_bytes(code));
    send_object(log_on, "done", g_steal_pointer(&object));
    socket_close(log_on->socket, SOCKET_CLOSE_NORMAL, NULL);
}

static void
handle_packet(LogOn *log_on, ConversationType type, const char *text)
{
    Failure failure = FAILURE_INTERNAL;

    switch (type) {
    case CONVERSATION_PROMPT:
    case CONVERSATION_PROMPT_HIDDEN:
        on_prompt(log_on, text, type == CONVERSATION_PROMPT_HIDDEN);
        return;
    case CONVERSATION_INFO:
    case CONVERSATION_ERROR:
        on_message(log_on, text, type == CONVERSATION_INFO ? "info" : "error");
        return;
    case CONVERSATION_SUCCESS:
        on_success(log_on, text);
        return;
    case CONVERSATION_FAILURE:
        (void) failure_from_name(text, &failure);
        end_failed(log_on, failure);
        return;
    case CONVERSATION_ANSWER:
    case CONVERSATION_CANCEL:
    default:
        end_failed(log_on, FAILURE_INTERNAL);
    }
}

static gboolean
on_packet(int fd, GIOCondition condition, gpointer data)
{
    LogOn *log_on = data;
    ConversationType type;
    g_autoptr(Secret) text = NULL;
    g_autoptr(GError) error = NULL;
    gboolean last;

    if (!conversation_receive(fd, &type, &text, &error)) {
        if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            return G_SOURCE_CONTINUE;
        g_warning("%s", error->message);
        end_failed(log_on, FAILURE_INTERNAL);
        log_on->fd_source = 0;
        return G_SOURCE_REMOVE;
    }
    handle_packet(log_on, type, secret_bytes(text));
    last = type == CONVERSATION_SUCCESS || type == CONVERSATION_FAILURE;
    if (last)
        log_on->fd_source = 0;
    return last ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Starting it. */

static Failure
failure_of(const GError *error)
{
    switch (manyseat_error_code(error)) {
    case MANYSEAT_ERROR_LIMIT_REACHED:
        return FAILURE_LIMIT;
    case MANYSEAT_ERROR_NOT_PERMITTED:
        return FAILURE_NOT_PERMITTED;
    case MANYSEAT_ERROR_TIMED_OUT:
        return FAILURE_TIMEOUT;
    default:
        return FAILURE_INTERNAL;
    }
}

static gboolean
on_give_up(gpointer data)
{
    LogOn *log_on = data;

    log_on->timeout = 0;
    end_failed(log_on, FAILURE_TIMEOUT);
    return G_SOURCE_REMOVE;
}

static void
on_conversation(GVariant *reply, GUnixFDList *fds, const GError *failure, gpointer data)
{
    LogOn *log_on = data;
    g_autoptr(GError) error = NULL;

    if (failure != NULL) {
        g_message("cannot start a log-on: %s", failure->message);
        end_failed(log_on, failure_of(failure));
        return;
    }
    log_on->fd = link_take_fd(reply, 0, fds, &error);
    if (log_on->fd < 0 || !g_unix_set_fd_nonblocking(log_on->fd, TRUE, &error)) {
        g_warning("cannot start a log-on: %s", error->message);
        end_failed(log_on, FAILURE_INTERNAL);
        return;
    }
    log_on->fd_source = g_unix_fd_add(log_on->fd, G_IO_IN, on_packet, log_on);
}

static void
on_ready_to_start(Link *link, GVariant *caller, gpointer data)
{
    LogOn *log_on = data;
    gboolean station = log_on->server->kind == KIND_STATION;
    g_auto(GVariantDict) request = G_VARIANT_DICT_INIT(station ? log_on->start->request : NULL);
    GVariant *parameters;

    g_variant_dict_insert(&request, "source", "s", log_on->source);
    g_variant_dict_insert_value(&request, "token-hash", link_hash(log_on->token));
    if (log_on->former != NULL)
        g_variant_dict_insert_value(&request, "former-hash", link_hash(log_on->former));
    parameters = g_variant_new("(@a{sv})", g_variant_dict_end(&request));
    if (station)
        link_call(link, "LogOn", parameters, on_conversation, log_on, NULL);
    else
        link_call_login(link, "SignIn", parameters, on_conversation, log_on, NULL);
}

static void
on_link_failed(Link *link, const GError *error, gpointer data)
{
    end_unreachable(data);
}

static void
on_link_gone(Link *link, gpointer data)
{
    end_unreachable(data);
}

static void
begin(LogOn *log_on)
{
    static const LinkHandlers handlers = { on_ready_to_start, on_link_failed, NULL, on_link_gone };

    log_on->token = secret_new_random(LIMIT_TOKEN_BYTES);
    log_on->timeout = g_timeout_add_seconds(GIVE_UP_SECONDS, on_give_up, log_on);
    log_on->link = link_open(NULL, &handlers, log_on);
}

/* The welcome. An idle log-on page holds no connection to manyseatd. */

static void
welcome_is_done(LogOn *log_on)
{
    send_object(log_on, "welcome", g_steal_pointer(&log_on->welcome));
    g_clear_pointer(&log_on->link, link_free);
    if (log_on->start != NULL)
        begin(log_on);
}

static gboolean
add_list(LogOn *log_on, const char *name, GVariant *reply, const GError *error)
{
    if (error != NULL) {
        end_unreachable(log_on);
        return FALSE;
    }
    json_object_set_member(log_on->welcome, name, method_result(reply));
    return TRUE;
}

static void
on_layouts(GVariant *reply, GUnixFDList *fds, const GError *error, gpointer data)
{
    LogOn *log_on = data;

    if (add_list(log_on, "layouts", reply, error))
        welcome_is_done(log_on);
}

static void
on_desktops(GVariant *reply, GUnixFDList *fds, const GError *error, gpointer data)
{
    LogOn *log_on = data;

    if (add_list(log_on, "desktops", reply, error))
        link_call(log_on->link, "ListLayouts", NULL, on_layouts, log_on, NULL);
}

static void
on_ready_to_welcome(Link *link, GVariant *caller, gpointer data)
{
    link_call(link, "ListDesktops", NULL, on_desktops, data, NULL);
}

static void
welcome(LogOn *log_on)
{
    static const LinkHandlers handlers = { on_ready_to_welcome, on_link_failed, NULL,
                                           on_link_gone };

    log_on->welcome = json_object_new();
    if (log_on->server->kind == KIND_STATION) {
        log_on->link = link_open(NULL, &handlers, log_on);
        return;
    }
    json_object_set_array_member(log_on->welcome, "desktops", json_array_new());
    json_object_set_array_member(log_on->welcome, "layouts", json_array_new());
    welcome_is_done(log_on);
}

/* The page. */

static void
handle_start(LogOn *log_on, LogOnMessage *message)
{
    log_on->start = message;
    if (log_on->welcome == NULL)
        begin(log_on);
}

static void
on_text(Socket *socket, const char *text, gsize length, gpointer data)
{
    LogOn *log_on = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(LogOnMessage) message = log_on_message_parse(text, length, &error);

    if (message == NULL)
        end_malformed(log_on, error);
    else if (message->type == LOG_ON_START && log_on->start == NULL)
        handle_start(log_on, g_steal_pointer(&message));
    else if (message->type == LOG_ON_ANSWER && log_on->asked)
        answer(log_on, CONVERSATION_ANSWER, secret_bytes(message->answer));
    else if (message->type == LOG_ON_CANCEL && log_on->fd >= 0)
        answer(log_on, CONVERSATION_CANCEL, NULL);
    else if (message->type == LOG_ON_CANCEL)
        end_failed(log_on, FAILURE_CANCELLED);
    else
        end_malformed(log_on, NULL);
}

/* How many log-on sockets an address has. */
static void
count_source(LogOn *log_on, gint change)
{
    GHashTable *from = log_on->server->log_on_from;
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(from, log_on->source)) + (guint) change;

    log_on->server->n_log_on += (guint) change;
    if (n == 0)
        g_hash_table_remove(from, log_on->source);
    else
        g_hash_table_insert(from, g_strdup(log_on->source), GUINT_TO_POINTER(n));
}

static gboolean
is_at_limit(LogOn *log_on)
{
    GHashTable *from = log_on->server->log_on_from;

    return log_on->server->n_log_on >= LIMIT_WEB_LOG_ON_SOCKETS ||
           GPOINTER_TO_UINT(g_hash_table_lookup(from, log_on->source)) >=
               LIMIT_WEB_LOG_ON_SOCKETS_SOURCE;
}

static void
on_closed(Socket *socket, gpointer data)
{
    LogOn *log_on = data;

    if (log_on->counted)
        count_source(log_on, -1);
    g_clear_handle_id(&log_on->fd_source, g_source_remove);
    g_clear_handle_id(&log_on->timeout, g_source_remove);
    fd_clear(&log_on->fd);
    link_free(log_on->link);
    g_clear_pointer(&log_on->welcome, json_object_unref);
    log_on_message_free(log_on->start);
    secret_free(log_on->token);
    secret_free(log_on->former);
    g_free(log_on->source);
    g_free(log_on);
}

void
route_log_on(Socket *socket, HttpRequest *request, gpointer server)
{
    static const SocketHandlers handlers = { on_text, NULL, NULL, on_closed };
    LogOn *log_on = g_new0(LogOn, 1);

    log_on->server = server;
    log_on->socket = socket;
    log_on->source = g_strdup(http_request_source(request));
    log_on->former = http_request_token(request, log_on->server->cookie_name);
    log_on->fd = -1;
    socket_set_handlers(socket, &handlers, log_on);
    if (is_at_limit(log_on)) {
        end_failed(log_on, FAILURE_LIMIT);
        return;
    }
    log_on->counted = TRUE;
    count_source(log_on, 1);
    welcome(log_on);
}
