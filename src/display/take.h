/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture on its way into somebody's pipe, at the reader's pace. */
#pragma once

#include <glib.h>

/* Write what memory holds to out, and close both (they are taken over). Returns at once; a reader who is not done after
 * TAKE_SECONDS gets no more. */
#define TAKE_SECONDS 30
void take_write(int memory, int out);
