/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands, its parser, and the program itself: what goes where, and with which exit status. */
#include <gio/gio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/selection.h"
#include "cli/text.h"

static Arguments *
parse(const char *line, GError **error)
{
    g_auto(GStrv) argv = NULL;

    g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    return arguments_parse(command_find(argv[0]), argv + 1, error);
}

static void
test_usage(void)
{
    static const struct {
        const char *line;
        const char *wrong; /* part of the message, NULL: good */
    } cases[] = {
        { "sessions", NULL },
        { "sessions --json", NULL },
        { "sessions x", "one too many: 'x'" },
        { "sessions --jso", "--jso" },
        { "sessions --since 2h", "--since" },
        { "log-on", "missing: USER" },
        { "log-on ana --desktop xfce -l us,ru", NULL },
        { "log-on ana --desktop", "--desktop" },
        { "log-on ana --auto=1", "--auto: takes no value" },
        { "log-off --all=no", "--all: takes no value" },
        { "suspend", "one of these" },
        { "suspend 1 2", NULL },
        { "suspend --all", NULL },
        { "suspend -u ana", NULL },
        { "suspend 1 --all", "one of these" },
        { "suspend --user ana -u boris", "--user: was given twice" },
        { "suspend --user ana --all", "one of these" },
        { "suspend -- --all", NULL },
        { "log-off 1 --mode ask-then-force --warn 0", NULL },
        { "log-off 1 --mode kill", "'kill' is none of" },
        { "log-off 1 --warn 3601", "from 0 to 3600" },
        { "log-off 1 --warn -1", "from 0 to 3600" },
        { "log-off 1 --warn x", "from 0 to 3600" },
        { "log-off 1 --message $'\\xff'", NULL },
        { "cancel", "missing: JOB" },
        { "grant 17", "missing: SESSION MINUTES" },
        { "screenshot 17", "missing: --output" },
        { "screenshot 17 -o x.jpg --size huge", "'huge' is none of" },
        { "audit --since yesterday", "'yesterday' is not a time" },
        { "log-on --help", NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Arguments) arguments = parse(cases[i].line, &error);

        if (cases[i].wrong == NULL) {
            g_assert_no_error(error);
            g_assert_nonnull(arguments);
            continue;
        }
        g_assert_null(arguments);
        g_assert_cmpuint(error->domain, ==, G_OPTION_ERROR);
        g_assert_nonnull(strstr(error->message, cases[i].wrong));
    }
}

static void
test_limits(void)
{
    g_autofree char *longest = g_strnfill(500, 'x');
    g_autofree char *good = g_strdup_printf("log-off --all --message %s", longest);
    g_autofree char *bad = g_strdup_printf("log-off --all --message %sx", longest);
    char *not_utf8[] = { (char *) "--user", (char *) "\xff", NULL };
    g_autoptr(GError) too_long = NULL;
    g_autoptr(GError) no_text = NULL;
    g_autoptr(Arguments) arguments = parse(good, NULL);

    g_assert_nonnull(arguments);
    g_assert_null(parse(bad, &too_long));
    g_assert_nonnull(strstr(too_long->message, "500"));
    g_assert_null(arguments_parse(command_find("suspend"), not_utf8, &no_text));
    g_assert_nonnull(strstr(no_text->message, "UTF-8"));
}

static void
test_selection(void)
{
    static const struct {
        const char *line;
        const char *selection;
    } cases[] = {
        { "log-off 17 18 17", "{'sessions': <['17', '18']>}" },
        { "log-off --user ana", "{'user': <'ana'>}" },
        { "log-off -a", "{'all': <true>}" },
        { "log-off -- -a", "{'sessions': <['-a']>}" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Arguments) arguments = parse(cases[i].line, NULL);
        g_autoptr(GVariant) selection = g_variant_ref_sink(selection_new(arguments));
        g_autofree char *text = g_variant_print(selection, FALSE);

        g_assert_cmpstr(text, ==, cases[i].selection);
    }
}

typedef struct {
    char *out;
    char *err;
    int status;
} Ran;

