/* SPDX-License-Identifier: ISC */
/*
 * reduce_scope: what is planned, who works in it, and what may move.
 *
 * A half-day may move that is of the scope, planned and not begun, whose form
 * is the one that a plan gives: of no rotation, without portions, as long as
 * the site opens.  It is taken out of the book; what then turns out to be
 * nothing that can be planned anew goes back and stays, and so does what keeps
 * a share of unscheduled care below its bound.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/share.h"

#include <stdlib.h>
#include <string.h>

/* ----- sites ----- */

static bool
names_site(const struct reduction *reduction, const struct fact_scope *scope,
    int32_t index)
{
	const struct site *site = book_site(reduction->book, index);

	if (scope->kind == KIND_SITE)
		return scope->index == index;
	return scope->kind == KIND_TERRITORY &&
	    (site->territory == scope->index || site->sector == scope->index);
}

static bool
is_in_scope(const struct reduction *reduction, int32_t index)
{
	const struct facts *facts = reduction->facts;
	bool any = false;

	if (strcmp(book_site(reduction->book, index)->state, "active") != 0)
		return false;
	for (size_t i = 0; i < facts->scopes; i++) {
		if (facts->scope[i].kind == KIND_PROGRAMME)
			continue;
		any = true;
		if (names_site(reduction, &facts->scope[i], index))
			return true;
	}
	return !any;
}

/* ----- programmes ----- */

/* The place of a programme in the scope; SIZE_MAX when it is not there. */
static size_t
rank_of(const struct facts *facts, int32_t programme)
{
	size_t rank = 0;
	bool any = false;

	for (size_t i = 0; i < facts->scopes; i++) {
		if (facts->scope[i].kind != KIND_PROGRAMME)
			continue;
		any = true;
		if (facts->scope[i].index == programme)
			return rank;
		rank++;
	}
	return any ? SIZE_MAX : 0;
}

/* Days of the plan on which an enrolment runs. */
static int32_t
days_of(const struct facts *facts, const struct enrolment *enrolment)
{
	int32_t from = enrolment->from, to = enrolment->to;

	if (strcmp(enrolment->state, "active") != 0)
		return 0;
	if (from < facts->from)
		from = facts->from;
	if (to > facts->to)
		to = facts->to;
	return to < from ? 0 : to - from + 1;
}

static int32_t
number_of(struct reduction *reduction, int32_t programme)
{
	struct reduced *r = &reduction->r;
	const struct programme *at = (const struct programme *)book_entity(
	    reduction->book, KIND_PROGRAMME, programme);

	for (size_t i = 0; i < r->programmes; i++)
		if (r->programme[i] == programme)
			return (int32_t)i;
	r->programme = xgrow(r->programme, &r->room.programme,
	    r->programmes + 1, sizeof(r->programme[0]));
	reduction->word = xgrow(reduction->word, &reduction->word_room,
	    r->programmes + 1, sizeof(reduction->word[0]));
	r->programme[r->programmes] = programme;
	reduction->word[r->programmes] =
	    book_word(reduction->book, span_of(at->code));
	return (int32_t)r->programmes++;
}

/* ----- whom the account may plan ----- */

static bool
is_running(const struct facts *facts, const char *state, int32_t to)
{
	return strcmp(state, "active") == 0 &&
	    to >= (int32_t)(facts->now / SECONDS_PER_DAY) - 1;
}

static bool
enrols(const struct reduction *reduction, struct id physician,
    const struct fact_scope *cover)
{
	size_t count;
	const int32_t *at =
	    book_facts(reduction->book, KIND_ENROLMENT, physician, &count);

	for (size_t i = 0; i < count; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			reduction->book, KIND_ENROLMENT, at[i]);

		if (enrolment->programme == cover->index &&
		    is_running(
			reduction->facts, enrolment->state, enrolment->to))
			return true;
	}
	return false;
}

static bool
authorises(const struct reduction *reduction, struct id physician,
    const struct fact_scope *cover)
{
	size_t count;
	const int32_t *at =
	    book_facts(reduction->book, KIND_AUTHORISATION, physician, &count);

	for (size_t i = 0; i < count; i++) {
		const struct authorisation *authorisation =
		    (const struct authorisation *)book_entity(
			reduction->book, KIND_AUTHORISATION, at[i]);

		if (names_site(reduction, cover, authorisation->site) &&
		    is_running(reduction->facts, authorisation->state,
			authorisation->to))
			return true;
	}
	return false;
}

/* As the daemon has it, which at adoption takes nobody else from the account:
 * session_covers_physician(). */
