/* SPDX-License-Identifier: ISC */
/*
 * plan_save: a plan with all that goes with it, as it is written at the end of
 * a run; and beforehand, how long that will take.
 */
#ifndef PLANNER_PLAN_SAVE_H
#define PLANNER_PLAN_SAVE_H

#include "daemon/planner/search/search.h"

#include <stdio.h>

struct saving {
	uint64_t seed;
	bool unexplained; /* without figures and explanations */
};

/* Whether all could be written; the end of the file is the caller's. */
bool plan_save(
    FILE *file, const struct search *search, const struct saving *saving);
/* The seconds that this plan would take, measured on a part of it; before there
 * is one, what any takes. */
double plan_save_seconds(
    const struct search *search, const struct saving *saving);

#endif
