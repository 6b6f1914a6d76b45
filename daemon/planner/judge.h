/* SPDX-License-Identifier: ISC */
/*
 * judge: whether the daemon will take a plan: all of it, half-day by half-day,
 * by its own rules, on the book in which the plan takes its place.
 *
 * As it is adopted: in one batch, by its end; or where it is larger than a
 * batch in units of a territory and an ISO week, first what is taken away, then
 * what is no unscheduled care, then the rest, for the share of unscheduled care
 * may be too high only in between.  Rooms are allotted.  Then as it is
 * published.  What is refused is left out of the plan; with a plan that keeps
 * what the instance asks there is nothing.
 */
#ifndef PLANNER_JUDGE_H
#define PLANNER_JUDGE_H

#include "daemon/planner/reduce.h"

/* A half-day of a plan, by the numbers of struct reduced. */
struct chosen {
	int32_t doctor, spot, half, class;
	bool refused; /* set by judge_plan() */
};

struct judged {
	size_t units, added, kept, dropped;
	size_t refused_write, refused_publish;
	char first[160]; /* rule and half-day of the first refusal, or "" */
};

/* batch: changes of one batch at most.  The book of the facts is left as it was
 * found. */
void judge_plan(struct reduction *reduction, struct chosen *chosen,
    size_t count, size_t batch, struct judged *judged);

#endif
