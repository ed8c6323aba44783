/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE table of commands. The parser (arguments.h), --help (help.h), the shell completion and the man page (generate.h) all
 * come from it; nothing about a command's shape is written anywhere else.
 */
#pragma once

#include <glib.h>

typedef struct Arguments Arguments;

typedef enum {
    OPTION_SWITCH,
    OPTION_TEXT,
    OPTION_NUMBER, /* least to most */
    OPTION_CHOICE, /* one of choices */
    OPTION_TIME,   /* when.h */
    OPTION_FILE    /* any bytes */
} OptionKind;

typedef struct {
    const char *name; /* without dashes; NULL ends a list */
    char letter;      /* 0: none */
    OptionKind kind;
    const char *value; /* what stands for the value in help; NULL for a switch */
    /* The choices, a space between; for texts what completion offers: "@users" or NULL. */
    const char *choices;
    guint least, most; /* of a number; most also of a text's characters (0: no limit) */
    gboolean required;
    const char *meaning; /* translatable, no full stop */
} Option;

typedef struct {
    const char *name;
    const char *words; /* how its words are written in usage, "" if it takes none */
    guint least, most; /* how many words */
    /* What completion offers for words: "@sessions", "@users", "@jobs" or NULL. */
    const char *completes;
    /* Words are sessions, with --user NAME or --all instead of them (selection.h). */
    gboolean selects;
    const char *summary;   /* translatable, one line, no full stop */
    const char *details;   /* translatable sentences, or NULL */
    const Option *options; /* of its own, or NULL */
    /* Do it: the exit status, or COMMAND_ERROR with error set. */
    int (*exec)(const Arguments *arguments, GError **error);
} Command;

#define COMMAND_ERROR (-1)

/* Exit statuses; those of errors are in bus/error.h. */
#define COMMAND_DONE 0     /* everything asked for was done */
#define COMMAND_NOT_DONE 1 /* some of it was not */
#define COMMAND_USAGE 2

/* The n-th command, or NULL after the last. */
const Command *command_nth(guint n);

/* The command of that name, or NULL. */
const Command *command_find(const char *name);

/* The n-th option: its own, then those of all selecting commands, then those of all commands; NULL after the last. */
const Option *command_option(const Command *command, guint n);

/* "manyseat log-off SESSION...|--user NAME|--all [--mode MODE]...". Free it. */
char *command_usage(const Command *command);

/* The whole program: argv as main() has it. Returns the exit status. */
int command_main(char **argv);
