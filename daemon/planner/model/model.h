/* SPDX-License-Identifier: ISC */
/*
 * model: an instance as the planner computes with it.
 *
 * An option (struct offer) is a physician taking one half-day of a need.  A
 * seat is a physician's half-day with at least one option; his options of it
 * lie together and are sorted by place.  Seats are sorted by week, physician
 * and half-day; everything of one week lies together, for threads work on
 * weeks.  A need at a site uses a room of its half-day and, in person, a visit
 * of its day.  Immutable once made, so threads share it.
 */
#ifndef PLANNER_MODEL_H
#define PLANNER_MODEL_H

#include "daemon/planner/instance/shape.h"

enum { OPTION_NONE = -1 };

enum option_flag {
	FLAG_UNSCHEDULED = 1,
	FLAG_UNPOPULAR = 2,
	FLAG_VISIT = 4, /* makes a presence */
	FLAG_KINDS = 8
};

/* There are many: each is kept in 8 bytes. */
struct offer {
	int32_t need : 28;
	uint8_t flags : 4;
	int32_t cost : 24;
	uint8_t place; /* of the physician's own */
};

enum { OPTION_COST_MAX = (1 << 23) - 1 };

/* The limit of a share to which nobody can bring an unscheduled minute. */
#define SHARE_FREE (INT64_MAX / 4)

struct seat {
	int32_t physician, half;
	int32_t first;       /* its options: to the first of the next seat */
	uint8_t back, ahead; /* seats of the same day before and after it */
	uint8_t most;        /* half-days of its day */
	bool forced;         /* locked: always taken */
};

struct slot { /* one a need */
	int32_t site, half, room, visit;
	int32_t level;  /* its levels: index into level[] */
	int32_t holder; /* index of count holders */
	int32_t share;  /* of the site, or NAMES_NONE */
	uint16_t care;
	uint8_t count; /* still to be filled */
	uint8_t flags;
};

struct room { /* a site and half-day */
	int32_t slot, visit;
	int32_t rooms;
};

struct visit { /* a site and day */
	int32_t room, site, week;
	/* Of somebody there in person; 0: nobody could be, or one is. */
	int32_t worth;
};

/* A locked half-day that cannot be: by what, a filter's word or a rule. */
struct conflict {
	size_t mark; /* index of the instance's */
	const char *word;
};

/* A spread of the instance: where the groups of its physician's places are,
 * and on a board the half-days of each group and the number of groups that
 * have any; groups wanted besides what is used already. */
struct model_groups {
	size_t place, count;
	int32_t want, weight;
	size_t total;
};

struct model_spread {
	int32_t *first; /* by physician, and the end; NULL without spreads */
	struct model_groups *list; /* by spread */
	int16_t *group;
	size_t counts;
};

struct model {
	const struct instance *in;
	struct shape shape;
	struct offer *option;
	struct seat *seat;   /* one more than there are */
	int32_t *seat_block; /* the seat of every SEAT_BLOCKth option */
	int32_t *week_seat;  /* week * physicians + physician, and the end */
	struct slot *slot;   /* one more than there are */
	struct room *room;   /* one more */
	struct visit *visit; /* one more */
	int32_t *level;
	size_t options, seats, slots, rooms, visits, holders;
	/* Places of a physician and, by pair of parts, the points saved by
	 * going from one to the other, or APART. */
	int32_t *places; /* count, by physician */
	size_t *saving;  /* by physician * (PART_COUNT - 1) + first part */
	int32_t *save;
	/* What a share may come to; and whether it is void without any minute
	 * unscheduled and has all that its physician or site has. */
	int64_t *share_limit;
	bool *share_whole;
	/* Half-days are of two kinds of care only, by FLAG_UNSCHEDULED: which;
	 * else -1. */
	int32_t plain_care[2];
	bool plain;      /* so it is, and there are no caps */
	int32_t *forced; /* options that locks keep, in order of seats */
	size_t forceds;
	struct conflict *conflict;
	size_t conflicts;
	struct model_spread spread;
	int64_t constant;   /* points whatever is planned */
	int64_t empty_cost; /* of the plan without any half-day */
};

void model_make(struct model *model, const struct instance *in);
void model_free(struct model *model);

/* For model_make: which locked half-days can be, all together. */
void lock_settle(struct model *model);

/* Points saved between the places of two options of consecutive parts. */
static inline int32_t
model_saving(const struct model *model, int32_t physician, unsigned part,
    unsigned from, unsigned to)
{
	size_t at = model->saving[(size_t)physician * (PART_COUNT - 1) + part];

	return model->save[at + from * (size_t)model->places[physician] + to];
}

enum { SEAT_BLOCK = 16 };

/* The seat of an option. */
static inline int32_t
model_seat(const struct model *model, int32_t option)
{
	int32_t seat = model->seat_block[option / SEAT_BLOCK];

	while (model->seat[seat + 1].first <= option)
		seat++;
	return seat;
}

static inline int32_t
model_week_max(const struct model *model, int32_t physician, int32_t week)
{
	return model->in
	    ->week_max[(size_t)physician * (size_t)model->in->weeks +
		(size_t)week];
}

static inline int32_t
model_week_min(const struct model *model, int32_t physician, int32_t week)
{
	return model->in
	    ->week_min[(size_t)physician * (size_t)model->in->weeks +
		(size_t)week];
}

/* Whether any cap counts half-days of the physician. */
static inline bool
model_capped(const struct model *model, int32_t physician)
{
	return model->in->cap_first[physician] !=
	    model->in->cap_first[physician + 1];
}

#endif
