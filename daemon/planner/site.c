/* SPDX-License-Identifier: ISC */
/* site: the best filling of a site at given prices, visit by visit. */
#include "daemon/planner/relax.h"

#include <string.h>

/* A half-day of a slot that may be filled; worth: what filling it costs. */
struct item {
	int64_t worth;
	int32_t slot;
	bool visit;
};

struct site {
	const struct model *model;
	const struct prices *prices;
	int64_t minority; /* price */
	bool scheduled_only;
	int32_t *filled; /* by slot */
	int32_t all, unscheduled;
};

enum { ITEMS_MAX = ROOMS_MAX + 1 };

/* The cheapest items of a room, in order, at most as many as it holds. */
struct pick {
	struct item item[ITEMS_MAX];
	int32_t count;
	/* The cheapest presence that is not among them. */
	struct item spare;
};

static void
insert(struct pick *pick, int32_t rooms, struct item item)
{
	int32_t at = pick->count;
	struct item out = item;

	while (at > 0 && pick->item[at - 1].worth > item.worth)
		at--;
	if (at < rooms) {
		out = pick->item[rooms - 1];
		memmove(&pick->item[at + 1], &pick->item[at],
		    (size_t)(rooms - 1 - at) * sizeof(item));
		pick->item[at] = item;
		if (pick->count < rooms) {
			pick->count++;
			return;
		}
	}
	if (out.visit && out.worth < pick->spare.worth)
		pick->spare = out;
}

/* What filling the kth half-day of a slot costs, its loss included. */
static int64_t
worth(const struct site *site, int32_t n, unsigned k)
{
	const struct slot *slot = &site->model->slot[n];
	int64_t value = site->prices->slot[n] -
	    site->model->level[slot->level + (int32_t)k] * PRICE_ONE;

	return (slot->flags & FLAG_UNSCHEDULED) != 0 ? value + site->minority
						     : value - site->minority;
}

static void
pick_room(const struct site *site, const struct room *room, struct pick *pick)
{
	const struct model *model = site->model;

	pick->count = 0;
	pick->spare = (struct item){PRICE_NEVER, 0, false};
	for (int32_t n = room->slot; n < room[1].slot; n++) {
		const struct slot *slot = &model->slot[n];

		if ((slot->flags & FLAG_UNSCHEDULED) != 0 &&
		    site->scheduled_only)
			continue;
		for (unsigned k = 0; k < slot->count; k++) {
			struct item item = {worth(site, n, k), n,
			    (slot->flags & FLAG_VISIT) != 0};

			if (room->rooms == 0)
				break;
			if (item.worth < 0)
				insert(pick, room->rooms, item);
			else if (item.visit && item.worth < pick->spare.worth)
				pick->spare = item;
		}
	}
}

static void
take(struct site *site, const struct item *item, int sign)
{
	site->filled[item->slot] += sign;
	site->all += sign;
	if ((site->model->slot[item->slot].flags & FLAG_UNSCHEDULED) != 0)
		site->unscheduled += sign;
}

/* The cheapest way to have someone there, given the picks of a room: *in, for
 * the last of them when the room is full. */
static int64_t
force(const struct pick *pick, int32_t rooms, bool *instead)
{
	*instead = pick->count == rooms;
	if (price_is_never(pick->spare.worth))
		return PRICE_NEVER;
	return pick->spare.worth - (*instead ? pick->item[rooms - 1].worth : 0);
}

static int64_t
solve_visit(struct site *site, const struct visit *visit)
{
	const struct model *model = site->model;
	int64_t sum = 0, forced = PRICE_NEVER;
	struct item in = {0, 0, false}, out = {0, 0, false};
	bool seen = false, instead, swap = false;

	for (int32_t r = visit->room; r < visit[1].room; r++) {
		const struct room *room = &model->room[r];
		struct pick pick;
		int64_t cost;

		pick_room(site, room, &pick);
		for (int32_t i = 0; i < pick.count; i++) {
			sum += pick.item[i].worth;
			seen = seen || pick.item[i].visit;
			take(site, &pick.item[i], 1);
		}
		cost = force(&pick, room->rooms, &instead);
		if (cost < forced) {
			forced = cost;
			in = pick.spare;
			swap = instead;
			if (instead)
				out = pick.item[room->rooms - 1];
		}
	}
	if (seen || visit->worth == 0)
		return sum;
	if (forced >= visit->worth * PRICE_ONE)
		return sum + visit->worth * PRICE_ONE;
	take(site, &in, 1);
	if (swap)
		take(site, &out, -1);
	return sum + forced;
}

/* All that the site can lose, as if nothing were filled. */
static int64_t
solve_all(struct site *site, int32_t number)
{
	const struct model *model = site->model;
	const struct instance *in = model->in;
	int64_t sum = 0;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *n = &in->need_first[w * in->sites + number];

		if (n[0] == n[1])
			continue;
		for (int32_t s = n[0]; s < n[1]; s++) {
			const struct slot *slot = &model->slot[s];

			site->filled[s] = 0;
			for (unsigned k = 0; k < slot->count; k++)
				sum += model->level[slot->level + (int32_t)k] *
				    PRICE_ONE;
		}
		for (int32_t v = model->slot[n[0]].visit;
		     v <= model->slot[n[1] - 1].visit; v++)
			sum += solve_visit(site, &model->visit[v]);
	}
	return sum;
}

int64_t
site_solve(const struct model *model, const struct prices *prices,
    int32_t number, int32_t *filled, int32_t *minority)
{
	struct site site = {
	    model, prices, prices->site[number], false, filled, 0, 0};
	int64_t mixed, scheduled;

	mixed = solve_all(&site, number);
	*minority = 2 * site.unscheduled - site.all;
	if (prices->site[number] == 0) {
		*minority += site.unscheduled > 0;
		return mixed;
	}
	/* Either there is unscheduled care, and at least one half-day more of
	 * the other, or there is none and the rule is void. */
	mixed += prices->site[number];
	++*minority;
	site.minority = 0;
	site.scheduled_only = true;
	scheduled = solve_all(&site, number);
	if (scheduled < mixed) {
		*minority = 0;
		return scheduled;
	}
	site.minority = prices->site[number];
	site.scheduled_only = false;
	solve_all(&site, number);
	return mixed;
}
