/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "look.h"

#include "base/errand.h"
#include "base/limits.h"
#include "errand-call.h"
#include "session.h"

/* An errand's own deadline: the look's is before that. */
#define ERRAND_LOOK_SECONDS ((LIMIT_LOOK_MS + 999) / 1000)

typedef struct {
    Looks *looks;
    GPtrArray *views; /* View, owned */
    guint n_open;     /* not yet seen */
    guint source;     /* the deadline, or the end */
    LookFunc func;
    gpointer data;
} Look;

/* One session of a look. */
typedef struct {
    Look *look;
    char *session;
    uid_t uid;
    GVariant *arguments; /* NULL: it has nothing to look at */
    Errand *errand;
    gboolean is_known;
    GVariant *unsaved, *unknown; /* a(ss), NULL: not seen */
} View;

struct Looks {
    GQueue waiting;  /* View, borrowed */
    GPtrArray *open; /* Look, owned */
    guint n_running;
};

static void
view_free(gpointer data)
{
    View *view = data;

    g_free(view->session);
    g_clear_pointer(&view->arguments, g_variant_unref);
    g_clear_pointer(&view->unsaved, g_variant_unref);
    g_clear_pointer(&view->unknown, g_variant_unref);
    g_free(view);
}

static void
look_free(gpointer data)
{
    Look *look = data;

    g_clear_handle_id(&look->source, g_source_remove);
    for (guint i = 0; i < look->views->len; i++) {
        View *view = look->views->pdata[i];

        if (view->errand != NULL)
            look->looks->n_running--;
        errand_cancel(view->errand);
        g_queue_remove(&look->looks->waiting, view);
    }
    g_ptr_array_unref(look->views);
    g_free(look);
}

Looks *
looks_new(void)
{
    Looks *looks = g_new0(Looks, 1);

    g_queue_init(&looks->waiting);
    looks->open = g_ptr_array_new_with_free_func(look_free);
    return looks;
}

void
looks_free(Looks *looks)
{
    if (looks == NULL)
        return;
    g_ptr_array_unref(looks->open);
    g_free(looks);
}

static GVariant *
rows_of(GVariant *rows)
{
    return rows != NULL ? rows : g_variant_new("a(ss)", NULL);
}

static GVariant *
describe(const Look *look)
{
    GVariantBuilder rows;

    g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < look->views->len; i++) {
        const View *view = look->views->pdata[i];
        GVariantDict row;

        g_variant_dict_init(&row, NULL);
        g_variant_dict_insert(&row, "session", "s", view->session);
        g_variant_dict_insert(&row, "known", "b", view->is_known);
        g_variant_dict_insert_value(&row, "unsaved", rows_of(view->unsaved));
        g_variant_dict_insert_value(&row, "unknown", rows_of(view->unknown));
        g_variant_builder_add_value(&rows, g_variant_dict_end(&row));
    }
    return g_variant_builder_end(&rows);
}

static void start_waiting(Looks *looks);

static gboolean
on_end(gpointer data)
{
    Look *look = data;
    Looks *looks = look->looks;

    look->source = 0;
    look->func(describe(look), look->data);
    g_ptr_array_remove(looks->open, look);
    start_waiting(looks);
    return G_SOURCE_REMOVE;
}

static void
on_seen(GVariant *result, int *fds, guint n_fds, const GError *error, gpointer data)
{
    View *view = data;
    Look *look = view->look;

    /* What could not be looked at is not known. */
    if (result != NULL) {
        view->unsaved = g_variant_lookup_value(result, "unsaved", G_VARIANT_TYPE("a(ss)"));
        view->unknown = g_variant_lookup_value(result, "unknown", G_VARIANT_TYPE("a(ss)"));
        (void) g_variant_lookup(result, "known", "b", &view->is_known);
    }
    if (error == NULL)
        errand_cancel(view->errand);
    view->errand = NULL;
    look->looks->n_running--;
    if (--look->n_open == 0) {
        g_source_remove(look->source);
        look->source = g_idle_add(on_end, look);
    }
    start_waiting(look->looks);
}

static void
start_waiting(Looks *looks)
{
    while (looks->n_running < LIMIT_LOOKS && !g_queue_is_empty(&looks->waiting)) {
        View *view = g_queue_pop_head(&looks->waiting);

        looks->n_running++;
        view->errand = errand_start(ERRAND_LOOK, view->uid, view->arguments, ERRAND_LOOK_SECONDS,
                                    on_seen, view);
    }
}

static GVariant *
get_arguments(const Session *session)
{
    GVariantDict arguments;

    if (!session_has_desktop(session))
        return NULL;
    g_variant_dict_init(&arguments, NULL);
    session_add_x(session, &arguments);
    return g_variant_ref_sink(g_variant_dict_end(&arguments));
}

static void
add_view(Look *look, const Session *session)
{
    View *view = g_new0(View, 1);

    view->look = look;
    view->session = g_strdup(session->id);
    view->uid = session->uid;
    view->arguments = get_arguments(session);
    g_ptr_array_add(look->views, view);
    if (view->arguments == NULL)
        return;
    look->n_open++;
    g_queue_push_tail(&look->looks->waiting, view);
}

void
look_at(Looks *looks, GPtrArray *sessions, LookFunc func, gpointer data)
{
    Look *look = g_new0(Look, 1);

    look->looks = looks;
    look->views = g_ptr_array_new_with_free_func(view_free);
    look->func = func;
    look->data = data;
    g_ptr_array_add(looks->open, look);
    for (guint i = 0; i < sessions->len; i++)
        add_view(look, sessions->pdata[i]);
    look->source =
        look->n_open > 0 ? g_timeout_add(LIMIT_LOOK_MS, on_end, look) : g_idle_add(on_end, look);
    start_waiting(looks);
}
