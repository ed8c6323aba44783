/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON documents for scripts: the D-Bus records as they are, UTF-8 whatever the locale. */
#pragma once

#include <glib.h>

/* The value as JSON on one line, without a newline. A floating value is consumed. Free it. */
char *json_from_value(GVariant *value);

/* The same on stdout, with a newline. */
void json_print(GVariant *value);
