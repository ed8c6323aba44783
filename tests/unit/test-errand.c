/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/fd.h"
#include "errand/errand.h"
#include "errand/find-display.h"
#include "errand/identity.h"
#include "errand/user-file.h"

static void
test_paths(void)
{
    static const struct {
        const char *path;
        gboolean good;
    } cases[] = {
        { "/run/manyseat/sessions/7/user/rfb", TRUE },
        { "/run/manyseat/sessions/7/user/", FALSE },
        { "/run/manyseat/sessions/7/user", FALSE },
        { "/run/manyseat/sessions/7/user/a/b", FALSE },
        { "/run/manyseat/sessions/7/other/rfb", FALSE },
        { "/run/manyseat/sessions//user/rfb", FALSE },
        { "/run/manyseat/sessions/../user/rfb", FALSE },
        { "/run/manyseat/sessions/7/user/..", FALSE },
        { "/run/manyseat/sessions/7/user/../../8/user/rfb", FALSE },
        { "/run/manyseat/sessionsx/7/user/rfb", FALSE },
        { "run/manyseat/sessions/7/user/rfb", FALSE },
        { "/tmp/rfb", FALSE },
        { "", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("'%s'", cases[i].path);
        g_assert_cmpint(connect_rfb_may_open(cases[i].path), ==, cases[i].good);
    }
}

static void
test_displays(void)
{
    static const struct {
        const char *display;
        int number;
    } cases[] = {
        { "10", 10 },     { ":10", 10 },     { "0", 0 },      { ":65535", 65535 }, { "", -1 },
        { ":", -1 },      { "::1", -1 },     { "65536", -1 }, { "-1", -1 },        { "1.0", 1 },
        { ":10.0", 10 },  { ":10.", 10 },    { ":10.x", -1 }, { ".0", -1 },        { "host:1", -1 },
        { "1/../2", -1 }, { "0000001", -1 }, { " 1", -1 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("'%s'", cases[i].display);
        g_assert_cmpint(find_display_parse(cases[i].display), ==, cases[i].number);
    }
}

static void
test_requests(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) packet = NULL;
    g_autoptr(GVariant) arguments = NULL;
    g_autofree char *task = NULL;
    g_autofree char *path = NULL;
    uid_t uid = 0;
    gsize length;
    const guint8 *bytes;

    packet = errand_request_format("connect-rfb", 1234, g_variant_new_parsed("{'path': <'/x'>}"),
                                   &error);
    g_assert_no_error(error);
    bytes = g_bytes_get_data(packet, &length);
    g_assert_true(errand_request_parse(bytes, length, &task, &uid, &arguments, &error));
    g_assert_cmpstr(task, ==, "connect-rfb");
    g_assert_cmpuint(uid, ==, 1234);
    g_assert_true(g_variant_lookup(arguments, "path", "s", &path));
    g_assert_cmpstr(path, ==, "/x");
}

/* None of these may be taken: bytes cut off, bytes of another type, too long, an uid that is no user's. */
static void
test_bad_requests(void)
{
    g_autofree char *huge = g_strnfill(ERRAND_PACKET_MAX, 'x');
    g_autoptr(GBytes) good = errand_request_format("t", 5, NULL, NULL);
    g_autoptr(GBytes) root = errand_request_format("t", 0, NULL, NULL);
    g_autoptr(GBytes) nobody = errand_request_format("t", (uid_t) -1, NULL, NULL);
    g_autoptr(GBytes) reply = errand_reply_format(NULL, NULL);
    const struct {
        const void *bytes;
        gsize length;
    } cases[] = {
        { "", 0 },
        { huge, ERRAND_PACKET_MAX },
        { huge, ERRAND_PACKET_MAX + 1 },
        { g_bytes_get_data(good, NULL), g_bytes_get_size(good) - 1 },
        { g_bytes_get_data(root, NULL), g_bytes_get_size(root) },
        { g_bytes_get_data(nobody, NULL), g_bytes_get_size(nobody) },
        { g_bytes_get_data(reply, NULL), g_bytes_get_size(reply) },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) arguments = NULL;
        g_autofree char *task = NULL;
        uid_t uid = 77;

        g_test_message("case %" G_GSIZE_FORMAT, i);
        g_assert_false(
            errand_request_parse(cases[i].bytes, cases[i].length, &task, &uid, &arguments, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_null(task);
        g_assert_cmpuint(uid, ==, 77);
    }
    g_assert_null(errand_request_format(huge, 5, NULL, NULL));
}

static void
test_replies(void)
{
    g_autoptr(GError) refusal = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "no \xff luck");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) good = NULL;
    g_autoptr(GBytes) bad = errand_reply_format(refusal, NULL);
    g_autoptr(GBytes) huge = NULL;
    g_autoptr(GVariant) result = NULL;
    g_autofree char *text = g_strnfill(ERRAND_PACKET_MAX, 'x');
    g_autofree char *display = NULL;

    good = errand_reply_format(NULL, g_variant_new_parsed("{'display': <'10'>}"));
    g_assert_true(
        errand_reply_parse(g_bytes_get_data(good, NULL), g_bytes_get_size(good), &result, &error));
    g_assert_true(g_variant_lookup(result, "display", "s", &display));
    g_assert_cmpstr(display, ==, "10");
    g_clear_pointer(&result, g_variant_unref);

    g_assert_false(
        errand_reply_parse(g_bytes_get_data(bad, NULL), g_bytes_get_size(bad), &result, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    g_assert_true(g_str_has_prefix(error->message, "no "));
    g_assert_null(result);
    g_clear_error(&error);

    huge = errand_reply_format(NULL, g_variant_new_parsed("{'t': <%s>}", text));
    g_assert_false(
        errand_reply_parse(g_bytes_get_data(huge, NULL), g_bytes_get_size(huge), &result, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static int
listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(bind(fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint(listen(fd, 4), ==, 0);
    return fd_steal(&fd);
}

static void
check_connect(const char *path, int code)
{
    g_autoptr(GError) error = NULL;
    autofd fd = user_file_connect(path, SERVED_BY_USER, &error);

    g_test_message("'%s'", path);
    g_assert_cmpint(fd >= 0, ==, code < 0);
    if (code >= 0)
        g_assert_error(error, G_IO_ERROR, code);
}

static void
check_open(const char *path, int code)
{
    g_autoptr(GError) error = NULL;
    autofd fd = user_file_open(path, 8, &error);

    g_test_message("'%s'", path);
    g_assert_cmpint(fd >= 0, ==, code < 0);
    if (code >= 0)
        g_assert_error(error, G_IO_ERROR, code);
}

static void
test_user_files(void)
{
    g_autofree char *directory = g_dir_make_tmp("manyseat-errand-XXXXXX", NULL);
    autofd listener = -1;

    g_assert_cmpint(chdir(directory), ==, 0);
    listener = listen_at("socket");
    g_assert_true(g_file_set_contents("file", "12345678", 8, NULL));
    g_assert_true(g_file_set_contents("long", "123456789", 9, NULL));
    g_assert_cmpint(symlink("socket", "link"), ==, 0);
    g_assert_cmpint(mkfifo("pipe", 0600), ==, 0);

    check_connect("socket", -1);
    check_connect("link", G_IO_ERROR_PERMISSION_DENIED);
    check_connect("file", G_IO_ERROR_PERMISSION_DENIED);
    check_connect("missing", G_IO_ERROR_NOT_FOUND);
    check_open("file", -1);
    check_open("long", G_IO_ERROR_PERMISSION_DENIED);
    check_open("pipe", G_IO_ERROR_PERMISSION_DENIED);
    check_open("missing", G_IO_ERROR_NOT_FOUND);
    g_assert_cmpint(unlink("link"), ==, 0);
    g_assert_cmpint(symlink("file", "link"), ==, 0);
    check_open("link", G_IO_ERROR_TOO_MANY_LINKS);

    g_assert_cmpint(chdir("/"), ==, 0);
    for (const char *const *name =
             (const char *const[]){ "socket", "file", "long", "link", "pipe", NULL };
         *name != NULL; name++) {
        g_autofree char *path = g_build_filename(directory, *name, NULL);

        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

/* Run a whole errand in a process of its own, as main() does. */
static gboolean
run_errand(const char *task, uid_t uid, GVariant *arguments, GError **error)
{
    g_autoptr(GBytes) request = errand_request_format(task, uid, arguments, NULL);
    g_autoptr(GVariant) result = NULL;
    guint8 reply[ERRAND_PACKET_MAX];
    int ends[2];
    int status;
    gssize length;
    pid_t pid;

    g_assert_true(fd_socketpair(ends, NULL));
    pid = fork();
    if (pid == 0) {
        (void) alarm(ERRAND_SECONDS);
        _exit(errand_run(ends[1], NULL) ? 0 : 1);
    }
    (void) close(ends[1]);
    g_assert_true(fd_send_packet(ends[0], g_bytes_get_data(request, NULL),
                                 g_bytes_get_size(request), NULL, 0, NULL));
    length = fd_receive_packet(ends[0], reply, sizeof reply, NULL, NULL);
    g_assert_cmpint(length, >, 0);
    (void) close(ends[0]);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return errand_reply_parse(reply, (gsize) length, &result, error);
}

static void
test_refusals(void)
{
    static const struct {
        const char *task;
        uid_t uid;
        const char *says;
    } cases[] = {
        { "no-such-task", 65534, "*unknown*" },
        { "connect-rfb", 0, "*no user's*" },
        { "connect-rfb", 64321, "*no such account*" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(run_errand(cases[i].task, cases[i].uid, NULL, &error));
        g_test_message("%s", error->message);
        g_assert_true(g_pattern_match_simple(cases[i].says, error->message));
    }
}

/* As root (the only one who can), a task must find nothing of root left; anybody else must be refused the change. */
static GPid
start_sleeper(const char *display, const char *xauthority, const char *wayland)
{
    char *words[] = { (char *) "sleep", (char *) "60", NULL };
    g_auto(GStrv) environment = g_environ_setenv(NULL, "MANYSEAT_SESSION", "4000000000", TRUE);
    g_autoptr(GError) error = NULL;
    GPid pid;

    environment = g_environ_setenv(environment, "HOME", "/home/somebody", TRUE);
    environment = g_environ_setenv(environment, "DISPLAY", display, TRUE);
    if (wayland != NULL)
        environment = g_environ_setenv(environment, "WAYLAND_DISPLAY", wayland, TRUE);
    if (xauthority != NULL)
        environment = g_environ_setenv(environment, "XAUTHORITY", xauthority, TRUE);
    (void) g_spawn_async(NULL, words, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                         NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

static void
check_found(GPtrArray *all, guint i, int number, const char *xauthority)
{
    const FoundDisplay *found = g_ptr_array_index(all, i);

    g_assert_cmpint(found->number, ==, number);
    g_assert_cmpstr(found->xauthority, ==, xauthority);
}

/* The session's display, what runs in a nested server, and what can't be meant. */
static void
test_found_displays(void)
{
    const GPid pids[] = {
        start_sleeper(":10.0", NULL, NULL),     start_sleeper(":10", NULL, NULL),
        start_sleeper(":11", "/a", NULL),       start_sleeper("far:0", "/b", NULL),
        start_sleeper(":12", "relative", NULL), start_sleeper(":13", "/c", "wayland-0"),
    };
    g_autoptr(GPtrArray) all = find_display("4000000000", -1);
    g_autoptr(GPtrArray) one = find_display("4000000000", 11);
    g_autoptr(GPtrArray) none = find_display("4000000001", -1);
    g_autoptr(GPtrArray) nowhere = find_display("no/such.scope", -1);

    for (guint i = 0; i < G_N_ELEMENTS(pids); i++) {
        (void) kill(pids[i], SIGKILL);
        (void) waitpid(pids[i], NULL, 0);
    }
    g_assert_cmpuint(all->len, ==, 2);
    check_found(all, 0, 10, "/home/somebody/.Xauthority");
    check_found(all, 1, 11, "/a");
    g_assert_cmpuint(one->len, ==, 1);
    check_found(one, 0, 11, "/a");
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_cmpuint(nowhere->len, ==, 0);
}

static void
test_identity(void)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        const struct passwd *nobody = getpwnam("nobody");
        gboolean done = identity_become(nobody->pw_uid, NULL);
        gboolean gone = geteuid() == nobody->pw_uid && getegid() == nobody->pw_gid &&
                        setuid(0) < 0 && open("/etc/shadow", O_RDONLY) < 0;

        _exit(done && gone ? 0 : 1);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, geteuid() == 0 ? 0 : 1 << 8);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/errand/paths", test_paths);
    g_test_add_func("/errand/displays", test_displays);
    g_test_add_func("/errand/requests", test_requests);
    g_test_add_func("/errand/bad-requests", test_bad_requests);
    g_test_add_func("/errand/replies", test_replies);
    g_test_add_func("/errand/user-files", test_user_files);
    g_test_add_func("/errand/refusals", test_refusals);
    g_test_add_func("/errand/found-displays", test_found_displays);
    g_test_add_func("/errand/identity", test_identity);
    return g_test_run();
}
