/* SPDX-License-Identifier: ISC */
/* reduce: the order of its steps, and what an option is asked. */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTER_HOUR = 15, NIGHT_HALF_DAYS = 2 };

void
reduce_fail(struct reduction *reduction, const char *why)
{
	if (!reduction->failed)
		error_set(reduction->error, "%s", why);
	reduction->failed = true;
}

static void
set_weeks(struct reduction *reduction)
{
	const struct facts *facts = reduction->facts;
	struct reduced *r = &reduction->r;

	r->monday = day_week(facts->from);
	r->weeks = (facts->to - r->monday) / 7 + 1;
	if (facts->to < facts->from)
		r->weeks = 0;
}

static void
set_scale(struct reduction *reduction)
{
	static const struct {
		enum term term;
		size_t offset;
	} terms[] = {
	    {TERM_TRAVEL, offsetof(struct scale, travel)},
	    {TERM_WISH, offsetof(struct scale, wish)},
	    {TERM_DISLIKE, offsetof(struct scale, dislike)},
	    {TERM_CONTINUITY, offsetof(struct scale, continuity)},
	    {TERM_OWED, offsetof(struct scale, owed)},
	    {TERM_FAIR, offsetof(struct scale, fair)},
	    {TERM_KEEP, offsetof(struct scale, keep)},
	    {TERM_ADD, offsetof(struct scale, add)},
	    {TERM_DUTY, offsetof(struct scale, duty)},
	    {TERM_SECOND, offsetof(struct scale, level[1])},
	    {TERM_THIRD, offsetof(struct scale, level[2])},
	    {TERM_FURTHER, offsetof(struct scale, level[3])},
	};
	struct scale *scale = &reduction->r.scale;

	scale->level[0] = 1000;
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		int32_t value =
		    (int32_t)reduce_term(reduction, terms[i].term, REF_NONE);

		memcpy((char *)scale + terms[i].offset, &value, sizeof(value));
	}
	/* Half-days of a need are never worth more than the one before. */
	for (unsigned i = 1; i < ARRAY_SIZE(scale->level); i++)
		if (scale->level[i] > scale->level[i - 1])
			scale->level[i] = scale->level[i - 1];
}

struct reduction *
reduction_new(struct facts *facts, struct error *error)
{
	struct reduction *reduction = xcalloc(1, sizeof(*reduction));

	reduction->facts = facts;
	reduction->book = facts->book;
	reduction->error = error;
	set_weeks(reduction);
	reduce_scope(reduction);
	set_scale(reduction);
	reduce_take_out(reduction);
	do {
		reduce_demands(reduction);
		reduce_people(reduction);
		reduce_late(reduction);
	} while (!reduction->failed && reduce_put_back(reduction));
	if (!reduction->failed) {
		reduce_worth(reduction);
		reduce_travel(reduction);
		reduce_limits(reduction);
		reduce_stays(reduction);
		reduce_past(reduction);
		reduce_turns(reduction);
		reduce_labels(reduction);
		reduce_spreads(reduction);
	}
	if (!reduction->failed)
		return reduction;
	reduction_free(reduction);
	return NULL;
}

static void
free_reduced(struct reduced *r)
{
	free(r->spot);
	free(r->demand);
	free(r->doctor);
	free(r->access);
	free(r->link);
	free(r->limit);
	free(r->portion);
	free(r->stay);
	free(r->remark);
	free(r->unkept);
	free(r->barrier);
	free(r->programme);
	free(r->turn);
	free(r->label_day);
	free(r->second);
	free(r->free_parts);
	free(r->disliked);
	free(r->unwished);
	free(r->week_min);
	free(r->week_max);
}

