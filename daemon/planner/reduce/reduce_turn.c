/* SPDX-License-Identifier: ISC */
/*
 * reduce_turn: how many of the half-days that a sector needs each of its
 * physicians is to do, as minima that cost when they are missed.
 *
 * The half-days are dealt out one by one, each to whom it makes least late: who
 * has least beside his share, which is in proportion to contracts and counts
 * what was done as far back as the book has it.  A half-day that only others
 * could do frees one of theirs for him, along a chain.  So the numbers are as
 * even as absences, quotas and other half-days let them be, and nobody's is one
 * that he cannot reach.  Who joined later begins with the average.
 */
#include "daemon/planner/reduce/reduce_deal.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	MOST = 10000,         /* a turn has no most */
	TURN_LIMITS_MOST = 60 /* of a doctor, with quotas */
};

/* ----- what was done before ----- */

static bool
was_needed(const struct book *book, int32_t sector, const struct assignment *a)
{
	size_t count;
	const int32_t *facts = book_facts(book, KIND_NEED,
	    book_entity(book, KIND_TERRITORY, sector)->id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct need *need =
		    (const struct need *)book_entity(book, KIND_NEED, facts[i]);

		if (need->from <= a->day && need->to >= a->day &&
		    strcmp(need->state, "active") == 0 &&
		    strcmp(need->activity,
			activity_name((enum activity)a->activity)) == 0 &&
		    strcmp(need->specialty,
			book_physician(book, a->physician)->specialty) == 0 &&
		    pattern_has(
			&need->pattern, need->from, a->day, (enum part)a->part))
			return true;
	}
	return false;
}

static double
had_of(const struct reduction *reduction, const struct turn *turn,
    int32_t physician)
{
	const struct book *book = reduction->book;
	struct run run = book_physician_run(book, physician);
	double had = 0;

	for (size_t i = run_from_day(book, run, book_from(book)); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > reduction->facts->to + 1)
			break;
		had += a->day <= reduction->facts->to &&
		    state_blocks((enum state)a->state) &&
		    book_site(book, a->site)->sector == turn->sector &&
		    (a->part == PART_N) == turn->night &&
		    was_needed(book, turn->sector, a);
	}
	return had;
}

/* ----- duties and members ----- */

static void
add_spot(struct round *round, int32_t spot)
{
	for (int32_t i = 0; i < round->spots; i++)
		if (round->spot[i] == spot)
			return;
	round->spot = xgrow(round->spot, &round->spot_room,
	    (size_t)round->spots + 1, sizeof(round->spot[0]));
	round->spot[round->spots++] = spot;
}

/* Whether the share of unscheduled care leaves room for one more; takes it. */
static bool
takes_share(struct given *given, const struct demand *demand)
{
	int64_t *left;

	if (demand->portion == NONE || demand->unscheduled == 0)
		return true;
	left = &given->left[demand->portion];
	if (*left < demand->unscheduled)
		return false;
	*left -= demand->unscheduled;
	return true;
}

static void
add_duties(struct round *round)
{
	const struct reduced *r = &round->reduction->r;

	for (int32_t n = round->given->first[round->turn];
	     n < round->given->first[round->turn + 1]; n++) {
		int32_t i = round->given->demand[n];
		const struct demand *demand = &r->demand[i];

		add_spot(round, demand->spot);
		for (int32_t k = demand->filled;
		     k < demand->count && takes_share(round->given, demand);
		     k++) {
			round->duty = xgrow(round->duty, &round->duty_room,
			    (size_t)round->duties + 1, sizeof(round->duty[0]));
			round->duty[round->duties++] =
			    (struct duty){i, demand->half, NONE, NONE, false};
		}
	}
}

static bool
could(const struct reduction *reduction, int32_t doctor, int32_t number)
{
	const struct reduced *r = &reduction->r;
	const struct demand *demand = &r->demand[number];
	size_t day = (size_t)doctor * (size_t)r->weeks * 7 +
	    (size_t)(demand->half / PART_COUNT);

	return (r->doctor[doctor].skills >> demand->class & 1) != 0 &&
	    (r->free_parts[day] >> (unsigned)reduce_part(demand->half) & 1) !=
	    0 &&
	    reduce_access(reduction, doctor, demand->spot) != NULL &&
	    reduction_allows(
		reduction, doctor, demand->spot, demand->half, demand->class);
}

