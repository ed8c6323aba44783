/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CLI in each of its languages. LANGUAGE counts in any locale but "C", so C.UTF-8 is enough: no locale need be installed. */
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>

#include "base/names.h"
#include "cli/help.h"
#include "cli/log-off.h"
#include "cli/text.h"
#include "cli/words.h"

static void
speak(const char *language)
{
    g_setenv("LANGUAGE", language, TRUE);
    bindtextdomain("manyseat", g_getenv("MANYSEAT_CATALOGUES")); /* drops gettext's cache */
    bind_textdomain_codeset("manyseat", "UTF-8");
    textdomain("manyseat");
}

static const char *
role(guint i)
{
    return words_role(role_to_name(i));
}

static const char *
state(guint i)
{
    return words_state(session_state_to_name(i));
}

static const char *
outcome(guint i)
{
    return words_outcome(outcome_to_name(i));
}

/* The words of the project's glossary; a word more in the enum than here fails to compile. */
static void
test_glossary(void)
{
    static const struct {
        const char *language;
        const char *roles[N_ROLES];
        const char *states[N_SESSION_STATES];
        const char *outcomes[N_OUTCOMES];
    } cases[] = {
        { "en",
          { "standard user", "dashboard user", "administrator" },
          { "starting", "active", "suspended", "locked", "ending", "ended" },
          { "", "clean", "ended by the user", "cancelled", "held up", "forced", "leftovers",
            "failed" } },
        { "es",
          { "usuario estándar", "usuario del panel", "administrador" },
          { "iniciándose", "activa", "suspendida", "bloqueada", "cerrándose", "cerrada" },
          { "", "cerrada", "cerrada por el usuario", "cancelada", "retenida", "cierre forzado",
            "con restos", "error" } },
        { "ru",
          { "обычный пользователь", "пользователь панели", "администратор" },
          { "запускается", "активен", "приостановлен", "заблокирован", "завершается", "завершён" },
          { "", "завершён", "завершён пользователем", "отменено", "задержан",
            "завершён принудительно", "есть остатки", "ошибка" } },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        speak(cases[i].language);
        for (guint j = 0; j < N_ROLES; j++)
            g_assert_cmpstr(role(j), ==, cases[i].roles[j]);
        for (guint j = 0; j < N_SESSION_STATES; j++)
            g_assert_cmpstr(state(j), ==, cases[i].states[j]);
        for (guint j = 0; j < N_OUTCOMES; j++)
            g_assert_cmpstr(outcome(j), ==, cases[i].outcomes[j]);
    }
}

/* Every name that has no word of its own would come back as it is. */
static void
test_complete(void)
{
    static const char *const languages[] = { "es", "ru" };

    for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
        speak(languages[i]);
        for (guint j = 0; j < N_STAGES; j++)
            g_assert_cmpstr(words_stage(stage_to_name(j)), !=, stage_to_name(j));
        for (guint j = 0; j < N_END_MODES; j++)
            g_assert_cmpstr(words_mode(end_mode_to_name(j)), !=, end_mode_to_name(j));
        for (guint j = 0; j < N_FAILURES; j++)
            g_assert_cmpstr(words_failure(failure_to_name(j)), !=, failure_to_name(j));
        for (guint j = 0; j < N_MANYSEAT_ERRORS; j++) {
            g_autofree char *translated = g_strdup(words_error(j));

            speak("en");
            g_assert_cmpstr(translated, !=, words_error(j));
            speak(languages[i]);
        }
    }
}

static void
test_plurals(void)
{
    static const struct {
        const char *language;
        guint ended;
        const char *summary;
    } cases[] = {
        { "en", 1, "1 session was ended.\n" },    { "en", 2, "2 sessions were ended.\n" },
        { "es", 1, "Se ha cerrado 1 sesión.\n" }, { "es", 5, "Se han cerrado 5 sesiones.\n" },
        { "ru", 1, "Завершён 1 сеанс.\n" },       { "ru", 3, "Завершены 3 сеанса.\n" },
        { "ru", 11, "Завершено 11 сеансов.\n" },  { "ru", 21, "Завершён 21 сеанс.\n" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
        g_autoptr(GVariant) job = NULL;
        g_autofree char *summary = NULL;

        for (guint j = 0; j < cases[i].ended; j++)
            g_variant_builder_add_parsed(&rows, "{'outcome': <'clean'>}");
        job = g_variant_ref_sink(
            g_variant_new_parsed("{'rows': <%@aa{sv}>}", g_variant_builder_end(&rows)));
        speak(cases[i].language);
        summary = log_off_format_summary(job);
        g_assert_cmpstr(summary, ==, cases[i].summary);
    }
}

static void
check_lines(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    g_assert_cmpuint(g_strv_length(lines), >, 5);
    for (guint i = 0; lines[i] != NULL; i++)
        g_assert_cmpuint(text_width(lines[i]), <, 80);
}

static void
test_help(void)
{
    static const char *const languages[] = { "en", "es", "ru" };
    const Command *command;

    for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
        g_autofree char *program = NULL;

        speak(languages[i]);
        program = help_program();
        check_lines(program);
        for (guint j = 0; (command = command_nth(j)) != NULL; j++) {
            g_autofree char *help = help_command(command);

            check_lines(help);
        }
    }
}

int
main(int argc, char **argv)
{
    g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/words/glossary", test_glossary);
    g_test_add_func("/words/complete", test_complete);
    g_test_add_func("/words/plurals", test_plurals);
    g_test_add_func("/words/help", test_help);
    return g_test_run();
}
