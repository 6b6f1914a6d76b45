/* SPDX-License-Identifier: ISC */
/*
 * settle: the last judgement of a plan of facts, on the book they make.
 */
#ifndef PLANNER_SETTLE_H
#define PLANNER_SETTLE_H

#include "daemon/planner/judge.h"
#include "daemon/planner/search.h"

/* Takes out of the best plan what the daemon would refuse, and reckons its cost
 * anew; false when the instance is not of facts. */
bool settle_plan(struct search *search, struct judged *judged);

#endif
