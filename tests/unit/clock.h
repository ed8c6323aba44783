/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's clock, put forward: a program that links this asks clock.c where it would ask libc's clock_gettime(), and so does GLib.
 * What is due in a minute is due at the next turn of the main loop; poll() itself still waits for as long as it is told.
 */
#pragma once

#include <glib.h>

/* From now on it is so much later. Tests of one program go on from where the last one left the clock. */
void clock_forward(gint64 milliseconds);
