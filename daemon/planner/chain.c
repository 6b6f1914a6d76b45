/* SPDX-License-Identifier: ISC */
/* chain: moves with evictions, accepted as in annealing. */
#include "daemon/planner/chain.h"

#include <math.h>

/* LOOKS: of how many random candidates the best is taken. */
enum { LOOSE_MAX = 24, LOOKS = 6, DEPTH_MAX = 5 };

/* What a chain has torn and not mended yet. */
struct loose {
	int32_t seat; /* somebody lost it */
	int32_t slot; /* somebody is missing in it; -1: not to be filled */
	bool rehome;  /* the physician looks for other work */
};

struct chain {
	struct desk *desk;
	struct loose loose[LOOSE_MAX];
	int32_t count, steps;
	int64_t cost;
};

static bool
full_log(const struct chain *chain)
{
	return chain->desk->logged > LOG_MAX - 12 ||
	    chain->count > LOOSE_MAX - 12;
}

/* Empties the seat; the slot wants someone, or the physician other work. */
static bool
vacate(struct chain *chain, int32_t seat, bool hole, bool rehome)
{
	struct desk *desk = chain->desk;
	int32_t was = desk->board->choice[seat];

	if (desk_frozen(desk, seat))
		return false;
	chain->cost += desk_put(desk, seat, OPTION_NONE);
	chain->loose[chain->count++] = (struct loose){
	    seat, hole ? desk->model->option[was].need : -1, rehome};
	return true;
}

/* A taken seat of the range, not `except`, at random; or OPTION_NONE. */
static int32_t
taken_seat(struct desk *desk, int32_t from, int32_t to, int32_t except)
{
	int32_t seen = 0, found = OPTION_NONE;

	for (int32_t s = from; s < to; s++) {
		if (s == except || desk->board->choice[s] == OPTION_NONE)
			continue;
		if (rng_below(&desk->rng, (uint32_t)++seen) == 0)
			found = s;
	}
	return found;
}

static int32_t
taken_anywhere(struct desk *desk, int32_t physician, int32_t except)
{
	const struct model *model = desk->model;
	int32_t start = (int32_t)rng_below(&desk->rng, (uint32_t)desk->weeks);

	for (int32_t i = 0; i < desk->weeks; i++) {
		int32_t week = desk->week[(start + i) % desk->weeks];
		const int32_t *at =
		    &model->week_seat[week * model->in->physicians + physician];
		int32_t seat = taken_seat(desk, at[0], at[1], except);

		if (seat != OPTION_NONE)
			return seat;
	}
	return OPTION_NONE;
}

/* Makes the physician free for the empty seat. */
static bool
make_free(struct chain *chain, int32_t seat, int32_t number)
{
	struct desk *desk = chain->desk;
	const struct model *model = desk->model;
	const struct seat *at = &model->seat[seat];
	int32_t p = at->physician, other, saved;
	int32_t cell = half_week(at->half) * model->in->physicians + p;
	const struct worker *worker = &model->in->physician[p];
	unsigned place = model->option[number].place;

	while ((other = desk_unrested(desk, seat)) != OPTION_NONE) {
		if (!vacate(chain, other, true, false))
			return false;
	}
	for (int side = -1; side <= 1; side += 2) {
		if ((side < 0 ? at->back : at->ahead) == 0 ||
		    desk->board->choice[seat + side] == OPTION_NONE ||
		    desk_neighbours(desk, seat, place, &saved))
			continue;
		if (!vacate(chain, seat + side, true, false))
			return false;
	}
	while (model->shape.count[desk_day(desk, seat)] >= worker->day_max) {
		other = taken_seat(
		    desk, seat - at->back, seat + at->ahead + 1, seat);
		if (other == OPTION_NONE || !vacate(chain, other, true, false))
			return false;
	}
	while (desk->board->worked[cell] >= worker->week_max) {
		other = taken_seat(desk, model->week_seat[cell],
		    model->week_seat[cell + 1], seat);
		if (other == OPTION_NONE || !vacate(chain, other, true, false))
			return false;
	}
	while (desk->physician[p].all >= desk->physician_leave[p].most) {
		other = taken_anywhere(desk, p, seat);
		if (other == OPTION_NONE || !vacate(chain, other, true, false))
			return false;
	}
	return true;
}

/* Makes room in the slot: a holder of it has to go, or one of the room. */
static bool
make_room(struct chain *chain, int32_t need)
{
	struct desk *desk = chain->desk;
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct slot *slot = &model->slot[need];
	const struct room *room = &model->room[slot->room];
	uint32_t pick;
	int32_t n;

	if (board->fill[need] >= slot->count) {
		pick = rng_below(&desk->rng, board->fill[need]);
		return vacate(chain,
		    board->holder[slot->holder + (int32_t)pick], false, true);
	}
	if (board->used[slot->room] < room->rooms)
		return true;
	pick = rng_below(&desk->rng, board->used[slot->room]);
	for (n = room->slot; pick >= board->fill[n]; n++)
		pick -= board->fill[n];
	return vacate(chain,
	    board->holder[model->slot[n].holder + (int32_t)pick], false, true);
}

