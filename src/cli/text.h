/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text on a terminal: how wide it is, what of it may be shown. All text is UTF-8. */
#pragma once

#include <glib.h>

/* The columns that text takes on a terminal (wide characters take two, combining ones none). */
guint text_width(const char *text);

/* A copy without anything that steers a terminal or turns the order of what follows: control characters, bidirectional
 * overrides and bytes that are not UTF-8 become U+FFFD. For all that people typed and programs said. */
char *text_visible(const char *text);

/* The words of text in lines of at most columns columns (a longer word stands alone), each but the first after indent
 * spaces, the last without a newline. The first line is taken to begin at column indent already. */
char *text_wrap(const char *text, guint indent, guint columns);
