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

#include "daemon/planner/bound/day.h"

/* Of half-days in a week; a row of values has room for a few more. */
enum { WEEK_COUNTS = HALVES_PER_WEEK + 1, WEEK_ROW = WEEK_COUNTS + 12 };

struct week_set { /* parts of a day that may go together */
	double value;
	uint8_t mask, count, rest;
};

/* A day with any seat, or all days without one in a row. */
struct week_stage {
	const struct seat *seat; /* NULL: without */
	double *rows;            /* see day.h */
	unsigned present;        /* likewise */
	int32_t sets;
	struct week_set set[MASKS];
};

enum { STAGES_MAX = 2 * DAYS_PER_WEEK + 1 };

struct week {
	/* The value of the best week by what rest is owed at its start, at its
	 * end (0 when rest does not cross weeks) and half-days worked. */
	double best[REST_MAX][REST_MAX][WEEK_ROW];
	/* On the way, rows of `width`: by start, stages behind it, rest owed
	 * then, half-days. */
	double state[REST_MAX * (STAGES_MAX + 1) * REST_MAX * WEEK_ROW];
	int32_t rests, counts, width, stages;
	struct week_stage stage[STAGES_MAX];
	double *rows; /* of all seats */
};

/* Room for any week of the model. */
void week_make(struct week *week, const struct model *model);
void week_free(struct week *week);

/* Of two sums by number the lower ones: count of them, which is even. */
static inline void
week_lower(double *restrict to, const double *restrict from, double value,
    int32_t count)
{
	for (int32_t k = 0; k < count; k += 2) {
		for (int32_t i = k; i < k + 2; i++) {
			double sum = from[i] + value;

			to[i] = sum < to[i] ? sum : to[i];
		}
	}
}

/*
 * Of the physician of the ways.  values: by option of the week, from its first;
 * VALUE_NEVER for one that may not be taken.  At most `most` half-days.
 */
void week_solve(struct week *week, const struct ways *ways, int32_t number,
    const double *values, int32_t most);
/* Which of the weeks of a struct week: rest owed at its start and end, and
 * half-days; by the values that it was solved for. */
struct week_goal {
	const double *values;
	int start, end;
	int32_t count;
};

/* The options of that week; how many. */
int32_t week_trace(struct week *week, const struct ways *ways,
    const struct week_goal *goal, int32_t *options);

#endif
