/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/locale.h"

static void
test_language(void)
{
    static const char *const cases[][2] = {
        { "ru_RU.UTF-8", "ru" },
        { "es", "es" },
        { "es_ES@euro", "es" },
        { "ru:en", "ru" },
        { "ast_ES", "ast" },
        { "C", "en" },
        { "POSIX", "en" },
        { "C.UTF-8", "en" },
        { "", "" },
        { "../../x", "" },
        { "r", "" },
        { "russian", "" },
        { "RU", "" },
        { "ru/../x", "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *language = locale_get_language(cases[i][0]);

        g_assert_cmpstr(language, ==, cases[i][1]);
    }
}

static void
test_variables(void)
{
    static const char *const cases[][5] = {
        /* LANGUAGE, LC_ALL, LC_MESSAGES, LANG */
        { NULL, NULL, NULL, "es_ES.UTF-8", "es" },
        { "", "", "ru_RU.UTF-8", "es_ES.UTF-8", "ru" },
        { NULL, "C.UTF-8", "ru_RU.UTF-8", "es_ES.UTF-8", "en" },
        { "ru:es", NULL, NULL, "C.UTF-8", "ru" },
        { "ru:es", NULL, NULL, "C", "en" },
        { "ru", NULL, NULL, NULL, "" },
        { NULL, NULL, NULL, NULL, "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const *row = cases[i];
        g_autofree char *language = locale_find_language(row[0], row[1], row[2], row[3]);

        g_assert_cmpstr(language, ==, row[4]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/locale/language", test_language);
    g_test_add_func("/locale/variables", test_variables);
    return g_test_run();
}
