/* SPDX-License-Identifier: ISC */
/*
 * check_site: the bound of one site at a plan's prices.  A room is all its
 * fillings.
 */
#include "daemon/planner/check/check.h"

#define ONE ((int64_t)65536)
#define NEVER (INT64_MAX / 4)

struct filling {
	const struct instance *in;
	const struct plan *plan;
	bool scheduled_only; /* no share at all then */
};

struct room_best {
	int64_t any, seen; /* seen: with somebody there in person */
};

static bool
in_person(const struct instance *in, const struct need *need)
{
	return !in->activity[need->activity].remote &&
	    (in->weight.presence_parts >> half_part(need->half) & 1) != 0;
}

/* By whether somebody is there in person, and by rooms used. */
struct room_table {
	int64_t at[2][ROOMS_MAX + 1];
};

static void
clear_room(struct room_table *table)
{
	for (int32_t u = 0; u <= ROOMS_MAX; u++)
		table->at[0][u] = table->at[1][u] = NEVER;
}

/* With f half-days more, which cost so much. */
static void
fill_room(const struct room_table *now, struct room_table *next, int32_t rooms,
    int32_t f, bool person, int64_t cost)
{
	for (int32_t u = 0; u + f <= rooms; u++) {
		for (int s = 0; s < 2; s++) {
			int64_t *to = &next->at[s != 0 || person][u + f];

			if (now->at[s][u] < NEVER && now->at[s][u] + cost < *to)
				*to = now->at[s][u] + cost;
		}
	}
}

/* All fillings of the needs of one half-day, by rooms used. */
static struct room_best
best_room(const struct filling *with, int32_t from, int32_t to)
{
	const struct instance *in = with->in;
	int32_t rooms = in->need[from].rooms;
	struct room_table now, next;
	struct room_best best = {NEVER, NEVER};

	clear_room(&now);
	now.at[0][0] = 0;
	for (int32_t n = from; n < to; n++) {
		const struct need *need = &in->need[n];
		bool unscheduled = in->care[need->care].unscheduled > 0;
		int64_t price = with->plan->slot[n];
		int32_t most = need->count - need->filled;

		if (need->share >= 0 && !with->scheduled_only)
			price += with->plan->share[need->share] *
			    instance_weight(
				in, &in->share[need->share], need->care);
		if (unscheduled && with->scheduled_only)
			most = 0;
		clear_room(&next);
		for (int32_t f = 0; f <= most && f <= rooms; f++) {
			int64_t cost = price * f;

			for (int32_t k = need->filled + f; k < need->count; k++)
				cost +=
				    instance_level(in, need, (unsigned)k) * ONE;
			fill_room(&now, &next, rooms, f,
			    f > 0 && in_person(in, need), cost);
		}
		now = next;
	}
	for (int32_t u = 0; u <= rooms; u++) {
		best.seen = now.at[1][u] < best.seen ? now.at[1][u] : best.seen;
		best.any = now.at[0][u] < best.any ? now.at[0][u] : best.any;
	}
	best.any = best.seen < best.any ? best.seen : best.any;
	return best;
}

/* One day of a site: needs from..to. */
static int64_t
best_day(const struct filling *with, int32_t from, int32_t to)
{
	const struct instance *in = with->in;
	int64_t any = 0, more = NEVER;
	int32_t site = in->need[from].site;
	int64_t worth =
	    (in->site[site].presence +
		instance_dear(in, site, half_day(in->need[from].half))) *
	    ONE;
	bool wanted = false, present = false;

	for (int32_t n = from; n < to;) {
		int32_t end = n;
		struct room_best room;

		for (; end < to && in->need[end].half == in->need[n].half;
		     end++) {
			wanted = wanted || in_person(in, &in->need[end]);
			present = present || in->need[end].present != 0;
		}
		room = best_room(with, n, end);
		any += room.any;
		if (room.seen < NEVER && room.seen - room.any < more)
			more = room.seen - room.any;
		n = end;
	}
	if (!wanted || present)
		return any;
	return any + (more < worth ? more : worth);
}

static int64_t
best_site(const struct filling *with, int32_t site)
{
	const struct instance *in = with->in;
	int64_t sum = 0;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &in->need_first[w * in->sites + site];

		for (int32_t n = at[0]; n < at[1];) {
			int32_t end = n;

			while (end < at[1] &&
			    half_day(in->need[end].half) ==
				half_day(in->need[n].half))
				end++;
			sum += best_day(with, n, end);
			n = end;
		}
	}
	return sum;
}

/* The share that all its needs count for, void without an unscheduled minute
 * and kept by any half-day without one; or -1. */
int32_t
check_site_share(
    const struct instance *in, const struct allowance *allowance, int32_t site)
{
	int32_t g = -1;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &in->need_first[w * in->sites + site];

		for (int32_t n = at[0]; n < at[1]; n++) {
			int32_t share = in->need[n].share;

			if (share < 0 || (g >= 0 && share != g))
				return -1;
			g = share;
		}
	}
	if (g < 0 || !allowance[g].conditional || allowance[g].limit >= 0 ||
	    allowance[g].locked)
		return -1;
	for (size_t c = 0; c < in->cares; c++) {
		if (in->care[c].minutes == 0)
			return -1;
	}
	return g;
}

int64_t
check_site_bound(const struct instance *in, const struct plan *plan,
    const struct allowance *allowance, int32_t site)
{
	int32_t share = check_site_share(in, allowance, site);
	struct filling with = {in, plan, false};
	int64_t best = best_site(&with, site), mixed;

	if (share < 0 || plan->share[share] == 0)
		return best;
	mixed = best + plan->share[share];
	with.scheduled_only = true;
	best = best_site(&with, site);
	return mixed < best ? mixed : best;
}
