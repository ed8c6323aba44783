/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "base/paths.h"
#include "command.h"

int
main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    bindtextdomain("manyseat", MANYSEAT_LOCALEDIR);
    bind_textdomain_codeset("manyseat", "UTF-8");
    textdomain("manyseat");
    return command_main(argv);
}
