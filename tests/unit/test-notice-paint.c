/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices as they are drawn: in each language, for each screen, with whatever a person may have written. The pictures are kept in
 * MANYSEAT_SHOTS, if that is set, for somebody to look at. */
#include <cairo.h>
#include <gio/gio.h>
#include <locale.h>
#include <string.h>

#include "base/limits.h"
#include "display/notice-paint.h"

#define NOW (G_GINT64_CONSTANT(1700000000) * G_USEC_PER_SEC)

static GVariant *
notice_new(const char *language, const char *more)
{
    g_autoptr(GVariant) given = g_variant_ref_sink(g_variant_new_parsed(more));
    GVariantDict dict;

    g_variant_dict_init(&dict, given);
    g_variant_dict_insert(&dict, "language", "s", language);
    if (!g_variant_dict_contains(&dict, "deadline"))
        g_variant_dict_insert(&dict, "deadline", "x", NOW + 119 * G_USEC_PER_SEC);
    return g_variant_ref_sink(g_variant_dict_end(&dict));
}

static void
keep(const char *name, const NoticePicture *picture, guint8 *pixels)
{
    const char *directory = g_getenv("MANYSEAT_SHOTS");
    g_autofree char *path = NULL;
    cairo_surface_t *image;

    if (directory == NULL)
        return;
    path = g_strdup_printf("%s/notice-%s.png", directory, name);
    image = cairo_image_surface_create_for_data(pixels, CAIRO_FORMAT_RGB24, (int) picture->width,
                                                (int) picture->height, (int) picture->width * 4);
    g_assert_cmpint(cairo_surface_write_to_png(image, path), ==, CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(image);
}

/* The outermost pixels between the frame and the letters are all of the ground: no letter is cut off. */
static void
assert_margin_is_free(const NoticePicture *picture, const guint8 *pixels, guint scale)
{
    const guint frame = scale;
    const guint left = 6 * scale + frame; /* behind the stripe */
    const guint8 *ground = pixels + ((gsize) 4 * scale * picture->width + left + 4 * scale) * 4;

    for (guint y = frame; y < picture->height - frame; y++)
        for (guint x = left; x < picture->width - frame; x++) {
            gboolean inner = y >= 10 * scale && y < picture->height - 10 * scale &&
                             x >= left + 8 * scale && x < picture->width - 10 * scale;

            if (!inner)
                g_assert_cmpmem(pixels + ((gsize) y * picture->width + x) * 4, 3, ground, 3);
        }
}

static guint
count_ink(const NoticePicture *picture, const guint8 *pixels, const Rect *area)
{
    guint n = 0;

    for (guint y = area->top; y < area->bottom; y++)
        for (guint x = area->left; x < area->right; x++)
            n += pixels[((gsize) y * picture->width + x) * 4 + 1] < 100;
    return n;
}

static void
assert_buttons(const NoticePicture *picture, const guint8 *pixels)
{
    for (guint i = 0; i < picture->n_buttons; i++) {
        const Rect *area = &picture->buttons[i].area;
        const Rect inside = { area->left + 4, area->top + 4, area->right - 4, area->bottom - 4 };

        g_assert_cmpuint(area->right, <=, picture->width);
        g_assert_cmpuint(area->bottom, <=, picture->height);
        g_assert_cmpuint(count_ink(picture, pixels, &inside), >, 30); /* its label */
        for (guint k = 0; k < i; k++) {
            const Rect *other = &picture->buttons[k].area;

            g_assert_true(other->bottom <= area->top || area->bottom <= other->top ||
                          other->right <= area->left);
        }
    }
}

/* Its pixels stand behind it in ret_bytes. */
static NoticePicture
paint_any(const char *name, GVariant *notice, guint width, guint height, GByteArray **ret_bytes)
{
    g_auto(NoticeText) text = { 0 };
    GByteArray *bytes;
    NoticePicture picture;

    notice_text_make(notice, NOW, &text);
    bytes = notice_paint(&text, width, height);
    memcpy(&picture, bytes->data, sizeof picture);
    g_assert_cmpuint(bytes->len, ==, sizeof picture + picture.width * picture.height * 4);
    g_assert_cmpuint(picture.width, <=, width);
    g_assert_cmpuint(picture.height, <=, NOTICE_SIDE_MAX);
    keep(name, &picture, bytes->data + sizeof picture);
    *ret_bytes = bytes;
    return picture;
}

/* Its letters stay within it: the pixels beside them are of the ground. */
static NoticePicture
paint_strip(const char *name, GVariant *notice, guint width, guint height)
{
    g_autoptr(GByteArray) bytes = NULL;
    NoticePicture picture = paint_any(name, notice, width, height, &bytes);
    const guint8 *pixels = bytes->data + sizeof picture;
    const guint scale = MIN(width, height) >= 1700 ? 2 : 1;
    const Rect inside = { 8, 4, picture.width - 8, picture.height - 4 };

    for (guint y = scale; y < picture.height - scale; y++)
        for (guint x = scale; x < 8; x++) {
            g_assert_cmpmem(pixels + ((gsize) y * picture.width + x) * 4, 3, "\xfb\xed\xe2", 3);
            g_assert_cmpmem(pixels + ((gsize) (y + 1) * picture.width - x - 1) * 4, 3,
                            "\xfb\xed\xe2", 3);
        }
    g_assert_cmpuint(count_ink(&picture, pixels, &inside), >, 30);
    return picture;
}

static NoticePicture
paint(const char *name, GVariant *notice, guint width, guint height)
{
    g_autoptr(GByteArray) bytes = NULL;
    NoticePicture picture = paint_any(name, notice, width, height, &bytes);
    const guint8 *pixels = bytes->data + sizeof picture;

    assert_margin_is_free(&picture, pixels, MIN(width, height) >= 1700 ? 2 : 1);
    assert_buttons(&picture, pixels);
    return picture;
}

static void
test_languages(void)
{
    static const struct {
        const char *language, *sentence, *buttons[2], *refused;
    } cases[] = {
        { "en",
          "<b>\u2068Olga Castañeda\u2069</b> ends this session in <b>\u20681:59\u2069</b>",
          { "I need more time", "Log off now" },
          "No more time was given." },
        { "es",
          "<b>\u2068Olga Castañeda\u2069</b> cerrará esta sesión en <b>\u20681:59\u2069</b>",
          { "Necesito más tiempo", "Cerrar sesión ahora" },
          "No se le ha dado más tiempo." },
        { "ru",
          "<b>\u2068Olga Castañeda\u2069</b> завершит этот сеанс через <b>\u20681:59\u2069</b>",
          { "Мне нужно ещё время", "Завершить сеанс сейчас" },
          "Дополнительное время не предоставлено." },
        { "xx",
          "<b>\u2068Olga Castañeda\u2069</b> ends this session in <b>\u20681:59\u2069</b>",
          { "I need more time", "Log off now" },
          "No more time was given." },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) warn =
            notice_new(cases[i].language, "{'stage': <'warn'>, 'mode': <'ask'>, 'by': <'Olga "
                                          "Castañeda'>, 'message': <'¡Hasta mañana! До завтра'>}");
        g_autoptr(GVariant) refused =
            notice_new(cases[i].language, "{'stage': <'warn'>, 'mode': <'ask-then-force'>, 'by': "
                                          "<'Olga Castañeda'>, 'refused': <true>}");
        g_autofree char *name = g_strconcat("refused-", cases[i].language, NULL);
        g_auto(NoticeText) text = { 0 };
        g_auto(NoticeText) no = { 0 };

        notice_text_make(warn, NOW, &text);
        g_assert_cmpstr(text.sentence, ==, cases[i].sentence);
        g_assert_cmpuint(text.n_buttons, ==, 2);
        g_assert_cmpstr(text.labels[0], ==, cases[i].buttons[0]);
        g_assert_cmpstr(text.labels[1], ==, cases[i].buttons[1]);
        notice_text_make(refused, NOW, &no);
        g_assert_cmpstr(no.answer, ==, cases[i].refused);
        g_assert_cmpuint(no.n_buttons, ==, 1);
        g_assert_cmpuint(paint(cases[i].language, warn, 1280, 720).n_buttons, ==, 2);
        g_assert_cmpuint(paint(name, refused, 1280, 720).n_buttons, ==, 1);
    }
}

