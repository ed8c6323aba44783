/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The login cookie: read it, write it. Pure. */
#pragma once

#include "base/secret.h"

/* The token (its LIMIT_TOKEN_BYTES bytes, not the text) of the cookie name in a Cookie header; NULL if it is not there, twice
 * there, or no token. header may be NULL. */
Secret *cookie_parse(const char *header, const char *name);

/* The value of Set-Cookie that gives the browser the token, or (token NULL) takes the cookie away. A session cookie: gone
 * with the browser. */
Secret *cookie_format(const char *name, const Secret *token);
