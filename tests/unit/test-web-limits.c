/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limits of manyseat-web's routes, each reached: browsers are plain sockets that say what no page would, manyseatd is this
 * test (the functions of src/web/link.h are its own), and the clock is put forward.
 */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "bus/error.h"
#include "clock.h"
#include "web/link.h"
#include "web/server.h"

#define DEADLINE_SECONDS 60
#define ROUTE_VIEW_REASON_SECONDS 12 /* src/web/route-view.c */
#define TOKEN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define HEADERS "Host: room.example\r\nOrigin: https://room.example\r\nCookie: seen=" TOKEN "\r\n"
#define UPGRADE                                                                                    \
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"                   \
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"

/* What manyseatd is asked: it answers when the test says so. */
typedef struct {
    LinkReply reply;
    gpointer data;
    GDestroyNotify release;
} Asked;

struct Link {
    const LinkHandlers *handlers;
    gpointer data;
    guint ready;
    GQueue asked; /* what waits for an answer */
};

static GPtrArray *links;  /* of the test, in the order of their opening */
static GHashTable *calls; /* method -> how often it was called */

static gboolean
on_ready(gpointer data)
{
    Link *link = data;
    g_autoptr(GVariant) caller = g_variant_ref_sink(g_variant_new_parsed("@a{sv} {}"));

    link->ready = 0;
    link->handlers->on_ready(link, caller, link->data);
    return G_SOURCE_REMOVE;
}

Link *
link_open(const Secret *token, const LinkHandlers *handlers, gpointer data)
{
    Link *link = g_new0(Link, 1);

    link->handlers = handlers;
    link->data = data;
    link->ready = g_idle_add(on_ready, link);
    g_ptr_array_add(links, link);
    return link;
}

static void
asked_free(gpointer data)
{
    Asked *asked = data;

    if (asked->release != NULL)
        asked->release(asked->data);
    g_free(asked);
}

void
link_free(Link *link)
{
    if (link == NULL)
        return;
    g_clear_handle_id(&link->ready, g_source_remove);
    g_queue_clear_full(&link->asked, asked_free);
    g_ptr_array_remove(links, link);
    g_free(link);
}

/* The call that has waited longest is answered. fd (taken) is its descriptor, or -1. */
static void
answer(Link *link, const char *text, int fd)
{
    g_autoptr(GVariant) tuple = g_variant_ref_sink(g_variant_new_parsed(text));
    g_autoptr(GUnixFDList) fds = fd >= 0 ? g_unix_fd_list_new_from_array(&fd, 1) : NULL;
    Asked *asked = g_queue_pop_head(&link->asked);

    asked->reply(tuple, fds, NULL, asked->data);
    asked_free(asked);
}

void
link_call(Link *link, const char *method, GVariant *parameters, LinkReply reply, gpointer call_data,
          GDestroyNotify release)
{
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(calls, method));
    Asked *asked = g_new(Asked, 1);

    if (parameters != NULL)
        g_variant_unref(g_variant_ref_sink(parameters));
    g_hash_table_replace(calls, (gpointer) g_intern_string(method), GUINT_TO_POINTER(n + 1));
    *asked = (Asked){ reply, call_data, release };
    g_queue_push_tail(&link->asked, asked);
}

void
link_call_login(Link *link, const char *method, GVariant *parameters, LinkReply reply,
                gpointer call_data, GDestroyNotify release)
{
    link_call(link, method, parameters, reply, call_data, release);
}

int
link_take_fd(GVariant *answer, guint i, GUnixFDList *fds, GError **error)
{
    return g_unix_fd_list_get(fds, 0, error);
}

GVariant *
link_hash(const Secret *secret)
{
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, secret_bytes(secret),
                                     secret_length(secret), 1);
}

/* The test's manyseat-web. */
static Server server;
static struct sockaddr_un address;
static socklen_t address_length = sizeof address;
static gboolean late;

static const HttpRoute routes[] = {
    { "/log-on", NULL, route_log_on, LIMIT_WEB_LOG_ON_MESSAGE },
    { "/view", NULL, route_view, LIMIT_WEB_MESSAGE },
    { "/screenshot", route_screenshot, NULL, 0 },
    { "/socket", NULL, route_socket, LIMIT_WEB_MESSAGE },
    { NULL, NULL, NULL, 0 },
};

static void
turn(void)
{
    g_assert_false(late);
    g_main_context_iteration(NULL, TRUE);
}

