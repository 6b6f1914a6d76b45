/* SPDX-License-Identifier: ISC */
/*
 * reduce_people: who could do any of it: where, when, and how gladly.
 *
 * A doctor is a physician who is authorised where there is a demand of the own
 * specialty, or could do one from elsewhere.  The parts in which he is free are
 * found by asking the rules about a half-day, leaving out what asks for a
 * place.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTES_MOST = 1440 };

/* H06, H24: who it is; H04, H21: absent, enrolled, offered. */
static const uint32_t rules_of_time =
    RULE_BIT(4) | RULE_BIT(6) | RULE_BIT(21) | RULE_BIT(24);

/* ----- accesses ----- */

int32_t
reduce_home_minutes(const struct reduction *reduction, int32_t physician,
    const struct place *place)
{
	const struct physician *of = book_physician(reduction->book, physician);
	bool placed = place->lat != 0 || place->lon != 0;
	double metres = 1; /* unknown: as near as can be, but another place */
	unsigned minutes;

	if (of->home[0] != '\0' && strcmp(of->home, place->commune) == 0)
		metres = 0;
	if (placed && (of->lat != 0 || of->lon != 0))
		metres =
		    travel_metres(of->lat, of->lon, place->lat, place->lon);
	minutes = travel_over(reduction->facts->travel, metres);
	return minutes < MINUTES_MOST ? (int32_t)minutes : MINUTES_MOST;
}

static uint64_t
skills_of(const struct reduction *reduction, const char *specialty)
{
	const struct reduced *r = &reduction->r;
	uint64_t skills = 0;

	for (size_t i = 0; i < r->classes; i++)
		if (strcmp(r->class[i].specialty, specialty) == 0)
			skills |= UINT64_C(1) << i;
	return skills;
}

/* Classes that are demanded at a spot. */
static uint64_t
wanted_at(const struct reduction *reduction, int32_t spot)
{
	uint64_t wanted = 0;

	for (int32_t i = reduction->demand_first[spot];
	     i < reduction->demand_first[spot + 1]; i++)
		wanted |= UINT64_C(1) << reduction->r.demand[i].class;
	return wanted;
}

static bool
is_too_far(const struct physician *physician, const struct place *place)
{
	if (physician->max_km == 0 ||
	    (physician->lat == 0 && physician->lon == 0) ||
	    (place->lat == 0 && place->lon == 0))
		return false;
	return travel_metres(physician->lat, physician->lon, place->lat,
		   place->lon) > physician->max_km * 1000.0;
}

static void
add_access(
    struct reduction *reduction, int32_t doctor, int32_t spot, int32_t minutes)
{
	struct reduced *r = &reduction->r;

	r->access = xgrow(
	    r->access, &r->room.access, r->accesses + 1, sizeof(r->access[0]));
	r->access[r->accesses++] = (struct access){doctor, spot, minutes};
}

static bool
is_authorised(const struct facts *facts, const struct authorisation *fact)
{
	return strcmp(fact->state, "active") == 0 && fact->from <= facts->to &&
	    fact->to >= facts->from;
}

/* The spots of one site. */
static void
add_site(struct reduction *reduction, const struct doctor *doctor,
    int32_t number, int32_t site, const uint64_t *wanted)
{
	const struct physician *physician =
	    book_physician(reduction->book, doctor->physician);

	for (int32_t spot = reduction->spot_of[site]; spot != NONE;
	     spot = reduction->spot_next[spot]) {
		const struct place *place = &reduction->place[spot];
		int32_t minutes;

		if (reduction->r.spot[spot].remote ||
		    (wanted[spot] & doctor->skills) == 0 ||
		    is_too_far(physician, place))
			continue;
		minutes =
		    reduce_home_minutes(reduction, doctor->physician, place);
		if (minutes <= DAY_TRIP)
			add_access(reduction, number, spot, minutes);
	}
}

static int
compare_spots(const void *left, const void *right)
{
	const struct access *a = left, *b = right;

	return (a->spot > b->spot) - (a->spot < b->spot);
}

