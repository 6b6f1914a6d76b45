/* SPDX-License-Identifier: ISC */
/*
 * reduce_past: what was: the usual site of a weekday, from the last quarter;
 * and how many unpopular half-days each has had in twelve months, from which
 * the fair share of those to come follows.
 *
 * Shares are in proportion to what each owes or may do in a year.  Who came
 * later counts for the time before as the average of the others: nobody starts
 * at zero.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { QUARTER_DAYS = 91, YEAR_DAYS = 365, USUAL = 100, SHARE_MOST = 10000 };

/* ----- anchors ----- */

/* Where he was most often on each weekday; few sites each. */
struct often {
	int32_t spot;
	unsigned times;
};

static void
set_anchor(struct doctor *doctor, unsigned weekday, const struct often *often,
    size_t count)
{
	const struct often *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (best == NULL || often[i].times > best->times)
			best = &often[i];
	doctor->anchor[weekday] = best == NULL ? NONE : best->spot;
}

static void
count_there(struct often *often, size_t *count, size_t room, int32_t spot)
{
	size_t i = 0;

	while (i < *count && often[i].spot != spot)
		i++;
	if (i == room)
		return;
	if (i == *count)
		often[(*count)++] = (struct often){spot, 0};
	often[i].times++;
}

static void
find_anchor(
    struct reduction *reduction, struct doctor *doctor, unsigned weekday)
{
	const struct book *book = reduction->book;
	int32_t from = reduction->facts->from;
	struct run run = book_physician_run(book, doctor->physician);
	struct often often[32];
	size_t count = 0;

	for (size_t i = run_from_day(book, run, from - QUARTER_DAYS);
	     i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);
		int32_t spot;

		if (a->day >= from + 1)
			break;
		if (a->day >= from || day_weekday(a->day) != weekday ||
		    a->activity != ACTIVITY_MT ||
		    !state_blocks((enum state)a->state))
			continue;
		spot = reduce_spot(
		    reduction, a->site, a->day, (enum part)a->part, false);
		if (spot != NONE)
			count_there(often, &count, ARRAY_SIZE(often), spot);
	}
	set_anchor(doctor, weekday, often, count);
}

/* ----- fair shares ----- */

struct past {
	double had;     /* unpopular half-days in twelve months */
	double known;   /* part of the twelve months in which he was there */
	double measure; /* what his share is in proportion to */
	bool may;       /* some unpopular half-day to come could be his */
};

static bool is_unpopular(enum class class)
{
	return class != CLASS_PLAIN;
}

static double
counted(const struct reduction *reduction, int32_t physician)
{
	const struct book *book = reduction->book;
	struct counter_question question = {.programme = REF_NONE,
	    .activity = ACTIVITY_COUNT,
	    .from = reduction->facts->from - YEAR_DAYS,
	    .to = book_from(book)};
	double had = 0;

	for (unsigned class = 0; class < CLASS_KINDS; class ++) {
		question.class = (enum class) class;
		if (is_unpopular((enum class) class))
			had += (double)counters_half_days(
			    book_counters(book), physician, &question);
	}
	return had;
}

/* From counters, from the book, and what is there of the plan's own time. */
static double
unpopular_of(const struct reduction *reduction, int32_t physician)
{
	const struct book *book = reduction->book;
	int32_t from = reduction->facts->from - YEAR_DAYS;
	int32_t to = reduction->facts->to;
	struct run run = book_physician_run(book, physician);
	double had = counted(reduction, physician);

	for (size_t i = run_from_day(book, run, from); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > to + 1)
			break;
		if (a->day >= from && a->day <= to &&
		    state_blocks((enum state)a->state) &&
		    is_unpopular(assignment_class(a)))
			had += a->count;
	}
	return had;
}

double
reduce_known(
    const struct reduction *reduction, int32_t physician, int32_t whole)
{
	static const enum kind kinds[] = {KIND_ENROLMENT, KIND_AUTHORISATION};
	const struct book *book = reduction->book;
	struct id id = book_physician(book, physician)->entity.id;
	int32_t first = reduction->facts->from, days;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		size_t count;
		const int32_t *facts = book_facts(book, kinds[k], id, &count);

		for (size_t i = 0; i < count; i++) {
			int32_t from = fact_from(
			    kinds[k], book_entity(book, kinds[k], facts[i]));

			if (from < first)
				first = from;
		}
	}
	days = reduction->facts->from - first;
	return days >= whole ? 1 : (double)days / whole;
}

static double
per_year(const struct quota *quota, uint32_t number)
{
	if (strcmp(quota->period, "week") == 0)
		return number * 52.0;
	if (strcmp(quota->period, "month") == 0)
		return number * 12.0;
	if (strcmp(quota->period, "year") == 0 || quota->to == INT32_MAX)
		return number;
	return number * (double)YEAR_DAYS / (quota->to - quota->from + 1);
}

