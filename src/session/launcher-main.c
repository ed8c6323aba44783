/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manyseat-launcher: starts manyseat-session for each log-on, on machines without systemd. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "launcher.h"

int
main(int argc, char **argv)
{
    (void) argv;
    if (argc != 1) {
        (void) fputs("usage: manyseat-launcher\n", stderr);
        return 2;
    }
    log_init("manyseat-launcher");
    if (geteuid() != 0) {
        g_warning("cannot start sessions: not root");
        return 1;
    }
    (void) umask(022);
    return launcher_run();
}
