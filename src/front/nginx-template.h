/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text with places to fill: @name@ stands for a value. Pure; knows nothing of nginx or settings. */
#pragma once

#include <gio/gio.h>

/* The value of a name, or NULL with an error when there is none. */
typedef char *(*NginxTemplateValue)(const char *name, gpointer data, GError **error);

/* template with every @name@ (letters, digits, '-') replaced. NULL with an error "line N: ..." when a name is unknown or a
 * place is not closed on its line. */
char *nginx_template_fill(const char *template, NginxTemplateValue value, gpointer data,
                          GError **error);
