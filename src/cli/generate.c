/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "generate.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/settings.h"
#include "command.h"
#include "report.h"

/* scdoc takes these for its own. */
static char *
escape(const char *text)
{
    GString *escaped = g_string_new(NULL);

    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("_*\\", *at) != NULL)
            g_string_append_c(escaped, '\\');
        g_string_append_c(escaped, *at);
    }
    return g_string_free(escaped, FALSE);
}

static void
append_escaped(GString *text, const char *format, const char *words)
{
    g_autofree char *escaped = escape(words);

    g_string_append_printf(text, "%s%s\n", format, escaped);
}

static void
man_option(GString *man, const Option *option)
{
    if (option->letter != 0)
        g_string_append_printf(man, "*-%c*, ", option->letter);
    g_string_append_printf(man, "*--%s*", option->name);
    if (option->value != NULL)
        g_string_append_printf(man, " _%s_", option->value);
    g_string_append(man, "\n");
    append_escaped(man, "\t", option->meaning);
    if (option->kind == OPTION_NUMBER)
        g_string_append_printf(man, "\t(%u to %u)\n", option->least, option->most);
    g_string_append_c(man, '\n');
}

static void
man_command(GString *man, const Command *command)
{
    g_autofree char *usage = command_usage(command);
    const Option *option;

    append_escaped(man, "## ", usage);
    append_escaped(man, "", command->summary);
    if (command->details != NULL)
        append_escaped(man, "\n", command->details);
    g_string_append_c(man, '\n');
    for (guint i = 0; (option = command_option(command, i)) != NULL; i++)
        if (strcmp(option->name, "help") != 0 && strcmp(option->name, "json") != 0)
            man_option(man, option);
}

static const char man_head[] =
    "manyseat(1)\n\n# NAME\n\nmanyseat - see and steer the sessions of this host\n\n"
    "# SYNOPSIS\n\n*manyseat* _COMMAND_ [_OPTION_...]\n\n"
    "# DESCRIPTION\n\n"
    "Speaks with *manyseatd*(8) on this computer. What the caller may see and do is decided there, "
    "by "
    "the groups of the account that calls.\n\n"
    "Every command takes *--help*, and *--json*, which prints one JSON document on standard "
    "output: the records of *org.manyseat.Manager*(5) as they are, with English keys "
    "and values and times in microseconds since 1970 UTC. On an error that document is "
    "{\"error\": \"NAME\", \"message\": \"TEXT\"}, also for a wrong command line "
    "(InvalidArgument). *log-off --json* prints {\"job\": JOB, \"left-out\": ROWS}, JOB as it "
    "is at its end; with *--no-wait* as it has begun, and after Ctrl-C {\"job\": {\"id\": ID, "
    "\"state\": \"running\"}}. *log-off --dry-run --json* prints what PlanLogOff tells, "
    "{\"hit\": SESSIONS, \"left-out\": ROWS}, and what ListUnsaved does, as unsaved, unknown and "
    "unsaved-known of each session; nothing is changed, and the exit status is 1 when "
    "a session that was named is left out. Messages for people go to standard error.\n\n"
    "# COMMANDS\n\n";

static const char man_tail[] =
    "# EXIT STATUS\n\n"
    "*0*\n\tEverything asked for was done.\n\n"
    "*1*\n\tSome of it was not; which, and why, is printed.\n\n"
    "*2*\n\tThe command line is wrong.\n\n"
    "*3*\n\tIt is not permitted.\n\n"
    "*4*\n\tThere is no such session, user or job.\n\n"
    "*5*\n\tmanyseatd cannot be reached.\n\n"
    "# FILES\n\n"
    "_/run/manyseat/api.sock_\n\tmanyseatd's socket.\n\n"
    "# EXAMPLES\n\n"
    "Who is here:\n\n\tmanyseat sessions\n\n"
    "What would happen if all were logged off, and then do it with a word of warning:\n\n"
    "\tmanyseat log-off --all --dry-run\n\n"
    "\tmanyseat log-off --all --warn 120 --message \"The lesson ends\"\n\n"
    "A picture of session 17 each time a script wants one:\n\n"
    "\tmanyseat screenshot 17 --size large -o 17.jpg\n\n"
    "# SEE ALSO\n\n*manyseatd*(8), *manyseat.conf*(5), *org.manyseat.Manager*(5)\n";

static char *
man_page(void)
{
    GString *man = g_string_new(man_head);
    const Command *command;

    for (guint i = 0; (command = command_nth(i)) != NULL; i++)
        man_command(man, command);
    g_string_append(man, man_tail);
    return g_string_free(man, FALSE);
}

