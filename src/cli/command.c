/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/paths.h"
#include "commands.h"
#include "generate.h"
#include "help.h"
#include "report.h"

static const Option common_options[] = {
    { .name = "json", .meaning = N_("print one JSON document") },
    { .name = "help", .letter = 'h', .meaning = N_("show this help") },
    { 0 },
};

static const Option selection_options[] = {
    { .name = "user",
      .letter = 'u',
      .kind = OPTION_TEXT,
      .value = N_("NAME"),
      .choices = "@users",
      .most = LIMIT_USER_NAME,
      .meaning = N_("the sessions of this user") },
    { .name = "all",
      .letter = 'a',
      .meaning = N_("all sessions that you may act on, but your own") },
    { 0 },
};

static const Option log_on_options[] = {
    { .name = "desktop",
      .letter = 'd',
      .kind = OPTION_TEXT,
      .value = N_("ID"),
      .most = 255,
      .meaning = N_("the desktop to start, as in /usr/share/xsessions (xfce)") },
    { .name = "layout",
      .letter = 'l',
      .kind = OPTION_TEXT,
      .value = N_("LAYOUT"),
      .most = 255,
      .meaning = N_("the keyboard layout (us; es; us,ru)") },
    { .name = "auto",
      .meaning = N_("ask for no password (administrators only; PAM service manyseat-autologon)") },
    { .name = "password-stdin",
      .meaning = N_("read the password from the first line of standard input, for scripts") },
    { 0 },
};

static const Option log_off_options[] = {
    { .name = "mode",
      .letter = 'm',
      .kind = OPTION_CHOICE,
      .value = N_("MODE"),
      .choices = "ask ask-then-force force",
      .meaning =
          N_("ask: what has unsaved work holds the session up; ask-then-force: it is ended "
             "after a while all the same, but a session that is open at no station stays "
             "held up, unless the setting [log-off] force-suspended is true; force: it is ended "
             "after the warning") },
    { .name = "warn",
      .letter = 'w',
      .kind = OPTION_NUMBER,
      .value = N_("SECONDS"),
      .most = 3600,
      .meaning = N_("how long the users are warned before") },
    { .name = "message",
      .kind = OPTION_TEXT,
      .value = N_("TEXT"),
      .most = LIMIT_MESSAGE_CHARACTERS,
      .meaning = N_("shown to the users with the warning") },
    { .name = "dry-run",
      .letter = 'n',
      .meaning = N_("only show which sessions would be ended, with what is known of unsaved "
                    "work, and which are left out and why") },
    { .name = "no-wait", .meaning = N_("print the job's id and do not wait for it") },
    { 0 },
};

static const Option screenshot_options[] = {
    { .name = "size",
      .kind = OPTION_CHOICE,
      .value = N_("SIZE"),
      .choices = "small medium large enlarged full",
      .meaning = N_("small, medium, large, enlarged or full (default)") },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_FILE,
      .value = N_("FILE"),
      .required = TRUE,
      .meaning = N_("the JPEG file to write, or to replace; - is standard output") },
    { 0 },
};

static const Option audit_options[] = {
    { .name = "since",
      .kind = OPTION_TIME,
      .value = N_("TIME"),
      .meaning = N_("only what is newer: 2026-11-21T08:30 (local), or 2h, 3d ago") },
    { .name = "user",
      .letter = 'u',
      .kind = OPTION_TEXT,
      .value = N_("NAME"),
      .choices = "@users",
      .most = LIMIT_USER_NAME,
      .meaning = N_("only what this account did and what was done to it") },
    { 0 },
};

