/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions at the person's terminal (/dev/tty, whatever stdin and stdout are). */
#pragma once

#include <gio/gio.h>

#include "base/secret.h"

/* Print prompt (made visible, text.h) and read one line, with the echo off when hidden. The terminal is put back as it was
 * before this returns and before a signal ends or stops the program; a stopped program asks again when it goes on.
 * Without a terminal the line is read from stdin. NULL with G_IO_ERROR_CANCELLED at the end of input, G_IO_ERROR_PENDING when
 * the descriptor other became readable first (-1: none; a terminal only). */
Secret *terminal_ask(const char *prompt, gboolean hidden, int other, GError **error);

/* One line from a descriptor, without its newline, not longer than an answer may be. G_IO_ERROR_CANCELLED when it is at its
 * end. Reads no byte beyond the line. */
Secret *terminal_read_line(int fd, GError **error);
