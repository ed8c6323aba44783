/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "arguments.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "when.h"

/* Where GOption puts what it finds: one place an option, bytes as they came (its own texts depend on the locale). */
typedef struct {
    guint n;
    GOptionEntry *entries;
    gboolean *switches;
    char ***values; /* all that was given for each: GOption alone keeps the last and says nothing */
    char **words;
} Slots;

static void
slots_free(Slots *slots)
{
    for (guint i = 0; i < slots->n; i++)
        g_strfreev(slots->values[i]);
    g_free(slots->entries);
    g_free(slots->switches);
    g_free(slots->values);
    g_strfreev(slots->words);
    g_free(slots);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Slots, slots_free)

static Slots *
slots_new(const Command *command)
{
    Slots *slots = g_new0(Slots, 1);

    while (command_option(command, slots->n) != NULL)
        slots->n++;
    slots->entries = g_new0(GOptionEntry, slots->n + 2);
    slots->switches = g_new0(gboolean, slots->n);
    slots->values = g_new0(char **, slots->n);
    for (guint i = 0; i < slots->n; i++) {
        const Option *option = command_option(command, i);
        gboolean is_switch = option->kind == OPTION_SWITCH;

        slots->entries[i].long_name = option->name;
        slots->entries[i].short_name = option->letter;
        slots->entries[i].arg = is_switch ? G_OPTION_ARG_NONE : G_OPTION_ARG_FILENAME_ARRAY;
        slots->entries[i].arg_data = is_switch ? (gpointer) &slots->switches[i] : &slots->values[i];
    }
    slots->entries[slots->n].long_name = G_OPTION_REMAINING;
    slots->entries[slots->n].arg = G_OPTION_ARG_FILENAME_ARRAY;
    slots->entries[slots->n].arg_data = &slots->words;
    return slots;
}

static gboolean
bad_value(GError **error, const Option *option, const char *what)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s: %s", option->name, what);
    return FALSE;
}

static gboolean
check_number(const Option *option, const char *value, GError **error)
{
    g_autofree char *what = NULL;
    guint64 number;

    if (g_ascii_string_to_unsigned(value, 10, option->least, option->most, &number, NULL))
        return TRUE;
    what = g_strdup_printf(_("'%s' is not a number from %u to %u"), value, option->least,
                           option->most);
    return bad_value(error, option, what);
}

static gboolean
check_choice(const Option *option, const char *value, GError **error)
{
    g_auto(GStrv) choices = g_strsplit(option->choices, " ", -1);
    g_autofree char *list = NULL;
    g_autofree char *what = NULL;

    if (g_strv_contains((const char *const *) choices, value))
        return TRUE;
    list = g_strjoinv(", ", choices);
    what = g_strdup_printf(_("'%s' is none of: %s"), value, list);
    return bad_value(error, option, what);
}

static gboolean
check_text(const Option *option, const char *value, GError **error)
{
    g_autofree char *what = NULL;

    if (option->most == 0 || g_utf8_strlen(value, -1) <= (glong) option->most)
        return TRUE;
    what = g_strdup_printf(_("longer than %u characters"), option->most);
    return bad_value(error, option, what);
}

static gboolean
check_value(const Option *option, const char *value, GError **error)
{
    gint64 when;

    if (option->kind == OPTION_FILE)
        return TRUE;
    if (!g_utf8_validate(value, -1, NULL))
        return bad_value(error, option, _("not UTF-8 text"));
    switch (option->kind) {
    case OPTION_NUMBER:
        return check_number(option, value, error);
    case OPTION_CHOICE:
        return check_choice(option, value, error);
    case OPTION_TIME:
        return when_parse(value, g_get_real_time(), &when, error);
    default:
        return check_text(option, value, error);
    }
}

static gboolean
fail(GError **error, const char *what)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, what);
    return FALSE;
}

