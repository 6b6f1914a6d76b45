/* SPDX-License-Identifier: ISC */
/*
 * plan_file: a plan as read from its lines.  What was assigned, the prices that
 * prove its bound, and the temperatures by which the run can be repeated.
 */
#ifndef PLANNER_PLAN_FILE_H
#define PLANNER_PLAN_FILE_H

#include "daemon/planner/instance/instance.h"

/* More are neither made nor read. */
enum { PLAN_PHASES_MAX = 10000000 };

struct assign {
	int32_t physician, need;
};

struct plan {
	struct assign *assign;
	size_t assigns;
	/* By need, share, physician and cap; in 2^-16 point. */
	int64_t *slot, *share, *unpopular, *cap;
	bool *conflict; /* by mark of the instance: locked, but it cannot be */
	uint64_t seed;
	int64_t cost, bound; /* as the plan says */
	bool has_terms;
	int64_t terms; /* the points of its terms */
	int32_t rounds, phases;
	int32_t sweeps, answers; /* both 0: it does not say */
	int32_t *temperature;    /* by phase */
};

/* False with "line N: why"; a line that contradicts the instance is refused.
 * plan_free either way. */
bool plan_read(struct plan *plan, const struct instance *in, struct span text,
    struct error *error);
void plan_free(struct plan *plan);

#endif
