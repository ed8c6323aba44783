/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order.h"

#include <gio/gio.h>
#include <string.h>

#include "base/limits.h"
#include "layout.h"

#define SERVICE "manyseat"
#define SERVICE_AUTOMATIC "manyseat-autologon"
#define SIDE_LEAST 64
#define SIDE_MOST 16384 /* of an X screen */

static char *
take_text(GVariant *dict, const char *key)
{
    const char *text = "";

    (void) g_variant_lookup(dict, key, "&s", &text);
    return g_strdup(text);
}

static gboolean
is_text(const char *text)
{
    for (; *text != '\0'; text++)
        if (g_ascii_iscntrl(*text))
            return FALSE;
    return TRUE;
}

static gboolean
is_side(guint pixels)
{
    return pixels >= SIDE_LEAST && pixels <= SIDE_MOST;
}

/* The first key whose value can't be used, or NULL. */
static const char *
find_bad_key(const Order *order, const char *purpose)
{
    const char *service = order->automatic ? SERVICE_AUTOMATIC : SERVICE;

    if (strcmp(order->service, service) != 0)
        return "service";
    if (order->automatic && (order->check || *order->user == '\0'))
        return "auto";
    if (strlen(order->user) > LIMIT_USER_NAME || !is_text(order->user))
        return "user";
    if (!is_text(order->source))
        return "source";
    if (order->check)
        return strcmp(purpose, "check") == 0 ? NULL : "purpose";
    if (strcmp(purpose, "session") != 0)
        return "purpose";
    if (!layout_is_valid(order->layout))
        return "layout";
    if (!is_side(order->width))
        return "width";
    return is_side(order->height) ? NULL : "height";
}

Order *
order_parse(GVariant *dict, GError **error)
{
    g_autoptr(Order) order = g_new0(Order, 1);
    g_autofree char *purpose = take_text(dict, "purpose");
    const char *bad_key;

    order->check = strcmp(purpose, "check") == 0;
    (void) g_variant_lookup(dict, "auto", "b", &order->automatic);
    order->service = take_text(dict, "service");
    order->user = take_text(dict, "user");
    order->source = take_text(dict, "source");
    order->desktop = take_text(dict, "desktop");
    order->layout = take_text(dict, "layout");
    order->station = take_text(dict, "station");
    (void) g_variant_lookup(dict, "width", "u", &order->width);
    (void) g_variant_lookup(dict, "height", "u", &order->height);
    bad_key = find_bad_key(order, purpose);
    if (bad_key == NULL)
        return g_steal_pointer(&order);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                "cannot take the order: its '%s' is missing or wrong", bad_key);
    return NULL;
}

void
order_free(Order *order)
{
    if (order == NULL)
        return;
    g_free(order->service);
    g_free(order->user);
    g_free(order->source);
    g_free(order->desktop);
    g_free(order->layout);
    g_free(order->station);
    g_free(order);
}
