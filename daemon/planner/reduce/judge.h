/* SPDX-License-Identifier: ISC */
/*
 * judge: whether the daemon will take a plan: all of it, half-day by half-day,
 * by its own rules, on the book in which the plan takes its place.
 *
 * As it is adopted: in one batch, by its end; or where it is larger than a
 * batch in units of a territory and an ISO week, first what is taken away, then
 * what is no unscheduled care, then the rest, for the share of unscheduled care
 * may be too high only in between.  Rooms are allotted.  Then as it is
 * published.  With a plan that keeps what the instance asks nothing is refused.
 * What is refused is not in the plan, see settle.h: a half-day that is chosen
 * is left out, one that was to go is held, and is there as it was from then on.
 */
#ifndef PLANNER_JUDGE_H
#define PLANNER_JUDGE_H

#include "daemon/planner/reduce/reduce.h"

/* A half-day of a plan, by the numbers of struct reduced. */
struct chosen {
	int32_t doctor, spot, half, class;
	/* Set by judge_plan(); kept: it is there already. */
	bool refused, kept;
};

struct judged {
	size_t units, added, kept, dropped;
	size_t refused_write, refused_publish; /* drops among them */
	char first[160]; /* rule and half-day of the first refusal, or "" */
	/* By settle_plan(), of the plan as it was searched: half-days that were
	 * left out, and that were to go and are held. */
	size_t left_out, held;
};

/* batch: changes of one batch at most.  The book of the facts is left as it was
 * found. */
void judge_plan(struct reduction *reduction, struct chosen *chosen,
    size_t count, size_t batch, struct judged *judged);

#endif
