/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Origin, cookie and one-time code. */
#include <string.h>

#include "base/limits.h"
#include "web/code.h"
#include "web/cookie.h"
#include "web/origin.h"

#define NAME "__Host-manyseat"
#define TOKEN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static void
test_origin(void)
{
    static const struct {
        const char *origin, *host;
        gboolean matches;
    } cases[] = {
        { "https://room.example", "room.example", TRUE },
        { "https://room.example:8443", "room.example:8443", TRUE },
        { "https://room.example", "Room.Example", TRUE },
        { "https://[::1]:8443", "[::1]:8443", TRUE },
        { "http://room.example", "room.example", FALSE },
        { "https://room.example", "room.example:8443", FALSE },
        { "https://room.example.evil.test", "room.example", FALSE },
        { "https://evil.test", "room.example", FALSE },
        { "https://room.example/", "room.example", FALSE },
        { "https://room.example, https://room.example", "room.example", FALSE },
        { "https://a b", "a b", FALSE },
        { "https://", "", FALSE },
        { "null", "null", FALSE },
        { "", "", FALSE },
        { NULL, "room.example", FALSE },
        { "https://room.example", NULL, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(origin_matches(cases[i].origin, cases[i].host), ==, cases[i].matches);
}

static void
test_cookie_parse(void)
{
    static const struct {
        const char *header;
        gboolean found;
    } cases[] = {
        { NAME "=" TOKEN, TRUE },
        { "lang=es; " NAME "=" TOKEN "; x=y", TRUE },
        { "lang=es;" NAME "=" TOKEN, TRUE },
        { NAME "-station=" TOKEN, FALSE },
        { "x" NAME "=" TOKEN, FALSE },
        { NAME "=" TOKEN "; " NAME "=" TOKEN, FALSE },
        { NAME "=" TOKEN "A", FALSE },
        { NAME "=AAEC", FALSE },
        { NAME "=", FALSE },
        { NAME, FALSE },
        { NAME "=\"" TOKEN "\"", FALSE },
        { "; ; ;", FALSE },
        { "", FALSE },
        { NULL, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Secret) token = cookie_parse(cases[i].header, NAME);

        g_assert_cmpint(token != NULL, ==, cases[i].found);
        if (token != NULL) {
            g_assert_cmpuint(secret_length(token), ==, LIMIT_TOKEN_BYTES);
            g_assert_cmpint(secret_bytes(token)[31], ==, 31);
        }
    }
}

static void
test_cookie_format(void)
{
    g_autoptr(Secret) token = cookie_parse(NAME "=" TOKEN, NAME);
    g_autoptr(Secret) given = cookie_format(NAME, token);
    g_autoptr(Secret) gone = cookie_format(NAME, NULL);

    g_assert_cmpstr(secret_bytes(given), ==,
                    NAME "=" TOKEN "; Path=/; Secure; HttpOnly; SameSite=Strict");
    g_assert_cmpstr(secret_bytes(gone), ==,
                    NAME "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

static void
test_code_once(void)
{
    g_autoptr(CodeTable) table = code_table_new();
    g_autoptr(Secret) code = code_table_add(table, secret_new("token", 5), 1000);
    g_autoptr(Secret) token = NULL;

    g_assert_null(code_table_take(table, "", 1000));
    g_assert_null(code_table_take(table, "nonsense", 1000));
    token = code_table_take(table, secret_bytes(code), 1000);
    g_assert_cmpstr(secret_bytes(token), ==, "token");
    g_assert_null(code_table_take(table, secret_bytes(code), 1000));
}

static void
test_code_too_old(void)
{
    const gint64 limit = LIMIT_WEB_CODE_SECONDS * G_USEC_PER_SEC;
    g_autoptr(CodeTable) table = code_table_new();
    g_autoptr(Secret) one = code_table_add(table, secret_new("1", 1), 0);
    g_autoptr(Secret) other = code_table_add(table, secret_new("2", 1), 1);
    g_autoptr(Secret) token = NULL;

    g_assert_cmpstr(secret_bytes(one), !=, secret_bytes(other));
    g_assert_null(code_table_take(table, secret_bytes(one), limit));
    token = code_table_take(table, secret_bytes(other), limit);
    g_assert_nonnull(token);
    g_assert_cmpuint(code_table_purge(table, limit), ==, 0);
}

static void
test_code_limit(void)
{
    g_autoptr(CodeTable) table = code_table_new();

    for (guint i = 0; i < LIMIT_WEB_CODES; i++) {
        g_autoptr(Secret) code = code_table_add(table, secret_new("x", 1), 0);

        g_assert_nonnull(code);
    }
    g_assert_null(code_table_add(table, secret_new("x", 1), 0));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web-login/origin", test_origin);
    g_test_add_func("/web-login/cookie/parse", test_cookie_parse);
    g_test_add_func("/web-login/cookie/format", test_cookie_format);
    g_test_add_func("/web-login/code/once", test_code_once);
    g_test_add_func("/web-login/code/too old", test_code_too_old);
    g_test_add_func("/web-login/code/limit", test_code_limit);
    return g_test_run();
}
