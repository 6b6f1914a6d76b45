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
	const int64_t *price;
	const struct charge *charge;
	struct board board;
	struct desk desk;
	int32_t physician;
	int64_t best, steps;
};

/* What the choices of the one physician cost at the prices; sites aside. */
static int64_t
priced(const struct brute *brute)
{
	const struct model *model = brute->model;
	int64_t sum = board_cost(&brute->board) * PRICE_ONE;

	for (size_t s = 0; s < model->seats; s++) {
		int32_t choice = brute->board.choice[s];
		const struct offer *offer;
		const struct slot *slot;

		if (choice == OPTION_NONE)
			continue;
		offer = &model->option[choice];
		slot = &model->slot[offer->need];
		sum -= brute->price[offer->need];
		sum += (offer->flags & FLAG_UNSCHEDULED) != 0
		    ? brute->charge->minority
		    : -brute->charge->minority;
		sum += (offer->flags & FLAG_UNPOPULAR) != 0
		    ? brute->charge->unpopular
		    : 0;
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

	in->weight.presence = 0;
	in->rule.minority_physician = in->rule.minority_site = false;
	in->weight.unfair = 0;
	model_free(&town->model);
	model_make(&town->model, in);
	brute->model = &town->model;
	board_make(&brute->board, brute->model);
	desk_make(&brute->desk, &brute->board);
	for (int32_t w = 0; w < in->weeks; w++)
		brute->desk.week[brute->desk.weeks++] = w;
	desk_open(&brute->desk, 0, 0, 1);
	brute->best = INT64_MAX;
}

static void
compare(const struct town_plan *plan)
{
	struct town town;
	struct horizon horizon;
	struct rng rng = rng_of(plan->seed, 1, 2);
	struct charge charge = {(int64_t)rng_below(&rng, 100) * PRICE_ONE,
	    (int64_t)rng_below(&rng, 100) * PRICE_ONE, false};
	struct brute brute = {.charge = &charge};
	int64_t *price, found, sum = 0;

	town_make(&town, plan);
	open_brute(&brute, &town);
	price = xcalloc(town.in.needs + 1, sizeof(*price));
	for (size_t n = 0; n < town.in.needs; n++)
		price[n] = (int64_t)rng_below(&rng, 1200) * PRICE_ONE - 7;
	brute.price = price;
	horizon_make(&horizon, &town.model);
	found = horizon_solve(&horizon, 0, price, &charge);
	for (size_t n = 0; n < town.in.needs; n++) {
		for (unsigned k = 0; k < town.in.need[n].count; k++)
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
	free(price);
	town_free(&town);
}

START_TEST(as_all_plans_of_a_benchmark_week)
{
	struct town_plan plan = {(uint64_t)_i, 1, 2, 1, 3, false};

	compare(&plan);
}
END_TEST

START_TEST(as_all_plans_with_five_parts_and_two_weeks)
{
	struct town_plan plan = {(uint64_t)_i, 1, 1, 2, 1, true};

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
