/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <glib/gi18n.h>

#include "manager.h"
#include "results.h"
#include "words.h"

int
cmd_cancel(const Arguments *arguments, GError **error)
{
    const char *const *sessions = (const char *const *) arguments->words + 1;
    g_autoptr(GVariant) results =
        manager_ask("CancelJob", g_variant_new("(s^as)", arguments->words[0], sessions), error);

    return results == NULL ? COMMAND_ERROR
                           : results_print(arguments, results, words_outcome("cancelled"));
}
