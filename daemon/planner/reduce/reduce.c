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

struct reduction *
reduction_new(struct facts *facts, struct error *error)
{
	struct reduction *reduction = xcalloc(1, sizeof(*reduction));

	reduction->facts = facts;
	reduction->book = facts->book;
	reduction->error = error;
	set_weeks(reduction);
	reduce_scope(reduction);
	reduce_weights(reduction);
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
	terms_free(reduction->terms);
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
