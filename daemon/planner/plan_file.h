/* SPDX-License-Identifier: ISC */
/*
 * plan_file: a plan as read from its lines.  What was assigned, the prices that
 * prove its bound, and the temperatures by which the run can be repeated.
 */
#ifndef PLANNER_PLAN_FILE_H
#define PLANNER_PLAN_FILE_H

#include "daemon/planner/instance.h"

struct assign {
	int32_t physician, need;
};

struct plan {
	struct assign *assign;
	size_t assigns;
	/* By need, physician and site; in 2^-16 point. */
	int64_t *slot, *physician, *unpopular, *site;
	uint64_t seed;
	int64_t cost, bound; /* as the plan says */
	int32_t rounds, phases;
	int32_t *temperature; /* by phase */
};

/* False with "line N: why"; a line that contradicts the instance is refused.
 * plan_free either way. */
bool plan_read(struct plan *plan, const struct instance *in, struct span text,
    struct error *error);
void plan_free(struct plan *plan);

#endif
