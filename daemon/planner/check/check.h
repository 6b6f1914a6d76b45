/* SPDX-License-Identifier: ISC */
/*
 * check: the independent judge of a plan.  It shares the readers of instance
 * and plan with the planner, and nothing else: rules, cost and bound are
 * computed here a second time, in the plainest way.
 */
#ifndef PLANNER_CHECK_H
#define PLANNER_CHECK_H

#include "daemon/planner/instance/plan_file.h"

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
/* Whether each lock that the plan calls a conflict is one. */
bool check_conflicts(
    const struct instance *in, const struct plan *plan, struct error *error);

/* ----- one half-day, for both ----- */

/* The reach of a physician to a site, or NULL. */
const struct reach *check_reach(
    const struct instance *in, int32_t physician, int32_t site);
/* The rule by which he cannot take one of the need, all else aside; or NULL. */
const char *check_refusal(
    const struct instance *in, const struct reach *reach, int32_t need);
/* What it costs by itself, in points, beside what he is held at. */
int64_t check_own_cost(
    const struct instance *in, const struct reach *reach, int32_t need);
/* What one half-day saves after another, at needs or where he is held, with the
 * reaches to both; false when they are too far apart. */
struct halt {
	const struct reach *reach; /* NULL: a site that is not his */
	int32_t site;
	bool remote;
};
bool check_saving(const struct instance *in, int32_t physician, unsigned first,
    const struct halt stay[2], int64_t *saved);
/* The need that a lock keeps for him at the half-day and that the plan does not
 * call a conflict; or -1. */
int32_t check_kept(const struct instance *in, const struct plan *plan,
    int32_t physician, int32_t half);
/* What a share may come to, in its weights. */
struct allowance {
	int64_t limit;
	bool conditional; /* void without an unscheduled minute */
	bool locked;      /* locks put something in it */
	/* What locks put in: 100 unscheduled - bound minutes; half-days. */
	int64_t sum;
	int32_t unscheduled;
};
void check_allowances(const struct instance *in, const struct plan *plan,
    struct allowance *allowance);
/* The share that all needs of a site count for, void without an unscheduled
 * minute and kept by any half-day without one; or -1. */
int32_t check_site_share(
    const struct instance *in, const struct allowance *allowance, int32_t site);
int64_t check_site_bound(const struct instance *in, const struct plan *plan,
    const struct allowance *allowance, int32_t site);

#endif
