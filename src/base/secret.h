/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one type that passwords, tokens and tickets live in: locked against swapping where the system lets us, never logged,
 * wiped when freed. */
#pragma once

#include <glib.h>

typedef struct Secret Secret;

/* A copy of length bytes (wipe your own), followed by a NUL that is not counted. Never NULL. */
Secret *secret_new(const void *bytes, gsize length);

/* n random bytes of the kernel (getrandom(2)). */
Secret *secret_new_random(gsize n);

/* Wipe and free; NULL is fine. */
void secret_free(Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_free)

/* The bytes, NUL-terminated; good as long as the secret. */
const char *secret_bytes(const Secret *secret);
gsize secret_length(const Secret *secret);

/* Base64url without padding, as a secret of its own; and back (NULL if it is not that). */
Secret *secret_to_text(const Secret *secret);
Secret *secret_from_text(const char *text, gsize length);

/* SHA-256 of the bytes: 32 bytes in out. */
#define SECRET_HASH_BYTES 32
void secret_hash(const Secret *secret, guint8 out[SECRET_HASH_BYTES]);

/* Overwrite n bytes in a way that no compiler leaves out. */
void secret_wipe(void *bytes, gsize n);
