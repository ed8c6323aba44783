/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <glib/gi18n.h>

#include "listing.h"

static const Column columns[] = {
    { NC_("column", "ID"), "id", record_show_text },
    { NC_("column", "USER"), "user", record_show_text },
    { NC_("column", "ROLE"), "role", record_show_role },
    { NC_("column", "STATE"), "state", record_show_state },
    { NC_("column", "DESKTOP"), "desktop", record_show_text },
    { NC_("column", "STATION"), "station", record_show_text },
    { NC_("column", "SINCE"), "since", record_show_time },
    { NC_("column", "IDLE"), "idle", record_show_span },
    { NC_("column", "HOSTED"), "hosted", record_show_switch },
    { NC_("column", "DISPLAY"), "display", record_show_text },
    { NC_("column", "HOST"), "host", record_show_text },
};

int
cmd_sessions(const Arguments *arguments, GError **error)
{
    return listing_run(arguments, "ListSessions", columns, G_N_ELEMENTS(columns), error);
}