/* All that is due now. */
static void
settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

static gboolean
on_deadline(gpointer data)
{
    late = TRUE;
    return G_SOURCE_CONTINUE;
}

static int
listen_anywhere(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sun_family = AF_UNIX; /* an abstract name of the kernel's choice */
    g_assert_cmpint(bind(fd, (struct sockaddr *) &address, sizeof(sa_family_t)), ==, 0);
    g_assert_cmpint(listen(fd, 16), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *) &address, &address_length), ==, 0);
    return fd;
}

static void
serve(void)
{
    g_autoptr(GError) error = NULL;
    int listener = listen_anywhere();

    server.kind = KIND_STATION;
    server.cookie_name = "seen";
    server.log_on_from = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    server.http = http_new(listener, routes, &server, &error);
    g_assert_no_error(error);
}

/* A browser that has sent its request. */
static int
browse(const char *request)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(connect(fd, (struct sockaddr *) &address, address_length), ==, 0);
    g_assert_cmpint(write(fd, request, strlen(request)), ==, (gssize) strlen(request));
    g_assert_cmpint(fcntl(fd, F_SETFL, O_NONBLOCK), ==, 0);
    return fd;
}

static void
read_more(int browser, GByteArray *bytes)
{
    static guint8 buffer[256 * 1024];
    gssize n = recv(browser, buffer, sizeof buffer, 0);

    if (n > 0)
        g_byte_array_append(bytes, buffer, (guint) n);
    else
        turn();
}

/* Wait for an answer that begins so and holds that. */
static void
expect(int browser, const char *begin, const char *part)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    while (bytes->len < MAX(strlen(begin), 1) ||
           memmem(bytes->data, bytes->len, part, strlen(part)) == NULL)
        read_more(browser, bytes);
    g_assert_cmpmem(bytes->data, strlen(begin), begin, strlen(begin));
}

static int
open_socket(const char *path, const char *source)
{
    g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\n" HEADERS UPGRADE "%s%s%s\r\n",
                                               path, source[0] != '\0' ? "X-Real-IP: " : "", source,
                                               source[0] != '\0' ? "\r\n" : "");

    return browse(request);
}

static void
hang_up(int *browsers, guint n)
{
    for (guint i = 0; i < n; i++)
        fd_clear(&browsers[i]);
    while (socket_count() > 0)
        turn();
}

/* A frame of a browser; its mask is zeros. */
static void
say(int browser, guint8 kind, const void *bytes, gsize length)
{
    guint8 frame[6 + 125] = { 0x80 | kind, (guint8) (0x80 | length) };

    g_assert_cmpuint(length, <=, 125);
    memcpy(frame + 6, bytes, length);
    g_assert_cmpint(write(browser, frame, 6 + length), ==, (gssize) (6 + length));
}

static guint
count_calls(const char *method)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(calls, method));
}

/* Wait until manyseatd has been asked that so often. */
static void
wait_for_calls(const char *method, guint n)
{
    while (count_calls(method) < n)
        turn();
    g_assert_cmpuint(count_calls(method), ==, n);
}

/* Screenshots. */

#define POST "POST /screenshot HTTP/1.1\r\n" HEADERS "Content-Length: 15\r\n\r\n{\"session\":\"7\"}"

/* manyseatd answers the link's call with a pipe: its other end. */
static int
hand_pipe(Link *link)
{
    int ends[2];

    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    answer(link, "(@h 0,)", ends[0]);
    return ends[1];
}

/* A picture of so many bytes, as fast as it is read; whoever has had enough closes. */
static void
send_picture(int pipe, gsize length)
{
    g_autofree guint8 *bytes = g_malloc0(length);
    gsize sent = 0;

    g_assert_cmpint(fcntl(pipe, F_SETFL, O_NONBLOCK), ==, 0);
    memcpy(bytes, "\xff\xd8", 2);
    memcpy(bytes + length - 2, "\xff\xd9", 2);
    while (sent < length) {
        gssize n = write(pipe, bytes + sent, length - sent);

        if (n < 0 && errno == EPIPE)
            return;
        if (n > 0)
            sent += (gsize) n;
        else
            turn();
    }
}

static Link *
last_link(void)
{
    return links->pdata[links->len - 1];
}

