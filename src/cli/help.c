/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "help.h"

#include <glib/gi18n.h>

#include "text.h"

#define COLUMNS 78
#define INDENT 26 /* where meanings begin */

/* "  left      meaning", the meaning wrapped; on a line of its own when left is long. */
static void
append_row(GString *help, const char *left, const char *meaning)
{
    g_autofree char *wrapped = text_wrap(meaning, INDENT, COLUMNS);
    guint width = text_width(left) + 2;

    g_string_append_printf(help, "  %s", left);
    if (width + 2 > INDENT)
        g_string_append_printf(help, "\n%*s", INDENT, "");
    else
        g_string_append_printf(help, "%*s", (int) (INDENT - width), "");
    g_string_append_printf(help, "%s\n", wrapped);
}

static void
append_option(GString *help, const Option *option)
{
    g_autofree char *letter =
        option->letter != 0 ? g_strdup_printf("-%c, ", option->letter) : g_strdup("    ");
    g_autofree char *left =
        g_strconcat(letter, "--", option->name, option->value != NULL ? " " : "",
                    option->value != NULL ? _(option->value) : "", NULL);

    append_row(help, left, _(option->meaning));
}

static void
append_paragraph(GString *help, const char *text)
{
    g_autofree char *wrapped = text_wrap(text, 0, COLUMNS);

    g_string_append_printf(help, "%s\n", wrapped);
}

char *
help_program(void)
{
    GString *help = g_string_new(NULL);
    const Command *command;

    append_paragraph(help, _("Usage: manyseat COMMAND [OPTION...]"));
    g_string_append_c(help, '\n');
    append_paragraph(help, _("See and steer the sessions of this host."));
    g_string_append_printf(help, "\n%s\n", _("Commands:"));
    for (guint i = 0; (command = command_nth(i)) != NULL; i++)
        append_row(help, command->name, _(command->summary));
    g_string_append_c(help, '\n');
    append_paragraph(help, _("'manyseat COMMAND --help' shows a command's options, "
                             "'manyseat --version' the version."));
    g_string_append_printf(help, "\n%s\n", _("Exit status:"));
    append_row(help, "0", _("everything asked for was done"));
    append_row(help, "1", _("some of it was not done; which, and why, is printed"));
    append_row(help, "2", _("the command line is wrong"));
    append_row(help, "3", _("it is not permitted"));
    append_row(help, "4", _("there is no such session, user or job"));
    append_row(help, "5", _("manyseatd cannot be reached"));
    return g_string_free(help, FALSE);
}

char *
help_command(const Command *command)
{
    GString *help = g_string_new(NULL);
    g_autofree char *usage = command_usage(command);
    g_autofree char *line = g_strdup_printf(_("Usage: %s"), usage);
    g_autofree char *summary = g_strdup_printf("%s.", _(command->summary));
    const Option *option;

    append_paragraph(help, line);
    g_string_append_c(help, '\n');
    append_paragraph(help, summary);
    if (command->details != NULL)
        append_paragraph(help, _(command->details));
    g_string_append_printf(help, "\n%s\n", _("Options:"));
    for (guint i = 0; (option = command_option(command, i)) != NULL; i++)
        append_option(help, option);
    return g_string_free(help, FALSE);
}
