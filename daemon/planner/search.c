/* SPDX-License-Identifier: ISC */
/* search: prices first, then annealing whose weeks are dealt out anew in each
 * phase. */
#include "daemon/planner/search.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	DESKS_MAX = 4,
	WEEKS_PER_DESK = 2, /* at least, where there are more desks than one */
	ROUNDS = 300,
	ROUNDS_STEP = 20,
	FIRST_PHASES = 2
};

/* Found by trial on the instances of tests/bench/planner, in points. */
static const double HOT = 90, COLD = 8;

void
search_make(struct search *search, const struct model *model,
    const struct limits *limits)
{
	memset(search, 0, sizeof(*search));
	search->start_us = clock_mono_us();
	search->model = model;
	search->pool = pool_new(limits->threads);
	board_make(&search->board, model);
	board_make(&search->best, model);
	search->desks = model->in->weeks / WEEKS_PER_DESK;
	if (search->desks > DESKS_MAX)
		search->desks = DESKS_MAX;
	if (search->desks < 1)
		search->desks = 1;
	search->desk = xcalloc((size_t)search->desks, sizeof(search->desk[0]));
	for (int32_t i = 0; i < search->desks; i++)
		desk_make(&search->desk[i], &search->board);
	search->cost = board_cost(&search->board);
	dual_make(&search->dual, model, search->pool);
	guide_make(&search->guide, model, search->dual.best.slot);
	search->bound = relax_points(search->dual.bound);
}

void
search_free(struct search *search)
{
	for (int32_t i = 0; i < search->desks; i++)
		desk_free(&search->desk[i]);
	free(search->desk);
	dual_free(&search->dual);
	guide_free(&search->guide);
	board_free(&search->board);
	board_free(&search->best);
	free(search->temperature);
	pool_free(search->pool);
	memset(search, 0, sizeof(*search));
}

double
search_gap(int64_t cost, int64_t bound)
{
	return cost <= 0 ? 0.0 : 100.0 * (double)(cost - bound) / (double)cost;
}

double
search_seconds(const struct search *search)
{
	return (double)(clock_mono_us() - search->start_us) / 1e6;
}

/* Deals the weeks out, at random. */
static void
deal(struct search *search, uint64_t seed, int32_t phase)
{
	struct rng rng = rng_of(seed, (uint64_t)phase, UINT32_MAX);
	int32_t weeks = search->model->in->weeks, week[WEEKS_MAX];

	for (int32_t i = 0; i < weeks; i++)
		week[i] = i;
	for (int32_t i = weeks - 1; i > 0; i--) {
		int32_t j = (int32_t)rng_below(&rng, (uint32_t)i + 1);
		int32_t swap = week[i];

		week[i] = week[j];
		week[j] = swap;
	}
	for (int32_t i = 0; i < search->desks; i++)
		search->desk[i].weeks = 0;
	for (int32_t i = 0; i < weeks; i++) {
		struct desk *desk = &search->desk[i % search->desks];

		desk->week[desk->weeks++] = week[i];
	}
}

struct phase {
	struct search *search;
	uint64_t seed;
	int32_t number;
	double temperature;
};

static void
on_desk(void *context, size_t item, unsigned thread)
{
	const struct phase *phase = context;
	struct search *search = phase->search;
	struct desk *desk = &search->desk[item];

	(void)thread;
	desk->rng = rng_of(phase->seed, (uint64_t)phase->number, item);
	desk_open(desk, rng_mix(phase->seed + (uint64_t)phase->number),
	    (uint32_t)item, (uint32_t)search->desks);
	if (desk->weeks > 0)
		chain_run(desk, &search->guide, 1, phase->temperature);
}

static void
run_phase(
    struct search *search, uint64_t seed, int32_t number, int32_t temperature)
{
	struct phase phase = {search, seed, number, temperature / 65536.0};
	int64_t cost;

	deal(search, seed, number);
	pool_run(search->pool, (size_t)search->desks, on_desk, &phase);
	board_total(&search->board);
	cost = board_cost(&search->board);
	if (cost < search->cost) {
		search->cost = cost;
		board_copy(&search->best, &search->board);
	}
}

static bool
stopped(const struct search *search, const struct limits *limits)
{
	return (limits->stop != NULL && *limits->stop != 0) ||
	    (limits->seconds > 0 && limits->temperature == NULL &&
		search_seconds(search) >= limits->seconds) ||
	    search_gap(search->cost, search->bound) <= limits->gap;
}

static void
tell(const struct search *search, const struct limits *limits)
{
	if (limits->on_progress != NULL)
		limits->on_progress(limits->context, search->cost,
		    search->bound, search->phases);
}

/* A plan to measure prices by, then the prices. */
static void
find_prices(struct search *search, const struct limits *limits)
{
	int32_t most = limits->rounds >= 0 ? limits->rounds : ROUNDS;
	bool more = true;

	for (int32_t i = 0; i < FIRST_PHASES; i++)
		run_phase(search, limits->seed, -1 - i, (int32_t)(HOT * 65536));
	while (more && search->dual.rounds < most && !stopped(search, limits)) {
		int32_t step = most - search->dual.rounds;

		more = dual_run(&search->dual, search->cost,
		    step < ROUNDS_STEP ? step : ROUNDS_STEP);
		search->bound = relax_points(search->dual.bound);
	}
	guide_free(&search->guide);
	guide_make(&search->guide, search->model, search->dual.best.slot);
}

/* How far the run is, in [0, 1]; by phases if they are limited. */
static double
progress(const struct search *search, const struct limits *limits, double began)
{
	double done = 1.0;

	if (limits->phases > 0)
		done = (double)search->phases / limits->phases;
	else if (limits->seconds > began)
		done = (search_seconds(search) - began) /
		    (limits->seconds - began);
	return done > 1.0 ? 1.0 : done;
}

void
search_run(struct search *search, const struct limits *limits)
{
	double began;

	find_prices(search, limits);
	tell(search, limits);
	began = search_seconds(search);
	while (!stopped(search, limits) &&
	    (limits->phases < 0 || search->phases < limits->phases)) {
		double done = progress(search, limits, began);
		int32_t temperature = limits->temperature != NULL
		    ? limits->temperature[search->phases]
		    : (int32_t)(HOT * pow(COLD / HOT, done) * 65536.0);

		search->temperature = xgrow(search->temperature,
		    &search->temperature_room, (size_t)search->phases + 1,
		    sizeof(search->temperature[0]));
		search->temperature[search->phases] = temperature;
		run_phase(search, limits->seed, search->phases, temperature);
		search->phases++;
		tell(search, limits);
	}
}
