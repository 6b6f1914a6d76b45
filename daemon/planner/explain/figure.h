/* SPDX-License-Identifier: ISC */
/*
 * figure: what people ask of a plan beside its cost: the ways to be gone, how
 * evenly unpopular half-days are spread, whether minima are kept.
 *
 * Lines "figure kind=...", in the same order for the same plan:
 *
 *	travel: half-days= minutes= metres= of the days on which something is
 *		planned, there and back, with what stays on them; metres are
 *		great circles, and only of an instance of facts
 *	fair: physicians= least= most= above= beyond=: half-days of the plan
 *		that count for fairness, of a physician who has any or a share;
 *		how many physicians are above their share, by how many in all
 *	most, least: physician= unpopular= share=, a few of each
 *	pace: minima= kept= missing= of quotas, as far as they are due and what
 *		stays does not meet them yet
 *	owed: physician= from= to= missing=, the worst few
 */
#ifndef PLANNER_FIGURE_H
#define PLANNER_FIGURE_H

#include "daemon/planner/model/board.h"

#include <stdio.h>

/* Whether they could be written. */
bool figure_write(FILE *file, const struct board *board);

#endif