/* Puts the option on its seat, whoever has to give way. */
static bool
place(struct chain *chain, int32_t seat, int32_t number)
{
	struct desk *desk = chain->desk;

	if (full_log(chain) || desk_frozen(desk, seat))
		return false;
	if (desk->board->choice[seat] != OPTION_NONE &&
	    !vacate(chain, seat, true, false))
		return false;
	if (!make_free(chain, seat, number) ||
	    !make_room(chain, desk->model->option[number].need) ||
	    !desk_can(desk, seat, number))
		return false;
	chain->cost += desk_put(desk, seat, number);
	return true;
}

/* 0 .. below - 1, small numbers more often; not so much that the others are
 * never seen, for prices that rank well on one instance mislead on another. */
static uint32_t
skewed(struct rng *rng, uint32_t below)
{
	double u = rng_unit(rng);

	return (uint32_t)(u * u * below);
}

/* An option of the seat, at random. */
static int32_t
any_option(struct desk *desk, int32_t seat)
{
	const struct seat *at = &desk->model->seat[seat];

	return desk->guide->ranked[at->first +
	    (int32_t)skewed(&desk->rng, (uint32_t)(at[1].first - at->first))];
}

/* A seat of the physician in the weeks of the desk, or OPTION_NONE. */
static int32_t
any_seat(struct desk *desk, int32_t physician)
{
	const struct model *model = desk->model;
	int32_t week = desk->week[rng_below(&desk->rng, (uint32_t)desk->weeks)];
	const int32_t *at =
	    &model->week_seat[week * model->in->physicians + physician];

	return at[0] == at[1]
	    ? OPTION_NONE
	    : at[0] + (int32_t)rng_below(&desk->rng, (uint32_t)(at[1] - at[0]));
}

/* The neighbour of the day that sees the seat, one of two at random; or
 * OPTION_NONE. */
static int32_t
mate(struct desk *desk, int32_t seat)
{
	const struct model *model = desk->model;
	const struct seat *at = &model->seat[seat];
	const int32_t *gap = model->in->rule.gap;
	unsigned part = half_part(at->half);
	bool before =
	    at->back > 0 && at[-1].half == at->half - 1 && gap[part - 1] >= 0;
	bool after =
	    at->ahead > 0 && at[1].half == at->half + 1 && gap[part] >= 0;

	if (before && after)
		return rng_below(&desk->rng, 2) == 0 ? seat - 1 : seat + 1;
	return before ? seat - 1 : after ? seat + 1 : OPTION_NONE;
}

/* The cheapest possible option of an empty seat at the place; or OPTION_NONE.
 */
static int32_t
best_at(const struct desk *desk, int32_t seat, unsigned place, int32_t *cost)
{
	const struct model *model = desk->model;
	int32_t best = OPTION_NONE;

	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++) {
		int32_t value;

		if (model->option[o].place != place || !desk_can(desk, seat, o))
			continue;
		value = desk_cost(desk, seat, o);
		if (best == OPTION_NONE || value < *cost) {
			best = o;
			*cost = value;
		}
	}
	return best;
}

/* The other half-day of the day at the same place, if it is free and pays. */
static void
join_day(struct chain *chain, int32_t seat)
{
	struct desk *desk = chain->desk;
	int32_t other = mate(desk, seat), cost = 0, option;

	if (other == OPTION_NONE || full_log(chain) ||
	    desk->board->choice[other] != OPTION_NONE)
		return;
	option = best_at(desk, other,
	    desk->model->option[desk->board->choice[seat]].place, &cost);
	if (option != OPTION_NONE && cost < 0)
		chain->cost += desk_put(desk, other, option);
}

/* The other half-day of the day goes along to the same place. */
static bool
move_day(struct chain *chain, int32_t seat)
{
	struct desk *desk = chain->desk;
	const struct model *model = desk->model;
	int32_t other = mate(desk, seat), found = OPTION_NONE;
	unsigned place_of, seen = 0;

	if (other == OPTION_NONE)
		return true;
	place_of = model->option[desk->board->choice[seat]].place;
	if (desk->board->choice[other] != OPTION_NONE &&
	    model->option[desk->board->choice[other]].place == place_of)
		return true;
	for (int32_t o = model->seat[other].first;
	     o < model->seat[other + 1].first; o++) {
		if (model->option[o].place == place_of &&
		    rng_below(&desk->rng, ++seen) == 0)
			found = o;
	}
	return found == OPTION_NONE || place(chain, other, found);
}

