/* SPDX-License-Identifier: ISC */
/*
 * solve_support: plans what a reduction asks, for tests that speak the words of
 * the domain and not those of the planner.
 */
#ifndef TESTS_SOLVE_SUPPORT_H
#define TESTS_SOLVE_SUPPORT_H

#include "daemon/domain/reason.h"
#include "daemon/planner/reduce/judge.h"

struct solved {
	struct chosen *chosen; /* owned; half-days of the plan */
	size_t count;
	int64_t cost, bound;
	struct judged judged; /* what the judge said of the plan as searched */
	/* The cost term by term, by enum item. */
	int64_t points[ITEM_COUNT], counts[ITEM_COUNT];
	struct solved_state *state;
};

/* The reduction is the plan's from now on.  So many phases; the plan is
 * written, read again and checked; fails the test when its bound is above its
 * cost. */
void solve(struct reduction *reduction, int32_t phases, struct solved *solved);
void solved_free(struct solved *solved);
/* What is told of it, line by line; owned. */
char *solved_explained(const struct solved *solved) MUST_CHECK;

#endif
