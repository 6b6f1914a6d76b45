/* SPDX-License-Identifier: ISC */
/*
 * model: an instance as the planner computes with it.
 *
 * An option (struct offer) is a physician taking one half-day of a need.  A
 * seat is a physician's half-day with at least one option; his options of it
 * lie together and are sorted by place.  Seats are sorted by week, physician
 * and half-day; everything of one week lies together, for threads work on
 * weeks.  A need at a site uses a room of its half-day and, in person, a visit
 * of its day. Immutable once made, so threads share it.
 */
#ifndef PLANNER_MODEL_H
#define PLANNER_MODEL_H

#include "daemon/planner/shape.h"

enum {
	OPTION_NONE = -1,
	APART = -1 /* of two places: too far to combine */
};

enum option_flag {
	FLAG_UNSCHEDULED = 1,
	FLAG_UNPOPULAR = 2,
	FLAG_VISIT = 4 /* makes a presence */
};

struct offer {
	int32_t need, cost;
	uint16_t place; /* of the physician's own */
	uint8_t flags;
};

struct seat {
	int32_t physician, half;
	int32_t first;       /* its options: to the first of the next seat */
	uint8_t back, ahead; /* seats of the same day before and after it */
};

struct slot { /* one a need */
	int32_t site, half, room, visit;
	int32_t level;  /* its levels: index into level[] */
	int32_t holder; /* index of count holders */
	uint8_t count, flags;
};

struct room { /* a site and half-day */
	int32_t slot, visit;
	int32_t rooms;
};

struct visit { /* a site and day */
	int32_t room, site, week;
	int32_t worth; /* 0: nobody could be there in person */
};

struct taker {
	int32_t seat, option;
};

struct model {
	const struct instance *in;
	struct shape shape;
	struct offer *option;
	struct seat *seat;   /* one more than there are */
	int32_t *week_seat;  /* week * physicians + physician, and the end */
	struct slot *slot;   /* one more than there are */
	struct room *room;   /* one more */
	struct visit *visit; /* one more */
	int32_t *level;
	int32_t *worth; /* of presence, by site */
	size_t options, seats, slots, rooms, visits, holders;
	/* Places of a physician and, by pair of parts, the points saved by
	 * going from one to the other, or APART. */
	int32_t *places; /* count, by physician */
	size_t *saving;  /* by physician * (PART_COUNT - 1) + first part */
	int32_t *save;
	/* By slot, its options and their seats: who could take it. */
	int32_t *taker_first;
	struct taker *taker;
	int64_t empty_cost; /* of the plan without any half-day */
};

void model_make(struct model *model, const struct instance *in);
void model_free(struct model *model);

/* Points saved between the places of two options of consecutive parts. */
static inline int32_t
model_saving(const struct model *model, int32_t physician, unsigned part,
    unsigned from, unsigned to)
{
	size_t at = model->saving[(size_t)physician * (PART_COUNT - 1) + part];

	return model->save[at + from * (size_t)model->places[physician] + to];
}

#endif
