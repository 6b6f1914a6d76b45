/* SPDX-License-Identifier: ISC */
/*
 * reduce_late: half-days at the end of a day that are too far from others of
 * the same day, or of the next morning.
 *
 * An instance compares parts that follow each other (reduce_travel.c).  Where
 * one lies between, H12 compares them too, when nobody works there then.  Such
 * pairs are few: the later half-day of each is left out for whoever could also
 * do the earlier one.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

static bool
can(const struct reduction *reduction, int32_t doctor,
    const struct demand *demand)
{
	const struct reduced *r = &reduction->r;
	size_t day = (size_t)doctor * (size_t)r->weeks * 7 +
	    (size_t)(demand->half / PART_COUNT);

	return (r->doctor[doctor].skills >> demand->class & 1) != 0 &&
	    (r->free_parts[day] >> (unsigned)reduce_part(demand->half) & 1) !=
	    0;
}

/* In the order of parts; from elsewhere there is no way, but clocks differ. */
static bool
fits(const struct reduction *reduction, const struct demand *a,
    const struct demand *b)
{
	const struct spot *spot = reduction->r.spot;
	int64_t left = a->from + a->length;
	unsigned minutes;

	if (b->from < left && !reduce_is_off(reduction, 1))
		return false;
	return spot[a->spot].remote || spot[b->spot].remote ||
	    reduce_is_off(reduction, 12) ||
	    travel_fits(reduction->facts->travel, &reduction->place[a->spot],
		left, &reduction->place[b->spot], b->from, &minutes);
}

/* First demand of a spot that is not before a half-day. */
static int32_t
first_from(const struct reduction *reduction, int32_t spot, int32_t half)
{
	int32_t low = reduction->demand_first[spot];
	int32_t high = reduction->demand_first[spot + 1];

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (reduction->r.demand[middle].half < half)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether one of the half-days [from, until) at the spot, before or after, is
 * his and too far. */
static bool
is_far(const struct reduction *reduction, int32_t doctor, int32_t spot,
    int32_t from, int32_t until, const struct demand *late)
{
	const struct reduced *r = &reduction->r;

	for (int32_t i = first_from(reduction, spot, from);
	     i < reduction->demand_first[spot + 1] && r->demand[i].half < until;
	     i++) {
		const struct demand *other = &r->demand[i];

		if (can(reduction, doctor, other) &&
		    (other->half < late->half ? !fits(reduction, other, late)
					      : !fits(reduction, late, other)))
			return true;
	}
	return false;
}

static bool
is_too_late(const struct reduction *reduction, int32_t doctor,
    const struct demand *late)
{
	const struct reduced *r = &reduction->r;
	int32_t day = late->half / PART_COUNT * PART_COUNT;
	int32_t next = day + PART_COUNT;

	for (int32_t i = reduction->access_first[doctor];
	     i < reduction->access_first[doctor + 1]; i++) {
		int32_t spot = r->access[i].spot;

		if (is_far(
			reduction, doctor, spot, day, late->half - 1, late) ||
		    is_far(reduction, doctor, spot, next, next + 1, late))
			return true;
	}
	return false;
}

static void
look(struct reduction *reduction, int32_t doctor, int32_t spot)
{
	const struct reduced *r = &reduction->r;

	for (int32_t i = reduction->demand_first[spot];
	     i < reduction->demand_first[spot + 1]; i++) {
		const struct demand *late = &r->demand[i];

		if (reduce_part(late->half) < PART_E ||
		    !can(reduction, doctor, late) ||
		    !is_too_late(reduction, doctor, late))
			continue;
		reduction->late = xgrow(reduction->late, &reduction->late_room,
		    reduction->lates + 1, sizeof(reduction->late[0]));
		reduction->late[reduction->lates++] =
		    (struct late){doctor, spot, late->half};
	}
}

void
reduce_late(struct reduction *reduction)
{
	const struct reduced *r = &reduction->r;

	reduction->lates = 0;
	for (size_t i = 0; i < r->accesses; i++)
		look(reduction, r->access[i].doctor, r->access[i].spot);
}

static int
compare(const void *left, const void *right)
{
	const struct late *a = left, *b = right;

	if (a->doctor != b->doctor)
		return a->doctor < b->doctor ? -1 : 1;
	if (a->spot != b->spot)
		return a->spot < b->spot ? -1 : 1;
	return (a->half > b->half) - (a->half < b->half);
}

bool
reduce_is_late(const struct reduction *reduction, int32_t doctor, int32_t spot,
    int32_t half)
{
	const struct late key = {doctor, spot, half};

	return reduction->lates > 0 &&
	    bsearch(&key, reduction->late, reduction->lates, sizeof(key),
		compare) != NULL;
}