/* The best of some random options for a physician without a half-day. */
static bool
rehome(struct chain *chain, int32_t physician)
{
	struct desk *desk = chain->desk;
	int32_t best = 0, best_seat = OPTION_NONE, best_option = OPTION_NONE;

	for (int i = 0; i < LOOKS; i++) {
		int32_t seat = any_seat(desk, physician), option, cost;

		if (seat == OPTION_NONE)
			continue;
		option = any_option(desk, seat);
		if (desk->board->choice[seat] != OPTION_NONE ||
		    !desk_can(desk, seat, option))
			continue;
		cost = desk_cost(desk, seat, option);
		if (best_seat == OPTION_NONE || cost < best) {
			best = cost;
			best_seat = seat;
			best_option = option;
		}
	}
	if (best_seat == OPTION_NONE || best > 0)
		return false;
	chain->cost += desk_put(desk, best_seat, best_option);
	join_day(chain, best_seat);
	return true;
}

/* The best of some random physicians for a slot with a place. */
static bool
refill(struct chain *chain, int32_t need)
{
	struct desk *desk = chain->desk;
	const struct model *model = desk->model;
	uint32_t first = (uint32_t)model->taker_first[need];
	uint32_t count = (uint32_t)model->taker_first[need + 1] - first;
	int32_t best = 0;
	const struct taker *chosen = NULL;

	if (count == 0 || desk->board->fill[need] >= model->slot[need].count)
		return true;
	for (int i = 0; i < LOOKS; i++) {
		const struct taker *taker =
		    &desk->guide->taker[first + skewed(&desk->rng, count)];
		int32_t cost;

		if (desk->board->choice[taker->seat] != OPTION_NONE ||
		    !desk_can(desk, taker->seat, taker->option))
			continue;
		cost = desk_cost(desk, taker->seat, taker->option);
		if (chosen == NULL || cost < best) {
			best = cost;
			chosen = taker;
		}
	}
	if (chosen == NULL || best > 0)
		return false;
	chain->cost += desk_put(desk, chosen->seat, chosen->option);
	join_day(chain, chosen->seat);
	return true;
}

static bool
mend(struct chain *chain)
{
	struct desk *desk = chain->desk;
	const struct model *model = desk->model;

	while (chain->count > 0) {
		struct loose loose = chain->loose[--chain->count];

		if (loose.rehome &&
		    !rehome(chain, model->seat[loose.seat].physician) &&
		    chain->steps < DEPTH_MAX && rng_below(&desk->rng, 2) == 0) {
			int32_t seat =
			    any_seat(desk, model->seat[loose.seat].physician);

			chain->steps++;
			if (seat != OPTION_NONE &&
			    !place(chain, seat, any_option(desk, seat)))
				return false;
		}
		if (loose.slot >= 0 && !refill(chain, loose.slot) &&
		    chain->steps < DEPTH_MAX && rng_below(&desk->rng, 2) == 0) {
			const int32_t *first = &model->taker_first[loose.slot];
			const struct taker *taker =
			    &desk->guide->taker[first[0] +
				(int32_t)skewed(&desk->rng,
				    (uint32_t)(first[1] - first[0]))];

			chain->steps++;
			if (desk->board->choice[taker->seat] != taker->option &&
			    !place(chain, taker->seat, taker->option))
				return false;
		}
	}
	return true;
}

static int64_t
move(struct desk *desk, double temperature, uint32_t first, uint32_t count)
{
	struct chain chain = {.desk = desk};
	int32_t seat = (int32_t)(first + rng_below(&desk->rng, count));
	int32_t option = any_option(desk, seat);
	double limit = -temperature * log(rng_unit(&desk->rng) + 1e-12);
	bool good;

	desk->logged = 0;
	if (option == desk->board->choice[seat])
		good = vacate(&chain, seat, true, true);
	else
		good = place(&chain, seat, option) &&
		    (rng_below(&desk->rng, 2) == 0 || move_day(&chain, seat));
	if (good && mend(&chain) && (double)chain.cost <= limit &&
	    desk_minority(desk))
		return chain.cost;
	desk_undo(desk, 0);
	return 0;
}

int64_t
chain_run(struct desk *desk, const struct guide *guide, uint64_t moves,
    double temperature)
{
	const struct model *model = desk->model;
	int64_t cost = 0;

	desk->guide = guide;
	for (int32_t i = 0; i < desk->weeks; i++) {
		size_t cell =
		    (size_t)desk->week[i] * (size_t)model->in->physicians;
		uint32_t first = (uint32_t)model->week_seat[cell];
		uint32_t count =
		    (uint32_t)
			model->week_seat[cell + (size_t)model->in->physicians] -
		    first;

		for (uint64_t m = 0; count > 0 && m < moves * count; m++)
			cost += move(desk, temperature, first, count);
	}
	return cost;
}
