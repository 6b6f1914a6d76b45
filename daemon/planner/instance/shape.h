/* SPDX-License-Identifier: ISC */
/*
 * shape: what a day may look like, from the rules alone: sets of parts, the
 * pieces of a set whose parts see each other, and the rest that it asks for.
 */
#ifndef PLANNER_SHAPE_H
#define PLANNER_SHAPE_H

#include "daemon/planner/instance/instance.h"

enum { REST_MAX = 4, MASKS = 1 << PART_COUNT, RUNS = PART_COUNT * PART_COUNT };

struct shape {
	/* first part * PART_COUNT + last part of each piece; ended by -1 */
	int8_t runs[MASKS][PART_COUNT + 1];
	uint8_t count[MASKS];
	/* Classes of rest: parts forbidden on the next day; class 0: none.  And
	 * the class that a set of parts leads to. */
	uint8_t forbids[REST_MAX], rest[MASKS];
	/* Bits of the classes that a set of parts may follow on; its last piece
	 * and what is before that. */
	uint8_t follows[MASKS], last[MASKS], before[MASKS];
	int rests;
	bool across; /* also into the next week */
};

/* False when the rules have more than REST_MAX classes of rest. */
bool shape_make(struct shape *shape, const struct rules *rule);

#endif
