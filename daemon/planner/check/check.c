/* SPDX-License-Identifier: ISC */
/* check: what a plan claims against what is so. */
#include "daemon/planner/check/check.h"

bool
check_plan(const struct instance *in, const struct plan *plan,
    struct verdict *verdict, struct error *error)
{
	int64_t bound;

	if (!check_conflicts(in, plan, error) ||
	    !check_cost(in, plan, &verdict->cost, error))
		return false;
	bound = check_bound(in, plan);
	verdict->bound = bound / 65536 + (bound > bound / 65536 * 65536);
	if (plan->cost != verdict->cost)
		error_set(error, "the cost is %lld, the plan says %lld",
		    (long long)verdict->cost, (long long)plan->cost);
	else if (plan->has_terms && plan->terms != verdict->cost)
		error_set(error, "the cost is %lld, its terms come to %lld",
		    (long long)verdict->cost, (long long)plan->terms);
	else if (plan->bound != verdict->bound)
		error_set(error, "the bound is %lld, the plan says %lld",
		    (long long)verdict->bound, (long long)plan->bound);
	else if (verdict->bound > verdict->cost)
		error_set(error, "the bound %lld lies above the cost %lld",
		    (long long)verdict->bound, (long long)verdict->cost);
	else
		return true;
	return false;
}
