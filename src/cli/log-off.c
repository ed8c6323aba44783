/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log-off.h"

#include <glib/gi18n.h>

#include "base/names.h"
#include "command.h"
#include "record.h"
#include "text.h"
#include "words.h"

static void
append_visible(GString *text, const char *indent, const char *session, const char *user,
               const char *what)
{
    g_autofree char *line = g_strdup_printf("%s %s: %s", session, user, what);
    g_autofree char *visible = text_visible(line);

    g_string_append_printf(text, "%s%s\n", indent, visible);
}

/* "Mousepad: *essay; Burner: burns a disc" */
static char *
describe_work(GVariant *work)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < g_variant_n_children(work); i++) {
        const char *application, *title;

        g_variant_get_child(work, i, "(&s&s)", &application, &title);
        g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? "; " : "", application,
                               title[0] != '\0' ? ": " : "", title);
    }
    return g_strdup(text->str);
}

static gboolean
append_work(GString *text, GVariant *session, const char *key, const char *label)
{
    g_autoptr(GVariant) work = g_variant_lookup_value(session, key, G_VARIANT_TYPE("a(ss)"));
    g_autofree char *what = work != NULL ? describe_work(work) : g_strdup("");
    g_autofree char *visible = text_visible(what);

    if (what[0] == '\0')
        return FALSE;
    g_string_append_printf(text, "      %s: %s\n", label, visible);
    return TRUE;
}

/* A plan that nobody has looked at yet says nothing of it. */
static void
append_unsaved(GString *text, GVariant *session)
{
    gboolean unsaved = append_work(text, session, "unsaved", _("unsaved"));
    gboolean unknown = append_work(text, session, "unknown", _("not known whether it is saved"));
    gboolean known;

    if (unsaved || unknown || !g_variant_lookup(session, "unsaved-known", "b", &known))
        return;
    g_string_append_printf(text, "      %s\n",
                           known ? _("nothing unsaved") : _("unsaved work: unknown"));
}

static void
append_hit(GString *text, GVariant *session)
{
    append_visible(text, "  ", record_text(session, "id"), record_text(session, "user"),
                   words_state(record_text(session, "state")));
    append_unsaved(text, session);
}

static void
append_left_out(GString *text, GVariant *row)
{
    append_visible(text, "  ", record_text(row, "session"), record_text(row, "user"),
                   words_reason(record_text(row, "reason")));
}

static void
append_rows(GString *text, GVariant *rows, void (*append)(GString *, GVariant *))
{
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);

        append(text, row);
    }
}

static void
append_all_left_out(GString *text, GVariant *plan)
{
    g_autoptr(GVariant) rows = record_rows(plan, "left-out");
    guint n = (guint) g_variant_n_children(rows);

    if (n == 0)
        return;
    g_string_append_printf(
        text, ngettext("%u session is left out:\n", "%u sessions are left out:\n", n), n);
    append_rows(text, rows, append_left_out);
}

static GVariant *
find_unsaved(GVariant *unsaved, const char *session)
{
    for (gsize i = 0; i < g_variant_n_children(unsaved); i++) {
        GVariant *row = g_variant_get_child_value(unsaved, i);

        if (g_strcmp0(record_text(row, "session"), session) == 0)
            return row;
        g_variant_unref(row);
    }
    return NULL;
}

static GVariant *
join_hit(GVariant *session, GVariant *unsaved)
{
    static const char *const keys[][2] = {
        { "unsaved", "unsaved" },
        { "unknown", "unknown" },
        { "known", "unsaved-known" },
    };
    g_autoptr(GVariant) row = find_unsaved(unsaved, record_text(session, "id"));
    GVariantDict hit;

    g_variant_dict_init(&hit, session);
    for (gsize i = 0; row != NULL && i < G_N_ELEMENTS(keys); i++) {
        g_autoptr(GVariant) value = g_variant_lookup_value(row, keys[i][0], NULL);

        if (value != NULL)
            g_variant_dict_insert_value(&hit, keys[i][1], value);
    }
    return g_variant_dict_end(&hit);
}

