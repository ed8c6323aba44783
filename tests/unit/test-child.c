/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/child.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/tree.h"

static const char *const environment[] = { "ONLY=this", NULL };
static const Account nobody = { .name = (char *) "nobody",
                                .uid = 65534,
                                .gid = 65534,
                                .home = (char *) "/",
                                .shell = (char *) "/" };

/* What the shell script writes, at most a screenful. */
static char *
run_script(const char *script, const Account *account, const char *directory)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    g_autoptr(Child) child = child_new(argv, environment);
    g_autoptr(GError) error = NULL;
    char text[2048] = { 0 };
    int ends[2];
    gsize length = 0;
    ssize_t got;
    pid_t pid;

    g_assert_cmpint(pipe(ends), ==,
                    0); /* not close-on-exec: the child must close them all the same */
    child_add_fd(child, ends[1], 1);
    if (account != NULL)
        child_set_account(child, account, NULL, 0);
    child_set_directory(child, directory);
    pid = child_start(child, &error);
    g_assert_no_error(error);
    g_clear_pointer(&child, child_free);
    (void) close(ends[1]);
    while ((got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
        length += (gsize) got;
    (void) close(ends[0]);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    return g_strdup(g_strstrip(text));
}

static void
test_clean(void)
{
    static const struct {
        const char *script;
        const char *directory;
        const char *expected;
    } cases[] = {
        { "echo $ONLY; cd /proc/self/fd; echo *", "/", "this\n0 1 2 3" }, /* 3: the listing's own */
        { "pwd", "/usr", "/usr" },
        { "pwd", "/no/such/home", "/" },
        /* Signals 1 to 28; the C library's own two (32, 33) come ignored from whoever used posix_spawn. */
        { "sed -nE 's/^Sig(Blk|Ign):.*(.{7})$/\\1\\2/p' /proc/self/status | tr -d '\\n'", "/",
          "Blk0000000Ign0000000" },
        { "test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && echo own session", "/", "own session" },
    };

    (void) signal(SIGPIPE, SIG_IGN);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = run_script(cases[i].script, NULL, cases[i].directory);

        g_test_message("%s", cases[i].script);
        /* Whether the shell or its child lists the descriptors is the shell's affair. */
        if (i == 0)
            g_assert_true(g_str_has_prefix(got, "this\n0 1 2"));
        else
            g_assert_cmpstr(got, ==, cases[i].expected);
    }
}

static void
test_account(void)
{
    g_autofree char *got = NULL;

    if (geteuid() != 0) {
        g_test_skip("only root can become somebody else");
        return;
    }
    got = run_script("grep -E '^(Uid|Gid|Groups|CapPrm|CapEff):' /proc/self/status | tr '\\t' ' '",
                     &nobody, "/");
    g_assert_cmpstr(got, ==,
                    "Uid: 65534 65534 65534 65534\nGid: 65534 65534 65534 65534\nGroups:  \n"
                    "CapPrm: 0000000000000000\nCapEff: 0000000000000000");
}

static void
test_failures(void)
{
    static const char *const absent[] = { "/no/such/program", NULL };
    static const char *const present[] = { "/bin/true", NULL };
    static const Account root = { .name = (char *) "root", .uid = 0, .gid = 0 };
    g_autoptr(Child) program = child_new(absent, environment);
    g_autoptr(Child) user = child_new(present, environment);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(child_start(program, &error), ==, -1);
    g_assert_nonnull(strstr(error->message, "execute"));
    g_clear_error(&error);
    child_set_account(user, &root, NULL, 0);
    g_assert_cmpint(child_start(user, &error), ==, -1);
    g_assert_nonnull(strstr(error->message, "become the user"));
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

static void
test_tree(void)
{
    g_autofree char *top = g_dir_make_tmp("tree-XXXXXX", NULL);
    g_autofree char *inside = g_build_filename(top, "inside", NULL);
    g_autofree char *deep = g_build_filename(inside, "a", "b", NULL);
    g_autofree char *outside = g_build_filename(top, "outside", NULL);
    g_autofree char *link = g_build_filename(inside, "link", NULL);
    g_autofree char *top_link = g_build_filename(top, "top-link", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir_with_parents(deep, 0700), ==, 0);
    g_assert_true(g_file_set_contents(outside, "kept", -1, NULL));
    g_assert_cmpint(symlink(top, link), ==, 0);
    g_assert_cmpint(symlink(inside, top_link), ==, 0);
    g_assert_false(tree_remove(top_link, NULL)); /* never through a link */
    g_assert_true(g_file_test(deep, G_FILE_TEST_IS_DIR));
    g_assert_true(tree_remove(inside, &error));
    g_assert_no_error(error);
    g_assert_false(g_file_test(inside, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(outside, G_FILE_TEST_EXISTS));
    g_assert_true(tree_remove(inside, NULL)); /* gone is good */
    g_assert_true(tree_remove(top, NULL));
}

/* Whoever may write there may make more than is removed at once: it ends all the same, says so, and goes on the next time. */
static void
test_tree_limits(void)
{
    g_autofree char *top = g_dir_make_tmp("tree-XXXXXX", NULL);
    g_autoptr(GString) deep = g_string_new(top);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i <= TREE_DEPTH_MAX; i++)
        g_string_append(deep, "/d");
    g_assert_cmpint(g_mkdir_with_parents(deep->str, 0700), ==, 0);
    g_assert_false(tree_remove(top, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_EMPTY);
    g_assert_true(g_file_test(deep->str, G_FILE_TEST_IS_DIR));
    g_assert_cmpint(rmdir(deep->str), ==, 0);
    g_assert_true(tree_remove(top, NULL));
}

static void
test_tree_files(void)
{
    g_autofree char *top = g_strdup("/dev/shm/tree-XXXXXX"); /* in memory: these are many */
    autofd directory = -1;

    g_assert_nonnull(g_mkdtemp(top));
    directory = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (guint i = 0; i < TREE_FILES_MAX + 10; i++) {
        char name[16];

        (void) g_snprintf(name, sizeof name, "%u", i);
        g_assert_cmpint(symlinkat("x", directory, name), ==, 0);
    }
    g_assert_false(tree_remove(top, NULL));
    g_assert_true(tree_remove(top, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/child/clean", test_clean);
    g_test_add_func("/child/account", test_account);
    g_test_add_func("/child/failures", test_failures);
    g_test_add_func("/child/tree", test_tree);
    g_test_add_func("/child/tree-limits", test_tree_limits);
    g_test_add_func("/child/tree-files", test_tree_files);
    return g_test_run();
}
