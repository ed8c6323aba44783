/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blocker.h"

#include "base/errand.h"

Blocker *
blocker_new(guint32 id, guint32 parent, const char *application, const char *title)
{
    Blocker *blocker = g_new0(Blocker, 1);

    blocker->id = id;
    blocker->parent = parent;
    blocker->application = blocker_text(application);
    blocker->title = blocker_text(title);
    blocker->unsaved = id == 0 ? UNSAVED_YES : UNSAVED_UNKNOWN;
    return blocker;
}

void
blocker_free(Blocker *blocker)
{
    if (blocker == NULL)
        return;
    g_free(blocker->application);
    g_free(blocker->title);
    g_free(blocker);
}

/* Marks, embeddings, overrides and isolates of the writing direction. */
static gboolean
turns_direction(gunichar character)
{
    return character == 0x61c || character == 0x200e || character == 0x200f ||
           (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

static gboolean
breaks_line(gunichar character)
{
    return g_unichar_iscntrl(character) || character == 0x2028 || character == 0x2029;
}

char *
blocker_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
    GString *line = g_string_new(NULL);

    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gsize bytes = (gsize) (g_utf8_next_char(at) - at);
        gunichar character = g_utf8_get_char(at);

        if (line->len + bytes > ERRAND_ASK_TEXT_MAX)
            break;
        if (breaks_line(character))
            g_string_append_c(line, ' ');
        else if (!turns_direction(character))
            g_string_append_len(line, at, (gssize) bytes);
    }
    return g_string_free(line, FALSE);
}

static gboolean
has_window(const GPtrArray *blockers, guint32 id)
{
    for (guint i = 0; id != 0 && i < blockers->len; i++)
        if (((const Blocker *) g_ptr_array_index(blockers, i))->id == id)
            return TRUE;
    return FALSE;
}

/* Windows that are each other's dialogs would hide one another: of such a pair the one with the lower id keeps its row. */
static gboolean
has_own_row(const GPtrArray *blockers, const Blocker *blocker)
{
    for (guint i = 0; i < blockers->len; i++) {
        const Blocker *other = g_ptr_array_index(blockers, i);

        if (other->id == blocker->parent && other->parent == blocker->id)
            return blocker->id <= other->id;
    }
    return !has_window(blockers, blocker->parent);
}

GVariant *
blockers_format(const GPtrArray *blockers)
{
    g_auto(GVariantBuilder) rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a(ss)"));
    guint n_rows = 0;

    for (guint i = 0; i < blockers->len && n_rows < ERRAND_ASK_ROWS_MAX; i++) {
        const Blocker *blocker = g_ptr_array_index(blockers, i);

        if (blocker->id != 0 && !has_own_row(blockers, blocker))
            continue;
        g_variant_builder_add(&rows, "(ss)", blocker->application, blocker->title);
        n_rows++;
    }
    /* Dialogs of each other in a ring: something stands, and that must be seen. */
    if (n_rows == 0 && blockers->len > 0) {
        const Blocker *blocker = g_ptr_array_index(blockers, 0);

        g_variant_builder_add(&rows, "(ss)", blocker->application, blocker->title);
    }
    return g_variant_builder_end(&rows);
}

GVariant *
blockers_format_unsaved(const GPtrArray *blockers, Unsaved unsaved, guint max, gboolean *ret_more)
{
    g_auto(GVariantBuilder) rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a(ss)"));
    guint n_rows = 0;

    for (guint i = 0; i < blockers->len; i++) {
        const Blocker *blocker = g_ptr_array_index(blockers, i);

        if (blocker->unsaved != unsaved || (blocker->id != 0 && !has_own_row(blockers, blocker)))
            continue;
        if (n_rows++ < max)
            g_variant_builder_add(&rows, "(ss)", blocker->application, blocker->title);
        else
            *ret_more = TRUE;
    }
    return g_variant_builder_end(&rows);
}

static gboolean
has_application(const GPtrArray *blockers, guint n_blockers, const char *application)
{
    for (guint i = 0; i < n_blockers; i++) {
        const Blocker *blocker = g_ptr_array_index(blockers, i);

        if (g_str_equal(blocker->application, application))
            return TRUE;
    }
    return FALSE;
}

GVariant *
blockers_format_closed(const GPtrArray *asked, const GPtrArray *standing)
{
    g_auto(GVariantBuilder) rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
    guint n_rows = 0;

    for (guint i = 0; i < asked->len && n_rows < ERRAND_ASK_ROWS_MAX; i++) {
        const char *application = ((const Blocker *) g_ptr_array_index(asked, i))->application;

        if (has_application(asked, i, application) ||
            has_application(standing, standing->len, application))
            continue;
        g_variant_builder_add(&rows, "s", application);
        n_rows++;
    }
    return g_variant_builder_end(&rows);
}
