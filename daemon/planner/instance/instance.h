/* SPDX-License-Identifier: ISC */
/*
 * instance: what a plan is made from; instance.md says what it means.
 *
 * Facts only: no option, no cost of one.  Everything refers by number; tokens
 * are kept for printing.  A half-day is numbered by its day since the first and
 * its part: half = day * PART_COUNT + part.  It is filled by the functions of
 * instance_build.h, from lines or by another program part; after
 * instance_finish() needs are sorted by week, site, half, activity and
 * programme, reaches by physician and site, marks by physician and half, and
 * nothing changes any more.
 */
#ifndef PLANNER_INSTANCE_H
#define PLANNER_INSTANCE_H

#include "daemon/base/error.h"
#include "daemon/domain/calendar.h"
#include "daemon/planner/instance/names.h"

enum {
	DAYS_PER_WEEK = 7,
	HALVES_PER_WEEK = DAYS_PER_WEEK * PART_COUNT,
	WEEKS_MAX = 106,
	ACTIVITIES_MAX = 60,
	LEVELS_MAX = 8,
	REACHES_MAX = 255, /* of a physician */
	LIMITS_MAX = 64,   /* caps of a physician, and shares */
	CARES_MAX = 4096,
	LADDERS_MAX = 4096,
	/* With these every sum is far from the end of int64 at 2^-16, and what
	 * an option costs from that of 24 bits. */
	MINUTES_MAX = 1440,
	POINTS_MAX = 1000000, /* of a need, a site, an option */
	CARE_MAX = 1440,      /* minutes of a half-day */
	COUNT_MAX = 10000,
	ROOMS_MAX = 50, /* the half-days in person of a day fit in a byte */
	/* Of places to be combined: too far. */
	APART = -1,
	BY_WEIGHTS = -1
};

/* What each half-day of a need is worth: per mille of the first, not rising;
 * the last is that of all further ones. */
struct ladder {
	unsigned levels;
	int32_t level[LEVELS_MAX];
};

/* What it costs to drop a half-day that is there, and to add one. */
struct stability {
	int32_t drop, add;
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
	struct stability stability;
	uint8_t presence_parts;
	struct ladder ladder;
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
	/* A share of 50 per cent for each physician and site that has none. */
	bool minority_physician, minority_site;
	/* Bits: half-days that count for fairness. */
	uint8_t unpopular_parts, unpopular_days;
	uint8_t units[PART_COUNT]; /* what a half-day counts for a cap */
};

struct activity_kind {
	int32_t factor;      /* per mille of a site's value */
	const char *word;    /* lent, word_len bytes */
	const char *special; /* lent; "" when there is none */
	int word_len;
	bool remote; /* from home: no travel, no presence */
	bool unscheduled, anchored;
};

/* What a physician shall work at several of. */
enum spread_of { SPREAD_SITE, SPREAD_AREA, SPREADS };

struct place {
	int32_t value, rooms;
	int32_t presence; /* points a day without anyone; -1: by the weights */
	/* By what spreads are of: the number of its group plus 1; 0: of
	 * SPREAD_SITE the site by itself, else none; -1: none.  See
	 * instance_group. */
	int32_t group[SPREADS];
};

/* Minutes of a half-day: of care, and of them unscheduled. */
struct care {
	int32_t minutes, unscheduled;
};

struct need {
	int32_t site, half;
	int32_t worth;     /* of its first half-day, in 1/1000 point */
	int32_t share;     /* of the site, or NAMES_NONE */
	int32_t family;    /* as of a share of the site; 0: none */
	int16_t programme; /* or NAMES_NONE */
	uint16_t care;     /* index into care[] */
	uint8_t activity, count;
	uint8_t filled;  /* of count, by what is there and stays */
	uint8_t rooms;   /* of the site, left at this half-day */
	uint8_t present; /* somebody is there already that day */
	uint16_t turn; /* of the turns in which half-days are shared; 0: none */
	uint16_t
	    ladder; /* index into ladder[] plus 1; 0: that of the weights */
};

/* A day of a site that costs more points than others without anyone. */
struct dear_day {
	int32_t site, day, points;
};

struct reach {
	int32_t physician, site, minutes, preference;
};

