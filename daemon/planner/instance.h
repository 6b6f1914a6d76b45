/* SPDX-License-Identifier: ISC */
/*
 * instance: what a plan is made from, as read from its lines (instance.md).
 *
 * Facts only: no option, no cost of one.  Everything refers by number; tokens
 * are kept for printing.  A half-day is numbered by its day since the first and
 * its part: half = day * PART_COUNT + part.  Needs are sorted by week, site,
 * half and activity, reaches by physician and site.
 */
#ifndef PLANNER_INSTANCE_H
#define PLANNER_INSTANCE_H

#include "daemon/base/error.h"
#include "daemon/domain/calendar.h"
#include "daemon/planner/names.h"

enum {
	DAYS_PER_WEEK = 7,
	HALVES_PER_WEEK = DAYS_PER_WEEK * PART_COUNT,
	WEEKS_MAX = 106,
	ACTIVITIES_MAX = 60,
	LEVELS_MAX = 8,
	REACHES_MAX = 255, /* of a physician */
	/* With these every sum is far from the end of int64 at 2^-16. */
	MINUTES_MAX = 10000,
	COUNT_MAX = 10000,
	ROOMS_MAX = 50 /* the half-days in person of a day fit in a byte */
};

/* Points, unless said otherwise. */
struct weights {
	int32_t travel;     /* a minute */
	int32_t preference; /* a level of a site's preference */
	int32_t dislike;    /* a half-day that the physician dislikes */
	int32_t anchor;     /* anchored work away from the usual site */
	int32_t week_short, horizon_short; /* a half-day below a minimum */
	int32_t unfair;   /* times m (m + 1) / 2 for m above the fair share */
	int32_t presence; /* per mille of a site's value, a day */
	uint8_t presence_parts;
	unsigned levels;
	int32_t level[LEVELS_MAX]; /* per mille, not rising */
};

/* What the instance switches on. */
struct rules {
	/* Parts i and i + 1 of a day by one physician: at most so many minutes
	 * apart and travel saved; -1: the two do not see each other. */
	int32_t gap[PART_COUNT - 1];
	/* Parts of the next day that a part forbids, and whether across the
	 * end of a week too. */
	uint8_t rest[PART_COUNT];
	bool rest_across;
	/* Unscheduled half-days a strict minority over the horizon. */
	bool minority_physician, minority_site;
	/* Bits: half-days that count for fairness. */
	uint8_t unpopular_parts, unpopular_days;
};

struct activity_kind {
	int32_t factor;      /* per mille of a site's value */
	const char *word;    /* lent, word_len bytes */
	const char *special; /* lent; "" when there is none */
	int word_len;
	bool remote; /* from home: no travel, no presence */
	bool unscheduled, anchored;
};

struct place {
	int32_t value, rooms;
};

struct need {
	int32_t site, half;
	uint8_t activity, count;
};

struct reach {
	int32_t physician, site, minutes, preference;
};

struct worker {
	uint64_t skills; /* bits of activities */
	int32_t week_min, week_max, horizon_min, horizon_max, day_max;
	int32_t fair_share;
	int32_t first; /* his reaches */
	/* The usual site of a weekday, or NAMES_NONE. */
	int32_t anchor[DAYS_PER_WEEK];
};

struct road {
	int32_t a, b, minutes; /* a < b */
};

struct instance {
	int32_t from; /* a Monday */
	int32_t weeks, days, halves;
	struct weights weight;
	struct rules rule;
	unsigned activities;
	struct activity_kind activity[ACTIVITIES_MAX];
	struct names activity_names, site_names, physician_names;
	struct place *site;
	struct worker *physician; /* one more than there are */
	int32_t sites, physicians;
	struct need *need;
	int32_t *need_first; /* week * sites + site, and the end */
	struct reach *reach;
	struct road *road; /* sorted by a, b */
	size_t needs, reaches, roads;
	/* Parts of each day that a physician is free, and of these those he
	 * dislikes: physician * days + day. */
	uint8_t *free_parts, *disliked;
};

/* Reads the whole text; false with "line N: why". */
bool instance_read(struct instance *in, struct span text, struct error *error);
void instance_fini(struct instance *in);

/* For the reader: sorts what it read; false when something stands twice. */
bool instance_sort(struct instance *in, struct error *error);

/* The activity of a word and a specialty (may be empty), or NAMES_NONE. */
int32_t instance_activity(
    const struct instance *in, struct span word, struct span specialty);
/* Minutes between two sites; -1 when no line says. */
int32_t instance_minutes(const struct instance *in, int32_t a, int32_t b);
/* The worth of the kth half-day (from 0) of a need. */
int32_t instance_level(
    const struct instance *in, const struct need *need, unsigned k);
/* What is lost on a day without anyone at the site. */
int32_t instance_presence(const struct instance *in, int32_t site);
bool instance_unpopular(const struct instance *in, int32_t half);

static inline int32_t
half_day(int32_t half)
{
	return half / PART_COUNT;
}

static inline int32_t
half_week(int32_t half)
{
	return half / HALVES_PER_WEEK;
}

static inline unsigned
half_part(int32_t half)
{
	return (unsigned)(half % PART_COUNT);
}

#endif