/* What one of the quotas of an owner lets him do in a year; 0: nothing said. */
static double
measure_by(const struct reduction *reduction, struct id owner, int32_t of)
{
	const struct book *book = reduction->book;
	int32_t day = reduction->facts->from;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_QUOTA, owner, &count);
	double measure = 0;

	for (size_t i = 0; i < count; i++) {
		const struct quota *quota = (const struct quota *)book_entity(
		    book, KIND_QUOTA, facts[i]);
		double year;

		if (quota->from > day || quota->to < day ||
		    strcmp(quota->state, "active") != 0 ||
		    (quota->programme != REF_NONE && quota->programme != of))
			continue;
		year = quota->max == QUOTA_NONE ? per_year(quota, quota->min)
						: per_year(quota, quota->max);
		if (year > 0 && (measure <= 0 || year < measure))
			measure = year;
	}
	return measure;
}

double
reduce_measure(const struct reduction *reduction, const struct doctor *doctor)
{
	const struct book *book = reduction->book;
	int32_t programme = doctor->programme == NONE
	    ? REF_NONE
	    : reduction->r.programme[doctor->programme];
	double measure = measure_by(reduction,
	    book_physician(book, doctor->physician)->entity.id, programme);

	if (measure <= 0 && programme != REF_NONE)
		measure = measure_by(reduction,
		    book_entity(book, KIND_PROGRAMME, programme)->id,
		    programme);
	return measure > 0 ? measure : USUAL;
}

static bool
is_fair_matter(const struct reduction *reduction, const struct demand *demand)
{
	enum part part = reduce_part(demand->half);

	return part == PART_E || part == PART_S || part == PART_N ||
	    day_weekday(reduce_day(reduction, demand->half)) >= 5;
}

/* Whether one of the half-days to come could be the doctor's. */
static bool
may_have(const struct reduction *reduction, size_t number)
{
	const struct reduced *r = &reduction->r;
	const struct doctor *doctor = &r->doctor[number];

	for (int32_t i = reduction->access_first[number];
	     i < reduction->access_first[number + 1]; i++) {
		int32_t spot = r->access[i].spot;

		for (int32_t at = reduction->demand_first[spot];
		     at < reduction->demand_first[spot + 1]; at++) {
			const struct demand *demand = &r->demand[at];
			size_t day = number * (size_t)r->weeks * 7 +
			    (size_t)(demand->half / PART_COUNT);

			if (is_fair_matter(reduction, demand) &&
			    doctor->skills >> demand->class & 1 &&
			    r->free_parts[day] >>
				    (unsigned)reduce_part(demand->half) &
				1)
				return true;
		}
	}
	return false;
}

/* What is to be shared out: half-days had and to come; *measure: among whom. */
static double
sum_up(const struct reduction *reduction, struct past *past, double *measure)
{
	const struct reduced *r = &reduction->r;
	double had = 0, known = 0, sum = 0;

	*measure = 0;
	for (size_t i = 0; i < r->doctors; i++) {
		if (!past[i].may)
			continue;
		had += past[i].had;
		known += past[i].known * past[i].measure;
		*measure += past[i].measure;
	}
	for (size_t i = 0; i < r->doctors; i++) {
		/* As the average of the others had in his time before. */
		if (past[i].may && known > 0)
			past[i].had +=
			    had / known * past[i].measure * (1 - past[i].known);
		if (past[i].may)
			sum += past[i].had;
	}
	for (size_t i = 0; i < r->demands; i++)
		if (is_fair_matter(reduction, &r->demand[i]))
			sum += r->demand[i].count - r->demand[i].filled;
	return sum;
}

static void
set_shares(struct reduction *reduction, struct past *past)
{
	struct reduced *r = &reduction->r;
	double measure, sum = sum_up(reduction, past, &measure);

	for (size_t i = 0; i < r->doctors; i++) {
		double share = 0;

		if (past[i].may && measure > 0)
			share = sum * past[i].measure / measure - past[i].had;
		r->doctor[i].fair_share = share <= 0 ? 0
		    : share < SHARE_MOST             ? (int32_t)floor(share)
						     : SHARE_MOST;
	}
}

void
reduce_past(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	struct past *past = xcalloc(r->doctors, sizeof(past[0]));

	for (size_t i = 0; i < r->doctors; i++) {
		struct doctor *doctor = &r->doctor[i];

		for (unsigned weekday = 0; weekday < 7; weekday++)
			find_anchor(reduction, doctor, weekday);
		past[i] = (struct past){
		    unpopular_of(reduction, doctor->physician),
		    reduce_known(reduction, doctor->physician, YEAR_DAYS),
		    reduce_measure(reduction, doctor), may_have(reduction, i)};
	}
	set_shares(reduction, past);
	free(past);
}
