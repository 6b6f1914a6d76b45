/* SPDX-License-Identifier: ISC */
/*
 * reduce_term: what a soft term counts, and what one half-day of a doctor does.
 *
 * Every weight is asked for here, by whose it is: a half-day's site has a
 * territory, its doctor works for a programme, and its day is one of those of a
 * weight or not.  What is of no half-day is as on the first day of the plan,
 * and where it has no site as the plan's territory says if that is one alone.
 * Needs have no programme; in a plan of one alone they have that one.
 */
#include "daemon/planner/reduce/reduce_private.h"

/* What counts for one of several counts for none. */
static int32_t
sole(const struct facts *facts, enum kind kind)
{
	int32_t found = REF_NONE;

	for (size_t i = 0; i < facts->scopes; i++) {
		if (facts->scope[i].kind != kind)
			continue;
		if (found != REF_NONE)
			return REF_NONE;
		found = facts->scope[i].index;
	}
	return found;
}

void
reduce_weights(struct reduction *reduction)
{
	reduction->terms = terms_new(reduction->book);
	reduction->territory = sole(reduction->facts, KIND_TERRITORY);
	reduction->programme = sole(reduction->facts, KIND_PROGRAMME);
}

int32_t
reduce_programme(const struct reduction *reduction, int32_t doctor)
{
	int32_t programme = reduction->r.doctor[doctor].programme;

	return programme == NONE ? REF_NONE : reduction->r.programme[programme];
}

int32_t
reduce_term(const struct reduction *reduction, enum term term,
    const struct whose *whose)
{
	int32_t territory = whose->site == REF_NONE
	    ? reduction->territory
	    : book_site(reduction->book, whose->site)->territory;
	int32_t programme = whose->programme == REF_NONE ? reduction->programme
							 : whose->programme;

	return (int32_t)terms_value(
	    reduction->terms, term, territory, programme, whose->day);
}

int32_t
reduce_own_term(
    const struct reduction *reduction, enum term term, int32_t programme)
{
	return reduce_term(reduction, term,
	    &(struct whose){REF_NONE, programme, reduction->facts->from});
}

/* ----- one half-day ----- */

/* Of a doctor at a spot. */
static struct whose
whose_of(const struct reduction *reduction, int32_t doctor, int32_t spot,
    int32_t half)
{
	return (struct whose){reduction->r.spot[spot].site,
	    reduce_programme(reduction, doctor), reduce_day(reduction, half)};
}

/* Points saved by not going home between the half-day and one that stays. */
static int32_t
saved_beside(const struct reduction *reduction, const struct access *access,
    const struct assignment *stays)
{
	const struct doctor *doctor = &reduction->r.doctor[access->doctor];
	int32_t to, minutes, saved;
	struct place there;

	if (!state_blocks((enum state)stays->state) ||
	    !site_is_attended(book_site(reduction->book, stays->site),
		(enum activity)stays->activity))
		return 0;
	site_place(reduction->book, stays->site, stays->day,
	    (enum part)stays->part, &there);
	to = reduce_home_minutes(reduction, doctor->physician, &there);
	minutes = (int32_t)travel_minutes(
	    reduction->facts->travel, &reduction->place[access->spot], &there);
	saved = access->minutes + to - minutes;
	return saved > 0 ? saved * doctor->travel : 0;
}

/* Beside what stays in the part before or after on the same day. */
static int32_t
saved(const struct reduction *reduction, const struct access *access,
    int32_t half)
{
	const struct book *book = reduction->book;
	struct run run = book_physician_run(
	    book, reduction->r.doctor[access->doctor].physician);
	int32_t day = reduce_day(reduction, half), points = 0;
	int part = (int)reduce_part(half);

	for (size_t i = run_from_day(book, run, day); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > day + 1)
			break;
		if (a->day == day &&
		    ((int)a->part == part - 1 || (int)a->part == part + 1))
			points += saved_beside(reduction, access, a);
	}
	return points;
}

struct half_points
reduction_points(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half, int32_t class)
{
	const struct reduced *r = &reduction->r;
	const struct class_of_work *of = &r->class[class];
	const struct whose whose = whose_of(reduction, doctor, spot, half);
	const struct access *access = reduce_access(reduction, doctor, spot);
	size_t day =
	    (size_t)doctor * (size_t)r->weeks * 7 + (size_t)(half / PART_COUNT);
	int32_t usual = r->doctor[doctor].anchor[half / PART_COUNT % 7];
	enum part part = reduce_part(half);
	struct half_points points = {0};

	if (r->unwished[day] >> part & 1)
		points.wish = reduce_term(reduction, TERM_WISH, &whose);
	if (r->disliked[day] >> part & 1)
		points.dislike = reduce_term(reduction, TERM_DISLIKE, &whose);
	if (of->anchored && usual != NONE && usual != spot)
		points.away = reduce_term(reduction, TERM_CONTINUITY, &whose);
	if (of->activity == ACTIVITY_PDSA)
		points.duty = reduce_term(reduction, TERM_DUTY, &whose);
	if (access != NULL && !r->spot[spot].remote)
		points.saved = saved(reduction, access, half);
	return points;
}

struct change_points
reduction_change(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half)
{
	const struct whose whose = whose_of(reduction, doctor, spot, half);
	struct change_points points = {
	    .drop = reduce_term(reduction, TERM_KEEP, &whose)};

	if (reduction->r.remarks > 0)
		points.add = reduce_term(reduction, TERM_ADD, &whose);
	return points;
}