static bool
is_covered(const struct reduction *reduction, int32_t physician)
{
	const struct facts *facts = reduction->facts;
	struct id id = book_physician(reduction->book, physician)->entity.id;

	for (size_t i = 0; i < facts->covers; i++) {
		const struct fact_scope *cover = &facts->cover[i];

		if (cover->kind == KIND_PROGRAMME
			? enrols(reduction, id, cover)
			: authorises(reduction, id, cover))
			return true;
	}
	return facts->covers == 0;
}

/* For which programme a physician works in the plan: true, with NONE for none;
 * or false when the scope has no part for him. */
static bool
find_programme(struct reduction *reduction, int32_t physician, int32_t *out)
{
	const struct book *book = reduction->book;
	const struct facts *facts = reduction->facts;
	size_t count, best = SIZE_MAX;
	int32_t found = REF_NONE, most = 0;
	const int32_t *at = book_facts(book, KIND_ENROLMENT,
	    book_physician(book, physician)->entity.id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			book, KIND_ENROLMENT, at[i]);
		int32_t days = days_of(facts, enrolment);
		size_t rank = rank_of(facts, enrolment->programme);

		if (days == 0 || rank == SIZE_MAX || rank > best ||
		    (rank == best && days <= most))
			continue;
		best = rank;
		most = days;
		found = enrolment->programme;
	}
	*out = found == REF_NONE ? NONE : number_of(reduction, found);
	return found != REF_NONE || rank_of(facts, REF_NONE) == 0;
}

void
reduce_scope(struct reduction *reduction)
{
	int32_t sites = book_count(reduction->book, KIND_SITE);
	int32_t physicians = book_count(reduction->book, KIND_PHYSICIAN);

	reduction->site_in =
	    xcalloc((size_t)sites, sizeof(reduction->site_in[0]));
	reduction->spot_of =
	    xcalloc((size_t)sites, sizeof(reduction->spot_of[0]));
	for (int32_t i = 0; i < sites; i++)
		reduction->site_in[i] = is_in_scope(reduction, i);
	reduction->works =
	    xcalloc((size_t)physicians, sizeof(reduction->works[0]));
	reduction->works_for =
	    xcalloc((size_t)physicians, sizeof(reduction->works_for[0]));
	reduction->doctor_of =
	    xcalloc((size_t)physicians, sizeof(reduction->doctor_of[0]));
	for (int32_t i = 0; i < physicians; i++)
		reduction->works[i] =
		    find_programme(reduction, i, &reduction->works_for[i]) &&
		    is_covered(reduction, i);
}

/* ----- what may move ----- */

static bool
is_kept(const struct facts *facts, const struct assignment *a)
{
	for (size_t i = 0; i < facts->locks; i++) {
		const struct fact_lock *lock = &facts->lock[i];

		if (lock->keep && lock->physician == a->physician &&
		    lock->day == a->day && (uint8_t)lock->part == a->part)
			return true;
	}
	return false;
}

static bool
has_usual_form(const struct reduction *reduction, const struct assignment *a)
{
	const struct tz *tz = book_site(reduction->book, a->site)->tz;
	int32_t programme = reduction->works_for[a->physician];
	struct opening opening;

	if (a->rotation != 0 || a->unscheduled != 0 || a->remote != 0 ||
	    a->programme !=
		(programme == NONE ? REF_NONE : reduction->word[programme]) ||
	    !site_open(reduction->book, a->site, a->day, (enum part)a->part,
		&opening, NULL))
		return false;
	return a->from == tz_instant(tz, a->day, opening.from) &&
	    assignment_to(a) == tz_instant(tz, a->day, opening.to);
}

bool
reduction_may_move(
    const struct reduction *reduction, const struct assignment *a)
{
	const struct facts *facts = reduction->facts;

	return (a->state == STATE_DRAFT ||
		   (a->state == STATE_PUBLISHED && a->day >= facts->frozen)) &&
	    a->day >= facts->from && a->day <= facts->to &&
	    a->from > facts->now && reduction->site_in[a->site] &&
	    reduction->works[a->physician] && !is_kept(facts, a) &&
	    has_usual_form(reduction, a);
}

static void
suppose(struct reduction *reduction, const struct assignment *was, bool there)
{
	union after after = {.assignment = *was};
	struct change change = {.kind = KIND_ASSIGNMENT,
	    .id = was->id,
	    .rev = was->rev,
	    .after = &after};

	if (!there)
		after.assignment.state = STATE_CANCELLED;
	book_suppose_more(reduction->book, &change);
}

