/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pace.h"

/* Below this part of the budget there is room for more. */
#define ROOMY 0.9
#define FASTER 0.85

static double
get_load(guint budget, guint used)
{
    return budget == 0 ? 0 : (double) used / budget;
}

guint
pace_next(guint pace, const Use *budget, const Use *used)
{
    double load = MAX(get_load(budget->cpu_permille, used->cpu_permille),
                      get_load(budget->bytes_per_second, used->bytes_per_second));
    double next = pace;

    if (load > 1)
        next *= load;
    else if (load < ROOMY)
        next *= MAX(load / ROOMY, FASTER);
    return (guint) CLAMP(next, PACE_FULL, PACE_SLOWEST);
}