static int
compare_minutes(const void *left, const void *right)
{
	const struct access *a = left, *b = right;

	if (a->minutes != b->minutes)
		return a->minutes < b->minutes ? -1 : 1;
	return compare_spots(left, right);
}

/* No spot twice, in the order of spots, and of too many the nearest. */
static void
settle_accesses(struct reduced *r, size_t first)
{
	struct access *access = &r->access[first];
	size_t count = r->accesses - first, kept = 0;

	if (count == 0)
		return;
	qsort(access, count, sizeof(access[0]), compare_spots);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || access[kept - 1].spot != access[i].spot)
			access[kept++] = access[i];
	if (kept > NEAR_MAX) {
		qsort(access, kept, sizeof(access[0]), compare_minutes);
		kept = NEAR_MAX;
		qsort(access, kept, sizeof(access[0]), compare_spots);
	}
	r->accesses = first + kept;
}

static void
find_accesses(struct reduction *reduction, const struct doctor *doctor,
    int32_t number, const uint64_t *wanted)
{
	const struct book *book = reduction->book;
	struct reduced *r = &reduction->r;
	size_t first = r->accesses, count;
	const int32_t *facts = book_facts(book, KIND_AUTHORISATION,
	    book_physician(book, doctor->physician)->entity.id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct authorisation *fact =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, facts[i]);

		if (is_authorised(reduction->facts, fact))
			add_site(reduction, doctor, number, fact->site, wanted);
	}
	for (size_t spot = 0; spot < r->spots; spot++)
		if (r->spot[spot].remote &&
		    (wanted[spot] & doctor->skills) != 0)
			add_access(reduction, number, (int32_t)spot, 0);
	settle_accesses(r, first);
}

const struct access *
reduce_access(const struct reduction *reduction, int32_t doctor, int32_t spot)
{
	int32_t low = reduction->access_first[doctor];
	int32_t high = reduction->access_first[doctor + 1], end = high;
	const struct access *access = reduction->r.access;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (access[middle].spot < spot)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && access[low].spot == spot ? &access[low] : NULL;
}

/* ----- times ----- */

/* Asked of a half-day anywhere, since no place is looked at. */
static bool
is_free(const struct reduction *reduction, const struct doctor *doctor,
    int32_t day, unsigned part)
{
	struct rules rules = reduction->facts->rules;
	struct assignment a = {.from = (int64_t)day * SECONDS_PER_DAY,
	    .length = 3600,
	    .day = day,
	    .physician = doctor->physician,
	    .site = 0,
	    .programme = doctor->programme == NONE
		? REF_NONE
		: reduction->word[doctor->programme],
	    .part = (uint8_t)part,
	    .state = STATE_DRAFT,
	    .count = 1};
	struct finding finding;

	rules.off |= ~rules_of_time;
	return rules_alone(reduction->book, &rules, &a, &finding);
}

/* Parts of a day that active wishes of a kind have; *any: some wish of the kind
 * is running. */
static uint8_t
wishes(const struct reduction *reduction, int32_t physician, const char *kind,
    int32_t day, bool *any)
{
	const struct book *book = reduction->book;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_AVAILABILITY,
	    book_physician(book, physician)->entity.id, &count);
	unsigned parts = 0;

	*any = false;
	for (size_t i = 0; i < count; i++) {
		const struct availability *fact =
		    (const struct availability *)book_entity(
			book, KIND_AVAILABILITY, facts[i]);

		if (fact->from > day)
			break;
		if (fact->to < day || strcmp(fact->state, "active") != 0 ||
		    strcmp(fact->kind, kind) != 0)
			continue;
		*any = true;
		parts |= pattern_parts(&fact->pattern, fact->from, day);
	}
	return (uint8_t)parts;
}

/* Parts in which there is any demand at all, by day of the plan. */
static uint8_t *
demanded_parts(const struct reduction *reduction)
{
	const struct reduced *r = &reduction->r;
	uint8_t *parts = xcalloc((size_t)r->weeks * 7, 1);

	for (size_t i = 0; i < r->demands; i++)
		parts[r->demand[i].half / PART_COUNT] |=
		    (uint8_t)(1u << (unsigned)reduce_part(r->demand[i].half));
	return parts;
}

