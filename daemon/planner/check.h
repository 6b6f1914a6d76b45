/* SPDX-License-Identifier: ISC */
/*
 * check: the independent judge of a plan.  It shares the readers of instance
 * and plan with the planner, and nothing else: rules, cost and bound are
 * computed here a second time, in the plainest way.
 */
#ifndef PLANNER_CHECK_H
#define PLANNER_CHECK_H

#include "daemon/planner/plan_file.h"

struct verdict {
	int64_t cost;
	int64_t bound; /* whole points, rounded up */
};

/* False with the first rule that is broken, or with what the plan claims and is
 * not so. */
bool check_plan(const struct instance *in, const struct plan *plan,
    struct verdict *verdict, struct error *error);

/* For check_plan: the cost, if all rules are kept; and the bound that the
 * prices prove, in 2^-16 point. */
bool check_cost(const struct instance *in, const struct plan *plan,
    int64_t *cost, struct error *error);
int64_t check_bound(const struct instance *in, const struct plan *plan);

#endif
