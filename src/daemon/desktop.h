/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktops that this host offers: PATH_XSESSIONS/ID.desktop. */
#pragma once

#include "base/settings.h"

/* aa{sv} of Manager.ListDesktops, floating; sorted by id. */
GVariant *desktop_list(const Settings *settings);
