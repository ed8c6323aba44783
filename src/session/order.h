/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What manyseatd orders by Launch.Claim, checked. */
#pragma once

#include <glib.h>

typedef struct {
    gboolean check; /* purpose: a bare check of name and password, no desktop */
    gboolean automatic;
    char *service; /* of PAM: one of our two */
    char *user;    /* "": ask */
    char *source;
    char *desktop; /* unchecked: xsession_find() does that, and says so to the person */
    char *layout;
    char *station;
    guint width, height;
} Order;

/* Take the a{sv} of Claim. NULL with G_IO_ERROR_INVALID_ARGUMENT naming the key: the order comes from manyseatd, but what it
 * leads to runs as root. */
Order *order_parse(GVariant *dict, GError **error);

void order_free(Order *order);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Order, order_free)
