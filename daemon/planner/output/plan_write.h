/* SPDX-License-Identifier: ISC */
/*
 * plan_write: prints the best plan of a search in the form of plan_file.h.
 */
#ifndef PLANNER_PLAN_WRITE_H
#define PLANNER_PLAN_WRITE_H

#include "daemon/planner/search/search.h"

#include <stdio.h>

/* Whether all could be written. */
bool plan_write(FILE *file, const struct search *search, uint64_t seed);
/* How many seconds that takes, by a part of it, which goes to the file. */
double plan_rehearse(FILE *file, const struct search *search);

#endif
