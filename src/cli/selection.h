/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a command is for: SESSION...|--user NAME|--all. */
#pragma once

#include "arguments.h"

/* The selection a{sv} of org.manyseat.Manager, floating; arguments of a selecting command, parsed without error. A session
 * named twice is in it once. */
GVariant *selection_new(const Arguments *arguments);
