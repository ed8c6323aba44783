/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings file: what is read, and that nothing wrong goes unsaid. */
#include "base/settings.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *directory, *path, *parts;
} Place;

static void
set_up(Place *place, gconstpointer data)
{
    place->directory = g_dir_make_tmp("manyseat-settings-XXXXXX", NULL);
    place->path = g_build_filename(place->directory, "manyseat.conf", NULL);
    place->parts = g_strconcat(place->path, ".d", NULL);
    g_assert_cmpint(g_mkdir(place->parts, 0700), ==, 0);
}

static void
write_text(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
empty_directory(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        (void) g_unlink(file);
    }
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

static void
tear_down(Place *place, gconstpointer data)
{
    empty_directory(place->parts);
    empty_directory(place->directory);
    g_free(place->parts);
    g_free(place->path);
    g_free(place->directory);
}

static Settings *
load(Place *place)
{
    g_autoptr(GError) error = NULL;
    Settings *settings = settings_load(place->path, &error);

    g_assert_no_error(error);
    g_assert_nonnull(settings);
    return settings;
}

static void
assert_defaults(const Settings *settings)
{
    g_assert_cmpuint(settings->port, ==, 8443);
    g_assert_cmpstr(settings->dashboard_group, ==, "manyseat-dashboard");
    g_assert_cmpstr(settings->administrator_group, ==, "manyseat-administrators");
    g_assert_false(settings->dashboard_sees_all);
    g_assert_cmpuint(settings->uid_min, ==, 1000);
    g_assert_true(settings->one_session_per_account);
    g_assert_cmpstr(settings->layout, ==, "us");
    g_assert_true(g_strv_contains((const char *const *) settings->layouts, "us,ru"));
    g_assert_cmpuint(settings->station_absence, ==, 60);
    g_assert_cmpuint(settings->warn, ==, 60);
    g_assert_cmpuint(settings->audit_keep, ==, 90);
}

static void
test_no_file(Place *place, gconstpointer data)
{
    g_autoptr(Settings) settings = load(place);

    assert_defaults(settings);
    settings_free(NULL);
}

static void
test_values(Place *place, gconstpointer data)
{
    g_autoptr(Settings) settings = NULL;

    write_text(place->directory, "manyseat.conf",
               "# a comment\n\n  [front]\nport = 443\n[roles]\ndashboard-group=profesores\r\n"
               "dashboard-sees-all=true\n[sessions]\nlayouts=us;es,ru\n"
               "desktop = xfce \n[log-off]\nwarn=0\n[front]\ncertificate=/a=b\n");
    settings = load(place);
    g_assert_cmpuint(settings->port, ==, 443);
    g_assert_cmpstr(settings->dashboard_group, ==, "profesores");
    g_assert_true(settings->dashboard_sees_all);
    g_assert_cmpstr(settings->desktop, ==, "xfce");
    g_assert_cmpstr(settings->certificate, ==, "/a=b");
    g_assert_cmpuint(g_strv_length(settings->layouts), ==, 2);
    g_assert_cmpstr(settings->layouts[1], ==, "es,ru");
    g_assert_cmpuint(settings->warn, ==, 0);
    g_assert_cmpuint(settings->uid_min, ==, 1000);
}

/* Files beside it, by their names; a later value wins, and others than *.conf are none. */
static void
test_parts(Place *place, gconstpointer data)
{
    g_autoptr(Settings) settings = NULL;

    write_text(place->directory, "manyseat.conf", "[log-off]\nwarn=1\nask=1\n");
    write_text(place->parts, "20.conf", "[log-off]\nwarn=20\n");
    write_text(place->parts, "10.conf", "[log-off]\nwarn=10\nask=10\n");
    write_text(place->parts, "99.conf~", "nonsense\n");
    settings = load(place);
    g_assert_cmpuint(settings->warn, ==, 20);
    g_assert_cmpuint(settings->ask, ==, 10);
}

static void
test_wrong(Place *place, gconstpointer data)
{
    static const struct {
        const char *text;
        const char *where; /* and what */
        const char *what;
    } cases[] = {
        { "[front]\nprot=1\n", "manyseat.conf:2:", "'prot'" },
        { "\n\n[back]\nport=1\n", "manyseat.conf:4:", "'back'" },
        { "[front]\nport=0\n", "manyseat.conf:2:", "1 to 65535" },
        { "[front]\nport=65536\n", "manyseat.conf:2:", "1 to 65535" },
        { "[front]\nport=-1\n", "manyseat.conf:2:", "'-1'" },
        { "[front]\nport=8443x\n", "manyseat.conf:2:", "'8443x'" },
        { "[front]\nport=0x10\n", "manyseat.conf:2:", "'0x10'" },
        { "[front]\nport=\n", "manyseat.conf:2:", "port" },
        { "[front]\nport=99999999999999999999\n", "manyseat.conf:2:", "port" },
        { "[front]\nport=1\nport=2\n", "manyseat.conf:3:", "twice" },
        { "[front]\nport=1\n[front]\nport=1\n", "manyseat.conf:4:", "twice" },
        { "[roles]\ndashboard-sees-all=yes\n", "manyseat.conf:2:", "'yes'" },
        { "[roles]\ndashboard-group=\n", "manyseat.conf:2:", "empty" },
        { "port=1\n", "manyseat.conf:1:", "'port=1'" },
        { "[front]\nport\n", "manyseat.conf:2:", "'port'" },
        { "[front\nport=1\n", "manyseat.conf:1:", "'[front'" },
        { "[front]\nport=1 # web\n", "manyseat.conf:2:", "'1 # web'" },
        { "[front]\ncertificate=\xff\n", "manyseat.conf:", "UTF-8" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        write_text(place->directory, "manyseat.conf", cases[i].text);
        g_assert_null(settings_load(place->path, &error));
        g_assert_nonnull(error);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, cases[i].where));
        g_assert_nonnull(strstr(error->message, cases[i].what));
    }
}

static void
test_wrong_part(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    write_text(place->parts, "50.conf", "[front]\n\nport=zero\n");
    g_assert_null(settings_load(place->path, &error));
    g_assert_nonnull(strstr(error->message, "50.conf:3:"));
}

static void
test_unreadable(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(settings_load(place->parts, &error)); /* a directory */
    g_assert_nonnull(error);
}

/* The example holds every key once, as a comment; with the comments opened it says the defaults. */
static void
test_example(Place *place, gconstpointer data)
{
    g_autofree char *example = settings_example();
    g_autoptr(GString) opened = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(example, "\n", -1);
    g_autoptr(Settings) closed = NULL;
    g_autoptr(Settings) settings = NULL;
    guint n = 0;

    write_text(place->directory, "manyseat.conf", example);
    closed = load(place);
    assert_defaults(closed);
    for (guint i = 0; lines[i] != NULL; i++) {
        gboolean is_key = lines[i][0] == '#' && lines[i][1] != ' ';

        g_string_append_printf(opened, "%s\n", lines[i] + is_key);
        n += is_key;
    }
    g_assert_cmpuint(n, >=, 20);
    write_text(place->directory, "manyseat.conf", opened->str);
    settings = load(place);
    assert_defaults(settings);
}

#define ADD(name, function) g_test_add("/settings/" name, Place, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("no-file", test_no_file);
    ADD("values", test_values);
    ADD("parts", test_parts);
    ADD("wrong", test_wrong);
    ADD("wrong-part", test_wrong_part);
    ADD("unreadable", test_unreadable);
    ADD("example", test_example);
    return g_test_run();
}