struct worker {
	uint64_t skills; /* bits of activities */
	int32_t week_min, week_max, horizon_min, horizon_max, day_max;
	int32_t fair_share;
	/* As in struct weights; BY_WEIGHTS until instance_finish. */
	int32_t travel, week_short, unfair;
	int32_t first; /* his reaches; set by instance_finish */
	/* How many he has, set by instance_build; of shares those with a name.
	 */
	int32_t reaches, caps, shares;
	/* For which programme he works where a need has none, plus 1; 0. */
	int32_t programme;
	/* The usual site of a weekday, or NAMES_NONE. */
	int32_t anchor[DAYS_PER_WEEK];
};

struct road {
	int32_t a, b, minutes; /* a < b */
};

/* The half-days of a physician from `from` to before `until`, counted in units,
 * of a programme or of all, unscheduled ones only or all: at most max; and
 * weight points for each that is missing of min. */
struct cap {
	int32_t physician, from, until;
	int32_t programme; /* NAMES_NONE: any */
	int32_t max, min, weight;
	int32_t most; /* max, or what his free half-days come to if less */
	bool unscheduled;
	uint16_t turn; /* of needs of the turn only, to be min; 0: of any */
};

/* The groups of sites in which the physician works in person, with that which
 * counts as one already: weight points for each that is missing of `want`. */
struct spread {
	int32_t physician;
	enum spread_of of;
	int32_t want, weight;
	int32_t used; /* as of instance_group */
};

/*
 * Of the minutes of care, those unscheduled are fewer than `bound` per cent
 * whenever there are any, with what is there already.  Of a site: the needs
 * that refer to it.  Of a physician: his half-days from `from` to before
 * `until`, of a programme or of all; the first share that fits counts.
 */
struct share {
	int32_t physician, site; /* the other is NAMES_NONE */
	int32_t programme;       /* NAMES_NONE: any; of a family: of none */
	/* Of a site: one of several that are told apart by the programme of who
	 * works, by the number of the first of them, plus 1; 0. */
	int32_t family;
	int32_t from, until;
	int32_t bound;
	int32_t rate; /* index into rates; set by instance_finish */
	int64_t minutes, unscheduled;
	int64_t limit; /* set by instance_finish: see instance_weight */
};

enum mark_kind {
	MARK_KEEP,     /* locked: he does this */
	MARK_FORBID,   /* locked: he does not */
	MARK_EXISTING, /* it is there already, and may go at a cost */
	MARK_EXTRA     /* points more */
};

/* Something said of one physician at one need. */
struct mark {
	int32_t physician, site, half, activity;
	int32_t programme; /* NAMES_NONE: none */
	enum mark_kind kind;
	int32_t points; /* of an existing one to drop it, or BY_WEIGHTS */
	size_t line;    /* where it stood, or 0 */
	int32_t need;   /* set by instance_finish */
};

/* A half-day that is there and stays, and is no matter of the plan: it takes a
 * room, is a presence, and keeps its physician from other things. */
struct held {
	int32_t physician; /* NAMES_NONE: of someone else */
	int32_t site, half;
	bool remote;
};

/* From site a in part `first` to site b in the next: not for him. */
struct apart {
	int32_t physician, a, b;
	unsigned first;
};

struct candidate;

/*
 * What decides besides the lines, and lives as long as the instance; all may
 * be NULL.  Only reads; called from several threads once the model is made.
 */
struct hook {
	bool (*allows)(void *context, const struct candidate *candidate);
	int32_t (*extra)(void *context, const struct candidate *candidate);
	/* Instead of what the lines say. */
	struct stability (*stability)(
	    void *context, int32_t physician, const struct need *need);
	void (*release)(void *context);
	void *context;
};

struct reduction;

