/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask.h"

#include "base/errand.h"
#include "errand-call.h"
#include "session.h"

/* What the errand may take beyond its own time before it counts as hung. */
#define MARGIN_SECONDS 10

struct Ask {
    Errand *errand;
    GVariant *blockers, *closed;
    AskFunc func;
    gpointer data;
};

static const struct {
    const char *name;
    AskState state;
} states[] = {
    { ERRAND_ASK_ASKING, ASK_ASKING },
    { ERRAND_ASK_LOGGING_OUT, ASK_LOGGING_OUT },
    { ERRAND_ASK_CANCELLED, ASK_CANCELLED },
    { ERRAND_ASK_OVER, ASK_OVER },
};

static void
take(GVariant **known, GVariant *result, const char *key, const char *type)
{
    GVariant *value = g_variant_lookup_value(result, key, G_VARIANT_TYPE(type));

    if (value == NULL)
        return;
    g_variant_unref(*known);
    *known = value;
}

/* func may free the ask. */
static void
tell(Ask *ask, AskState state, const char *detail)
{
    g_autoptr(GVariant) blockers = g_variant_ref(ask->blockers);
    g_autoptr(GVariant) closed = g_variant_ref(ask->closed);
    const AskNews news = { state, blockers, closed, detail };

    ask->func(&news, ask->data);
}

static void
on_packet(GVariant *result, int *fds, guint n_fds, const GError *error, gpointer data)
{
    Ask *ask = data;
    const char *state = "", *manager = "";

    if (error != NULL) {
        ask->errand = NULL; /* it frees itself */
        tell(ask, ASK_FAILED,
             g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED) ? "" : error->message);
        return;
    }
    (void) g_variant_lookup(result, "state", "&s", &state);
    (void) g_variant_lookup(result, "manager", "&s", &manager);
    take(&ask->blockers, result, "blockers", "a(ss)");
    take(&ask->closed, result, "closed", "as");
    if (g_strcmp0(state, ERRAND_ASK_LOGGING_OUT) == 0 && g_strcmp0(manager, "none") == 0) {
        tell(ask, ASK_NOBODY, "");
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
        if (g_strcmp0(states[i].name, state) == 0) {
            tell(ask, states[i].state, "");
            return;
        }
}

Ask *
ask_new(const Session *session, const char *token, guint seconds, AskFunc func, gpointer data)
{
    Ask *ask = g_new0(Ask, 1);
    GVariantDict arguments;

    ask->func = func;
    ask->data = data;
    ask->blockers = g_variant_ref_sink(g_variant_new("a(ss)", NULL));
    ask->closed = g_variant_ref_sink(g_variant_new("as", NULL));
    g_variant_dict_init(&arguments, NULL);
    session_add_x(session, &arguments);
    g_variant_dict_insert(&arguments, "token", "s", token);
    g_variant_dict_insert(&arguments, "seconds", "u", seconds);
    ask->errand = errand_start(ERRAND_ASK, session->uid, g_variant_dict_end(&arguments),
                               seconds + MARGIN_SECONDS, on_packet, ask);
    return ask;
}

void
ask_free(Ask *ask)
{
    if (ask == NULL)
        return;
    errand_cancel(ask->errand);
    g_variant_unref(ask->blockers);
    g_variant_unref(ask->closed);
    g_free(ask);
}
