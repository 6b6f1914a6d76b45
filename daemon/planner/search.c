/* SPDX-License-Identifier: ISC */
/* search: prices, a plan built by them, then chains of best replies as in
 * annealing. */
#include "daemon/planner/search.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/plan_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROUNDS = 340,    /* of the bound */
	ROUNDS_STEP = 5, /* between looks at the limits */
	MOVES = 2,       /* of a phase, by physician and week */
	MOVES_LEAST = 400,
	MEETINGS = 4 /* of the lanes in a phase */
};

/* Found by trial on the instances of tests/bench/planner, in points. */
static const double HOT = 120;

void
search_make(struct search *search, const struct model *model,
    const struct limits *limits)
{
	memset(search, 0, sizeof(*search));
	search->start_us = clock_mono_us();
	search->stop = limits->stop;
	search->model = model;
	search->pool = pool_new(limits->threads);
	board_make(&search->board, model);
	board_make(&search->best, model);
	search->cost = board_cost(&search->board);
	dual_make(&search->dual, model, search->pool);
	search->bound = relax_points(search->dual.bound);
	tariff_make(&search->tariff, model, &search->dual.best);
	lanes_make(
	    &search->lanes, &search->board, search->pool, &search->tariff);
}

void
search_free(struct search *search)
{
	lanes_free(&search->lanes);
	tariff_free(&search->tariff);
	dual_free(&search->dual);
	board_free(&search->board);
	board_free(&search->best);
	free(search->temperature);
	pool_free(search->pool);
	memset(search, 0, sizeof(*search));
}

double
search_gap(int64_t cost, int64_t bound)
{
	double whole = cost == 0 ? 1.0 : fabs((double)cost);

	return cost == bound ? 0.0 : 100.0 * (double)(cost - bound) / whole;
}

bool
search_interrupted(const struct search *search)
{
	return search->stop != NULL && *search->stop != 0;
}

double
search_seconds(const struct search *search)
{
	return (double)(clock_mono_us() - search->start_us) / 1e6;
}

/* Keeps the plan if it is the best so far. */
static void
judge(struct search *search)
{
	int64_t cost = board_cost(&search->board);

	board_total(&search->board);
	board_debug(&search->board);
	if (cost < search->cost) {
		search->cost = cost;
		board_copy(&search->best, &search->board);
	}
}

static void
run_phase(
    struct search *search, uint64_t seed, int32_t number, int32_t temperature)
{
	const struct instance *in = search->model->in;
	uint64_t moves = MOVES * (uint64_t)in->physicians * (uint64_t)in->weeks;

	/* A phase is told and recorded: it is to be worth that. */
	if (moves < MOVES_LEAST)
		moves = MOVES_LEAST;
	for (uint64_t i = 0; i < MEETINGS; i++)
		lanes_run(&search->lanes, seed, (uint64_t)number * MEETINGS + i,
		    moves / MEETINGS + 1, temperature / 65536.0);
	judge(search);
}

static bool
stopped(const struct search *search, const struct limits *limits)
{
	return search_interrupted(search) ||
	    (limits->seconds > 0 && limits->temperature == NULL &&
		search_seconds(search) >= limits->seconds) ||
	    search_gap(search->cost, search->bound) <= limits->gap;
}

/* Whether another sweep is due: one in any case, for a plan. */
static bool
sweeps_on(const struct search *search, const struct limits *limits)
{
	return search->sweeps == 0 ||
	    ((limits->sweeps <= 0 || search->sweeps < limits->sweeps) &&
		!stopped(search, limits));
}

/* Sweeps of best replies, by prices at first and then by what is gained. */
static void
build(struct search *search, const struct limits *limits, const int32_t *theta,
    size_t sweeps)
{
	struct desk *desk = &search->lanes.desk;

	lanes_open(&search->lanes);
	desk->rng = rng_of(limits->seed, UINT64_MAX, sweeps);
	for (size_t i = 0; i < sweeps && sweeps_on(search, limits); i++) {
		eject_sweep(desk, &search->lanes.lane[0].reply, theta[i]);
		search->sweeps++;
	}
	judge(search);
}

static void
tell(const struct search *search, const struct limits *limits)
{
	if (limits->on_progress != NULL)
		limits->on_progress(limits->context, search->cost,
		    search->bound, search->phases);
}

/* A plan to measure prices by, then the prices, and a plan built by these. */
static void
find_prices(struct search *search, const struct limits *limits)
{
	static const int32_t plain[] = {0, 0};
	static const int32_t guided[] = {THETA_ONE, THETA_ONE, THETA_ONE, 240,
	    230, 213, 200, 190, 180, 170, 150, 128, 100, 85, 43, 0};
	int32_t most = limits->rounds >= 0 ? limits->rounds : ROUNDS;
	bool more = true;

	build(search, limits, plain, ARRAY_SIZE(plain));
	while (more && search->dual.rounds < most && !stopped(search, limits)) {
		int32_t step = most - search->dual.rounds;

		more = dual_run(&search->dual, search->cost,
		    step < ROUNDS_STEP ? step : ROUNDS_STEP);
		search->bound = relax_points(search->dual.bound);
	}
	tariff_free(&search->tariff);
	tariff_make(&search->tariff, search->model, &search->dual.best);
	/* From nothing: what the plain plan has settled is not easily undone.
	 */
	board_free(&search->board);
	board_make(&search->board, search->model);
	build(search, limits, guided, ARRAY_SIZE(guided));
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
	while (!stopped(search, limits) && search->phases < PLAN_PHASES_MAX &&
	    (limits->phases < 0 || search->phases < limits->phases)) {
		double left = 1.0 - progress(search, limits, began);
		int32_t temperature = limits->temperature != NULL
		    ? limits->temperature[search->phases]
		    : (int32_t)(HOT * left * sqrt(left) * 65536.0);

		search->temperature = xgrow(search->temperature,
		    &search->temperature_room, (size_t)search->phases + 1,
		    sizeof(search->temperature[0]));
		search->temperature[search->phases] = temperature;
		run_phase(search, limits->seed, search->phases, temperature);
		search->phases++;
		tell(search, limits);
	}
}