static void
take(gsize length, const char *begin, const char *part)
{
    guint before = count_calls("TakeThumbnail");
    autofd browser = browse(POST);
    autofd pipe = -1;

    wait_for_calls("TakeThumbnail", before + 1);
    pipe = hand_pipe(last_link());
    send_picture(pipe, length);
    fd_clear(&pipe);
    expect(browser, begin, part);
    g_assert_cmpuint(links->len, ==, 0);
}

static void
test_screenshot_bytes(void)
{
    take(LIMIT_WEB_SCREENSHOT_BYTES, "HTTP/1.1 200", "\xff\xd9");
    take(LIMIT_WEB_SCREENSHOT_BYTES + 1, "HTTP/1.1 429",
         "{\"name\":\"LimitReached\",\"message\":\"the picture is too large\"}");
    take(1000, "HTTP/1.1 200", "\xff\xd9");
}

static void
test_screenshot_seconds(void)
{
    guint before = count_calls("TakeThumbnail");
    autofd browser = browse(POST);
    autofd pipe = -1;

    wait_for_calls("TakeThumbnail", before + 1);
    pipe = hand_pipe(last_link());
    g_assert_cmpint(write(pipe, "\xff\xd8", 2), ==, 2);
    clock_forward((LIMIT_WEB_SCREENSHOT_SECONDS - 2) * 1000);
    settle();
    g_assert_cmpuint(links->len, ==, 1);
    clock_forward(2000);
    expect(browser, "HTTP/1.1 504", "\"TimedOut\"");
    g_assert_cmpuint(links->len, ==, 0);
    g_assert_cmpint(write(pipe, "more", 4), ==, -1); /* nobody reads it */
}

static void
test_screenshots(void)
{
    guint before = count_calls("TakeThumbnail");
    int browsers[LIMIT_WEB_SCREENSHOTS];
    autofd pipe = -1;

    for (guint i = 0; i < LIMIT_WEB_SCREENSHOTS; i++)
        browsers[i] = browse(POST);
    wait_for_calls("TakeThumbnail", before + LIMIT_WEB_SCREENSHOTS);
    {
        autofd above = browse(POST);

        expect(above, "HTTP/1.1 429", "\"LimitReached\"");
    }
    g_assert_cmpuint(count_calls("TakeThumbnail"), ==, before + LIMIT_WEB_SCREENSHOTS);
    for (guint i = 0; i < LIMIT_WEB_SCREENSHOTS; i++) {
        pipe = hand_pipe(links->pdata[0]);
        send_picture(pipe, 1000);
        fd_clear(&pipe);
        expect(browsers[i], "HTTP/1.1 200", "\xff\xd9");
        fd_clear(&browsers[i]);
    }
    take(1000, "HTTP/1.1 200", "\xff\xd9");
}

/* Views. */

static void
test_ticket_seconds(void)
{
    autofd browser = open_socket("/view", "");

    expect(browser, "HTTP/1.1 101", "\r\n\r\n");
    clock_forward((LIMIT_WEB_TICKET_WAIT_SECONDS - 2) * 1000);
    settle();
    g_assert_cmpuint(socket_count(), ==, 1);
    clock_forward(2000);
    expect(browser, "\x88",
           "\x11\x33"
           "bad ticket"); /* a close frame: 4403 */
    hang_up(&browser, 1);
}

#define HELLO "RFB 003.008\n\x01\x00"
#define KEY "\x04\x01\0\0\0\0\xff\x0d"

/* A view in mode control, its RFB socket's far end in ret_xvnc. */
static int
open_view(int *ret_xvnc)
{
    guint before = count_calls("OpenView");
    int browser = open_socket("/view", "");
    int ends[2];

    expect(browser, "HTTP/1.1 101", "\r\n\r\n");
    say(browser, 1, TOKEN, strlen(TOKEN));
    wait_for_calls("OpenView", before + 1);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    answer(last_link(), "({'mode': <'control'>, 'session': <'7'>}, @h 0)", ends[0]);
    say(browser, 2, HELLO, sizeof HELLO - 1);
    *ret_xvnc = ends[1];
    return browser;
}

/* Press a key so often; all of it arrives. */
static void
press(int browser, int xvnc, guint n)
{
    gsize left = n * (sizeof KEY - 1);
    guint8 buffer[sizeof KEY - 1];

    for (guint i = 0; i < n; i++)
        say(browser, 2, KEY, sizeof KEY - 1);
    while (left > 0) {
        gssize got = recv(xvnc, buffer, sizeof buffer, MSG_DONTWAIT);

        if (got > 0)
            left -= (gsize) got;
        else
            turn();
    }
}