static gboolean
check_words(const Arguments *arguments, GError **error)
{
    guint n = g_strv_length(arguments->words);
    const Command *command = arguments->command;

    for (guint i = 0; i < n; i++)
        if (!g_utf8_validate(arguments->words[i], -1, NULL))
            return fail(error, _("not UTF-8 text"));
    if (command->selects) {
        guint ways = (n > 0) + arguments_has(arguments, "user") + arguments_has(arguments, "all");

        return ways == 1 || fail(error, _("name sessions, or --user NAME, or --all: one of these"));
    }
    if (n < command->least) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("missing: %s"),
                    _(command->words));
        return FALSE;
    }
    if (n > command->most) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("one too many: '%s'"),
                    arguments->words[command->most]);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check(const Arguments *arguments, GError **error)
{
    const Option *option;

    for (guint i = 0; (option = command_option(arguments->command, i)) != NULL; i++) {
        const char *value = arguments_text(arguments, option->name);

        if (value == NULL && option->required) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("missing: --%s %s"),
                        option->name, _(option->value));
            return FALSE;
        }
        if (value != NULL && !check_value(option, value, error))
            return FALSE;
    }
    return check_words(arguments, error);
}

static Arguments *
from_slots(const Command *command, Slots *slots)
{
    Arguments *arguments = g_new0(Arguments, 1);

    arguments->command = command;
    arguments->words = slots->words != NULL ? g_steal_pointer(&slots->words) : g_new0(char *, 1);
    arguments->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < slots->n; i++) {
        const char *value = slots->switches[i] ? "" : NULL;

        if (slots->values[i] != NULL)
            value = slots->values[i][0];
        if (value != NULL)
            g_hash_table_insert(arguments->values, (gpointer) slots->entries[i].long_name,
                                g_strdup(value));
    }
    return arguments;
}

/* GOption lets "--all=no" pass as --all. */
static gboolean
check_switches(const Command *command, char **argv, GError **error)
{
    const Option *option;

    for (guint i = 0; argv[i] != NULL && strcmp(argv[i], "--") != 0; i++)
        for (guint j = 0; (option = command_option(command, j)) != NULL; j++) {
            g_autofree char *start = g_strdup_printf("--%s=", option->name);

            if (option->kind == OPTION_SWITCH && g_str_has_prefix(argv[i], start))
                return bad_value(error, option, _("takes no value"));
        }
    return TRUE;
}

static gboolean
check_once(const Command *command, const Slots *slots, GError **error)
{
    for (guint i = 0; i < slots->n; i++)
        if (slots->values[i] != NULL && g_strv_length(slots->values[i]) > 1)
            return bad_value(error, command_option(command, i), _("was given twice"));
    return TRUE;
}

Arguments *
arguments_parse(const Command *command, char **argv, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(Slots) slots = slots_new(command);
    g_autoptr(Arguments) arguments = NULL;
    g_autoptr(GPtrArray) whole = g_ptr_array_new();
    g_auto(GStrv) rest = NULL;

    if (!check_switches(command, argv, error))
        return NULL;
    g_ptr_array_add(whole, (gpointer) "manyseat"); /* GOption skips the program's name */
    for (guint i = 0; argv[i] != NULL; i++)
        g_ptr_array_add(whole, argv[i]);
    g_ptr_array_add(whole, NULL);
    rest = g_strdupv((char **) whole->pdata);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, slots->entries, NULL);
    if (!g_option_context_parse_strv(context, &rest, error) || !check_once(command, slots, error))
        return NULL;
    arguments = from_slots(command, slots);
    if (!arguments_has(arguments, "help") && !check(arguments, error))
        return NULL;
    return g_steal_pointer(&arguments);
}

void
arguments_free(Arguments *arguments)
{
    if (arguments == NULL)
        return;
    g_strfreev(arguments->words);
    g_hash_table_unref(arguments->values);
    g_free(arguments);
}

gboolean
arguments_has(const Arguments *arguments, const char *option)
{
    return g_hash_table_contains(arguments->values, option);
}

const char *
arguments_text(const Arguments *arguments, const char *option)
{
    return g_hash_table_lookup(arguments->values, option);
}

void
arguments_add_to(const Arguments *arguments, const char *option, GVariantBuilder *record)
{
    const char *text = arguments_text(arguments, option);
    const Option *row = NULL;

    for (guint i = 0; (row = command_option(arguments->command, i)) != NULL; i++)
        if (strcmp(row->name, option) == 0)
            break;
    g_return_if_fail(row != NULL);
    if (text != NULL && row->kind == OPTION_NUMBER)
        g_variant_builder_add(record, "{sv}", option,
                              g_variant_new_uint32((guint) g_ascii_strtoull(text, NULL, 10)));
    else if (text != NULL)
        g_variant_builder_add(record, "{sv}", option, g_variant_new_string(text));
}
