/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clock.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000
#define NS_PER_MS 1000000

static gint64 ahead_ms;

void
clock_forward(gint64 milliseconds)
{
    ahead_ms += milliseconds;
}

int clock_gettime(clockid_t clock, struct timespec *ret);

int
clock_gettime(clockid_t clock, struct timespec *ret)
{
    int result = (int) syscall(SYS_clock_gettime, clock, ret);
    gint64 ns = ret->tv_nsec + ahead_ms % 1000 * NS_PER_MS;

    ret->tv_sec += ahead_ms / 1000 + ns / NS_PER_SECOND;
    ret->tv_nsec = ns % NS_PER_SECOND;
    return result;
}
