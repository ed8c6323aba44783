/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's D-Bus face: org.manyseat.Watch for manyseatd, and org.manyseat.Display's methods called. */
#pragma once

#include "parent.h"

typedef struct ParentBus ParentBus;

/* Connect to manyseatd, and again whenever it was away; streams and workers go on meanwhile. parent must outlive it. */
ParentBus *parent_bus_new(Parent *parent);
void parent_bus_free(ParentBus *bus);
