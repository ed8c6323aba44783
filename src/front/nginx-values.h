/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the front's template asks for, out of the settings. Every value comes quoted or checked so that it cannot become
 * configuration of its own. */
#pragma once

#include <gio/gio.h>

#include "base/settings.h"

/* listen (the listen lines), certificate, certificate-key, dashboard-socket, station-socket, pages, headers, run, port. data is
 * the Settings. NULL with an error for another name, or a setting that does not fit nginx's syntax. */
char *nginx_value(const char *name, gpointer data, GError **error);

/* text in nginx's quotes; NULL with an error when it holds what quotes do not carry (quotes, backslash, '$', controls). */
char *nginx_value_quote(const char *text, GError **error);

/* The listen lines of an address ("*": every address of the host) and a port. with_ipv6 says whether the host has IPv6. */
char *nginx_value_listen(const char *address, guint port, gboolean with_ipv6, GError **error);
