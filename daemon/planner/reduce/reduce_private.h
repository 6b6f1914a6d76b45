/* SPDX-License-Identifier: ISC */
/*
 * reduce_private: a reduction in the making; for reduce*.c and judge.c.
 *
 * The steps of reduce.c stand in the order in which they are taken; each reads
 * what those before it have made.
 */
#ifndef PLANNER_REDUCE_PRIVATE_H
#define PLANNER_REDUCE_PRIVATE_H

#include "daemon/domain/gap.h"
#include "daemon/domain/open.h"
#include "daemon/domain/term.h"
#include "daemon/planner/reduce/facts_private.h"
#include "daemon/planner/reduce/reduce.h"

enum {
	DAY_TRIP = 360, /* minutes one way: farther nobody goes for a day */
	HALVES_OF_WEEK = 7 * PART_COUNT
};

/* Whom a weight is asked for: the site of a half-day, or REF_NONE; for which
 * programme it is done, or REF_NONE; and when. */
struct whose {
	int32_t site, programme, day;
};

/* A half-day that is there and may go; was: as it is in the book. */
struct movable {
	struct assignment was;
	bool stays; /* it cannot be planned, or must not go: it is left alone */
	bool back;  /* and is in the book again */
	bool kept;  /* by the plan that was judged last */
	bool held;  /* the judge refused that it goes: it is there as it was */
};

/* What a doctor does not do: see reduce_late.c. */
struct late {
	int32_t doctor, spot, half;
};

struct reduction {
	struct facts *facts;
	struct book *book; /* of the facts */
	struct reduced r;
	struct error *error;
	bool failed, taken_out;
	struct terms *terms;
	/* What the plan is of alone, or REF_NONE. */
	int32_t territory, programme;
	bool *site_in;      /* by site: in the scope */
	int32_t *spot_of;   /* by site: the newest of its spots, or NONE */
	int32_t *spot_next; /* by spot: an older one of its site, or NONE */
	size_t spot_room;
	struct place *place; /* by spot */
	size_t place_room;
	int32_t *demand_first; /* by spot, and the end */
	bool *works;           /* by physician: the scope has a part for him */
	int32_t *works_for;    /* by physician: his programme, or NONE */
	int32_t *doctor_of;    /* by physician, or NONE */
	int32_t *word;         /* by programme: of half-days; NONE */
	size_t word_room;
	/* Of each doctor, by spot: the access, or NONE. */
	int32_t *access_first; /* by doctor, and the end */
	struct late *late;     /* by doctor, spot, half */
	size_t lates, late_room;
	size_t book_stays; /* of r.stays, those that the book has */
	struct movable *movable;
	size_t movables, movable_room;
};

static inline int32_t
reduce_day(const struct reduction *reduction, int32_t half)
{
	return reduction->r.monday + half / PART_COUNT;
}

static inline enum part
reduce_part(int32_t half)
{
	return (enum part)(half % PART_COUNT);
}

static inline int32_t
reduce_half(const struct reduction *reduction, int32_t day, unsigned part)
{
	return (day - reduction->r.monday) * PART_COUNT + (int32_t)part;
}

/* Whether the day is one of the weeks of the plan. */
static inline bool
reduce_has_day(const struct reduction *reduction, int32_t day)
{
	return day >= reduction->r.monday &&
	    day < reduction->r.monday + 7 * reduction->r.weeks;
}

/* Whether the daemon does not judge by a rule. */
static inline bool
reduce_is_off(const struct reduction *reduction, unsigned rule)
{
	return (reduction->facts->rules.off & RULE_BIT(rule)) != 0;
}

/* Whether so much of the care is unscheduled as H16 does not allow. */
static inline bool
reduce_is_high(int64_t unscheduled, int64_t care, unsigned bound)
{
	return unscheduled > 0 && unscheduled * 100 >= (int64_t)bound * care;
}

/* What the instance cannot hold: why, of the first time. */
void reduce_fail(struct reduction *reduction, const char *why);

/* reduce_term.c */
void reduce_weights(struct reduction *reduction);
/* The programme that a doctor works for, an index of the book, or REF_NONE. */
int32_t reduce_programme(const struct reduction *reduction, int32_t doctor);
/* What a soft term counts. */
int32_t reduce_term(const struct reduction *reduction, enum term term,
    const struct whose *whose);
/* Of a physician's whole period, for a programme or REF_NONE. */
int32_t reduce_own_term(
    const struct reduction *reduction, enum term term, int32_t programme);

