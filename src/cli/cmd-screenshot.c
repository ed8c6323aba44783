/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "base/picture.h"
#include "bus/error.h"
#include "json.h"
#include "manager.h"
#include "report.h"

#define SILENCE_MS 30000 /* manyseat-display kills a mute worker long before */
#define CHUNK 65536

/* Wait for and append one chunk; its length, 0 at the end, -1 on error. */
static gssize
read_chunk(int fd, GByteArray *bytes, GError **error)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    guint8 chunk[CHUNK];
    gssize n = poll(&wait, 1, SILENCE_MS);

    if (n == 0) {
        g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_TIMED_OUT,
                            _("the picture did not come"));
        return -1;
    }
    n = n < 0 ? -1 : read(fd, chunk, sizeof chunk);
    if (n < 0)
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    _("cannot read the picture: %s"), g_strerror(errno));
    else
        g_byte_array_append(bytes, chunk, (guint) n);
    return n;
}

static gboolean
check_picture(const GByteArray *bytes, GError **error)
{
    if (picture_is_jpeg(bytes->data, bytes->len))
        return TRUE;
    g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_FAILED,
                        _("no whole picture came; the session shows none now"));
    return FALSE;
}

static GByteArray *
read_picture(int fd, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gssize n;

    while ((n = read_chunk(fd, bytes, error)) > 0)
        if (bytes->len > LIMIT_SCREENSHOT_BYTES) {
            g_set_error_literal(error, MANYSEAT_ERROR, MANYSEAT_ERROR_LIMIT_REACHED,
                                _("the picture is too large"));
            return NULL;
        }
    return n == 0 && check_picture(bytes, error) ? g_steal_pointer(&bytes) : NULL;
}

/* The output is checked before anything is asked for. */
static gboolean
check_output(const Arguments *arguments, GError **error)
{
    const char *wrong = NULL;

    if (strcmp(arguments_text(arguments, "output"), "-") != 0)
        return TRUE;
    if (arguments_has(arguments, "json"))
        wrong = _("--json and the picture cannot both go to standard output");
    else if (isatty(STDOUT_FILENO))
        wrong = _("a picture is not for a terminal; write to a file");
    if (wrong == NULL)
        return TRUE;
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, wrong);
    return FALSE;
}

static int
write_picture(const Arguments *arguments, const GByteArray *bytes, GError **error)
{
    const char *output = arguments_text(arguments, "output");
    g_autofree char *shown = g_filename_display_name(output);

    if (strcmp(output, "-") == 0) {
        (void) fwrite(bytes->data, 1, bytes->len, stdout); /* report_flush() tells of failures */
        return COMMAND_DONE;
    }
    if (g_file_test(output, G_FILE_TEST_EXISTS) && !g_file_test(output, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("'%s' is not a file"),
                    shown);
        return COMMAND_ERROR; /* replacing a device or a pipe is never meant */
    }
    if (!g_file_set_contents_full(output, (const char *) bytes->data, (gssize) bytes->len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0644, error))
        return COMMAND_ERROR;
    if (arguments_has(arguments, "json"))
        json_print(g_variant_new_parsed("{'session': <%s>, 'file': <%s>, 'bytes': <%u>}",
                                        arguments->words[0], shown, bytes->len));
    return COMMAND_DONE;
}

int
cmd_screenshot(const Arguments *arguments, GError **error)
{
    const char *size = arguments_text(arguments, "size");
    g_autoptr(GDBusConnection) connection = NULL;
    g_autoptr(GByteArray) bytes = NULL;
    autofd picture = -1;

    if (!check_output(arguments, error))
        return COMMAND_ERROR;
    connection = manager_connect(error);
    if (connection == NULL)
        return COMMAND_ERROR;
    picture = manager_call_for_fd(
        connection, "TakeThumbnail",
        g_variant_new("(ss)", arguments->words[0], size != NULL ? size : "full"), error);
    if (picture < 0)
        return COMMAND_ERROR;
    bytes = read_picture(picture, error);
    return bytes != NULL ? write_picture(arguments, bytes, error) : COMMAND_ERROR;
}
