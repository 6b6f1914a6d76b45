/* SPDX-License-Identifier: ISC */
/*
 * reduced: what a plan is made from, as numbers, in words that neither the
 * domain nor struct instance has.  reduce*.c make it from a book; reduce_fill.c
 * makes an instance of it.
 *
 * Days count from the first, a Monday; the half-day of a day and a part has the
 * number day * PART_COUNT + part, as in an instance.  Indices that may be
 * absent are NONE then.
 */
#ifndef PLANNER_REDUCED_H
#define PLANNER_REDUCED_H

#include "daemon/domain/calendar.h"
#include "proto/id.h"

#include <stddef.h>

enum {
	NONE = -1,
	CLASSES_MAX = 60,
	NEAR_MAX = 255,
	SPOT_NAME_MAX = 48,
	LEVELS = 4 /* first, second, third, further half-day of a need */
};

/* An activity for a specialty. */
struct class_of_work {
	uint8_t activity; /* enum activity */
	char specialty[9];
	bool unscheduled, anchored;
	int32_t factor; /* thousandths of the worth of the zone */
};

/* Where work is done: a site, a stop of a mobile site, or, from elsewhere, the
 * remote work of a site. */
struct spot {
	int32_t site, stop; /* indices of the book */
	bool remote;
	int32_t rooms;
	int32_t value;            /* points, on the first day */
	int32_t presence;         /* points a day without anybody */
	char area[4];             /* its departement, or "" */
	char name[SPOT_NAME_MAX]; /* the site's id; "/n" behind it */
};

/* Half-days that are wanted: what a site still needs, of a class. */
struct demand {
	int32_t spot, half, class;
	uint8_t count, filled;     /* of count, those that are there and stay */
	uint16_t turn;             /* index plus 1; 0: of none */
	uint16_t level[LEVELS];    /* see struct ladder of an instance */
	uint8_t room;              /* the lowest free one; 0: takes none */
	int32_t worth;             /* of the first, in 1/1000 point */
	int32_t portion;           /* the first of its site's and quarter's */
	int32_t care, unscheduled; /* minutes */
	int64_t from;              /* instant */
	uint32_t length;           /* seconds */
};

struct doctor {
	int32_t physician; /* index of the book */
	int32_t programme; /* index into reduction.programme, or NONE */
	uint64_t skills;   /* bits of classes */
	int32_t fair_share;
	/* Points: a minute of travel, a half-day above the fair share, one that
	 * is missing in a week. */
	int32_t travel, unfair, week_short;
	int32_t anchor[7]; /* spot by weekday, or NONE */
	char name[ID_TEXT_LEN + 1];
};

struct access {
	int32_t doctor, spot, minutes;
};

/* Of two spots: the way, either way. */
struct link_between {
	int32_t a, b, minutes;
};

/* Half-days of [from, until), a night two: at most max, and min wanted, at so
 * many points for each that is missing. */
struct limit {
	int32_t doctor, from, until;
	int32_t max, min, weight;
	uint16_t turn; /* those of a turn only, as of a demand; 0: all */
};

/* What a sector needs of a specialty, which its physicians do in turn; nights
 * by themselves. */
struct turn {
	int32_t sector; /* territory, index of the book */
	char specialty[9];
	bool night;
};

/* A day of a labelled site: points when nobody is there. */
struct label_day {
	int32_t spot, day; /* since the first */
	int32_t points;
};

/* Minutes that are there already of a programme at a site in a quarter. */
struct portion {
	int32_t site, quarter; /* index of the book; its first day */
	int32_t programme;     /* as of a doctor */
	int32_t from, until;   /* half-days of the quarter */
	int32_t bound;         /* per cent */
	int64_t care, unscheduled;
	/* Too high already: no more unscheduled care, and nothing at all when
	 * what is demanded beside could not bring it down. */
	bool broken, lost;
};

/* A half-day that is there and stays. */
struct standing {
	int32_t doctor; /* NONE: of somebody else */
	int32_t spot, half;
	bool remote;
};

enum remark_kind { REMARK_KEEP, REMARK_FORBID, REMARK_EXISTING };

struct remark {
	int32_t doctor, spot, half, class;
	enum remark_kind kind;
};

/* A lock that is no matter of the plan, and what is missing: "period", "need",
 * "programme", "far", or the code of the rule that refuses it. */
struct unkept_lock {
	struct id physician, site;
	int32_t day;
	enum part part;
	const char *activity, *why;
};

/* From spot a in part `first` to b in the next: on some day there is no time.
 */
struct barrier {
	int32_t a, b;
	unsigned first;
};

/* Who is to work at two sites, or in two departements, with one that he had:
 * points for each that is missing. */
struct second {
	int32_t doctor, points;
	bool by_area;
	int32_t site; /* index of the book, or NONE */
	char area[4]; /* or "" */
};

struct facts;
struct reduction;

struct reduced {
	int32_t monday, weeks;
	struct class_of_work class[CLASSES_MAX];
	size_t classes;
	struct spot *spot;
	struct demand *demand; /* by spot, half, class */
	struct doctor *doctor;
	struct access *access; /* by doctor */
	struct link_between *link;
	struct limit *limit;
	struct portion *portion;
	struct standing *stay;
	struct remark *remark;
	struct unkept_lock *unkept;
	struct barrier *barrier; /* by a, b, first */
	int32_t *programme;      /* indices of the book */
	struct turn *turn;
	struct label_day *label_day; /* by spot, day */
	struct second *second;       /* by doctor */
	size_t spots, demands, doctors, accesses, links, limits, portions,
	    stays, remarks, unkepts, barriers, programmes, turns, label_days,
	    seconds;
	struct {
		size_t spot, demand, doctor, access, link, limit, portion, stay,
		    remark, unkept, barrier, programme, turn, label_day, second;
	} room; /* of the arrays */
	/* Of each doctor and day: parts in which he may work at all, and of
	 * these those he dislikes and those he did not wish; bits. */
	uint8_t *free_parts, *disliked, *unwished;
	uint8_t *week_min, *week_max; /* doctor * weeks + week */
	int32_t gap[PART_COUNT - 1];  /* minutes, NONE: parts are apart */
	bool nights;                  /* some demand is at night */
};

#endif
