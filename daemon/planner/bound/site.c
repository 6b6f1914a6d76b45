/* SPDX-License-Identifier: ISC */
/* site: the best filling of a site at given prices, visit by visit. */
#include "daemon/planner/bound/relax.h"

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
	int32_t *filled;         /* by slot */
	_Atomic int64_t *excess; /* by share */
	/* Of the share last taken for, what is not in its excess yet. */
	int32_t share;
	int64_t weight;
	int32_t taken;
	/* What is lost when nothing is filled, and of it by presence. */
	int64_t levels, empty;
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

	if (slot->share != NAMES_NONE && site->prices->share[slot->share] != 0)
		value += site->prices->share[slot->share] *
		    instance_weight(site->model->in,
			&site->model->in->share[slot->share], slot->care);
	return value;
}

static void
pick_room(const struct site *site, const struct room *room, struct pick *pick)
{
	const struct model *model = site->model;

	pick->count = 0;
	pick->spare = (struct item){PRICE_NEVER, 0, false};
	for (int32_t n = room->slot; n < room[1].slot; n++) {
		const struct slot *slot = &model->slot[n];

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

/* Physicians add to the same shares meanwhile: rarely is better. */
static void
settle(struct site *site)
{
	if (site->weight != 0)
		atomic_fetch_add_explicit(&site->excess[site->share],
		    site->weight, memory_order_relaxed);
	site->weight = 0;
}

static void
take(struct site *site, const struct item *item, int sign)
{
	const struct slot *slot = &site->model->slot[item->slot];

	site->filled[item->slot] += sign;
	site->taken += sign;
	if (slot->share == NAMES_NONE)
		return;
	if (slot->share != site->share)
		settle(site);
	site->share = slot->share;
	site->weight += sign *
	    instance_weight(site->model->in,
		&site->model->in->share[slot->share], slot->care);
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

static int64_t
solve_all(struct site *site, int32_t number)
{
	const struct model *model = site->model;
	const struct instance *in = model->in;
	int64_t sum = 0;

	site->levels = site->empty = 0;
	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *n = &in->need_first[w * in->sites + number];

		if (n[0] == n[1])
			continue;
		for (int32_t s = n[0]; s < n[1]; s++) {
			const struct slot *slot = &model->slot[s];

			site->filled[s] = 0;
			for (unsigned k = 0; k < slot->count; k++)
				site->levels +=
				    model->level[slot->level + (int32_t)k];
		}
		for (int32_t v = model->slot[n[0]].visit;
		     v <= model->slot[n[1] - 1].visit; v++) {
			sum += solve_visit(site, &model->visit[v]);
			site->empty += model->visit[v].worth;
		}
	}
	site->empty += site->levels;
	return sum;
}

/* What was taken in is out again. */
static void
empty_all(struct site *site, int32_t number)
{
	const struct instance *in = site->model->in;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *n = &in->need_first[w * in->sites + number];

		for (int32_t s = n[0]; s < n[1]; s++)
			site->filled[s] = 0;
	}
}

/* The share that all needs of the site count for and that is void without any
 * half-day, or NAMES_NONE. */
static int32_t
whole_share(const struct model *model, int32_t number)
{
	const struct instance *in = model->in;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *n = &in->need_first[w * in->sites + number];
		int32_t share;

		if (n[0] == n[1])
			continue;
		share = model->slot[n[0]].share;
		return share != NAMES_NONE && model->share_whole[share]
		    ? share
		    : NAMES_NONE;
	}
	return NAMES_NONE;
}

int64_t
site_solve(const struct model *model, const struct prices *prices,
    int32_t number, int32_t *filled, _Atomic int64_t *excess)
{
	struct site site = {.model = model,
	    .prices = prices,
	    .filled = filled,
	    .excess = excess,
	    .share = NAMES_NONE};
	int32_t share = whole_share(model, number);
	int64_t mixed = solve_all(&site, number);

	settle(&site);
	mixed += site.levels * PRICE_ONE;
	if (share == NAMES_NONE)
		return mixed;
	/* Either there is something, and then the share is kept; or there is
	 * nothing, and the rule is void. */
	mixed += prices->share[share];
	if (site.taken == 0 || site.empty * PRICE_ONE < mixed)
		excess[share] = -1;
	if (prices->share[share] == 0 || site.empty * PRICE_ONE >= mixed)
		return mixed;
	empty_all(&site, number);
	return site.empty * PRICE_ONE;
}
