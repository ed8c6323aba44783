/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/log.h"

int
main(void)
{
    static const struct rlimit none = { 0, 0 };
    g_autoptr(GError) error = NULL;

    /* Whatever blocks from here on (name services, a mute server), the kernel ends it. "ask" moves the alarm. */
    (void) alarm(ERRAND_SECONDS);
    log_init("manyseat-errand");
    if (clearenv() != 0 || setrlimit(RLIMIT_CORE, &none) < 0 ||
        close_range(ERRAND_SOCKET + 1, ~0U, 0) < 0) {
        g_warning("cannot prepare for an errand");
        return EXIT_FAILURE;
    }
    (void) umask(077);
    (void) signal(SIGPIPE, SIG_IGN);
    if (!errand_run(ERRAND_SOCKET, &error)) {
        g_message("%s", error->message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