GVariant *
log_off_join(GVariant *plan, GVariant *unsaved)
{
    g_autoptr(GVariant) hit = record_rows(plan, "hit");
    GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
    GVariantDict joined;

    for (gsize i = 0; i < g_variant_n_children(hit); i++) {
        g_autoptr(GVariant) session = g_variant_get_child_value(hit, i);

        g_variant_builder_add_value(&rows, join_hit(session, unsaved));
    }
    g_variant_dict_init(&joined, plan);
    g_variant_dict_insert_value(&joined, "hit", g_variant_builder_end(&rows));
    return g_variant_dict_end(&joined);
}

char *
log_off_format_plan(GVariant *plan)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GVariant) hit = record_rows(plan, "hit");
    guint n = (guint) g_variant_n_children(hit);

    if (n == 0)
        g_string_append(text, _("No session would be ended.\n"));
    else
        g_string_append_printf(
            text, ngettext("%u session would be ended:\n", "%u sessions would be ended:\n", n), n);
    append_rows(text, hit, append_hit);
    append_all_left_out(text, plan);
    return g_string_free(text, FALSE);
}

char *
log_off_format_begun(const char *id, GVariant *plan)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GVariant) hit = record_rows(plan, "hit");
    guint n = (guint) g_variant_n_children(hit);

    if (n == 0)
        g_string_append(text, _("There is no session to end.\n"));
    else
        g_string_append_printf(
            text, ngettext("Job %s ends %u session.\n", "Job %s ends %u sessions.\n", n), id, n);
    append_all_left_out(text, plan);
    return g_string_free(text, FALSE);
}

static gboolean
is_ended(GVariant *row)
{
    Outcome outcome = OUTCOME_NONE;

    return outcome_from_name(record_text(row, "outcome"), &outcome) &&
           (outcome == OUTCOME_CLEAN || outcome == OUTCOME_ENDED_BY_USER ||
            outcome == OUTCOME_FORCED);
}

static void
append_closed(GString *text, GVariant *row)
{
    g_autofree const char **closed = NULL;
    g_autofree char *names = NULL;
    g_autofree char *line = NULL;
    g_autofree char *visible = NULL;

    if (!g_variant_lookup(row, "closed", "^a&s", &closed) || closed[0] == NULL)
        return;
    names = g_strjoinv(", ", (char **) closed);
    line = g_strdup_printf(_("programs that have closed: %s"), names);
    visible = text_visible(line);
    g_string_append_printf(text, "      %s\n", visible);
}

char *
log_off_format_row(GVariant *row)
{
    GString *text = g_string_new(NULL);
    g_autofree char *outcome = record_show_outcome(row, "outcome");

    append_visible(text, "", record_text(row, "session"), record_text(row, "user"), outcome);
    if (!is_ended(row))
        append_closed(text, row);
    return g_string_free(text, FALSE);
}

static guint
count_ended(GVariant *rows)
{
    guint ended = 0;

    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);

        ended += is_ended(row);
    }
    return ended;
}

char *
log_off_format_summary(GVariant *job)
{
    g_autoptr(GVariant) rows = record_rows(job, "rows");
    guint n = (guint) g_variant_n_children(rows);
    guint ended = count_ended(rows);
    g_autofree char *done =
        g_strdup_printf(ngettext("%u session was ended", "%u sessions were ended", ended), ended);
    g_autofree char *rest =
        g_strdup_printf(ngettext("%u was not", "%u were not", n - ended), n - ended);

    if (n == 0)
        return g_strdup("");
    if (n == ended)
        return g_strdup_printf("%s.\n", done);
    return g_strdup_printf("%s, %s.\n", done, rest);
}

int
log_off_status(GVariant *job, GVariant *plan, gboolean named)
{
    g_autoptr(GVariant) left_out = record_rows(plan, "left-out");
    g_autoptr(GVariant) rows = job != NULL ? record_rows(job, "rows") : NULL;

    if (named && g_variant_n_children(left_out) > 0)
        return COMMAND_NOT_DONE;
    if (rows != NULL && count_ended(rows) < g_variant_n_children(rows))
        return COMMAND_NOT_DONE;
    return COMMAND_DONE;
}
