/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/secret.h"

#include <string.h>

static void
test_bytes(void)
{
    g_autoptr(Secret) secret = secret_new("a\0b", 3);
    g_autoptr(Secret) empty = secret_new(NULL, 0);

    g_assert_cmpmem(secret_bytes(secret), secret_length(secret), "a\0b", 3);
    g_assert_cmpint(secret_bytes(secret)[3], ==, '\0');
    g_assert_cmpuint(secret_length(empty), ==, 0);
    g_assert_cmpstr(secret_bytes(empty), ==, "");
    secret_free(NULL);
}

static void
test_random(void)
{
    g_autoptr(Secret) one = secret_new_random(32);
    g_autoptr(Secret) other = secret_new_random(32);

    g_assert_cmpuint(secret_length(one), ==, 32);
    g_assert_true(memcmp(secret_bytes(one), secret_bytes(other), 32) != 0);
}

/* The first five are of RFC 4648, section 10, without the padding. */
static void
test_text(void)
{
    static const struct {
        const char *bytes;
        gsize length;
        const char *text;
    } cases[] = {
        { "f", 1, "Zg" },        { "fo", 2, "Zm8" },          { "foo", 3, "Zm9v" },
        { "foob", 4, "Zm9vYg" }, { "foobar", 6, "Zm9vYmFy" }, { "\xfb\xff\xfe", 3, "-__-" },
        { "\0\0", 2, "AAA" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Secret) secret = secret_new(cases[i].bytes, cases[i].length);
        g_autoptr(Secret) text = secret_to_text(secret);
        g_autoptr(Secret) back = secret_from_text(cases[i].text, strlen(cases[i].text));

        g_assert_cmpstr(secret_bytes(text), ==, cases[i].text);
        g_assert_nonnull(back);
        g_assert_cmpmem(secret_bytes(back), secret_length(back), cases[i].bytes, cases[i].length);
    }
}

static void
test_wrong_text(void)
{
    static const char *const cases[] = { "",     "Z",    "Zm9vY",  "Zg==",       "Zm+v",
                                         "Zm/v", "Zm 9", "Zm9v\n", "Zm9\xc3\xb1" };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_null(secret_from_text(cases[i], strlen(cases[i])));
    g_assert_null(secret_from_text("Zm\0v", 4));
}

static void
test_random_text(void)
{
    for (gsize n = 1; n < 70; n++) {
        g_autoptr(Secret) secret = secret_new_random(n);
        g_autoptr(Secret) text = secret_to_text(secret);
        g_autoptr(Secret) back = secret_from_text(secret_bytes(text), secret_length(text));

        g_assert_cmpmem(secret_bytes(back), secret_length(back), secret_bytes(secret), n);
    }
}

/* FIPS 180-2: SHA-256 of "abc". */
static void
test_hash(void)
{
    static const guint8 expected[SECRET_HASH_BYTES] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
        0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
        0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    };
    g_autoptr(Secret) secret = secret_new("abc", 3);
    guint8 hash[SECRET_HASH_BYTES];

    secret_hash(secret, hash);
    g_assert_cmpmem(hash, sizeof hash, expected, sizeof expected);
}

static void
test_wipe(void)
{
    char bytes[] = "password";

    secret_wipe(bytes, 4);
    g_assert_cmpmem(bytes, 9, "\0\0\0\0word", 9);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secret/bytes", test_bytes);
    g_test_add_func("/secret/random", test_random);
    g_test_add_func("/secret/text", test_text);
    g_test_add_func("/secret/wrong-text", test_wrong_text);
    g_test_add_func("/secret/random-text", test_random_text);
    g_test_add_func("/secret/hash", test_hash);
    g_test_add_func("/secret/wipe", test_wipe);
    return g_test_run();
}