static void
test_time(void)
{
    static const struct {
        gint64 left_us;
        const char *says;
    } cases[] = { { 0, "0 sec" },         { -5000000, "0 sec" }, { 1, "1 sec" },
                  { 99000000, "99 sec" }, { 99000001, "1:40" },  { 100000000, "1:40" },
                  { 3600000000, "60:00" } };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *more =
            g_strdup_printf("{'stage': <'warn'>, 'deadline': <int64 %" G_GINT64_FORMAT ">}",
                            NOW + cases[i].left_us);
        g_autofree char *expected =
            g_strdup_printf("This session ends in <b>\u2068%s\u2069</b>", cases[i].says);
        g_autoptr(GVariant) notice = notice_new("en", more);
        g_auto(NoticeText) text = { 0 };

        notice_text_make(notice, NOW, &text);
        g_assert_cmpstr(text.sentence, ==, expected);
    }
}

static void
test_stages(void)
{
    static const struct {
        const char *stage, *mode;
        guint buttons;
        gboolean urgent;
    } cases[] = {
        { "warn", "ask", 2, FALSE },   { "warn", "ask-then-force", 2, FALSE },
        { "warn", "force", 1, FALSE }, /* without "Log off now" */
        { "ask", "ask", 0, FALSE },    { "grace", "ask-then-force", 0, TRUE },
        { "stop", "ask", 0, FALSE },   { "", "", 0, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *more = g_strdup_printf("{'stage': <'%s'>, 'mode': <'%s'>, 'by': <'Olga'>}",
                                                cases[i].stage, cases[i].mode);
        g_autofree char *name = g_strdup_printf("stage-%s-%s", cases[i].stage, cases[i].mode);
        g_autoptr(GVariant) notice = notice_new("es", more);
        g_auto(NoticeText) text = { 0 };

        notice_text_make(notice, NOW, &text);
        g_assert_cmpuint(text.n_buttons, ==, cases[i].buttons);
        g_assert_cmpint(text.urgent, ==, cases[i].urgent);
        (void) paint(name, notice, 1280, 720);
    }
}

/* Every screen that a session can have, from the smallest, and a text that fills any of them. */
static void
test_screens(void)
{
    static const struct {
        guint width, height;
    } cases[] = { { 640, 480 },   { 800, 600 },   { 1280, 720 },
                  { 1080, 1920 }, { 3840, 2160 }, { 7680, 4320 } };
    g_autofree char *words = g_strnfill(500, 'W');
    g_autofree char *more = g_strdup_printf(
        "{'stage': <'warn'>, 'mode': <'force'>, 'by': <'%s'>, 'message': <'%s'>, 'wants-time': "
        "<true>}",
        words, words);
    g_autoptr(GVariant) longest = notice_new("ru", more);
    g_autoptr(GVariant) usual =
        notice_new("ru", "{'stage': <'warn'>, 'mode': <'ask'>, 'by': <'Olga Castañeda'>}");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint width = cases[i].width, height = cases[i].height;
        g_autofree char *name = g_strdup_printf("long-%ux%u", width, height);
        g_autofree char *other = g_strdup_printf("usual-%ux%u", width, height);

        g_assert_cmpuint(paint(name, longest, width, height).height, <=,
                         (guint) (height * NOTICE_SCREEN_SHARE));
        g_assert_cmpuint(paint(other, usual, width, height).height, <=,
                         (guint) (height * NOTICE_SCREEN_SHARE));
    }
}

