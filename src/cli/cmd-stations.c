/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <glib/gi18n.h>

#include "listing.h"

static const Column columns[] = {
    { NC_("column", "NAME"), "name", record_show_text },
    { NC_("column", "KIND"), "kind", record_show_station_kind },
    { NC_("column", "SESSION"), "session", record_show_text },
    { NC_("column", "USER"), "user", record_show_text },
    { NC_("column", "SOURCE"), "source", record_show_text },
    { NC_("column", "SINCE"), "since", record_show_time },
};

int
cmd_stations(const Arguments *arguments, GError **error)
{
    return listing_run(arguments, "ListStations", columns, G_N_ELEMENTS(columns), error);
}
