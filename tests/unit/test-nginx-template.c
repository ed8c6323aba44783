/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "front/nginx-template.h"
#include "front/nginx-values.h"

static const struct {
    const char *name;
    const char *template;
    const char *expected; /* NULL: refused */
} fillings[] = {
    { "no place", "a;\n", "a;\n" },      { "empty", "", "" },
    { "one", "x @word@ y", "x WORD y" }, { "twice", "@word@@word@", "WORDWORD" },
    { "unknown", "x @other@", NULL },    { "not closed", "x @word y", NULL },
    { "at the end", "x @", NULL },       { "nameless", "x @@", NULL },
};

static char *
word_value(const char *name, gpointer data, GError **error)
{
    if (g_str_equal(name, "word"))
        return g_strdup("WORD");
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no '%s'", name);
    return NULL;
}

static void
test_fill(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = nginx_template_fill(fillings[i].template, word_value, NULL, &error);

    g_assert_cmpstr(text, ==, fillings[i].expected);
    g_assert_true((text == NULL) == (error != NULL));
}

static void
test_line(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(nginx_template_fill("a\nb\n@other@\n", word_value, NULL, &error));
    g_assert_cmpstr(error->message, ==, "line 3: no 'other'");
}

static void
test_quote(void)
{
    static const char *const refused[] = { "a\"b", "a\\b", "$a", "a\nb" };
    g_autofree char *quoted = nginx_value_quote("/etc/tls/a b;.pem", NULL);

    g_assert_cmpstr(quoted, ==, "\"/etc/tls/a b;.pem\"");
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++)
        g_assert_null(nginx_value_quote(refused[i], NULL));
}

static void
test_listen(void)
{
    static const struct {
        const char *address;
        gboolean ipv6;
        const char *expected;
    } cases[] = {
        { "*", FALSE, "listen 443 ssl;" },
        { "*", TRUE, "listen 443 ssl; listen [::]:443 ssl ipv6only=on;" },
        { "127.0.0.1", TRUE, "listen 127.0.0.1:443 ssl;" },
        { "::1", TRUE, "listen [::1]:443 ssl;" },
        { "example.org", TRUE, NULL },
        { "0; include /etc/passwd", TRUE, NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *lines = nginx_value_listen(cases[i].address, 443, cases[i].ipv6, NULL);

        g_assert_cmpstr(lines, ==, cases[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(fillings); i++) {
        g_autofree char *path = g_strconcat("/nginx-template/fill/", fillings[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_fill);
    }
    g_test_add_func("/nginx-template/line", test_line);
    g_test_add_func("/nginx-values/quote", test_quote);
    g_test_add_func("/nginx-values/listen", test_listen);
    return g_test_run();
}
