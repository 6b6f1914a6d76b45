/* SPDX-License-Identifier: ISC */
/*
 * week: the best week of one physician at given values of his options, for
 * every number of half-days; and from weeks, the best horizon.
 *
 * Exact: a day is a choice among sets of parts, consecutive ones that see each
 * other compatible and with what they save; a week runs over its days with the
 * number worked and the rest owed as state, a horizon over its weeks.
 */
#ifndef PLANNER_WEEK_H
#define PLANNER_WEEK_H

#include "daemon/planner/day.h"

enum { WEEK_COUNTS = HALVES_PER_WEEK + 1 };

struct week {
	/* The value of the best week by what rest is owed at its start, at its
	 * end (0 when rest does not cross weeks) and half-days worked. */
	int64_t best[REST_MAX][REST_MAX][WEEK_COUNTS];
	/* On the way: by start, days behind it, rest owed then, half-days. */
	int64_t state[REST_MAX][DAYS_PER_WEEK + 1][REST_MAX][WEEK_COUNTS];
	/* Of each day: sets of parts by value, parts with any option, those
	 * that are locked, and half-days that there may be. */
	int64_t value[DAYS_PER_WEEK][MASKS];
	struct day_run run[DAYS_PER_WEEK][RUNS];
	uint8_t present[DAYS_PER_WEEK], forced[DAYS_PER_WEEK];
	uint8_t most[DAYS_PER_WEEK];
};

/*
 * values: by option of the physician's week, from its first; PRICE_NEVER for
 * one that may not be taken.  At most `most` half-days.
 */
void week_solve(struct week *week, const struct model *model, int32_t physician,
    int32_t number, const int64_t *values, int32_t most);
/* Which of the weeks of a struct week: rest owed at its start and end, and
 * half-days; by the values that it was solved for. */
struct week_goal {
	const int64_t *values;
	int start, end;
	int32_t count;
};

/* The options of that week, one by part of the week or OPTION_NONE:
 * HALVES_PER_WEEK of them. */
void week_trace(struct week *week, const struct model *model, int32_t physician,
    int32_t number, const struct week_goal *goal, int32_t *options);

#endif