struct instance {
	/* Of an instance of facts: what its hook asks and frees.  Else NULL. */
	struct reduction *reduction;
	int32_t from; /* a Monday */
	int32_t weeks, days, halves;
	struct weights weight;
	struct rules rule;
	struct hook hook;
	unsigned activities;
	struct activity_kind activity[ACTIVITIES_MAX];
	struct names activity_names, site_names, physician_names;
	struct names programme_names, cap_names, share_names;
	struct names group_names[SPREADS];
	struct place *site;
	struct worker *physician; /* one more than there are */
	int32_t sites, physicians;
	struct need *need;
	int32_t *need_first; /* week * sites + site, and the end */
	struct reach *reach;
	struct road *road; /* sorted by a, b */
	struct care *care;
	struct cap *cap;
	struct share *share; /* the named ones first */
	struct mark *mark;
	struct held *held; /* sorted by physician and half */
	struct apart *apart;
	struct dear_day *dear; /* by site and day */
	struct spread *spread; /* sorted by physician and what they are of */
	struct ladder *ladder;
	size_t needs, reaches, roads, cares, caps, shares, marks, helds, aparts,
	    spreads, dears, ladders;
	/* Caps and shares of a physician: numbers, from first[p] on. */
	int32_t *cap_first, *cap_list, *share_first, *share_list;
	int32_t *rate; /* rate * cares + care: see instance_weight */
	/* The share of a family for a programme, or NAMES_NONE; see
	 * instance_own_share.  NULL when no share is of a family. */
	int32_t *family;
	/* Parts of each day that a physician is free, of these those he
	 * dislikes, and those at which he is held: physician * days + day. */
	uint8_t *free_parts, *disliked, *held_parts;
	/* Half-days of a week: physician * weeks + week. */
	uint8_t *week_min, *week_max;
	struct {
		size_t site, physician, need, reach, road, care, cap, share,
		    mark, held, apart, spread, dear, ladder;
	} room; /* of the arrays */
};

/* A physician, his way to the site, and a need there; all lent. */
struct candidate {
	const struct instance *in;
	const struct reach *reach;
	const struct need *need;
};

/* The activity of a word and a specialty (may be empty), or NAMES_NONE. */
int32_t instance_activity(
    const struct instance *in, struct span word, struct span specialty);
/* The need, or NAMES_NONE; after instance_finish. */
int32_t instance_need(const struct instance *in, int32_t site, int32_t half,
    int32_t activity, int32_t programme);
/* Minutes between two sites; -1 when no line says. */
int32_t instance_minutes(const struct instance *in, int32_t a, int32_t b);
/* The worth of the kth half-day (from 0) of a need, those there counted. */
int32_t instance_level(
    const struct instance *in, const struct need *need, unsigned k);
/* The group of a site: from 0 one that has a name, from -2 down a site by
 * itself, or NAMES_NONE. */
int32_t instance_group(
    const struct instance *in, enum spread_of of, int32_t site);
bool instance_unpopular(const struct instance *in, int32_t half);
/* Points that a day of a site without anyone costs beside its presence. */
int32_t instance_dear(const struct instance *in, int32_t site, int32_t day);
/* Whether the listed pairs keep a physician from going so. */
bool instance_apart(const struct instance *in, int32_t physician,
    unsigned first, int32_t a, int32_t b);
/* The marks of a physician's half-day. */
const struct mark *instance_marks(
    const struct instance *in, int32_t physician, int32_t half, size_t *count);
/* Where he is held at the half-day, or NULL. */
const struct held *instance_held(
    const struct instance *in, int32_t physician, int32_t half);
/* Of a physician's half-day. */
struct stability instance_stability(
    const struct instance *in, int32_t physician, const struct need *need);
/* Points of marks, of what is new, and of the hook. */
int32_t instance_extra(const struct candidate *candidate);
/* Points that existing half-days cost when all of them are dropped. */
int64_t instance_constant(const struct instance *in);
/* The share of the physician that the need counts for, or NAMES_NONE. */
int32_t instance_own_share(
    const struct instance *in, int32_t physician, const struct need *need);
bool instance_in_cap(
    const struct instance *in, const struct cap *cap, const struct need *need);

/*
 * A share is kept when no minute is unscheduled or when the weights of its
 * half-days come to at most its limit: the weight of a half-day is
 * 100 unscheduled - bound minutes, divided by what all such have in common.  A
 * limit below 0 is -1, and the rule void without an unscheduled minute; else
 * it holds in any case.
 */
static inline int32_t
instance_weight(
    const struct instance *in, const struct share *share, unsigned care)
{
	return in->rate[(size_t)share->rate * in->cares + care];
}

/* The largest weight of a half-day in the share, at least 1. */
int32_t instance_heaviest(const struct instance *in, const struct share *share);

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
