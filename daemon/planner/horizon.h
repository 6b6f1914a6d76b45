/* SPDX-License-Identifier: ISC */
/*
 * horizon: the best work of one physician over all weeks at given prices.
 */
#ifndef PLANNER_HORIZON_H
#define PLANNER_HORIZON_H

#include "daemon/planner/week.h"

/* Room for one physician's recursion; one by thread. */
struct horizon {
	const struct model *model;
	struct week *week; /* by week */
	int64_t *values;   /* of the options of one week */
	int64_t **week_values;
	/* Before each week: the best by rest owed * totals + half-days, and the
	 * most half-days. */
	int64_t *total;
	int32_t *top;
	int32_t totals;
	/* What was chosen by the last horizon_solve. */
	int32_t *chosen; /* options */
	int32_t choices, unpopular;
};

void horizon_make(struct horizon *horizon, const struct model *model);
void horizon_free(struct horizon *horizon);

/*
 * The least that the physician can cost, minima included, where each option
 * costs its own, less the price of its slot, and what shares, caps and
 * unpopular half-days charge for it.  In 2^-16 point.
 */
int64_t horizon_solve(
    struct horizon *horizon, int32_t physician, const struct prices *prices);

#endif
