/* SPDX-License-Identifier: ISC */
/*
 * settle: the last judgement of a plan of facts, on the book they make.
 */
#ifndef PLANNER_SETTLE_H
#define PLANNER_SETTLE_H

#include "daemon/planner/reduce/judge.h"
#include "daemon/planner/search/search.h"

/* Takes out of the best plan what the daemon would refuse and what cannot be
 * then, holds what it would not let go, and reckons its cost anew: of what is
 * left nothing is refused.  judged is of that, but for its first refusal and
 * the counts of what was so changed.  False when the instance is not of facts.
 */
bool settle_plan(struct search *search, struct judged *judged);

#endif
