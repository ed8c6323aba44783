/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <glib/gi18n.h>

#include "listing.h"

static const Column columns[] = {
    { NC_("column", "USER"), "user", record_show_text },
    { NC_("column", "UID"), "uid", record_show_number },
    { NC_("column", "ROLE"), "role", record_show_role },
    { NC_("column", "SESSION"), "session", record_show_text },
    { NC_("column", "FULL NAME"), "full-name", record_show_text },
};

int
cmd_users(const Arguments *arguments, GError **error)
{
    return listing_run(arguments, "ListUsers", columns, G_N_ELEMENTS(columns), error);
}