static void
test_input_seconds(void)
{
    autofd xvnc = -1;
    autofd browser = open_view(&xvnc);
    guint8 hello[sizeof HELLO - 1];
    guint before = count_calls("NoteInput");

    while (recv(xvnc, hello, sizeof hello, MSG_DONTWAIT | MSG_PEEK) < (gssize) sizeof hello)
        turn();
    g_assert_cmpint(recv(xvnc, hello, sizeof hello, 0), ==, sizeof hello);
    press(browser, xvnc, 100);
    g_assert_cmpuint(count_calls("NoteInput"), ==, before + 1); /* at once */
    clock_forward((LIMIT_WEB_INPUT_SECONDS - 2) * 1000);
    press(browser, xvnc, 100);
    g_assert_cmpuint(count_calls("NoteInput"), ==, before + 1);
    clock_forward(2000);
    wait_for_calls("NoteInput", before + 2); /* of what came meanwhile */
    clock_forward(LIMIT_WEB_INPUT_SECONDS * 1000);
    settle();
    g_assert_cmpuint(count_calls("NoteInput"), ==, before + 2); /* there was none */
    press(browser, xvnc, 1);
    g_assert_cmpuint(count_calls("NoteInput"), ==, before + 3);
    hang_up(&browser, 1);
}

/* Xvnc hangs up, and manyseatd does not say why: the page waits for that only so long. */
static void
test_reason_seconds(void)
{
    autofd xvnc = -1;
    autofd browser = open_view(&xvnc);

    fd_clear(&xvnc);
    for (guint i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    clock_forward((ROUTE_VIEW_REASON_SECONDS - 2) * 1000);
    settle();
    g_assert_cmpuint(socket_count(), ==, 1);
    clock_forward(2000);
    expect(browser, "",
           "\x11\x3a"
           "failed"); /* 4410 */
    hang_up(&browser, 1);
}

/* A log-on whose manyseat-session says nothing. */
static void
test_log_on_seconds(void)
{
    static const char start[] = "{\"type\":\"start\",\"user\":\"ana\"}";
    const guint before = count_calls("ListDesktops");
    const guint log_ons = count_calls("LogOn");
    autofd browser = open_socket("/log-on", "192.0.2.1");
    autofd session = -1;
    int ends[2];

    expect(browser, "HTTP/1.1 101", "\r\n\r\n");
    wait_for_calls("ListDesktops", before + 1);
    answer(last_link(), "(@aa{sv} [],)", -1);
    answer(last_link(), "(@as [],)", -1);
    expect(browser, "", "\"welcome\"");
    say(browser, 1, start, sizeof start - 1);
    wait_for_calls("LogOn", log_ons + 1);
    g_assert_true(fd_socketpair(ends, NULL));
    session = ends[1];
    answer(last_link(), "(@h 0,)", ends[0]);
    clock_forward(LIMIT_LAUNCH_SECONDS * 1000);
    settle();
    g_assert_cmpuint(socket_count(), ==, 1);
    clock_forward(LIMIT_LAUNCH_SECONDS / 4 * 1000);
    expect(browser, "", "\"reason\":\"timeout\"");
    hang_up(&browser, 1);
}

/* Calls of a page. */

static void
ask(int browser, guint id)
{
    g_autofree char *text = g_strdup_printf(
        "{\"type\":\"call\",\"id\":%u,\"method\":\"GetStatus\",\"arguments\":[]}", id);

    say(browser, 1, text, strlen(text));
}

static void
test_calls_in_flight(void)
{
    autofd browser = open_socket("/socket", "");
    guint before = count_calls("GetStatus");

    expect(browser, "HTTP/1.1 101", "\"caller\"");
    for (guint i = 0; i < LIMIT_CALLS_IN_FLIGHT; i++)
        ask(browser, i);
    wait_for_calls("GetStatus", before + LIMIT_CALLS_IN_FLIGHT);
    ask(browser, 100);
    expect(browser, "\x81", "\"LimitReached\"");
    answer(last_link(), "(@a{sv} {},)", -1);
    expect(browser, "\x81", "\"reply\"");
    ask(browser, 101);
    wait_for_calls("GetStatus", before + LIMIT_CALLS_IN_FLIGHT + 1);
    hang_up(&browser, 1);
}

/* Log-on pages, and WebSockets of all kinds. */

static char *
source_of(guint i)
{
    return g_strdup_printf("192.0.2.%u", 1 + i);
}

/* So many log-on pages from the address; each is shown. */
static void
open_pages(int *browsers, guint n, const char *source)
{
    for (guint i = 0; i < n; i++) {
        browsers[i] = open_socket("/log-on", source);
        expect(browsers[i], "HTTP/1.1 101", "\r\n\r\n");
    }
}

/* It takes no room from others while it is told so. */
static void
assert_page_refused(const char *source)
{
    guint before = server.n_log_on;
    autofd above = open_socket("/log-on", source);

    expect(above, "HTTP/1.1 101", "\"reason\":\"limit\"");
    g_assert_cmpuint(server.n_log_on, ==, before);
}

static void
test_log_on_pages(void)
{
    const guint sources = LIMIT_WEB_LOG_ON_SOCKETS / LIMIT_WEB_LOG_ON_SOCKETS_SOURCE;
    int browsers[LIMIT_WEB_LOG_ON_SOCKETS];

    for (guint i = 0; i < sources; i++) {
        g_autofree char *source = source_of(i);

        open_pages(browsers + i * LIMIT_WEB_LOG_ON_SOCKETS_SOURCE, LIMIT_WEB_LOG_ON_SOCKETS_SOURCE,
                   source);
        assert_page_refused(source);
    }
    g_assert_cmpuint(server.n_log_on, ==, LIMIT_WEB_LOG_ON_SOCKETS);
    assert_page_refused("198.51.100.1");
    fd_clear(&browsers[0]);
    while (server.n_log_on >= LIMIT_WEB_LOG_ON_SOCKETS)
        turn();
    browsers[0] = open_socket("/log-on", "198.51.100.1");
    expect(browsers[0], "HTTP/1.1 101", "\r\n\r\n");
    settle();
    g_assert_cmpuint(server.n_log_on, ==, LIMIT_WEB_LOG_ON_SOCKETS);
    hang_up(browsers, LIMIT_WEB_LOG_ON_SOCKETS);
    g_assert_cmpuint(server.n_log_on, ==, 0);
    g_assert_cmpuint(g_hash_table_size(server.log_on_from), ==, 0);
}

static void
test_sockets(void)
{
    static int browsers[LIMIT_WEB_SOCKETS];

    for (guint i = 0; i < LIMIT_WEB_SOCKETS; i++) {
        browsers[i] = open_socket("/view", "");
        expect(browsers[i], "HTTP/1.1 101", "\r\n\r\n");
    }
    {
        autofd above = open_socket("/view", "");

        expect(above, "HTTP/1.1 503", "\"LimitReached\"");
    }
    take(1000, "HTTP/1.1 200", "\xff\xd9"); /* whoever has no socket is served */
    fd_clear(&browsers[0]);
    while (socket_count() >= LIMIT_WEB_SOCKETS)
        turn();
    browsers[0] = open_socket("/view", "");
    expect(browsers[0], "HTTP/1.1 101", "\r\n\r\n");
    hang_up(browsers, LIMIT_WEB_SOCKETS);
}

static void
raise_descriptors(void)
{
    struct rlimit limit;

    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    limit.rlim_cur = limit.rlim_max;
    g_assert_cmpuint(limit.rlim_cur, >=, 2 * LIMIT_WEB_SOCKETS + 100);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    raise_descriptors();
    (void) signal(SIGPIPE, SIG_IGN);
    links = g_ptr_array_new();
    calls = g_hash_table_new(g_str_hash, g_str_equal);
    g_timeout_add_seconds(DEADLINE_SECONDS * 10, on_deadline, NULL); /* the clock is put forward */
    serve();
    g_test_add_func("/web-limits/screenshot-bytes", test_screenshot_bytes);
    g_test_add_func("/web-limits/screenshot-seconds", test_screenshot_seconds);
    g_test_add_func("/web-limits/screenshots", test_screenshots);
    g_test_add_func("/web-limits/ticket-seconds", test_ticket_seconds);
    g_test_add_func("/web-limits/input-seconds", test_input_seconds);
    g_test_add_func("/web-limits/reason-seconds", test_reason_seconds);
    g_test_add_func("/web-limits/log-on-seconds", test_log_on_seconds);
    g_test_add_func("/web-limits/calls-in-flight", test_calls_in_flight);
    g_test_add_func("/web-limits/log-on-pages", test_log_on_pages);
    g_test_add_func("/web-limits/sockets", test_sockets);
    return g_test_run();
}
