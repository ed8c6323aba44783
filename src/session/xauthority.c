/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "xauthority.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <X11/Xauth.h>

#include "base/fd.h"
#include "base/secret.h"

#define COOKIE_BYTES 16
#define COOKIE_NAME "MIT-MAGIC-COOKIE-1"

static gboolean
write_entry(FILE *stream, guint number)
{
    g_autoptr(Secret) cookie = secret_new_random(COOKIE_BYTES);
    g_autofree char *digits = g_strdup_printf("%u", number);
    Xauth entry = {
        /* No address: good for the display whatever the host is called, now and later. */
        .family = FamilyWild,
        .number_length = (unsigned short) strlen(digits),
        .number = digits,
        .name_length = strlen(COOKIE_NAME),
        .name = (char *) COOKIE_NAME,
        .data_length = COOKIE_BYTES,
        .data = (char *) secret_bytes(cookie),
    };

    return XauWriteAuth(stream, &entry) == 1;
}

gboolean
xauthority_write(int file, guint number, GError **error)
{
    FILE *stream = fdopen(file, "w");
    gboolean written;

    if (stream == NULL) {
        fd_clear(&file);
        written = FALSE;
    } else {
        written = write_entry(stream, number);
        written = fclose(stream) == 0 && written;
    }
    if (!written)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot write the X cookie: %s",
                    g_strerror(errno));
    return written;
}
