/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals to those who subscribed, each told only what the policy lets him see. */
#pragma once

#include "daemon.h"
#include "policy.h"

/* Whether the caller may know of the thing, and what of it: a floating tuple, as the signal has it. */
typedef gboolean (*AnnounceMay)(gpointer thing, const PolicyCaller *caller);
typedef GVariant *(*AnnounceRecord)(gpointer thing, const PolicyCaller *caller);

/* Emit a signal of org.manyseat.Manager about a thing. */
void announce(Manager *manager, const char *signal, gpointer thing, AnnounceMay may,
              AnnounceRecord record);
