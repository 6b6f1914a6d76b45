/* SPDX-License-Identifier: ISC */
/*
 * reduce_travel: which two places one physician may have on one day.
 *
 * Parts that follow each other are compared on the intervals that there are, by
 * the measure of H12: places that never do have no link, those that do not on
 * every day are barred from each other in that order of parts.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

enum { PAIRS = PART_COUNT - 1, MINUTES_MOST = 1440, PAIRS_AT_ONCE = 1 << 22 };

/* Two spots at which somebody may work. */
struct pair {
	int32_t a, b;
};

struct pairs {
	struct reduction *reduction;
	struct pair *at; /* once each, in order */
	size_t count, room;
};

static int
compare(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

static void
settle(struct pairs *pairs)
{
	size_t kept = 0;

	if (pairs->count > 1)
		qsort(pairs->at, pairs->count, sizeof(pairs->at[0]), compare);
	for (size_t i = 0; i < pairs->count; i++)
		if (kept == 0 ||
		    compare(&pairs->at[kept - 1], &pairs->at[i]) != 0)
			pairs->at[kept++] = pairs->at[i];
	pairs->count = kept;
}

/* Those of one doctor, each with b not before a. */
static void
add_pairs(struct pairs *pairs, size_t doctor)
{
	const struct reduction *reduction = pairs->reduction;
	const struct reduced *r = &reduction->r;
	int32_t from = reduction->access_first[doctor];
	int32_t to = reduction->access_first[doctor + 1];

	for (int32_t i = from; i < to; i++) {
		for (int32_t j = i; j < to; j++) {
			int32_t a = r->access[i].spot, b = r->access[j].spot;

			pairs->at = xgrow(pairs->at, &pairs->room,
			    pairs->count + 1, sizeof(pairs->at[0]));
			pairs->at[pairs->count++] = (struct pair){a, b};
		}
	}
}

static bool
is_remote(const struct reduction *reduction, int32_t spot)
{
	return reduction->r.spot[spot].remote;
}

/* The longer way of the two; one that saves nothing where there is none. */
static int32_t
minutes_between(const struct reduction *reduction, int32_t a, int32_t b)
{
	const struct travel *travel = reduction->facts->travel;
	const struct place *one = &reduction->place[a];
	const struct place *other = &reduction->place[b];
	unsigned there = travel_minutes(travel, one, other);
	unsigned back = travel_minutes(travel, other, one);

	if (is_remote(reduction, a) || is_remote(reduction, b))
		return MINUTES_MOST;
	if (back > there)
		there = back;
	return there < MINUTES_MOST ? (int32_t)there : MINUTES_MOST;
}

/* Half-days that overlap are never one's (H01). */
static bool
fits(const struct reduction *reduction, const struct demand *a,
    const struct demand *b)
{
	int64_t left = a->from + a->length;
	unsigned minutes;

	if (b->from < left && !reduce_is_off(reduction, 1))
		return false;
	return is_remote(reduction, a->spot) || is_remote(reduction, b->spot) ||
	    reduce_is_off(reduction, 12) ||
	    travel_fits(reduction->facts->travel, &reduction->place[a->spot],
		left, &reduction->place[b->spot], b->from, &minutes);
}

/* What became of going from one to the other, by the first part. */
struct found {
	bool meets[PAIRS], fails[PAIRS];
};

/* From each demand of a to those of b in the part behind it. */
static void
compare_days(const struct reduction *reduction, int32_t a, int32_t b,
    struct found *found)
{
	const struct demand *demand = reduction->r.demand;
	int32_t j = reduction->demand_first[b];

	for (int32_t i = reduction->demand_first[a];
	     i < reduction->demand_first[a + 1]; i++) {
		int32_t next = demand[i].half + 1;
		unsigned first = (unsigned)reduce_part(demand[i].half);

		if (first == PAIRS)
			continue;
		while (
		    j < reduction->demand_first[b + 1] && demand[j].half < next)
			j++;
		if (j == reduction->demand_first[b + 1])
			break;
		if (demand[j].half != next)
			continue;
		found->meets[first] = true;
		found->fails[first] |= !fits(reduction, &demand[i], &demand[j]);
	}
}

static void
add_barriers(struct reduced *r, int32_t a, int32_t b, const struct found *found)
{
	for (unsigned first = 0; first < PAIRS; first++) {
		if (!found->fails[first])
			continue;
		r->barrier = xgrow(r->barrier, &r->room.barrier,
		    r->barriers + 1, sizeof(r->barrier[0]));
		r->barrier[r->barriers++] = (struct barrier){a, b, first};
	}
}

/* Whether there is an order of parts in which they always do. */
static bool
does(const struct found *there, const struct found *back)
{
	for (unsigned first = 0; first < PAIRS; first++)
		if ((there->meets[first] && !there->fails[first]) ||
		    (back->meets[first] && !back->fails[first]))
			return true;
	return false;
}

static void
take_pair(struct reduction *reduction, const struct pair *pair)
{
	struct reduced *r = &reduction->r;
	struct found there = {{false}, {false}}, back = there;

	compare_days(reduction, pair->a, pair->b, &there);
	if (pair->a != pair->b)
		compare_days(reduction, pair->b, pair->a, &back);
	for (unsigned first = 0; first < PAIRS; first++)
		if (there.meets[first] || back.meets[first])
			r->gap[first] = MINUTES_MOST;
	if (pair->a == pair->b) {
		add_barriers(r, pair->a, pair->b, &there);
		return;
	}
	if (!does(&there, &back))
		return;
	r->link =
	    xgrow(r->link, &r->room.link, r->links + 1, sizeof(r->link[0]));
	r->link[r->links++] = (struct link_between){
	    pair->a, pair->b, minutes_between(reduction, pair->a, pair->b)};
	add_barriers(r, pair->a, pair->b, &there);
	add_barriers(r, pair->b, pair->a, &back);
}

static int
compare_barriers(const void *left, const void *right)
{
	const struct barrier *a = left, *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

void
reduce_travel(struct reduction *reduction)
{
	struct pairs pairs = {reduction, NULL, 0, 0};

	for (unsigned first = 0; first < PAIRS; first++)
		reduction->r.gap[first] = NONE;
	for (size_t doctor = 0; doctor < reduction->r.doctors; doctor++) {
		add_pairs(&pairs, doctor);
		/* Most pairs are many people's. */
		if (pairs.count > PAIRS_AT_ONCE)
			settle(&pairs);
	}
	settle(&pairs);
	for (size_t i = 0; i < pairs.count; i++)
		take_pair(reduction, &pairs.at[i]);
	if (reduction->r.barriers > 1)
		qsort(reduction->r.barrier, reduction->r.barriers,
		    sizeof(reduction->r.barrier[0]), compare_barriers);
	free(pairs.at);
}