static void
ran_clear(Ran *ran)
{
    g_clear_pointer(&ran->out, g_free);
    g_clear_pointer(&ran->err, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ran, ran_clear)

static Ran
run(const char *language, const char *line)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *whole = g_strdup_printf("%s %s", g_getenv("MANYSEAT_PROGRAM"), line);
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) process = NULL;
    Ran ran = { 0 };

    g_assert_true(g_shell_parse_argv(whole, NULL, &argv, NULL));
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    g_subprocess_launcher_setenv(launcher, "LANGUAGE", language, TRUE);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *) argv, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, &ran.out, &ran.err, &error));
    g_assert_no_error(error);
    ran.status = g_subprocess_get_exit_status(process);
    return ran;
}

static void
check_help(const char *line)
{
    g_auto(Ran) ran = run("en", line);
    g_auto(GStrv) lines = g_strsplit(ran.out, "\n", -1);

    g_assert_cmpint(ran.status, ==, 0);
    g_assert_cmpstr(ran.err, ==, "");
    g_assert_cmpuint(g_strv_length(lines), >, 5);
    for (guint i = 0; lines[i] != NULL; i++)
        g_assert_cmpuint(text_width(lines[i]), <, 80);
}

static void
test_help(void)
{
    const Command *command;

    check_help("--help");
    for (guint i = 0; (command = command_nth(i)) != NULL; i++) {
        g_autofree char *line = g_strconcat(command->name, " --help", NULL);

        check_help(line);
    }
}

static void
test_exit_statuses(void)
{
    static const struct {
        const char *line;
        int status;
        const char *out; /* part of stdout, NULL: it is empty */
        const char *err; /* the same of stderr */
    } cases[] = {
        { "", 2, NULL, "Try 'manyseat --help'" },
        { "--version", 0, "manyseat ", NULL },
        { "seesions", 2, NULL, "there is no command 'seesions'" },
        { "log-off", 2, NULL, "Try 'manyseat log-off --help'" },
        { "grant 17 61", 2, NULL, "from 1 to 60" },
        { "log-on ana --auto --password-stdin", 2, NULL, "--auto" },
        { "screenshot 17 -o - --json", 2, "InvalidArgument", "--json" },
        { "grant 17 61 --json", 2, "{\"error\":\"InvalidArgument\",\"message\":", "from 1 to 60" },
        { "grant --json", 2, "InvalidArgument", "MINUTES" },
        { "grant -- 17 --json", 2, NULL, "--json" },
        { "seesions --json", 2, "InvalidArgument", "seesions" },
        { "--generate nothing", 2, NULL, "completion" },
        { "--generate completion", 0, "complete -F _manyseat manyseat", NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Ran) ran = run("en", cases[i].line);

        g_assert_cmpint(ran.status, ==, cases[i].status);
        g_assert_true(cases[i].out == NULL ? ran.out[0] == '\0'
                                           : strstr(ran.out, cases[i].out) != NULL);
        g_assert_true(cases[i].err == NULL ? ran.err[0] == '\0'
                                           : strstr(ran.err, cases[i].err) != NULL);
    }
}

/* Everything in the table is in the man page and in the completion. */
static void
test_generated(void)
{
    g_auto(Ran) man = run("es", "--generate man");
    g_auto(Ran) completion = run("es", "--generate completion");
    const Command *command;
    const Option *option;

    for (guint i = 0; (command = command_nth(i)) != NULL; i++) {
        g_autofree char *usage = g_strdup_printf("## manyseat %s", command->name);

        g_assert_nonnull(strstr(man.out, usage));
        g_assert_nonnull(strstr(man.out, command->summary)); /* English, whatever the locale */
        for (guint j = 0; (option = command_option(command, j)) != NULL; j++) {
            g_autofree char *dashed = g_strdup_printf("--%s", option->name);

            g_assert_nonnull(strstr(man.out, dashed));
            g_assert_nonnull(strstr(completion.out, dashed));
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arguments/usage", test_usage);
    g_test_add_func("/arguments/limits", test_limits);
    g_test_add_func("/selection", test_selection);
    g_test_add_func("/program/help", test_help);
    g_test_add_func("/program/exit-statuses", test_exit_statuses);
    g_test_add_func("/program/generated", test_generated);
    return g_test_run();
}
