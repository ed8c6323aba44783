/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * misbehave HOW...: what a session must be rid of all the same. Each of them ignores SIGTERM and SIGHUP.
 *
 *   stay     stays
 *   leave    forks twice, calls setsid() between, and stays, with nothing of its environment left
 *   bomb N   N processes, each of which forks its successor and ends two milliseconds later, so that none of them is still there
 *            when a list of them is read; it cannot become more than PROCESSES_MOST of the user's, and is nice
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PROCESSES_MOST 400
#define LIFE_US 2000

static void
stay(void)
{
    for (;;)
        (void) pause();
}

/* Only exec makes the kernel forget an environment. */
static int
leave(const char *self)
{
    char *const words[] = { (char *) self, (char *) "stay", NULL };
    char *const nothing[] = { NULL };

    if (fork() != 0)
        return 0;
    (void) setsid();
    if (fork() != 0)
        return 0;
    return execve(self, words, nothing);
}

static void
succeed_for_ever(void)
{
    for (;;) {
        pid_t pid = fork();

        if (pid > 0) {
            (void) usleep(LIFE_US);
            _exit(0);
        }
        if (pid < 0)
            (void) usleep(LIFE_US);
    }
}

static int
bomb(int n)
{
    const struct rlimit most = { .rlim_cur = PROCESSES_MOST, .rlim_max = PROCESSES_MOST };

    if (setrlimit(RLIMIT_NPROC, &most) < 0 || setpriority(PRIO_PROCESS, 0, 19) < 0)
        return 1;
    for (int i = 0; i < n; i++)
        if (fork() == 0)
            succeed_for_ever();
    return 0;
}

int
main(int argc, char **argv)
{
    (void) signal(SIGTERM, SIG_IGN);
    (void) signal(SIGHUP, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "stay") == 0)
        stay();
    if (argc == 2 && strcmp(argv[1], "leave") == 0)
        return leave(argv[0]);
    if (argc == 3 && strcmp(argv[1], "bomb") == 0)
        return bomb(atoi(argv[2]));
    return 2;
}
