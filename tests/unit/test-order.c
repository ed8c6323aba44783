/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/order.h"

#include <string.h>

#include "base/limits.h"
#include "session/session.h"

/* A good order, as GVariant text, with one thing changed: what must be named in the error, NULL if it is still good. */
static const struct {
    const char *key;
    const char *value;
    const char *bad_key;
} cases[] = {
    { "purpose", "'session'", NULL },
    { "purpose", "'check'", NULL },
    { "purpose", "'party'", "purpose" },
    { "purpose", "<@u 7>", "purpose" },
    { "service", "'sshd'", "service" },
    { "service", "'manyseat-autologon'", "service" }, /* only with auto */
    { "auto", "true", "service" },
    { "user", "'ana'", NULL },
    { "user", "'ana\\nroot'", "user" },
    { "source", "'10.0.0.7\\n'", "source" },
    { "layout", "'us,ru'", NULL },
    { "layout", "'us;id'", "layout" },
    { "layout", "''", "layout" },
    { "width", "uint32 0", "width" },
    { "height", "uint32 100000", "height" },
    { "desktop", "'../../etc/passwd'", NULL }, /* xsession_find() refuses it */
};

static GVariant *
make_order(const char *key, const char *value)
{
    static const char base[] =
        "{'purpose': <'session'>, 'service': <'manyseat'>, 'user': <''>, 'auto': <false>,"
        " 'source': <'uid 0'>, 'desktop': <'xfce'>, 'layout': <'us'>, 'station': <''>,"
        " 'width': <uint32 1280>, 'height': <uint32 720>}";
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) order = g_variant_parse(G_VARIANT_TYPE_VARDICT, base, NULL, NULL, &error);
    GVariantDict dict;
    GVariant *changed = g_variant_parse(NULL, value, NULL, NULL, &error);

    g_assert_no_error(error);
    g_variant_dict_init(&dict, order);
    g_variant_dict_insert_value(&dict, key, changed);
    g_variant_unref(changed);
    return g_variant_ref_sink(g_variant_dict_end(&dict));
}

/* As long, and as wide, as may be; and one more. */
static void
test_limits(void)
{
    const struct {
        const char *key;
        guint most;
        gboolean is_text;
    } limits[] = {
        { "user", LIMIT_USER_NAME, TRUE },
        { "width", 16384, FALSE },
        { "height", 16384, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS(limits); i++)
        for (guint more = 0; more < 2; more++) {
            g_autofree char *name = g_strnfill(limits[i].most + more, 'x');
            g_autofree char *value = limits[i].is_text
                                         ? g_strdup_printf("'%s'", name)
                                         : g_strdup_printf("uint32 %u", limits[i].most + more);
            g_autoptr(GVariant) dict = make_order(limits[i].key, value);
            g_autoptr(Order) order = order_parse(dict, NULL);

            g_assert_cmpint(order != NULL, ==, more == 0);
        }
}

static void
test_ids(void)
{
    g_assert_true(session_id_is_valid("17"));
    g_assert_true(session_id_is_valid("12345678901234567890"));
    g_assert_false(session_id_is_valid("123456789012345678901"));
    g_assert_false(session_id_is_valid(""));
    g_assert_false(session_id_is_valid("1/.."));
}

static void
test_orders(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) dict = make_order(cases[i].key, cases[i].value);
        g_autoptr(GError) error = NULL;
        g_autoptr(Order) order = order_parse(dict, &error);

        g_test_message("%s: %s", cases[i].key, cases[i].value);
        if (cases[i].bad_key == NULL) {
            g_assert_no_error(error);
            g_assert_nonnull(order);
        } else {
            g_assert_null(order);
            g_assert_nonnull(strstr(error->message, cases[i].bad_key));
        }
    }
}

static void
test_automatic(void)
{
    static const char *const texts[][2] = {
        { "{'purpose': <'session'>, 'service': <'manyseat-autologon'>, 'user': <'ana'>, 'auto': "
          "<true>,"
          " 'layout': <'us'>, 'width': <uint32 1280>, 'height': <uint32 720>}",
          NULL },
        { "{'purpose': <'session'>, 'service': <'manyseat-autologon'>, 'user': <''>, 'auto': "
          "<true>,"
          " 'layout': <'us'>, 'width': <uint32 1280>, 'height': <uint32 720>}",
          "auto" },
        { "{'purpose': <'check'>, 'service': <'manyseat-autologon'>, 'user': <'ana'>, 'auto': "
          "<true>}",
          "auto" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GVariant) dict =
            g_variant_parse(G_VARIANT_TYPE_VARDICT, texts[i][0], NULL, NULL, NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Order) order = order_parse(dict, &error);

        g_assert_cmpint(order != NULL, ==, texts[i][1] == NULL);
        if (error != NULL)
            g_assert_nonnull(strstr(error->message, texts[i][1]));
    }
}

static void
test_session_ids(void)
{
    static const struct {
        const char *id;
        gboolean valid;
    } ids[] = { { "1", TRUE },    { "18446744073709551615", TRUE },
                { "", FALSE },    { "..", FALSE },
                { "1/2", FALSE }, { "-1", FALSE },
                { "1 ", FALSE },  { "184467440737095516150", FALSE } };

    for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
        g_assert_cmpint(session_id_is_valid(ids[i].id), ==, ids[i].valid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/orders", test_orders);
    g_test_add_func("/order/automatic", test_automatic);
    g_test_add_func("/order/session-ids", test_session_ids);
    g_test_add_func("/order/limits", test_limits);
    g_test_add_func("/order/ids", test_ids);
    return g_test_run();
}