void
reduction_free(struct reduction *reduction)
{
	if (reduction == NULL)
		return;
	if (reduction->taken_out)
		book_retract(reduction->book);
	facts_free(reduction->facts);
	free_reduced(&reduction->r);
	free(reduction->site_in);
	free(reduction->spot_of);
	free(reduction->spot_next);
	free(reduction->place);
	free(reduction->demand_first);
	free(reduction->works);
	free(reduction->works_for);
	free(reduction->doctor_of);
	free(reduction->word);
	free(reduction->access_first);
	free(reduction->movable);
	free(reduction->late);
	free(reduction);
}

bool
reduction_dropped(const struct reduction *reduction, size_t *at, struct id *id)
{
	for (; *at < reduction->movables; ++*at) {
		const struct movable *movable = &reduction->movable[*at];

		if (movable->stays || movable->kept || movable->held)
			continue;
		++*at;
		*id = movable->was.id;
		return true;
	}
	return false;
}

const struct reduced *
reduction_of(const struct reduction *reduction)
{
	return &reduction->r;
}

const char *
reduction_activity_name(unsigned activity)
{
	return activity_name((enum activity)activity);
}

struct id
reduction_site_id(const struct reduction *reduction, int32_t site)
{
	return book_site(reduction->book, site)->entity.id;
}

struct span
reduction_programme_code(const struct reduction *reduction, int32_t programme)
{
	return book_word_text(reduction->book, reduction->word[programme]);
}

/* ----- of one option ----- */

uint32_t
reduce_term(const struct reduction *reduction, enum term term, int32_t site)
{
	const struct facts *facts = reduction->facts;
	int32_t territory = REF_NONE, programme = REF_NONE;
	size_t territories = 0, programmes = 0;

	for (size_t i = 0; i < facts->scopes; i++) {
		if (facts->scope[i].kind == KIND_PROGRAMME && programmes++ == 0)
			programme = facts->scope[i].index;
		if (facts->scope[i].kind == KIND_TERRITORY &&
		    territories++ == 0)
			territory = facts->scope[i].index;
	}
	/* What counts for one of several counts for none. */
	if (programmes != 1)
		programme = REF_NONE;
	if (territories != 1)
		territory = REF_NONE;
	if (site != REF_NONE)
		territory = book_site(reduction->book, site)->territory;
	return term_value(
	    reduction->book, term, territory, programme, facts->from);
}

const struct demand *
reduce_demand(const struct reduction *reduction, int32_t spot, int32_t half,
    int32_t class)
{
	const struct demand *demand = reduction->r.demand;
	int32_t low = reduction->demand_first[spot];
	int32_t high = reduction->demand_first[spot + 1];

	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		const struct demand *at = &demand[middle];

		if (at->half < half || (at->half == half && at->class < class))
			low = middle + 1;
		else
			high = middle;
	}
	return low < reduction->demand_first[spot + 1] &&
		demand[low].half == half && demand[low].class == class
	    ? &demand[low]
	    : NULL;
}

struct assignment
reduce_assignment_at(const struct reduction *reduction,
    const struct doctor *doctor, const struct demand *demand, int32_t site,
    enum activity activity)
{
	const struct tz *tz = book_site(reduction->book, site)->tz;
	enum part part = reduce_part(demand->half);
	struct assignment a = {.from = demand->from,
	    .length = demand->length,
	    .day = reduce_day(reduction, demand->half),
	    .physician = doctor->physician,
	    .site = site,
	    .programme = doctor->programme == NONE
		? REF_NONE
		: reduction->word[doctor->programme],
	    .part = (uint8_t)part,
	    .room = demand->room,
	    .activity = (uint8_t)activity,
	    .state = STATE_DRAFT,
	    .count = part == PART_N ? NIGHT_HALF_DAYS : 1};

	a.offset_from = (int8_t)(tz_offset(tz, a.from) / QUARTER_HOUR);
	a.offset_to = (int8_t)(tz_offset(tz, assignment_to(&a)) / QUARTER_HOUR);
	return a;
}

struct assignment
reduce_assignment(const struct reduction *reduction,
    const struct doctor *doctor, const struct demand *demand)
{
	const struct reduced *r = &reduction->r;

	return reduce_assignment_at(reduction, doctor, demand,
	    r->spot[demand->spot].site,
	    (enum activity)r->class[demand->class].activity);
}

