/* SPDX-License-Identifier: ISC */
/* search: prices, a plan built by them, then chains of best replies as in
 * annealing. */
#include "daemon/planner/search/search.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/instance/plan_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ROUNDS = 325, /* of the bound */
	ANSWERS = 16, /* of the first plans, between looks at the limits */
	FIRST_US = 200000,
	MOVES = 2, /* of a phase, by physician and week */
	MOVES_LEAST = 400,
	MEETINGS = 4,       /* of the lanes in a phase, or a part of one */
	MOVES_LATER = 5000, /* of a phase behind many others */
	GROWTH = 64,        /* phases until a part more */
	IDLE_MAX = 50       /* phases in which nothing may change */
};

/* Found by trial on the instances of tests/bench/planner, in points. */
static const double HOT = 150;

/* A part of a first plan would take away what is there of the others. */
static bool
is_whole_only(const struct instance *in)
{
	for (size_t i = 0; i < in->marks; i++)
		if (in->mark[i].kind == MARK_EXISTING)
			return true;
	return false;
}

void
search_make(struct search *search, const struct model *model,
    const struct limits *limits)
{
	memset(search, 0, sizeof(*search));
	search->start_us =
	    limits->start_us != 0 ? limits->start_us : clock_mono_us();
	/* A record that is repeated has its end. */
	if (limits->seconds > 0 && limits->temperature == NULL)
		search->until_us =
		    search->start_us + (uint64_t)(limits->seconds * 1e6);
	search->stop = limits->stop;
	search->model = model;
	search->whole_only = is_whole_only(model->in);
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

double
search_worked(void)
{
	struct timespec used = {0, 0};

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
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

/* Seconds that are left to the search; many where none are said. */
static double
seconds_left(const struct search *search)
{
	double now = (double)clock_mono_us() / 1e6;

	return search->until_us == 0
	    ? 1e9
	    : (double)search->until_us / 1e6 - search->reserved - now;
}

static bool
stopped(const struct search *search, const struct limits *limits)
{
	/* Time is no reason to go on when nothing can be better. */
	return search_interrupted(search) || seconds_left(search) <= 0 ||
	    (limits->phases < 0 &&
		(search->cost <= search->bound || search->idle >= IDLE_MAX)) ||
	    search_gap(search->cost, search->bound) <= limits->gap;
}

static bool
on_look(const void *context)
{
	const struct search *search = context;

	return search_interrupted(search) || seconds_left(search) <= 0;
}

/* Of a small instance phases are short, so that there are some in any time; but
 * each is told and recorded, so they grow when they are many. */
static uint64_t
parts_of(int32_t number, uint64_t moves)
{
	uint64_t parts = (uint64_t)number / GROWTH + 1;
	uint64_t most = (MOVES_LATER + moves - 1) / moves;

	return parts < most ? parts : most;
}

/* False when it was left. */
static bool
run_phase(
    struct search *search, uint64_t seed, int32_t number, int32_t temperature)
{
	const struct instance *in = search->model->in;
	uint64_t moves = MOVES * (uint64_t)in->physicians * (uint64_t)in->weeks;
	uint64_t kept = search->lanes.kept, meetings;

	if (moves < MOVES_LEAST)
		moves = MOVES_LEAST;
	meetings = parts_of(number, moves) * MEETINGS;
	for (uint64_t i = 0; i < meetings; i++) {
		uint64_t round = (i / MEETINGS << 32) +
		    (uint64_t)number * MEETINGS + i % MEETINGS;

		if (!lanes_run(&search->lanes, seed, round,
			moves / MEETINGS + 1, temperature / 65536.0))
			return false;
	}
	search->idle = search->lanes.kept > kept ? 0 : search->idle + 1;
	judge(search);
	return true;
}

/* Whether a run that is repeated has left the first plans here. */
static bool
has_left(const struct search *search, const struct limits *limits)
{
	return (limits->sweeps > 0 || limits->answers > 0) &&
	    (search->sweeps > limits->sweeps ||
		(search->sweeps == limits->sweeps &&
		    search->answers >= limits->answers));
}

/* Whether the first plans go on.  The very first one does for a moment even
 * without time, for there is to be a plan, and begins whatever happens. */
static bool
builds_on(const struct search *search, const struct limits *limits)
{
	if (search->sweeps == 0 && (search->answers == 0 || search->whole_only))
		return true;
	if (has_left(search, limits))
		return false;
	if (search->sweeps > 0)
		return !stopped(search, limits);
	return !search_interrupted(search) &&
	    (seconds_left(search) > 0 || clock_mono_us() < search->first_us);
}

/* Between two looks at the limits. */
static int32_t
next_answers(const struct search *search, const struct limits *limits)
{
	int32_t left = limits->answers - search->answers;

	return left > 0 && left < ANSWERS && search->sweeps == limits->sweeps
	    ? left
	    : ANSWERS;
}

/* One sweep, or as much of it as there is time for. */
static void
build_sweep(struct search *search, const struct limits *limits, int32_t theta)
{
	struct desk *desk = &search->lanes.desk;
	struct sweep sweep;
	bool more = true;

	sweep_make(&sweep, desk, theta);
	while (more && builds_on(search, limits)) {
		more = sweep_on(&sweep, desk, &search->lanes.lane[0].reply,
		    next_answers(search, limits));
		search->answers = sweep.next;
	}
	if (!more) {
		search->sweeps++;
		search->answers = 0;
	}
	sweep_free(&sweep);
}

/* Sweeps of best replies, by prices at first and then by what is gained. */
static void
build(struct search *search, const struct limits *limits, const int32_t *theta,
    size_t sweeps)
{
	lanes_open(&search->lanes);
	search->lanes.desk.rng = rng_of(limits->seed, UINT64_MAX, sweeps);
	for (size_t i = 0; i < sweeps && builds_on(search, limits); i++)
		build_sweep(search, limits, theta[i]);
	judge(search);
}

static void
tell(const struct search *search, const struct limits *limits)
{
	if (limits->on_progress != NULL)
		limits->on_progress(limits->context, search->cost,
		    search->bound, search->phases);
}

/* Prices, as far as they pay; the plans need the other half of the time. */
static void
find_prices(struct search *search, const struct limits *limits)
{
	int32_t most = limits->rounds >= 0 ? limits->rounds : ROUNDS;
	double least = seconds_left(search) / 2;
	bool more = true;

	while (more && search->dual.rounds < most &&
	    seconds_left(search) > least && !stopped(search, limits)) {
		more = dual_run(&search->dual, search->cost, 1);
		search->bound = relax_points(search->dual.bound);
	}
}

/* Some of the seconds, but the smaller part, for what follows. */
static void
reserve(struct search *search, const struct limits *limits)
{
	double wanted, most;

	/* What was kept free before stays so: what has ended by it, ends. */
	if (search->until_us == 0 || limits->reserve == NULL ||
	    stopped(search, limits))
		return;
	search->reserved = 0;
	wanted = limits->reserve(limits->context, search);
	most = seconds_left(search) / 3;
	search->reserved = wanted < most ? wanted : most;
}

/* A plan to measure prices by, then the prices, and a plan built by these. */
static void
begin(struct search *search, const struct limits *limits)
{
	static const int32_t plain[] = {0, 0};
	static const int32_t guided[] = {THETA_ONE, THETA_ONE, THETA_ONE, 240,
	    230, 213, 200, 190, 180, 170, 150, 128, 100, 85, 43, 0};

	/* Every other one of these. */
	static const int32_t brief[] = {
	    THETA_ONE, THETA_ONE, 230, 200, 170, 128, 85, 0};

	reserve(search, limits);
	search->first_us = clock_mono_us() + FIRST_US;
	build(search, limits, plain, ARRAY_SIZE(plain));
	reserve(search, limits);
	find_prices(search, limits);
	if (!builds_on(search, limits))
		return;
	tariff_free(&search->tariff);
	tariff_make(&search->tariff, search->model, &search->dual.best);
	/* From nothing: what the plain plan has settled is not easily undone.
	 */
	board_free(&search->board);
	board_make(&search->board, search->model);
	if (search->model->options > DUAL_MANY)
		build(search, limits, brief, ARRAY_SIZE(brief));
	else
		build(search, limits, guided, ARRAY_SIZE(guided));
}

/* How far the run is, in [0, 1], `left` being the seconds that it had before
 * the phases; by phases if they are limited. */
static double
progress(const struct search *search, const struct limits *limits, double left)
{
	double done = 1.0;

	if (limits->phases > 0)
		done = (double)search->phases / limits->phases;
	else if (search->until_us != 0 && left > 0)
		done = 1.0 - seconds_left(search) / left;
	return done > 1.0 ? 1.0 : done;
}

static int32_t
next_temperature(
    const struct search *search, const struct limits *limits, double left)
{
	double rest = 1.0 - progress(search, limits, left);

	return limits->temperature != NULL
	    ? limits->temperature[search->phases]
	    : (int32_t)(HOT * rest * sqrt(rest) * 65536.0);
}

/* Whether there is time for a phase that takes as long as the last one: else
 * it would be in vain. */
static bool
has_time(const struct search *search, double last)
{
	return seconds_left(search) > last * 0.8;
}

void
search_run(struct search *search, const struct limits *limits)
{
	double left, last = 0;

	begin(search, limits);
	tell(search, limits);
	left = seconds_left(search);
	search->lanes.ends = on_look;
	search->lanes.context = search;
	while (!stopped(search, limits) && has_time(search, last) &&
	    search->phases < PLAN_PHASES_MAX &&
	    (limits->phases < 0 || search->phases < limits->phases)) {
		double began = search_seconds(search);
		int32_t temperature = next_temperature(search, limits, left);

		if (!run_phase(
			search, limits->seed, search->phases, temperature))
			break;
		search->temperature = xgrow(search->temperature,
		    &search->temperature_room, (size_t)search->phases + 1,
		    sizeof(search->temperature[0]));
		search->temperature[search->phases++] = temperature;
		last = search_seconds(search) - began;
		tell(search, limits);
	}
}