/* False when he is never free. */
static bool
find_times(struct reduction *reduction, const struct doctor *doctor,
    size_t number, const uint8_t *demanded)
{
	struct reduced *r = &reduction->r;
	size_t days = (size_t)r->weeks * 7, row = number * days;
	bool ever = false, any;

	for (size_t i = 0; i < days; i++) {
		int32_t day = r->monday + (int32_t)i;
		unsigned parts = 0;

		for (unsigned part = 0; part < PART_COUNT; part++)
			if (demanded[i] >> part & 1 &&
			    is_free(reduction, doctor, day, part))
				parts |= 1u << part;
		r->free_parts[row + i] = (uint8_t)parts;
		r->disliked[row + i] = r->unwished[row + i] = 0;
		if (parts == 0)
			continue;
		ever = true;
		r->disliked[row + i] = (uint8_t)(parts &
		    wishes(
			reduction, doctor->physician, "disliked", day, &any));
		parts &= ~(unsigned)wishes(
		    reduction, doctor->physician, "preferred", day, &any);
		r->unwished[row + i] = any ? (uint8_t)parts : 0;
	}
	return ever;
}

/* ----- all together ----- */

static void
add_doctor(struct reduction *reduction, int32_t physician,
    const uint64_t *wanted, const uint8_t *demanded)
{
	struct reduced *r = &reduction->r;
	const struct physician *of = book_physician(reduction->book, physician);
	size_t first = r->accesses;
	int32_t works_for = reduction->works_for[physician];
	int32_t programme =
	    works_for == NONE ? REF_NONE : r->programme[works_for];
	struct doctor doctor = {.physician = physician,
	    .programme = works_for,
	    .skills = skills_of(reduction, of->specialty),
	    .travel = reduce_own_term(reduction, TERM_TRAVEL, programme),
	    .unfair = reduce_own_term(reduction, TERM_FAIR, programme),
	    .week_short = NONE};

	if (doctor.skills == 0)
		return;
	find_accesses(reduction, &doctor, (int32_t)r->doctors, wanted);
	if (r->accesses == first ||
	    !find_times(reduction, &doctor, r->doctors, demanded)) {
		r->accesses = first;
		return;
	}
	id_to_text(of->entity.id, doctor.name);
	reduction->doctor_of[physician] = (int32_t)r->doctors;
	reduction->access_first[r->doctors] = (int32_t)first;
	r->doctor[r->doctors++] = doctor;
}

/* Room for as many as there can be. */
static void
make_room(struct reduction *reduction, size_t physicians)
{
	struct reduced *r = &reduction->r;
	size_t cells = physicians * (size_t)r->weeks * 7;

	if (r->doctor != NULL)
		return;
	r->doctor = xcalloc(physicians + 1, sizeof(r->doctor[0]));
	reduction->access_first =
	    xcalloc(physicians + 1, sizeof(reduction->access_first[0]));
	r->free_parts = xcalloc(cells, 1);
	r->disliked = xcalloc(cells, 1);
	r->unwished = xcalloc(cells, 1);
}

void
reduce_people(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	int32_t physicians = book_count(reduction->book, KIND_PHYSICIAN);
	uint64_t *wanted = xcalloc(r->spots, sizeof(wanted[0]));
	uint8_t *demanded = demanded_parts(reduction);

	make_room(reduction, (size_t)physicians);
	r->doctors = r->accesses = 0;
	for (size_t spot = 0; spot < r->spots; spot++)
		wanted[spot] = wanted_at(reduction, (int32_t)spot);
	for (int32_t i = 0; i < physicians; i++) {
		reduction->doctor_of[i] = NONE;
		if (reduction->works[i] && !reduction->failed)
			add_doctor(reduction, i, wanted, demanded);
	}
	reduction->access_first[r->doctors] = (int32_t)r->accesses;
	free(wanted);
	free(demanded);
}
