/* SPDX-License-Identifier: ISC */
/*
 * horizon: the best work of one physician over all weeks at given prices.
 */
#ifndef PLANNER_HORIZON_H
#define PLANNER_HORIZON_H

#include "daemon/planner/bound/week.h"

/* Room for one physician's recursion; one by thread. */
struct horizon {
	const struct model *model;
	struct ways ways;
	struct week *week; /* by week */
	double *values;    /* of all options, week by week */
	double **week_values;
	/* Before each week: the best by rest owed * totals + half-days, and the
	 * most half-days. */
	double *total;
	int32_t *top;
	int32_t totals;
	/* What was chosen by the last horizon_solve. */
	int32_t *chosen; /* options */
	int32_t choices, unpopular, unscheduled;
	/* Whether all that he may choose is of one share, or of none, of two
	 * kinds of care, and of no cap; and which share. */
	bool plain;
	int32_t share;
};

void horizon_make(struct horizon *horizon, const struct model *model);
void horizon_free(struct horizon *horizon);

/*
 * -PRICE_NEVER when prices are so large that it would not be exact; else:
 *
 * The least that the physician can cost, minima included, where each option
 * costs its own, less the price of its slot, and what shares, caps and
 * unpopular half-days charge for it.  In 2^-16 point.
 */
int64_t horizon_solve(
    struct horizon *horizon, int32_t physician, const struct prices *prices);

#endif