void
reduce_take_out(struct reduction *reduction)
{
	const struct book *book = reduction->book;

	book_suppose(reduction->book, NULL, 0);
	reduction->taken_out = true;
	for (uint32_t i = 0;
	     reduction->facts->may_move && i < book_assignments(book); i++) {
		const struct assignment *a = book_at(book, i);

		if (!reduction_may_move(reduction, a))
			continue;
		reduction->movable =
		    xgrow(reduction->movable, &reduction->movable_room,
			reduction->movables + 1, sizeof(reduction->movable[0]));
		reduction->movable[reduction->movables++] =
		    (struct movable){.was = *a};
	}
	for (size_t i = 0; i < reduction->movables; i++)
		suppose(reduction, &reduction->movable[i].was, false);
}

/* Whether it is an option of the plan. */
static bool
can_be_planned(const struct reduction *reduction, const struct assignment *a)
{
	bool remote = !site_is_attended(
	    book_site(reduction->book, a->site), (enum activity)a->activity);
	int32_t doctor = reduction->doctor_of[a->physician];
	int32_t spot =
	    reduce_spot(reduction, a->site, a->day, (enum part)a->part, remote);
	int32_t class, half = reduce_half(reduction, a->day, a->part);

	if (doctor == NONE || spot == NONE ||
	    reduce_access(reduction, doctor, spot) == NULL)
		return false;
	class = reduce_class(reduction, (enum activity)a->activity,
	    book_physician(reduction->book, a->physician)->specialty);
	return class != NONE &&
	    reduction_allows(reduction, doctor, spot, half, class) &&
	    reduction->r.free_parts[(size_t)doctor *
		    (size_t)reduction->r.weeks * 7 +
		(size_t)(half / PART_COUNT)] >>
		a->part &
	    1;
}

/*
 * Whether it is other care of a group (H16) in which what is there without it
 * is too much unscheduled care already: half-days before the plan's period,
 * behind it, or such as stay.  The share that an instance has for the group
 * takes what is there as given, and would at best become no worse than that,
 * so nothing in it would ask for this half-day or for another one in its place.
 */
static bool
is_leant_on(const struct reduction *reduction, const struct assignment *a)
{
	const struct book *book = reduction->book;
	struct share_group group = share_group(a);
	struct share own = {.snp = 0}, there;
	unsigned bound = share_bound(book, &group);

	share_add(&own, a, 1);
	if (own.all == own.snp || bound >= SHARE_UNBOUND ||
	    group.quarter < book_from(book))
		return false;
	there = share_of(book, &group);
	return reduce_is_high(there.snp, there.all, bound);
}

/*
 * Puts such back one after another, no more than are needed: with what is there
 * then the group keeps its bound, and by the share of the instance it goes on
 * to do so whatever becomes of the others; or all of them are back, and it
 * cannot become worse than it is today.  Whether there are enough depends on
 * what else has gone back, so that this is asked anew each time.
 */
static bool
hold_shares(struct reduction *reduction)
{
	bool any = false;

	if (reduce_is_off(reduction, 16) || reduction->facts->to_repair)
		return false;
	for (size_t i = 0; i < reduction->movables; i++) {
		struct movable *movable = &reduction->movable[i];

		if (movable->stays || !is_leant_on(reduction, &movable->was))
			continue;
		movable->stays = movable->back = true;
		suppose(reduction, &movable->was, true);
		any = true;
	}
	return any;
}

bool
reduce_put_back(struct reduction *reduction)
{
	bool any = false;

	for (size_t i = 0; i < reduction->movables; i++) {
		struct movable *movable = &reduction->movable[i];

		if (movable->stays || can_be_planned(reduction, &movable->was))
			continue;
		movable->stays = true;
		any = true;
	}
	for (size_t i = 0; any && i < reduction->movables; i++) {
		struct movable *movable = &reduction->movable[i];

		if (!movable->stays || movable->back)
			continue;
		movable->back = true;
		suppose(reduction, &movable->was, true);
	}
	return hold_shares(reduction) || any;
}

void
reduce_let_in(struct reduction *reduction)
{
	book_retract(reduction->book);
	reduction->taken_out = false;
}

void
reduce_keep_out(struct reduction *reduction)
{
	book_suppose(reduction->book, NULL, 0);
	reduction->taken_out = true;
	for (size_t i = 0; i < reduction->movables; i++)
		if (!reduction->movable[i].stays)
			suppose(reduction, &reduction->movable[i].was, false);
}