/* Who looks: the words of the station's bar, on one line that is as wide as they are. */
static void
test_strip(void)
{
    static const struct {
        const char *language, *names, *sentence;
    } cases[] = {
        { "en", "['Olga Castañeda']",
          "<b>\u2068\u2068Olga Castañeda\u2069\u2069</b> is viewing your desktop" },
        { "en", "['Ana', 'Olga']",
          "<b>\u2068\u2068Ana\u2069, \u2068Olga\u2069\u2069</b> are viewing your desktop" },
        { "es", "['Olga']", "<b>\u2068\u2068Olga\u2069\u2069</b> está viendo su escritorio" },
        { "es", "['Ana', 'Olga']",
          "<b>\u2068\u2068Ana\u2069, \u2068Olga\u2069\u2069</b> están viendo su escritorio" },
        { "ru", "['Olga']", "<b>\u2068\u2068Olga\u2069\u2069</b> смотрит на ваш рабочий стол" },
        { "ru", "['Ana', 'Olga']",
          "<b>\u2068\u2068Ana\u2069, \u2068Olga\u2069\u2069</b> смотрят на ваш рабочий стол" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *more = g_strdup_printf("{'viewers': <%s>}", cases[i].names);
        g_autofree char *name = g_strdup_printf("strip-%u", (guint) i);
        g_autoptr(GVariant) notice = notice_new(cases[i].language, more);
        g_auto(NoticeText) text = { 0 };
        NoticePicture picture;

        notice_text_make(notice, NOW, &text);
        g_assert_cmpstr(text.sentence, ==, cases[i].sentence);
        picture = paint_strip(name, notice, 1280, 720);
        g_assert_cmpuint(picture.height, <=, 32);
        g_assert_cmpuint(picture.width, <, 500);
        g_assert_cmpuint(picture.at_edge, ==, 1);
        g_assert_cmpuint(picture.n_buttons, ==, 0);
    }
}

/* As many as there may be, with the longest names, on the smallest screen and on the largest; and names that are no letters. */
static void
test_strip_limits(void)
{
    static const guint widths[] = { 320, 640, 7680 };
    g_autofree char *name = g_strnfill(LIMIT_NOTICE_NAME, 'W');
    g_autoptr(GString) names = g_string_new(NULL);
    g_autofree char *more = NULL;
    g_autoptr(GVariant) notice = NULL;
    g_autoptr(GVariant) hostile =
        notice_new("en", "{'viewers': <['<b>', '{names}', '\u202e\u2067', 'a\tb\nc', '%s', '']>}");

    for (guint i = 0; i < LIMIT_NOTICE_VIEWERS; i++)
        g_string_append_printf(names, "%s'%s'", i > 0 ? ", " : "", name);
    more = g_strdup_printf("{'viewers': <[%s]>}", names->str);
    notice = notice_new("ru", more);
    for (gsize i = 0; i < G_N_ELEMENTS(widths); i++) {
        const guint scale = widths[i] == 7680 ? 2 : 1;
        g_autofree char *file = g_strdup_printf("strip-long-%u", widths[i]);
        NoticePicture picture = paint_strip(file, notice, widths[i], widths[i] * 9 / 16);

        g_assert_cmpuint(picture.height, <=, 32 * scale);
        g_assert_cmpuint(picture.width, ==, MIN(widths[i], NOTICE_SIDE_MAX));
    }
    g_assert_cmpuint(paint_strip("strip-hostile", hostile, 1280, 720).height, <=, 32);
}

static void
test_clean(void)
{
    static const struct {
        const char *text;
        guint most;
        const char *clean;
    } cases[] = {
        { "plain", 10, "plain" },
        { "two\nlines\tand\033[31m", 30, "two lines and [31m" },
        { "a\u202eb\u2066c\u2069d", 10, "abcd" },
        { "0123456789", 4, "0123…" },
        { "абвгд", 5, "абвгд" },
        { "bad \xff byte", 20, "bad \ufffd byte" },
        { "\u2028\n ", 5, "" },
        { "", 5, "" },
        { "a\u0301\u0302\u0303\u0304b", 9, "a\u0301\u0302b" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *clean = notice_text_clean(cases[i].text, cases[i].most);

        g_assert_cmpstr(clean, ==, cases[i].clean);
    }
}

/* What people write is text: markup stays what it is, a name cannot say a time, letters of every script are drawn. */
static void
test_hostile_words(void)
{
    static const char *const words[] = {
        "<b>bold</b> &amp; <",
        "{time} {name}",
        "شكرا جزيلا שלום",
        "日本語 🎓 ก็",
        "a\u0301\u0301\u0301\u0301",
        "\u200f\u202e\u2067",
        "%s %n %u",
        "]]>",
        "\007\033[2J.",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        GVariantDict dict;
        g_autoptr(GVariant) notice = NULL;
        g_autofree char *name = g_strdup_printf("hostile-%u", (guint) i);
        g_auto(NoticeText) text = { 0 };

        g_variant_dict_init(&dict, NULL);
        g_variant_dict_insert(&dict, "stage", "s", "warn");
        g_variant_dict_insert(&dict, "mode", "s", "ask");
        g_variant_dict_insert(&dict, "by", "s", words[i]);
        g_variant_dict_insert(&dict, "message", "s", words[i]);
        g_variant_dict_insert(&dict, "deadline", "x", NOW + 30 * G_USEC_PER_SEC);
        notice = g_variant_ref_sink(g_variant_dict_end(&dict));
        notice_text_make(notice, NOW, &text);
        g_assert_nonnull(strstr(text.sentence, "30 sec"));
        g_assert_null(strstr(text.sentence, "<b>bold"));
        (void) paint(name, notice, 1280, 720);
    }
}

/* Of the wrong types, or not there at all. */
static void
test_bad_notice(void)
{
    g_autoptr(GVariant) notice =
        notice_new("../../../etc",
                   "{'stage': <uint32 1>, 'mode': <true>, 'by': <int64 5>, 'message': <b'x'>}");

    (void) paint("bad", notice, 1280, 720);
}

/* fontconfig keeps its tables as long as the process lives. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

int
main(int argc, char **argv)
{
    (void) setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    notice_text_init(g_getenv("MANYSEAT_CATALOGUES"));
    g_test_add_func("/notice-paint/languages", test_languages);
    g_test_add_func("/notice-paint/time", test_time);
    g_test_add_func("/notice-paint/stages", test_stages);
    g_test_add_func("/notice-paint/screens", test_screens);
    g_test_add_func("/notice-paint/strip", test_strip);
    g_test_add_func("/notice-paint/strip-limits", test_strip_limits);
    g_test_add_func("/notice-paint/clean", test_clean);
    g_test_add_func("/notice-paint/hostile-words", test_hostile_words);
    g_test_add_func("/notice-paint/bad-notice", test_bad_notice);
    return g_test_run();
}
