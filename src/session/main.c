/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manyseat-session: one log-on, and the session that comes of it. Standard input is the socket that names the log-on. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "launch.h"

/* Standard input becomes /dev/null: nothing that we start may find the socket there. */
static int
take_standard_input(void)
{
    int socket = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    autofd null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (socket < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0)
        fd_clear(&socket);
    return socket;
}

int
main(int argc, char **argv)
{
    int socket;

    (void) argv;
    if (argc != 1) {
        (void) fputs("usage: manyseat-session, started by manyseat-launcher or systemd\n", stderr);
        return 2;
    }
    log_init("manyseat-session");
    (void) umask(022);
    /* It will hold passwords: no core file, no debugger. */
    if (prctl(PR_SET_DUMPABLE, 0) < 0 || chdir("/") < 0) {
        g_warning("cannot protect this process");
        return 1;
    }
    socket = take_standard_input();
    if (socket < 0) {
        g_warning("cannot take the socket on standard input");
        return 1;
    }
    return launch_run(socket);
}