static const Command table[] = {
    { .name = "sessions",
      .words = "",
      .exec = cmd_sessions,
      .summary = N_("List the sessions"),
      .details = N_("The sessions that you may see. Own sessions are listed too; idle is the time "
                    "since its user pressed a key or moved the pointer in it, or logged on.") },
    { .name = "log-on",
      .words = N_("USER"),
      .least = 1,
      .most = 1,
      .completes = "@users",
      .exec = cmd_log_on,
      .options = log_on_options,
      .summary = N_("Log a user on and print the session's id"),
      .details = N_("Asks for the password at the terminal, as PAM wants it. A user who has a "
                    "session already gets it back (resumed), unless the settings say otherwise.") },
    { .name = "suspend",
      .words = "",
      .selects = TRUE,
      .completes = "@sessions",
      .exec = cmd_suspend,
      .summary = N_("Suspend sessions: their programs run on"),
      .details = N_("The station becomes free; the user resumes by logging on again, there or "
                    "at another station.") },
    { .name = "lock",
      .words = "",
      .selects = TRUE,
      .completes = "@sessions",
      .exec = cmd_lock,
      .summary = N_("Lock sessions"),
      .details = N_("Neither picture nor input passes until the user gives the password again, or "
                    "until the session is unlocked.") },
    { .name = "unlock",
      .words = "",
      .selects = TRUE,
      .completes = "@sessions",
      .exec = cmd_unlock,
      .summary = N_("Unlock sessions") },
    { .name = "log-off",
      .words = "",
      .selects = TRUE,
      .completes = "@sessions",
      .exec = cmd_log_off,
      .options = log_off_options,
      .summary = N_("End sessions"),
      .details =
          N_("The users are warned and programs are asked to close. Waits for the job, prints "
             "the outcome of each session as it comes, and succeeds only if all of them were "
             "ended. Ctrl-C stops the waiting only; the job goes on.") },
    { .name = "jobs",
      .words = "",
      .exec = cmd_jobs,
      .summary = N_("List the jobs that end sessions, with the stage or outcome of each session") },
    { .name = "cancel",
      .words = N_("JOB [SESSION...]"),
      .least = 1,
      .most = LIMIT_SELECTION,
      .completes = "@jobs",
      .exec = cmd_cancel,
      .summary = N_("Cancel a job, or only some of its sessions"),
      .details = N_("Works while the users are warned, while programs are asked to close, and "
                    "before force is used; not any more once a session is being stopped.") },
    { .name = "grant",
      .words = N_("SESSION MINUTES"),
      .least = 2,
      .most = 2,
      .completes = "@sessions",
      .exec = cmd_grant,
      .summary = N_("Give a session that is about to be ended more time (1 to 60 minutes)") },
    { .name = "refuse",
      .words = N_("SESSION"),
      .least = 1,
      .most = 1,
      .completes = "@sessions",
      .exec = cmd_refuse,
      .summary = N_("Tell a user who asked for more time that there is none") },
    { .name = "screenshot",
      .words = N_("SESSION"),
      .least = 1,
      .most = 1,
      .completes = "@sessions",
      .exec = cmd_screenshot,
      .options = screenshot_options,
      .summary = N_("Save a screenshot of a session"),
      .details = N_("It is in the audit.") },
    { .name = "stations", .words = "", .exec = cmd_stations, .summary = N_("List the stations") },
    { .name = "users",
      .words = "",
      .exec = cmd_users,
      .summary = N_("List the accounts that may log on") },
    { .name = "audit",
      .words = "",
      .exec = cmd_audit,
      .options = audit_options,
      .summary = N_("List who did what, and to whom"),
      .details = N_("Administrators see everything; others see what they did and what was done to "
                    "them.") },
    { .name = "status",
      .words = "",
      .exec = cmd_status,
      .summary = N_("Show how this host is, and what does not work now") },
    { .name = "watch",
      .words = "",
      .exec = cmd_watch,
      .summary = N_("Show events as they happen, one a line"),
      .details = N_("With --json, one JSON object a line. Ends with Ctrl-C.") },
};

const Command *
command_nth(guint n)
{
    return n < G_N_ELEMENTS(table) ? &table[n] : NULL;
}

const Command *
command_find(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const Option *
command_option(const Command *command, guint n)
{
    const Option *lists[] = { command->options, command->selects ? selection_options : NULL,
                              common_options };

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        for (const Option *option = lists[i]; option != NULL && option->name != NULL; option++)
            if (n-- == 0)
                return option;
    return NULL;
}

char *
command_usage(const Command *command)
{
    GString *usage = g_string_new("manyseat ");
    const Option *option;

    g_string_append(usage, command->name);
    if (command->selects)
        g_string_append_printf(usage, " %s", _("SESSION...|--user NAME|--all"));
    else if (command->words[0] != '\0')
        g_string_append_printf(usage, " %s", _(command->words));
    for (guint i = 0; (option = command_option(command, i)) != NULL; i++)
        if (option->required)
            g_string_append_printf(usage, " -%c %s", option->letter, _(option->value));
    g_string_append_printf(usage, " %s", _("[OPTION...]"));
    return g_string_free(usage, FALSE);
}

/* Also where the rest of the command line can't be understood. */
static gboolean
wants_json(char **argv)
{
    for (guint i = 0; argv[i] != NULL && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return TRUE;
    return FALSE;
}

static int
run(const Command *command, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Arguments) arguments = arguments_parse(command, argv, &error);
    int status;

    if (arguments == NULL)
        return report_usage(command->name, error->message, wants_json(argv));
    if (arguments_has(arguments, "help")) {
        g_autofree char *text = help_command(command);

        return report_text(text, COMMAND_DONE);
    }
    status = command->exec(arguments, &error);
    if (status == COMMAND_ERROR)
        status = report_error(arguments, error);
    return report_flush(status);
}

int
command_main(char **argv)
{
    g_autofree char *text = NULL;
    const char *name = argv[0] != NULL ? argv[1] : NULL;
    const Command *command;

    if (name == NULL)
        return report_usage(NULL, _("no command was given"), FALSE);
    if (strcmp(name, "--generate") == 0 && argv[2] != NULL)
        return generate_main(argv[2]);
    if (strcmp(name, "--version") == 0)
        return report_text("manyseat " MANYSEAT_VERSION "\n", COMMAND_DONE);
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        text = help_program();
        return report_text(text, COMMAND_DONE);
    }
    command = command_find(name);
    if (command != NULL)
        return run(command, argv + 2);
    text = g_strdup_printf(_("there is no command '%s'"), name);
    return report_usage(NULL, text, wants_json(argv + 1));
}