static void
add_member(struct round *round, int32_t doctor, const bool *can)
{
	const struct reduction *reduction = round->reduction;
	const struct doctor *of = &reduction->r.doctor[doctor];
	int32_t window = reduction->facts->from - book_from(reduction->book);
	struct member member = {.doctor = doctor,
	    .minutes = INT32_MAX,
	    .measure = reduce_measure(reduction, of),
	    .known = reduce_known(reduction, of->physician, window),
	    .had = had_of(
		reduction, &reduction->r.turn[round->turn - 1], of->physician)};
	size_t row = (size_t)round->members * (size_t)round->duties;

	for (int32_t d = 0; d < round->duties; d++) {
		const struct demand *demand =
		    &reduction->r.demand[round->duty[d].demand];
		int32_t minutes;

		if (!can[d])
			continue;
		minutes =
		    reduce_access(reduction, doctor, demand->spot)->minutes;
		if (minutes < member.minutes)
			member.minutes = minutes;
	}
	round->member = xgrow(round->member, &round->member_room,
	    (size_t)round->members + 1, sizeof(round->member[0]));
	round->member[round->members++] = member;
	round->can =
	    xrealloc(round->can, row + (size_t)round->duties * sizeof(bool));
	memcpy(round->can + row, can, (size_t)round->duties * sizeof(bool));
}

static bool
comes_there(const struct round *round, int32_t doctor)
{
	for (int32_t i = 0; i < round->spots; i++)
		if (reduce_access(round->reduction, doctor, round->spot[i]) !=
		    NULL)
			return true;
	return false;
}

/* Whoever could do any of it. */
static void
add_members(struct round *round)
{
	const struct reduction *reduction = round->reduction;
	bool *can = xcalloc((size_t)round->duties + 1, sizeof(can[0]));

	for (int32_t i = 0; i < (int32_t)reduction->r.doctors; i++) {
		bool any = false;

		if (!comes_there(round, i))
			continue;
		for (int32_t d = 0; d < round->duties; d++) {
			/* Several of one demand stand together. */
			can[d] = d > 0 &&
				round->duty[d].demand ==
				    round->duty[d - 1].demand
			    ? can[d - 1]
			    : could(reduction, i, round->duty[d].demand);
			any = any || can[d];
		}
		if (any)
			add_member(round, i, can);
	}
	free(can);
}

static void
set_targets(struct round *round)
{
	double had = 0, known = 0, measure = 0, sum = round->duties;

	for (int32_t m = 0; m < round->members; m++) {
		const struct member *member = &round->member[m];

		had += member->had;
		known += member->known * member->measure;
		measure += member->measure;
	}
	for (int32_t m = 0; m < round->members; m++) {
		struct member *member = &round->member[m];

		if (known > 0)
			member->had +=
			    had / known * member->measure * (1 - member->known);
		sum += member->had;
	}
	for (int32_t m = 0; m < round->members; m++) {
		struct member *member = &round->member[m];

		/* Measures of 0 are equal. */
		member->target = (measure > 0 ? sum * member->measure / measure
					      : sum / round->members) -
		    member->had;
	}
}

/* ----- limits ----- */

static void
enter(struct round *round, const struct duty *duty)
{
	const struct reduced *r = &round->reduction->r;
	struct given *given = round->given;
	size_t doctor = (size_t)round->member[duty->holder].doctor;
	size_t weeks = (size_t)r->weeks;

	given->busy[doctor * weeks * HALVES_OF_WEEK + (size_t)duty->half] = 1;
	given->week[doctor * weeks + (size_t)(duty->half / HALVES_OF_WEEK)]++;
	for (int32_t i = given->limit_first[doctor];
	     i < given->limit_first[doctor + 1]; i++)
		if (duty->half >= r->limit[i].from &&
		    duty->half < r->limit[i].until)
			given->units[i] += deal_units(duty->half);
}

/* What a half-day that is missing counts: at the sites of the sector, for the
 * member's programme. */
static int32_t
weight_of(const struct round *round, const struct member *member)
{
	const struct reduction *reduction = round->reduction;
	const struct reduced *r = &reduction->r;

	return reduce_term(reduction, TERM_TURN,
	    &(struct whose){r->spot[round->spot[0]].site,
		reduce_programme(reduction, member->doctor),
		reduction->facts->from});
}

