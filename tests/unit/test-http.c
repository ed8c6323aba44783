/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests as bytes, answers as text. Each connection is to a server of the test's own, in this process. */
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "web/http.h"

#define DEADLINE_SECONDS 20
#define ORIGIN "Host: room.example\r\nOrigin: https://room.example\r\n"
#define TOKEN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define UPGRADE                                                                                    \
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"                   \
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"

static guint posts, sockets;
static gboolean late;

static void
handle_post(HttpRequest *request, gpointer data)
{
    gsize length;
    const char *body = http_request_body(request, &length);
    g_autoptr(Secret) token = http_request_token(request, "__Host-manyseat");
    g_autoptr(Secret) cookie = secret_new("seen=1", 6);

    posts++;
    g_assert_cmpmem(body, length, "hello", 5);
    g_assert_nonnull(token);
    g_assert_cmpstr(http_request_source(request), ==, "192.0.2.7");
    http_request_done(request, cookie);
}

static void
on_closed(Socket *socket, gpointer data)
{
}

static void
handle_socket(Socket *socket, HttpRequest *request, gpointer data)
{
    static const SocketHandlers handlers = { NULL, NULL, NULL, on_closed };

    sockets++;
    g_assert_cmpstr(http_request_source(request), ==, "");
    g_assert_null(http_request_token(request, "__Host-manyseat"));
    socket_set_handlers(socket, &handlers, NULL);
    socket_send_text(socket, "welcome");
    socket_close(socket, SOCKET_CLOSE_NOT_SIGNED_IN, "expired");
}

static const HttpRoute routes[] = {
    { "/post", handle_post, NULL, 0 },
    { "/socket", NULL, handle_socket, 100 },
    { NULL, NULL, NULL, 0 },
};

static const struct {
    const char *name;
    const char *request;
    const char *answer; /* how it begins */
    const char *has;    /* what it holds, too */
    guint posts, sockets;
    gsize filler; /* bytes that follow the request */
} cases[] = {
    { "post",
      "POST /post HTTP/1.1\r\n" ORIGIN "X-Real-IP: 192.0.2.7\r\nCookie: a=b; __Host-manyseat=" TOKEN
      "\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 204", "Set-Cookie: seen=1\r\n", 1, 0, 0 },
    { "no origin, no body", "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 403", "application/json", 0, 0, 0 },
    { "no path", "GET / HTTP/1.1\r\n" ORIGIN "\r\n", "HTTP/1.1 404", "no such path", 0, 0, 0 },
    { "a path below", "GET /socket/x HTTP/1.1\r\n" ORIGIN UPGRADE "\r\n", "HTTP/1.1 404", "", 0, 0,
      0 },
    { "get a post", "GET /post HTTP/1.1\r\n" ORIGIN "\r\n", "HTTP/1.1 405", "", 0, 0, 0 },
    { "post a socket", "POST /socket HTTP/1.1\r\n" ORIGIN "Content-Length: 0\r\n\r\n",
      "HTTP/1.1 405", "", 0, 0, 0 },
    { "no origin", "POST /post HTTP/1.1\r\nHost: room.example\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 403", "NotPermitted", 0, 0, 0 },
    { "other origin",
      "POST /post HTTP/1.1\r\nHost: room.example\r\nOrigin: https://evil.test\r\n"
      "Content-Length: 0\r\n\r\n",
      "HTTP/1.1 403", "", 0, 0, 0 },
    { "socket without origin", "GET /socket HTTP/1.1\r\nHost: room.example\r\n" UPGRADE "\r\n",
      "HTTP/1.1 403", "", 0, 0, 0 },
    { "too long", "POST /post HTTP/1.1\r\n" ORIGIN "Content-Length: 4097\r\n\r\n", "HTTP/1.1 413",
      "Connection: close", 0, 0, 4097 },
    { "no length", "POST /post HTTP/1.1\r\n" ORIGIN "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 411", "Connection: close", 0, 0, 0 },
    { "no upgrade", "GET /socket HTTP/1.1\r\n" ORIGIN "\r\n", "HTTP/1.1 400", "", 0, 0, 0 },
    { "garbage", "\x16\x03\x01\x02\r\n\r\n", "HTTP/1.0 400", "", 0, 0, 0 },
    { "socket, no compression",
      "GET /socket HTTP/1.1\r\n" ORIGIN UPGRADE
      "X-Real-IP: nobody\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      "HTTP/1.1 101",
      "\x81\x07welcome\x88\x09\x11\x31"
      "expired",
      0, 1, 0 },
};

static int
listen_anywhere(struct sockaddr_un *ret_address)
{
    socklen_t length = sizeof *ret_address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    /* An abstract name of the kernel's choice. */
    memset(ret_address, 0, sizeof *ret_address);
    ret_address->sun_family = AF_UNIX;
    g_assert_cmpint(bind(fd, (struct sockaddr *) ret_address, sizeof(sa_family_t)), ==, 0);
    g_assert_cmpint(listen(fd, 5), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *) ret_address, &length), ==, 0);
    return fd;
}

/* Until the answer holds what it should; the rest of it may still come. */
static void
read_answer(int fd, GString *answer, const char *begin, const char *has)
{
    char buffer[4096];

    while (!late && (answer->len < strlen(begin) || strstr(answer->str, has) == NULL)) {
        gssize n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);

        if (n > 0)
            g_string_append_len(answer, buffer, n);
        else
            g_main_context_iteration(NULL, TRUE);
    }
    g_test_message("%s", answer->str);
    g_assert_true(g_str_has_prefix(answer->str, begin));
    g_assert_nonnull(strstr(answer->str, has));
    g_assert_null(strstr(answer->str, "permessage"));
}

static gboolean
on_deadline(gpointer data)
{
    late = TRUE;
    return G_SOURCE_CONTINUE;
}

static void
test_request(gconstpointer data)
{
    static const char filler[8192];
    const gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GString) answer = g_string_new(NULL);
    struct sockaddr_un address;
    int listener = listen_anywhere(&address);
    g_autoptr(GError) error = NULL;
    g_autoptr(Http) http = NULL;
    autofd client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t length = sizeof address;

    g_assert_cmpint(getsockname(listener, (struct sockaddr *) &address, &length), ==, 0);
    g_assert_cmpint(connect(client, (struct sockaddr *) &address, length), ==, 0);
    http = http_new(listener, routes, NULL, &error);
    g_assert_no_error(error);
    posts = sockets = 0;
    g_assert_cmpint(write(client, cases[i].request, strlen(cases[i].request)), >, 0);
    if (cases[i].filler > 0)
        g_assert_cmpint(write(client, filler, cases[i].filler), ==, (gssize) cases[i].filler);
    read_answer(client, answer, cases[i].answer, cases[i].has);
    g_assert_cmpuint(posts, ==, cases[i].posts);
    g_assert_cmpuint(sockets, ==, cases[i].sockets);
    fd_clear(&client);
    while (socket_count() > 0 && !late)
        g_main_context_iteration(NULL, TRUE);
    g_assert_false(late);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_timeout_add_seconds(DEADLINE_SECONDS, on_deadline, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/http/", cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_request);
    }
    return g_test_run();
}
