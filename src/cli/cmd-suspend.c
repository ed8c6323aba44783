/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suspend, lock and unlock: one shape. */
#include "commands.h"

#include <glib/gi18n.h>

#include "results.h"
#include "words.h"

int
cmd_suspend(const Arguments *arguments, GError **error)
{
    return results_run(arguments, "Suspend", words_state("suspended"), error);
}

int
cmd_lock(const Arguments *arguments, GError **error)
{
    return results_run(arguments, "Lock", words_state("locked"), error);
}

int
cmd_unlock(const Arguments *arguments, GError **error)
{
    return results_run(arguments, "Unlock", C_("state", "unlocked"), error);
}
