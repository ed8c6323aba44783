/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --help from the table of commands, translated, lines shorter than 80 columns. Free what is returned. */
#pragma once

#include "command.h"

char *help_program(void);
char *help_command(const Command *command);
