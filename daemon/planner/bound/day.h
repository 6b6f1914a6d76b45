/* SPDX-License-Identifier: ISC */
/*
 * day: what the parts of one day of a physician are worth, run by run, at given
 * values of his options.
 *
 * Exact: parts in a row that see each other are compatible, and what they save
 * together is off their value.  Rows are by place, whether there is an option
 * or not: no branch depends on values, which nobody could foretell.
 */
#ifndef PLANNER_DAY_H
#define PLANNER_DAY_H

#include "daemon/planner/bound/prices.h"

/* The places of one physician, and what two of them save: rows as values. */
struct ways {
	const struct model *model;
	int32_t physician;
	int32_t places; /* of a row: even, those that are none at its end */
	double *save[PART_COUNT - 1]; /* by part, place and place after it */
};

/* Room for any physician of the model. */
void ways_make(struct ways *ways, const struct model *model);
void ways_free(struct ways *ways);
/* For one physician from now on. */
void ways_open(struct ways *ways, int32_t physician);
/* Doubles of the longest row. */
size_t ways_row(const struct model *model);

/* A day has so many rows at most: of parts and of runs. */
enum { DAY_ROWS = PART_COUNT * (PART_COUNT + 1) / 2 };

/* A day: its seats in order of parts, the best value by place of each, and that
 * of runs of several parts by their last place. */
struct day {
	const struct ways *ways;
	const struct seat *seat;
	int32_t seats;
	unsigned present;  /* parts with an option */
	double *row[RUNS]; /* by first part * PART_COUNT + last part */
	double *end;       /* of the rows */
};

/* Values of options, by number from the first of the seats'; rows: room for
 * DAY_ROWS.  Then the values of runs, as far as there are any. */
void day_solve(
    struct day *day, const double *values, double *rows, double *run);
/* Where the rows are of a day that was solved before: ways, seats and present
 * are as they were. */
void day_again(struct day *day, double *rows);
/* The options of one run of a day; how many. */
int32_t day_trace(const struct day *day, const double *values, unsigned run,
    int32_t *options);

#endif
