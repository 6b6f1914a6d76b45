/* SPDX-License-Identifier: ISC */
/*
 * day: what the parts of one day of a physician are worth, run by run, at given
 * values of his options.
 *
 * Exact: parts in a row that see each other are compatible, and what they save
 * together is off their value.
 */
#ifndef PLANNER_DAY_H
#define PLANNER_DAY_H

#include "daemon/planner/prices.h"

enum { STALLS_MAX = REACHES_MAX + 1 };

struct day_run { /* parts of a day that see each other, in a row */
	int64_t value;
	int32_t option[2]; /* of one or two parts; or OPTION_NONE */
};

/* The cheapest option by place of one seat. */
struct stall {
	int32_t count, least; /* the cheapest of them */
	uint16_t place[STALLS_MAX];
	int32_t option[STALLS_MAX];
	int64_t value[STALLS_MAX];
};

/* Room for one; its first four members are the caller's to set. */
struct day {
	const struct model *model;
	const int64_t *values;
	int32_t physician, first_option;
	struct stall stall[PART_COUNT];
	unsigned present; /* parts with any option */
	/* Of the run being extended: value by stall of its last part, and the
	 * stall before. */
	const int64_t *ending[PART_COUNT]; /* into the stall or tail */
	int64_t tail[PART_COUNT][STALLS_MAX];
	int16_t before[PART_COUNT][STALLS_MAX];
};

/* The runs of the parts of a day that have any option, from `count` seats: by
 * first part * PART_COUNT + last part; and the parts that are present. */
void day_solve(struct day *day, const struct seat *seat, int32_t count,
    struct day_run *run);
/* The options of one run of the day that was solved last, by part. */
void day_trace(
    struct day *day, unsigned first, unsigned last, int32_t *options);

#endif
