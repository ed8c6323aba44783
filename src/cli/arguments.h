/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody typed after "manyseat COMMAND", parsed and checked by the command's row of the table. */
#pragma once

#include "command.h"

struct Arguments {
    const Command *command;
    char **words;       /* what is not an option; NULL-terminated */
    GHashTable *values; /* option name -> what was given, "" for a switch */
};

/* Parse argv (without program and command). NULL with an error of G_OPTION_ERROR that says what is wrong. When --help is among
 * the options, nothing else is checked. */
Arguments *arguments_parse(const Command *command, char **argv, GError **error);

void arguments_free(Arguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arguments, arguments_free)

/* Was the option given? */
gboolean arguments_has(const Arguments *arguments, const char *option);

/* What was given for an option, or NULL; good as long as arguments. */
const char *arguments_text(const Arguments *arguments, const char *option);

/* Add to an a{sv} what was given for an option: a text as s, a number as u, under the option's name. Nothing otherwise. */
void arguments_add_to(const Arguments *arguments, const char *option, GVariantBuilder *record);
