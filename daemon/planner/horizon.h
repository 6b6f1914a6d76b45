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
	int64_t *total[2]; /* by rest owed * totals + half-days */
	uint8_t *count;    /* by week, rest owed, half-days: in that week */
	uint8_t *rest;     /* and the rest owed before it */
	int32_t totals;
	/* What was chosen by the last horizon_solve. */
	int32_t *chosen; /* options */
	int32_t choices, unscheduled, unpopular;
};

void horizon_make(struct horizon *horizon, const struct model *model);
void horizon_free(struct horizon *horizon);

/* What a half-day of an option costs a physician besides itself. */
struct charge {
	int64_t minority; /* added to unscheduled ones, taken off the others */
	int64_t unpopular;
	bool scheduled_only; /* unscheduled ones may not be taken */
};

/*
 * The least that the physician can cost, minima included, where each option
 * costs its own, less the price of its slot (NULL: nothing), with the charge.
 * In 2^-16 point.
 */
int64_t horizon_solve(struct horizon *horizon, int32_t physician,
    const int64_t *price, const struct charge *charge);

#endif
