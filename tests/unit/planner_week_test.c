/* SPDX-License-Identifier: ISC */
/*
 * planner_week_test: the physician's recursion against all his possible plans,
 * on instances small enough to go through them.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/planner_support.h"

#include <stdlib.h>

struct brute {
	const struct model *model;
	const struct prices *prices;
	struct board board;
	struct desk desk;
	int32_t physician;
	int64_t best, steps;
};

/* What a half-day is charged besides. */
static int64_t
charged(const struct brute *brute, const struct need *need)
{
	const struct instance *in = brute->model->in;
	int32_t share = instance_own_share(in, 0, need);
	int64_t sum = 0;

	if (share != NAMES_NONE)
		sum += brute->prices->share[share] *
		    instance_weight(in, &in->share[share], need->care);
	if (instance_unpopular(in, need->half))
		sum += brute->prices->unpopular[0];
	for (size_t c = 0; c < in->caps; c++) {
		if (instance_in_cap(in, &in->cap[c], need))
			sum += brute->prices->cap[c] *
			    in->rule.units[half_part(need->half)];
	}
	return sum;
}

/* What the choices of the one physician cost at the prices; sites aside. */
static int64_t
priced(const struct brute *brute)
{
	const struct model *model = brute->model;
	int64_t sum = (board_cost(&brute->board) - model->constant) * PRICE_ONE;

	for (size_t s = 0; s < model->seats; s++) {
		int32_t choice = brute->board.choice[s];
		const struct offer *offer;
		const struct slot *slot;

		if (choice == OPTION_NONE)
			continue;
		offer = &model->option[choice];
		slot = &model->slot[offer->need];
		sum += charged(brute, &model->in->need[offer->need]) -
		    brute->prices->slot[offer->need];
		/* The half-day is not lost; the site is priced elsewhere. */
		sum += model->level[slot->level] * PRICE_ONE;
	}
	return sum;
}

static void /* NOLINTNEXTLINE(misc-no-recursion) */
go_on(struct brute *brute, size_t seat)
{
	const struct model *model = brute->model;
	int64_t cost;

	if (seat == model->seats) {
		brute->steps++;
		cost = priced(brute);
		if (cost < brute->best)
			brute->best = cost;
		return;
	}
	go_on(brute, seat + 1);
	if (model->seat[seat].forced)
		return;
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++) {
		if (!desk_can(&brute->desk, (int32_t)seat, o))
			continue;
		brute->desk.logged = 0;
		desk_put(&brute->desk, (int32_t)seat, o);
		go_on(brute, seat + 1);
		brute->desk.logged = 0;
		desk_put(&brute->desk, (int32_t)seat, OPTION_NONE);
	}
}

/* All weeks in one desk, without presence and minority, which are no matter of
 * the physician's. */
static void
open_brute(struct brute *brute, struct town *town)
{
	struct instance *in = &town->in;

	for (int32_t s = 0; s < in->sites; s++)
		in->site[s].presence = 0;
	for (size_t c = 0; c < in->caps; c++)
		in->cap[c].min = 0;
	for (int32_t p = 0; p < in->physicians; p++)
		in->physician[p].unfair = 0;
	model_free(&town->model);
	model_make(&town->model, in);
	brute->model = &town->model;
	board_make(&brute->board, brute->model);
	desk_make(&brute->desk, &brute->board);
	for (int32_t w = 0; w < in->weeks; w++)
		brute->desk.week[brute->desk.weeks++] = w;
	desk_open(&brute->desk, 0, 0, 1);
	/* Shares and caps are no matter of the recursion: their prices are. */
	for (size_t g = 0; g < in->shares; g++)
		brute->desk.share_leave[g] =
		    (struct freedom){SHARE_FREE, true, true};
	for (size_t c = 0; c < in->caps; c++)
		brute->desk.cap_leave[c].most = INT32_MAX;
	brute->best = INT64_MAX;
}

static void
compare(const struct town_plan *plan)
{
	struct town town;
	struct horizon horizon;
	struct rng rng = rng_of(plan->seed, 1, 2);
	struct prices prices;
	struct brute brute = {.prices = &prices};
	int64_t found, sum = 0;

	town_make(&town, plan);
	open_brute(&brute, &town);
	prices_make(&prices, &town.model);
	for (size_t n = 0; n < town.in.needs; n++)
		prices.slot[n] = (int64_t)rng_below(&rng, 1200) * PRICE_ONE - 7;
	for (size_t g = 0; g < town.in.shares; g++)
		prices.share[g] = (int64_t)rng_below(&rng, 100) * PRICE_ONE;
	for (size_t c = 0; c < town.in.caps; c++)
		prices.cap[c] = (int64_t)rng_below(&rng, 100) * PRICE_ONE;
	prices.unpopular[0] = (int64_t)rng_below(&rng, 100) * PRICE_ONE;
	horizon_make(&horizon, &town.model);
	found = horizon_solve(&horizon, 0, &prices);
	for (size_t n = 0; n < town.in.needs; n++) {
		for (unsigned k = town.in.need[n].filled;
		     k < town.in.need[n].count; k++)
			sum += instance_level(&town.in, &town.in.need[n], k);
	}
	go_on(&brute, 0);
	ck_assert_msg(brute.best - sum * PRICE_ONE == found,
	    "seed %llu: %lld of %lld plans, %lld by recursion",
	    (unsigned long long)plan->seed,
	    (long long)(brute.best - sum * PRICE_ONE), (long long)brute.steps,
	    (long long)found);
	horizon_free(&horizon);
	desk_free(&brute.desk);
	board_free(&brute.board);
	prices_free(&prices);
	town_free(&town);
}

START_TEST(as_all_plans_of_a_benchmark_week)
{
	struct town_plan plan = {(uint64_t)_i, 1, 2, 1, 3, false, _i % 2 != 0};

	compare(&plan);
}
END_TEST

START_TEST(as_all_plans_with_five_parts_and_two_weeks)
{
	struct town_plan plan = {(uint64_t)_i, 1, 1, 2, 1, true, _i % 2 != 0};

	compare(&plan);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("week");

	tcase_add_loop_test(tcase, as_all_plans_of_a_benchmark_week, 0, 60);
	tcase_add_loop_test(
	    tcase, as_all_plans_with_five_parts_and_two_weeks, 0, 60);
	return planner_main("planner_week", tcase);
}
