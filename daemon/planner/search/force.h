/* SPDX-License-Identifier: ISC */
/*
 * force: the best week of a physician who is made to take one half-day.
 *
 * On a copy of a plan; whatever is tried stays within all limits, its cost is
 * exact, and it is taken back by force_undo().
 */
#ifndef PLANNER_FORCE_H
#define PLANNER_FORCE_H

#include "daemon/planner/bound/week.h"
#include "daemon/planner/model/board.h"

#define FORCE_NEVER (INT64_MAX / 4)

struct force {
	const struct model *model;
	struct board board; /* owned */
	struct desk desk;   /* of all weeks */
	struct ways ways;
	struct week week;
	double *values; /* of the options of one week */
	uint64_t tries;
};

void force_make(struct force *force, const struct board *plan);
void force_free(struct force *force);

/* The option of a physician at a need, or OPTION_NONE. */
int32_t force_option(
    const struct model *model, int32_t physician, int32_t need);
/*
 * Makes the physician of the option take it, his week otherwise being as good
 * as can be: the change of cost, or FORCE_NEVER, when he cannot.  The desk's
 * log has what changed.
 */
int64_t force_week(struct force *force, int32_t option);
/* Likewise, but nobody but him is touched and his other half-days stay, only
 * what he does at that time goes. */
int64_t force_seat(struct force *force, int32_t option);
void force_undo(struct force *force, int32_t to);

#endif
