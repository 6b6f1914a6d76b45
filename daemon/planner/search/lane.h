/* SPDX-License-Identifier: ISC */
/*
 * lane: search in parallel without division of anything.
 *
 * Each lane tries moves on its own copy of the whole plan and notes those that
 * it keeps.  Then, one lane after the other, the noted moves are made on the
 * plan itself, if they still may be and still cost no more than they were
 * allowed; so every total is exact whenever a move is judged.  Few moves are
 * kept, so this second part is short.  What comes out depends on the number of
 * lanes, not on that of threads.
 */
#ifndef PLANNER_LANE_H
#define PLANNER_LANE_H

#include "daemon/planner/bound/pool.h"
#include "daemon/planner/search/eject.h"

struct lane_note {
	double limit;     /* points that the move may cost */
	int32_t from, to; /* its changes */
};

struct lane_change {
	int32_t seat, was, now;
};

struct lane {
	struct board board;
	struct desk desk;
	struct reply reply;
	struct lane_note *note;
	struct lane_change *change;
	int32_t notes, changes;
	bool left; /* before its end */
	size_t note_room, change_room;
};

struct lanes {
	struct board *board; /* lent */
	struct desk desk;    /* on it */
	struct pool *pool;   /* lent */
	struct lane *lane;
	int32_t count;
	/* Of the round that is run. */
	uint64_t seed, round;
	double temperature;
	uint64_t moves;
	uint64_t kept; /* of all rounds: moves that a lane has kept */
	/* Whether the round is to be left; may be NULL. */
	bool (*ends)(const void *context);
	const void *context;
};

/* board, pool and tariff are lent until lanes_free. */
void lanes_make(struct lanes *lanes, struct board *board, struct pool *pool,
    const struct tariff *tariff);
void lanes_free(struct lanes *lanes);

/* After any change of the board but by the lanes. */
void lanes_open(struct lanes *lanes);

/* One round: so many moves in all, at a temperature in points; random numbers
 * by seed and round.  False when it was left before its end: then the plan is
 * as before. */
bool lanes_run(struct lanes *lanes, uint64_t seed, uint64_t round,
    uint64_t moves, double temperature);

#endif