static const char settings_head[] =
    "manyseat.conf(5)\n\n# NAME\n\nmanyseat.conf - settings of Manyseat\n\n"
    "# DESCRIPTION\n\n"
    "_/etc/manyseat/manyseat.conf_, then each file _/etc/manyseat/manyseat.conf.d/\\*.conf_ in the "
    "order of their names; a later value wins. Groups in brackets, lines KEY=VALUE in them, and "
    "comments after #. An unknown group or key, a bad value, or a key twice in one file stops "
    "the program with file and line.\n\n";

static const char settings_tail[] =
    "# SEE ALSO\n\n*manyseatd*(8), *manyseat-front*(8), *manyseat*(1)\n";

static char *
settings_page(void)
{
    GString *man = g_string_new(settings_head);
    SettingInfo info;
    const char *group = "";

    for (guint i = 0; settings_describe(i, &info); i++) {
        g_autofree char *initial = escape(info.initial);

        if (strcmp(group, info.group) != 0)
            g_string_append_printf(man, "# GROUP [%s]\n\n", info.group);
        group = info.group;
        g_string_append_printf(man, "*%s*=%s\n", info.key, initial);
        append_escaped(man, "\t", info.meaning);
        if (info.most > 0)
            g_string_append_printf(man, "\t(%u to %u)\n", info.least, info.most);
        g_string_append_c(man, '\n');
    }
    g_string_append(man, settings_tail);
    return g_string_free(man, FALSE);
}

/* The names are read from the listings' first column; without rights or daemon nothing is offered. */
static const char completion_head[] =
    "# bash completion for manyseat(1), made from its table of commands: manyseat --generate "
    "completion\n\n"
    "_manyseat_names() {\n"
    "    manyseat \"$1\" 2>/dev/null | awk 'NR > 1 { print $1 }'\n"
    "}\n\n"
    "_manyseat_offer() {\n"
    "    case $1 in\n"
    "        @*) COMPREPLY=($(compgen -W \"$(_manyseat_names \"${1#@}\")\" -- \"$cur\")) ;;\n"
    "        *) COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")) ;;\n"
    "    esac\n"
    "}\n\n"
    "_manyseat() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    COMPREPLY=()\n"
    "    if ((COMP_CWORD == 1)); then\n";

static void
append_names(GString *text, const char *before)
{
    const Command *command;

    g_string_append(text, before);
    for (guint i = 0; (command = command_nth(i)) != NULL; i++)
        g_string_append_printf(text, " %s", command->name);
}

static void
completion_value(GString *text, const Command *command, const Option *option)
{
    if (option->value == NULL)
        return;
    g_string_append_printf(text, "        %s:--%s", command->name, option->name);
    if (option->letter != 0)
        g_string_append_printf(text, "|%s:-%c", command->name, option->letter);
    if (option->kind == OPTION_FILE)
        g_string_append(text, ") COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
    else
        g_string_append_printf(text, ") _manyseat_offer '%s'; return ;;\n",
                               option->choices != NULL ? option->choices : "");
}

static void
completion_command(GString *text, const Command *command)
{
    const Option *option;

    g_string_append_printf(text, "        %s:-*) _manyseat_offer '", command->name);
    for (guint i = 0; (option = command_option(command, i)) != NULL; i++)
        g_string_append_printf(text, "%s--%s", i > 0 ? " " : "", option->name);
    g_string_append(text, "' ;;\n");
    if (command->completes != NULL)
        g_string_append_printf(text, "        %s:*) _manyseat_offer '%s' ;;\n", command->name,
                               command->completes);
}

static char *
completion(void)
{
    GString *text = g_string_new(completion_head);
    const Command *command;
    const Option *option;

    append_names(text, "        _manyseat_offer '--help --version");
    g_string_append(text, "'\n        return\n    fi\n    case ${COMP_WORDS[1]}:$prev in\n");
    for (guint i = 0; (command = command_nth(i)) != NULL; i++)
        for (guint j = 0; (option = command_option(command, j)) != NULL; j++)
            completion_value(text, command, option);
    g_string_append(text, "    esac\n    case ${COMP_WORDS[1]}:$cur in\n");
    for (guint i = 0; (command = command_nth(i)) != NULL; i++)
        completion_command(text, command);
    g_string_append(text, "    esac\n}\n\ncomplete -F _manyseat manyseat\n");
    return g_string_free(text, FALSE);
}

static const struct {
    const char *what;
    char *(*make)(void);
} makers[] = {
    { "man", man_page },
    { "man-settings", settings_page },
    { "completion", completion },
};

int
generate_main(const char *what)
{
    g_setenv("LANGUAGE", "C", TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(makers); i++)
        if (strcmp(makers[i].what, what) == 0) {
            g_autofree char *text = makers[i].make();

            return report_text(text, COMMAND_DONE);
        }
    return report_usage(NULL, "--generate makes man, man-settings or completion", FALSE);
}
