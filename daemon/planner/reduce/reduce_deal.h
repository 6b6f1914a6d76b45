/* SPDX-License-Identifier: ISC */
/*
 * reduce_deal: one turn while it is dealt out; for reduce_turn.c.
 */
#ifndef PLANNER_REDUCE_DEAL_H
#define PLANNER_REDUCE_DEAL_H

#include "daemon/planner/reduce/reduce_private.h"

/* One half-day; holder: a member, or NONE. */
struct duty {
	int32_t demand, half, holder;
	/* Of the search: reached by what would take its holder. */
	int32_t parent;
	bool seen;
};

struct member {
	int32_t doctor, minutes, count;
	double measure, known, had, target;
	bool seen;
};

/* What doctors have by the turns before. */
struct given {
	uint8_t *busy;                 /* doctor * halves + half */
	uint8_t *week;                 /* doctor * weeks + week */
	int32_t *units;                /* by limit */
	int32_t *limit_first, *limits; /* by doctor; how many there are */
	/* By the first portion of a site and quarter: minutes of unscheduled
	 * care that may be had if all other care is. */
	int64_t *left;
	/* Demands by turn, from first[turn] on. */
	int32_t *demand, *first;
};

struct round {
	struct reduction *reduction;
	struct given *given;
	uint16_t turn;
	struct duty *duty;
	struct member *member;
	bool *can;     /* member * duties + duty */
	int32_t *spot; /* where the duties are, each once */
	int32_t *queue;
	int32_t duties, members, spots;
	size_t duty_room, member_room, spot_room;
	int64_t steps;
};

static inline int32_t
deal_units(int32_t half)
{
	return reduce_part(half) == PART_N ? 2 : 1;
}

/* Gives each duty to a member, as long as any could have it: holders and
 * counts. */
void reduce_deal(struct round *round);

#endif
