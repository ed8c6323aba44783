/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a request comes from our own page. Pure. */
#pragma once

#include <glib.h>

/* TRUE if origin is exactly https:// and host (the Host header, with its port if it has one). NULL never matches. */
gboolean origin_matches(const char *origin, const char *host);
