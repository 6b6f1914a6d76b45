/* SPDX-License-Identifier: ISC */
/*
 * quick: the best week of one physician at given values of his options, as
 * week.h has it, made for the search: values are whole points that fit in
 * int32, seats that must stay as they are do, and the rest owed to and by the
 * weeks around is given.
 */
#ifndef PLANNER_QUICK_H
#define PLANNER_QUICK_H

#include "daemon/planner/model/model.h"

enum { QUICK_COUNTS = HALVES_PER_WEEK + 1 };

/* What may not be; a few of them add up without overflow. */
#define QUICK_NEVER (INT32_MAX / 8)

struct quick_set { /* a set of parts of a day */
	int32_t value;
	uint8_t mask, count, rest;
};

struct quick_day {
	struct quick_set set[MASKS];
	int32_t sets;
	bool must; /* not without work */
	/* By run of parts: its options, from its first part on. */
	int32_t option[RUNS][PART_COUNT];
};

struct quick {
	struct quick_day day[DAYS_PER_WEEK];
	/* Before each day and after the last: the most half-days that there can
	 * be, bits of the rest that can be owed, and by rest and half-days the
	 * value. */
	int32_t top[DAYS_PER_WEEK + 1];
	unsigned reached[DAYS_PER_WEEK + 1];
	int32_t best[DAYS_PER_WEEK + 1][REST_MAX][QUICK_COUNTS];
	int32_t least[QUICK_COUNTS]; /* of the week, by half-days */
	int32_t most;
};

/* Values of options, and what is around them. */
struct quick_ask {
	const struct model *model;
	int32_t physician, week;
	/* By option of the week from its first; QUICK_NEVER if not allowed. */
	const int32_t *value;
	/* Points lost again when two parts of a day are at the same place, by
	 * option likewise; or NULL. */
	const int32_t *twice;
	int32_t least;  /* half-days wanted; for who asks */
	int32_t most;   /* half-days */
	int32_t hunger; /* what a half-day may cost and still be wanted */
	int rest;       /* owed at the start */
	unsigned ahead; /* parts of the first day after that are worked */
};

void quick_solve(struct quick *quick, const struct quick_ask *ask);
/* The options of the best week of so many half-days; how many, as asked. */
int32_t quick_trace(const struct quick *quick, const struct quick_ask *ask,
    int32_t count, int32_t *options);

#endif