/* The portion of a demand that a doctor's half-days count for, or NULL. */
static const struct portion *
portion_of(const struct reduction *reduction, int32_t doctor,
    const struct demand *demand)
{
	const struct reduced *r = &reduction->r;
	const struct portion *first;

	if (demand->portion == NONE)
		return NULL;
	first = &r->portion[demand->portion];
	for (size_t i = (size_t)demand->portion; i < r->portions; i++) {
		const struct portion *portion = &r->portion[i];

		if (portion->site != first->site ||
		    portion->quarter != first->quarter)
			break;
		if (portion->programme == r->doctor[doctor].programme)
			return portion;
	}
	return NULL;
}

/* What cannot be published, or only after much else, is not planned. */
static bool
keeps_portion(const struct reduction *reduction, int32_t doctor,
    const struct demand *demand)
{
	const struct portion *portion = portion_of(reduction, doctor, demand);

	if (portion == NULL || !portion->broken)
		return true;
	return !portion->lost && demand->unscheduled == 0;
}

bool
reduction_allows(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half, int32_t class)
{
	const struct demand *demand =
	    reduce_demand(reduction, spot, half, class);
	struct assignment a;
	struct finding finding;

	if (demand == NULL || !keeps_portion(reduction, doctor, demand) ||
	    reduce_is_late(reduction, doctor, spot, half))
		return false;
	a = reduce_assignment(reduction, &reduction->r.doctor[doctor], demand);
	return rules_alone(
	    reduction->book, &reduction->facts->rules, &a, &finding);
}

/* Points saved by not going home between the half-day and one that stays. */
static int32_t
saved_beside(const struct reduction *reduction, const struct access *access,
    const struct assignment *stays, int32_t doctor)
{
	const struct reduced *r = &reduction->r;
	int32_t to, minutes, saved;
	struct place there;

	if (!state_blocks((enum state)stays->state) ||
	    !site_is_attended(book_site(reduction->book, stays->site),
		(enum activity)stays->activity))
		return 0;
	site_place(reduction->book, stays->site, stays->day,
	    (enum part)stays->part, &there);
	to =
	    reduce_home_minutes(reduction, r->doctor[doctor].physician, &there);
	minutes = (int32_t)travel_minutes(
	    reduction->facts->travel, &reduction->place[access->spot], &there);
	saved = access->minutes + to - minutes;
	return saved > 0 ? saved * r->scale.travel : 0;
}

/* Beside what stays in the part before or after on the same day. */
static int32_t
saved(const struct reduction *reduction, const struct access *access,
    int32_t doctor, int32_t half)
{
	const struct book *book = reduction->book;
	struct run run =
	    book_physician_run(book, reduction->r.doctor[doctor].physician);
	int32_t day = reduce_day(reduction, half), points = 0;
	int part = (int)reduce_part(half);

	for (size_t i = run_from_day(book, run, day); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > day + 1)
			break;
		if (a->day == day &&
		    ((int)a->part == part - 1 || (int)a->part == part + 1))
			points += saved_beside(reduction, access, a, doctor);
	}
	return points;
}

int32_t
reduction_extra(const struct reduction *reduction, int32_t doctor, int32_t spot,
    int32_t half, int32_t class)
{
	const struct reduced *r = &reduction->r;
	const struct access *access = reduce_access(reduction, doctor, spot);
	size_t day =
	    (size_t)doctor * (size_t)r->weeks * 7 + (size_t)(half / PART_COUNT);
	int32_t points = 0;

	if (r->unwished[day] >> reduce_part(half) & 1)
		points += r->scale.wish;
	if (r->class[class].activity == ACTIVITY_PDSA)
		points += r->scale.duty;
	if (access != NULL && !r->spot[spot].remote)
		points -= saved(reduction, access, doctor, half);
	return points;
}
