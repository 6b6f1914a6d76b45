/* SPDX-License-Identifier: ISC */
/*
 * dual: good prices, by a subgradient method.
 *
 * The search for prices is in floating point, in a fixed order; whatever prices
 * it finds are rounded to 2^-16 before the bound is computed, so the bound is
 * exact for them.
 */
#ifndef PLANNER_DUAL_H
#define PLANNER_DUAL_H

#include "daemon/planner/bound/relax.h"

/* With more options than that the bound is left for the plan a little sooner,
 * and the first plan for the search. */
enum { DUAL_MANY = 4000000 };

struct dual {
	struct relax relax;
	struct prices best, trial;
	double *direction; /* slots, shares, unpopular half-days, caps */
	double *scale;     /* of shares: of their largest weight */
	size_t size;
	int64_t bound;   /* of best, in 2^-16 point */
	int64_t earlier; /* some rounds ago */
	double length;   /* of the next step */
	int failures, rounds;
};

void dual_make(struct dual *dual, const struct model *model, struct pool *pool);
void dual_free(struct dual *dual);
/* At most so many rounds; cost: of some plan, in points.  False when no more is
 * to be gained. */
bool dual_run(struct dual *dual, int64_t cost, int rounds);

#endif
