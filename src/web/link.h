/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection to manyseatd on behalf of one browser's WebSocket or POST. Nothing blocks. Callbacks come from the main loop,
 * and none comes after link_free().
 */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "base/secret.h"

typedef struct Link Link;

typedef struct {
    /* Connected; attached to the login of the token if there was one: caller is an a{sv} then, else NULL. */
    void (*on_ready)(Link *link, GVariant *caller, gpointer data);
    /* Not that: MANYSEAT_ERROR_NOT_SIGNED_IN, or anything else: manyseatd can't be reached. The last callback. */
    void (*on_failed)(Link *link, const GError *error, gpointer data);
    /* A signal of org.manyseat.Manager. May be NULL. */
    void (*on_signal)(Link *link, const char *name, GVariant *arguments, gpointer data);
    /* manyseatd has left. The last callback. May be NULL. */
    void (*on_gone)(Link *link, gpointer data);
} LinkHandlers;

/* answer (its out arguments) and fds, or error. */
typedef void (*LinkReply)(GVariant *answer, GUnixFDList *fds, const GError *error, gpointer data);

/* Connect; token NULL: be nobody, for what everybody may ask. */
Link *link_open(const Secret *token, const LinkHandlers *handlers, gpointer data);

/* Close. Replies that are under way are never called; their call_data is released. */
void link_free(Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_free)

/* Call a method of Manager (or Login). parameters is consumed if floating; reply may be NULL. release (or NULL) frees call_data, after
 * the reply or instead of it. Errors come as MANYSEAT_ERROR where manyseatd made them. */
void link_call(Link *link, const char *method, GVariant *parameters, LinkReply reply,
               gpointer call_data, GDestroyNotify release);
void link_call_login(Link *link, const char *method, GVariant *parameters, LinkReply reply,
                     gpointer call_data, GDestroyNotify release);

/* The one descriptor of an answer whose child number i is its handle; -1 with error if there is none. The caller owns it. */
int link_take_fd(GVariant *answer, guint i, GUnixFDList *fds, GError **error);

/* The 32 bytes of a hash as an ay (floating). */
GVariant *link_hash(const Secret *secret);
