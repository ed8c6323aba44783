/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-text.h"

#include <glib/gi18n.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define DOMAIN "manyseat-display"
#define SECONDS_ALONE 100 /* so few are said in seconds, more in minutes */
#define MARKS_MAX 2       /* accents on one letter; a heap of them reaches into other lines */
#define FIRST_STRONG_ISOLATE "\342\201\250" /* U+2068 */
#define POP_ISOLATE "\342\201\251"          /* U+2069 */

/* gettext() answers in this language from now on; LANGUAGE counts in any locale but "C". */
static void
speak(const char *language)
{
    (void) setenv("LANGUAGE", language, TRUE);
    textdomain(DOMAIN); /* drops gettext's cache */
}

void
notice_text_init(const char *directory)
{
    speak(
        "en"); /* Pango has threads later: from now on the variable is there, and only exchanged */
    bindtextdomain(DOMAIN, directory);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
}

/* Marks that turn the direction of text, which may not leave their place. */
static gboolean
turns_direction(gunichar character)
{
    return character == 0x061c || character == 0x200e || character == 0x200f ||
           (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

char *
notice_text_clean(const char *text, guint characters_max)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) clean = g_string_new(NULL);
    guint n = 0, marks = 0;

    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);

        marks = g_unichar_ismark(character) ? marks + 1 : 0;
        if (turns_direction(character) || marks > MARKS_MAX)
            continue;
        if (n++ == characters_max) {
            g_string_append(clean, "…");
            break;
        }
        if (g_unichar_iscntrl(character) || character == 0x2028 || character == 0x2029)
            character = ' ';
        g_string_append_unichar(clean, character);
    }
    return g_strdup(g_strstrip(clean->str));
}

static const char *
look_up(GVariant *notice, const char *key)
{
    const char *text = "";

    (void) g_variant_lookup(notice, key, "&s", &text);
    return text;
}

static gboolean
is_set(GVariant *notice, const char *key)
{
    gboolean set = FALSE;

    (void) g_variant_lookup(notice, key, "b", &set);
    return set;
}

/* "45 sec", "2:05", as the station page writes it. */
static char *
describe_time(GVariant *notice, gint64 now)
{
    gint64 deadline = 0;
    gint64 seconds;

    (void) g_variant_lookup(notice, "deadline", "x", &deadline);
    seconds = MAX(0, (deadline - now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
    if (seconds < SECONDS_ALONE)
        /* TRANSLATORS: seconds, short */
        return g_strdup_printf(_("%u sec"), (guint) seconds);
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02d", seconds / 60, (int) (seconds % 60));
}

static void
replace(GString *markup, const char *place, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_autofree char *bold =
        g_strconcat("<b>" FIRST_STRONG_ISOLATE, escaped, POP_ISOLATE "</b>", NULL);

    (void) g_string_replace(markup, place, bold, 1);
}

/* A translated sentence with {name} and {time} filled in. */
static char *
fill(const char *sentence, const char *name, const char *time)
{
    g_autofree char *escaped = g_markup_escape_text(sentence, -1);
    g_autoptr(GString) markup = g_string_new(escaped);

    replace(markup, "{time}", time); /* first: a name may say {time} */
    replace(markup, "{name}", name);
    return g_strdup(markup->str);
}

static char *
make_sentence(GVariant *notice, const char *stage, gint64 now)
{
    g_autofree char *name = notice_text_clean(look_up(notice, "by"), LIMIT_NOTICE_NAME);
    g_autofree char *time = describe_time(notice, now);

    if (strcmp(stage, "warn") == 0)
        return fill(name[0] == '\0' ? _("This session ends in {time}")
                                    : _("{name} ends this session in {time}"),
                    name, time);
    if (strcmp(stage, "ask") == 0)
        return fill(_("Programs are asked to close; save your work."), name, time);
    if (strcmp(stage, "grace") == 0)
        return fill(_("Programs are ended by force in {time}; save your work."), name, time);
    return fill(_("Your session is being ended …"), name, time);
}

/* "Olga Teacher is viewing your desktop", as the station's bar has it. */
static char *
make_viewers(GVariant *names)
{
    const gsize n = g_variant_n_children(names);
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GString) markup = NULL;
    g_autofree char *sentence = g_markup_escape_text(
        ngettext("{names} is viewing your desktop", "{names} are viewing your desktop", n), -1);

    for (gsize i = 0; i < n; i++) {
        g_autofree char *name = NULL;
        const char *whole;

        g_variant_get_child(names, i, "&s", &whole);
        name = notice_text_clean(whole, LIMIT_NOTICE_NAME);
        g_string_append_printf(list, "%s" FIRST_STRONG_ISOLATE "%s" POP_ISOLATE, i > 0 ? ", " : "",
                               name);
    }
    markup = g_string_new(sentence);
    replace(markup, "{names}", list->str);
    return g_strdup(markup->str);
}

static void
add_button(NoticeText *text, NoticeAnswer answer, const char *label)
{
    text->answers[text->n_buttons] = answer;
    text->labels[text->n_buttons++] = g_strdup(label);
}

/* Where programs are not asked about unsaved work there is no "Log off now": the station page asks once more there, and a
 * slip of the mouse must not cost anybody's work here. */
static void
make_warning(GVariant *notice, NoticeText *text)
{
    gboolean asks = strcmp(look_up(notice, "mode"), "ask") == 0;
    gboolean wants_time = is_set(notice, "wants-time");
    gboolean refused = is_set(notice, "refused");

    text->hint = g_strdup(asks ? _("Please save your work.")
                               : _("Please save your work: what is not saved then is lost."));
    if (wants_time)
        text->answer = g_strdup(_("You asked for more time."));
    else if (refused)
        text->answer = g_strdup(_("No more time was given."));
    else if (look_up(notice, "by")[0] != '\0')
        add_button(text, NOTICE_REQUEST_TIME, _("I need more time"));
    if (strcmp(look_up(notice, "mode"), "force") != 0)
        add_button(text, NOTICE_PROCEED, _("Log off now"));
}

void
notice_text_make(GVariant *notice, gint64 now, NoticeText *ret)
{
    const char *stage = look_up(notice, "stage");
    g_autoptr(GVariant) viewers =
        g_variant_lookup_value(notice, "viewers", G_VARIANT_TYPE_STRING_ARRAY);

    *ret = (NoticeText){ 0 };
    speak(look_up(notice, "language"));
    if (viewers != NULL && stage[0] == '\0') {
        ret->strip = TRUE;
        ret->sentence = make_viewers(viewers);
        return;
    }
    ret->sentence = make_sentence(notice, stage, now);
    ret->urgent = strcmp(stage, "grace") == 0;
    if (look_up(notice, "message")[0] != '\0')
        ret->message = notice_text_clean(look_up(notice, "message"), LIMIT_MESSAGE_CHARACTERS);
    if (strcmp(stage, "warn") == 0)
        make_warning(notice, ret);
}

void
notice_text_clear(NoticeText *text)
{
    g_free(text->sentence);
    g_free(text->hint);
    g_free(text->message);
    g_free(text->answer);
    for (guint i = 0; i < text->n_buttons; i++)
        g_free(text->labels[i]);
    *text = (NoticeText){ 0 };
}