/* reduce.c */
const struct demand *reduce_demand(const struct reduction *reduction,
    int32_t spot, int32_t half, int32_t class);
/* The half-day that a doctor would have: a draft, whose id is nil. */
struct assignment reduce_assignment(const struct reduction *reduction,
    const struct doctor *doctor, const struct demand *demand);

/* reduce_scope.c: sites in scope, who works in it, for which programme. */
void reduce_scope(struct reduction *reduction);
/* Takes out of the book what may move; what it cannot plan goes back. */
void reduce_take_out(struct reduction *reduction);
bool reduce_put_back(struct reduction *reduction);
/* Ends the supposition for a while: the book is as it was read; and makes it
 * again. */
void reduce_let_in(struct reduction *reduction);
void reduce_keep_out(struct reduction *reduction);

/* The same at a site, of an activity; of the demand its time and room. */
struct assignment reduce_assignment_at(const struct reduction *reduction,
    const struct doctor *doctor, const struct demand *demand, int32_t site,
    enum activity activity);

/* reduce_demand.c: spots, classes, demands. */
void reduce_demands(struct reduction *reduction);

/* One half-day of a site with what it needs of a class. */
struct wanted_there {
	int32_t site, day;
	enum part part;
	const struct gap_class *class;
	uint32_t need, have;
	uint16_t turn; /* as of a demand */
};

typedef void reduce_wanted_fn(
    struct reduction *reduction, void *arg, struct wanted_there *wanted);

/* The open cells of a sheet. */
void reduce_each_cell(struct reduction *reduction,
    const struct gap_sheet *sheet, reduce_wanted_fn *each, void *arg);
/* How many days of the plan from a day on are looked at together. */
unsigned reduce_days_from(const struct reduction *reduction, int32_t from);
/* The half-day as it would be at the site: its time, its room, what it counts
 * for; false when it cannot be planned. */
bool reduce_form(const struct reduction *reduction,
    const struct site_view *view, const struct wanted_there *wanted,
    struct demand *form);
void reduce_add_demand(struct reduction *reduction,
    const struct site_view *view, const struct wanted_there *wanted);

/* reduce_sector.c: what sectors need, as demands of their sites. */
void reduce_sectors(struct reduction *reduction);
void reduce_worth(struct reduction *reduction);
/* The spot of a site in a half-day, or NONE. */
int32_t reduce_spot(const struct reduction *reduction, int32_t site,
    int32_t day, enum part part, bool remote);
/* NONE when no demand is of it. */
int32_t reduce_class(const struct reduction *reduction, enum activity activity,
    const char *specialty);

/* reduce_people.c: accesses, free parts, wishes. */
void reduce_people(struct reduction *reduction);
/* NULL: he does not work there. */
const struct access *reduce_access(
    const struct reduction *reduction, int32_t doctor, int32_t spot);
/* Minutes one way from the home of a physician. */
int32_t reduce_home_minutes(const struct reduction *reduction,
    int32_t physician, const struct place *place);

/* reduce_travel.c: links, gaps, barriers. */
void reduce_travel(struct reduction *reduction);

/* reduce_late.c: what is too late for the way. */
void reduce_late(struct reduction *reduction);
bool reduce_is_late(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half);

/* reduce_limit.c: quotas, portions. */
void reduce_limits(struct reduction *reduction);
/* The first of the portions of the same site and quarter. */
size_t reduce_first_portion(const struct reduced *r, size_t portion);
/* Minutes of other than unscheduled care still demanded, by the first portion
 * of a site and quarter; owned. */
int64_t *reduce_other_care(const struct reduced *r) MUST_CHECK;

/* reduce_stay.c: what stays, what is locked, what is there and may move. */
void reduce_stays(struct reduction *reduction);

/* reduce_past.c: anchors, fair shares. */
void reduce_past(struct reduction *reduction);
/* What a doctor's share is in proportion to: half-days of a year. */
double reduce_measure(
    const struct reduction *reduction, const struct doctor *doctor);
/* The part of so many days before the plan since a physician's first enrolment
 * or authorisation. */
double reduce_known(
    const struct reduction *reduction, int32_t physician, int32_t days);

/* reduce_turn.c: fair turns, as limits. */
void reduce_turns(struct reduction *reduction);

/* reduce_label.c: days of labelled sites. */
void reduce_labels(struct reduction *reduction);

/* reduce_spread.c: sites and departements to be had. */
void reduce_spreads(struct reduction *reduction);

#endif
