/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/litter.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/tree.h"

#define NOBODY_PID "999999999" /* above every pid_max */
#define OTHER_UID 65534

typedef struct {
    char *top, *ice;
} Place;

static void
place_init(Place *place)
{
    place->top = g_dir_make_tmp("litter-XXXXXX", NULL);
    place->ice = g_build_filename(place->top, ".ICE-unix", NULL);
    g_assert_cmpint(mkdir(place->ice, 0700), ==, 0);
    g_assert_cmpint(chmod(place->top, 01777), ==, 0);
    g_assert_cmpint(chmod(place->ice, 01777), ==, 0);
}

static void
place_clear(Place *place)
{
    g_assert_true(tree_remove(place->top, NULL));
    g_free(place->top);
    g_free(place->ice);
}

static void
make_file(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, "x", -1, NULL));
}

static int
listen_at(const char *directory, const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    autofd listener = socket(AF_UNIX, SOCK_STREAM, 0);

    g_assert_cmpint(g_snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", directory, name),
                    <, (int) sizeof address.sun_path);
    g_assert_cmpint(bind(listener, (struct sockaddr *) &address, sizeof address), ==, 0);
    return fd_steal(&listener);
}

static void
make_socket(const char *directory, const char *name)
{
    (void) close(listen_at(directory, name));
}

static gboolean
is_there(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    struct stat status;

    return lstat(path, &status) == 0;
}

static void
test_what_goes(void)
{
    g_autofree char *own_pid = g_strdup_printf("%d", getpid());
    gint64 now = g_get_real_time();
    Place place;

    place_init(&place);
    make_socket(place.ice, NOBODY_PID);
    make_socket(place.ice, own_pid);
    make_file(place.ice, "999999998"); /* no socket */
    make_socket(place.ice, "1x");
    make_socket(place.top, NOBODY_PID);
    make_file(place.top, ".xfsm-ICE-ABCDEF");
    make_file(place.top, "essay");
    litter_remove(place.top, getuid(), now + G_TIME_SPAN_HOUR);
    g_assert_true(is_there(place.top, ".xfsm-ICE-ABCDEF")); /* older than that */
    g_assert_false(is_there(place.ice, NOBODY_PID));
    litter_remove(place.top, getuid(), now - G_TIME_SPAN_HOUR);
    g_assert_false(is_there(place.top, ".xfsm-ICE-ABCDEF"));
    g_assert_true(is_there(place.ice, own_pid));
    g_assert_true(is_there(place.ice, "999999998"));
    g_assert_true(is_there(place.ice, "1x"));
    g_assert_true(is_there(place.top, NOBODY_PID));
    g_assert_true(is_there(place.top, "essay"));
    place_clear(&place);
}

/* A bus that was killed leaves its name; one that has just come may not be listed yet. */
static void
test_buses(void)
{
    gint64 deadline = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;
    autofd listener = -1;
    Place place;

    place_init(&place);
    make_socket(place.top, "dbus-dead");
    make_file(place.top, "dbus-file");
    listener = listen_at(place.top, "dbus-lives");
    litter_remove(place.top, getuid(), 0);
    g_assert_true(is_there(place.top, "dbus-dead"));
    while (is_there(place.top, "dbus-dead") && g_get_monotonic_time() < deadline) {
        g_usleep(G_USEC_PER_SEC / 10);
        litter_remove(place.top, getuid(), 0);
    }
    g_assert_false(is_there(place.top, "dbus-dead"));
    g_assert_true(is_there(place.top, "dbus-lives"));
    g_assert_true(is_there(place.top, "dbus-file"));
    place_clear(&place);
}

/* Another user's, and a link of his own to somebody's. */
static void
test_others_stay(void)
{
    g_autofree char *link_path = NULL;
    Place place;

    place_init(&place);
    make_socket(place.ice, NOBODY_PID);
    make_file(place.top, ".xfsm-ICE-target");
    link_path = g_build_filename(place.top, ".xfsm-ICE-linked", NULL);
    g_assert_cmpint(symlink("essay", link_path), ==, 0);
    litter_remove(place.top, OTHER_UID, 0);
    g_assert_true(is_there(place.ice, NOBODY_PID));
    g_assert_true(is_there(place.top, ".xfsm-ICE-target"));
    litter_remove(place.top, getuid(), 0);
    g_assert_true(is_there(place.top, ".xfsm-ICE-linked"));
    place_clear(&place);
}

/* Where others may rename things nothing is touched, and a directory is not reached through a link. */
static void
test_places(void)
{
    Place place, other;

    place_init(&place);
    place_init(&other);
    make_file(place.top, ".xfsm-ICE-ABCDEF");
    g_assert_cmpint(chmod(place.top, 0777), ==, 0);
    litter_remove(place.top, getuid(), 0);
    g_assert_true(is_there(place.top, ".xfsm-ICE-ABCDEF"));
    litter_remove("/nonexistent", getuid(), 0);
    make_socket(other.ice, NOBODY_PID);
    g_assert_cmpint(chmod(place.top, 01777), ==, 0);
    g_assert_cmpint(rmdir(place.ice), ==, 0);
    g_assert_cmpint(symlink(other.ice, place.ice), ==, 0);
    litter_remove(place.top, getuid(), 0);
    g_assert_true(is_there(other.ice, NOBODY_PID));
    place_clear(&place);
    place_clear(&other);
}

/* Back to the rights of before: a file that only they can make. */
static void
test_rights_come_back(void)
{
    g_autofree char *path = NULL;
    struct stat status;
    Place place;

    place_init(&place);
    litter_remove(place.top, OTHER_UID, 0);
    make_file(place.top, "own");
    path = g_build_filename(place.top, "own", NULL);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_uid, ==, getuid());
    place_clear(&place);
}

static void
test_limit(void)
{
    guint left = 0;
    Place place;

    place_init(&place);
    for (guint i = 0; i < LIMIT_LITTER + 5; i++) {
        g_autofree char *name = g_strdup_printf(".xfsm-ICE-%u", i);

        make_file(place.top, name);
    }
    litter_remove(place.top, getuid(), 0);
    for (guint i = 0; i < LIMIT_LITTER + 5; i++) {
        g_autofree char *name = g_strdup_printf(".xfsm-ICE-%u", i);

        left += is_there(place.top, name);
    }
    g_assert_cmpuint(left, ==, 5);
    place_clear(&place);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/litter/what-goes", test_what_goes);
    g_test_add_func("/litter/buses", test_buses);
    g_test_add_func("/litter/others-stay", test_others_stay);
    g_test_add_func("/litter/places", test_places);
    g_test_add_func("/litter/rights-come-back", test_rights_come_back);
    g_test_add_func("/litter/limit", test_limit);
    return g_test_run();
}
