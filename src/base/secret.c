/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

struct Secret {
    gsize length;
    char bytes[];
};

static Secret *
secret_alloc(gsize length)
{
    Secret *secret = g_malloc0(sizeof *secret + length + 1);

    secret->length = length;
    /* Fails beyond RLIMIT_MEMLOCK: the secret is still wiped, ignoring. */
    (void) mlock(secret, sizeof *secret + length + 1);
    return secret;
}

Secret *
secret_new(const void *bytes, gsize length)
{
    Secret *secret = secret_alloc(length);

    if (length > 0)
        memcpy(secret->bytes, bytes, length);
    return secret;
}

Secret *
secret_new_random(gsize n)
{
    Secret *secret = secret_alloc(n);
    gsize done = 0;

    while (done < n) {
        ssize_t got = getrandom(secret->bytes + done, n - done, 0);

        if (got < 0 && errno != EINTR)
            g_error("getrandom: %s", g_strerror(errno));
        done += got > 0 ? (gsize) got : 0;
    }
    return secret;
}

void
secret_free(Secret *secret)
{
    gsize size;

    if (secret == NULL)
        return;
    size = sizeof *secret + secret->length + 1;
    explicit_bzero(secret, size);
    (void) munlock(secret, size);
    g_free(secret);
}

const char *
secret_bytes(const Secret *secret)
{
    return secret->bytes;
}

gsize
secret_length(const Secret *secret)
{
    return secret->length;
}

Secret *
secret_to_text(const Secret *secret)
{
    char *base64 = g_base64_encode((const guchar *) secret->bytes, secret->length);
    gsize length = strcspn(base64, "=");
    Secret *text;

    g_strdelimit(base64, "+", '-');
    g_strdelimit(base64, "/", '_');
    text = secret_new(base64, length);
    explicit_bzero(base64, strlen(base64));
    g_free(base64);
    return text;
}

Secret *
secret_from_text(const char *text, gsize length)
{
    gsize padded = (length + 3) / 4 * 4;
    gsize decoded;
    char *base64;
    Secret *secret;

    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && text[i] != '-' && text[i] != '_')
            return NULL;
    if (length == 0 || length % 4 == 1)
        return NULL;
    base64 = g_malloc(padded + 1);
    memset(base64, '=', padded);
    memcpy(base64, text, length);
    base64[padded] = '\0';
    g_strdelimit(base64, "-", '+');
    g_strdelimit(base64, "_", '/');
    g_base64_decode_inplace(base64, &decoded);
    secret = secret_new(base64, decoded);
    explicit_bzero(base64, padded);
    g_free(base64);
    return secret;
}

void
secret_hash(const Secret *secret, guint8 out[SECRET_HASH_BYTES])
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize length = SECRET_HASH_BYTES;

    g_checksum_update(checksum, (const guchar *) secret->bytes, (gssize) secret->length);
    g_checksum_get_digest(checksum, out, &length);
}

void
secret_wipe(void *bytes, gsize n)
{
    explicit_bzero(bytes, n);
}