static void
add_limit(struct round *round, const struct member *member)
{
	struct reduced *r = &round->reduction->r;
	bool night = r->turn[round->turn - 1].night;
	int32_t weight = weight_of(round, member);

	if (member->count == 0 || weight == 0 ||
	    round->given->limits[member->doctor] == TURN_LIMITS_MOST)
		return;
	round->given->limits[member->doctor]++;
	r->limit =
	    xgrow(r->limit, &r->room.limit, r->limits + 1, sizeof(r->limit[0]));
	r->limit[r->limits++] = (struct limit){.doctor = member->doctor,
	    .until = r->weeks * HALVES_OF_WEEK,
	    .max = MOST,
	    .min = member->count * (night ? 2 : 1),
	    .weight = weight,
	    .turn = round->turn};
}

/* What counts for nobody is not dealt out. */
static bool
counts(const struct round *round)
{
	for (int32_t m = 0; m < round->members; m++)
		if (weight_of(round, &round->member[m]) > 0)
			return true;
	return false;
}

static void
take_turn(struct reduction *reduction, struct given *given, uint16_t turn)
{
	struct round round = {
	    .reduction = reduction, .given = given, .turn = turn};

	add_duties(&round);
	if (round.duties > 0)
		add_members(&round);
	if (counts(&round)) {
		set_targets(&round);
		reduce_deal(&round);
	}
	for (int32_t d = 0; d < round.duties; d++)
		if (round.duty[d].holder != NONE)
			enter(&round, &round.duty[d]);
	for (int32_t m = 0; m < round.members; m++)
		add_limit(&round, &round.member[m]);
	free(round.duty);
	free(round.member);
	free(round.can);
	free(round.spot);
}

/* By turn, in their own order. */
static void
sort_demands(struct given *given, const struct reduced *r)
{
	given->first = xcalloc(r->turns + 3, sizeof(int32_t));
	given->demand = xcalloc(r->demands + 1, sizeof(int32_t));
	/* Shifted by one while they are filled in. */
	for (size_t i = 0; i < r->demands; i++)
		given->first[r->demand[i].turn + 2]++;
	for (size_t t = 1; t <= r->turns + 2; t++)
		given->first[t] += given->first[t - 1];
	for (size_t i = 0; i < r->demands; i++)
		given->demand[given->first[r->demand[i].turn + 1]++] =
		    (int32_t)i;
}

/* Unscheduled minutes under the bound when so many others are had; those of a
 * site and quarter stand together, by programme. */
static void
find_left(struct given *given, const struct reduced *r)
{
	int64_t *other = reduce_other_care(r);

	given->left = xcalloc(r->portions + 1, sizeof(given->left[0]));
	for (size_t i = 0; i < r->portions; i++) {
		const struct portion *portion = &r->portion[i];
		int64_t bound = portion->bound, left = INT64_MAX;
		size_t first = reduce_first_portion(r, i);

		if (bound < 100)
			left = (bound * (portion->care + other[first]) -
				   100 * portion->unscheduled - 1) /
			    (100 - bound);
		if (left > given->left[first])
			given->left[first] = left;
	}
	free(other);
}

/* Quotas stand in the order of doctors. */
static void
given_init(struct given *given, const struct reduced *r)
{
	size_t weeks = r->doctors * (size_t)r->weeks, at = 0;

	given->busy = xcalloc(weeks * HALVES_OF_WEEK + 1, 1);
	given->week = xcalloc(weeks + 1, 1);
	given->units = xcalloc(r->limits + 1, sizeof(int32_t));
	given->limit_first = xcalloc(r->doctors + 1, sizeof(int32_t));
	given->limits = xcalloc(r->doctors + 1, sizeof(int32_t));
	sort_demands(given, r);
	find_left(given, r);
	for (size_t i = 0; i <= r->doctors; i++) {
		given->limit_first[i] = (int32_t)at;
		while (at < r->limits && r->limit[at].doctor == (int32_t)i)
			at++;
		given->limits[i] = (int32_t)at - given->limit_first[i];
	}
}

void
reduce_turns(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	struct given given;

	if (r->turns == 0)
		return;
	given_init(&given, r);
	for (size_t i = 0; i < r->turns; i++)
		take_turn(reduction, &given, (uint16_t)(i + 1));
	free(given.busy);
	free(given.week);
	free(given.units);
	free(given.limit_first);
	free(given.limits);
	free(given.first);
	free(given.left);
	free(given.demand);
}
