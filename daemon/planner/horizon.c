/* SPDX-License-Identifier: ISC */
/* horizon: weeks joined by the number of half-days and the rest owed. */
#include "daemon/planner/horizon.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
horizon_make(struct horizon *horizon, const struct model *model)
{
	const struct instance *in = model->in;
	size_t weeks = (size_t)in->weeks + 1, options = 0;
	int32_t most = 0;

	memset(horizon, 0, sizeof(*horizon));
	horizon->model = model;
	for (int32_t p = 0; p < in->physicians; p++) {
		if (in->physician[p].horizon_max > most)
			most = in->physician[p].horizon_max;
	}
	if (most > in->halves)
		most = in->halves;
	for (int32_t p = 0; p < in->physicians; p++) {
		size_t own = 0;

		for (int32_t w = 0; w < in->weeks; w++) {
			const int32_t *at =
			    &model->week_seat[w * in->physicians + p];

			own += (size_t)(model->seat[at[1]].first -
			    model->seat[at[0]].first);
		}
		options = own > options ? own : options;
	}
	horizon->totals = most + 1;
	horizon->week = xcalloc(weeks, sizeof(struct week));
	horizon->values = xcalloc(options + 1, sizeof(int64_t));
	horizon->week_values = xcalloc(weeks, sizeof(int64_t *));
	for (int i = 0; i < 2; i++)
		horizon->total[i] = xcalloc(
		    (size_t)REST_MAX * ((size_t)most + 1), sizeof(int64_t));
	horizon->count = xcalloc(weeks * REST_MAX, (size_t)most + 1);
	horizon->rest = xcalloc(weeks * REST_MAX, (size_t)most + 1);
	horizon->chosen = xcalloc((size_t)most + 1, sizeof(int32_t));
}

void
horizon_free(struct horizon *horizon)
{
	free(horizon->week);
	free(horizon->values);
	free(horizon->week_values);
	free(horizon->total[0]);
	free(horizon->total[1]);
	free(horizon->count);
	free(horizon->rest);
	free(horizon->chosen);
	memset(horizon, 0, sizeof(*horizon));
}

static void
fill_values(const struct model *model, int32_t from, int32_t to,
    const int64_t *price, const struct charge *charge, int64_t *values)
{
	for (int32_t o = from; o < to; o++) {
		const struct offer *option = &model->option[o];
		bool unscheduled = (option->flags & FLAG_UNSCHEDULED) != 0;
		int64_t value = option->cost * PRICE_ONE;

		if (price != NULL)
			value -= price[option->need];
		value += unscheduled ? charge->minority : -charge->minority;
		if ((option->flags & FLAG_UNPOPULAR) != 0)
			value += charge->unpopular;
		values[o - from] =
		    unscheduled && charge->scheduled_only ? PRICE_NEVER : value;
	}
}

struct span_of_totals {
	int32_t top;  /* the most half-days so far */
	int32_t most; /* of the horizon */
};

/* Weeks of k half-days, each worth `value`, behind the totals so far. */
struct link {
	const int64_t *now;
	int64_t *next;
	uint8_t *count, *rest;
	int32_t k;
	int start;
};

static void
join_count(const struct link *link, int64_t value, int32_t top)
{
	for (int32_t t = 0; t <= top; t++) {
		int64_t sum = link->now[t] + value;
		int32_t at = t + link->k;

		if (sum >= link->next[at])
			continue;
		link->next[at] = sum;
		link->count[at] = (uint8_t)link->k;
		link->rest[at] = (uint8_t)link->start;
	}
}

/* Joins week w to what went before it; both tables of totals. */
static void
join(struct horizon *horizon, const struct worker *worker, int32_t w,
    int32_t week_most, struct span_of_totals *totals)
{
	const struct shape *shape = &horizon->model->shape;
	const int64_t lack = horizon->model->in->weight.week_short * PRICE_ONE;
	int rests = shape->across ? shape->rests : 1;
	int32_t top = totals->top + week_most;
	size_t size = (size_t)horizon->totals;

	if (top > totals->most)
		top = totals->most;
	for (int cell = 0; cell < rests * rests; cell++) {
		int start = cell % rests, end = cell / rests;
		size_t row = ((size_t)w * REST_MAX + (size_t)end) * size;
		const int64_t *best = horizon->week[w].best[start][end];
		struct link link = {
		    horizon->total[w % 2] + (size_t)start * size,
		    horizon->total[1 - w % 2] + (size_t)end * size,
		    horizon->count + row, horizon->rest + row, 0, start};

		for (int32_t t = 0; start == 0 && t <= top; t++)
			link.next[t] = PRICE_NEVER;
		for (; link.k <= week_most; link.k++) {
			int64_t value = best[link.k];

			if (price_is_never(value))
				continue;
			if (link.k < worker->week_min)
				value += lack * (worker->week_min - link.k);
			join_count(&link, value,
			    totals->top + link.k <= top ? totals->top
							: top - link.k);
		}
	}
	totals->top = top;
}

static void
trace_back(struct horizon *horizon, int32_t physician, int32_t total, int rest)
{
	const struct model *model = horizon->model;
	int32_t options[HALVES_PER_WEEK];

	horizon->choices = horizon->unscheduled = horizon->unpopular = 0;
	for (int32_t w = model->in->weeks - 1; w >= 0; w--) {
		size_t at = ((size_t)w * REST_MAX + (size_t)rest) *
			(size_t)horizon->totals +
		    (size_t)total;
		int32_t count = horizon->count[at];
		int start = horizon->rest[at];
		const struct week_goal goal = {
		    horizon->week_values[w], start, rest, count};

		if (count > 0)
			week_trace(&horizon->week[w], model, physician, w,
			    &goal, options);
		for (int i = 0; count > 0 && i < HALVES_PER_WEEK; i++) {
			unsigned flags;

			if (options[i] == OPTION_NONE)
				continue;
			flags = model->option[options[i]].flags;
			horizon->chosen[horizon->choices++] = options[i];
			horizon->unscheduled += (flags & FLAG_UNSCHEDULED) != 0;
			horizon->unpopular += (flags & FLAG_UNPOPULAR) != 0;
		}
		total -= count;
		rest = start;
	}
}

/* The weeks by themselves; returns the most half-days of one. */
static int32_t
solve_weeks(struct horizon *horizon, int32_t physician, const int64_t *price,
    const struct charge *charge)
{
	const struct model *model = horizon->model;
	const struct worker *worker = &model->in->physician[physician];
	int32_t most = worker->week_max;
	int64_t *values = horizon->values;

	if (most > horizon->totals - 1)
		most = horizon->totals - 1;
	for (int32_t w = 0; w < model->in->weeks; w++) {
		const int32_t *at =
		    &model->week_seat[w * model->in->physicians + physician];
		int32_t from = model->seat[at[0]].first;
		int32_t to = model->seat[at[1]].first;

		fill_values(model, from, to, price, charge, values);
		horizon->week_values[w] = values;
		values += to - from;
		week_solve(&horizon->week[w], model, physician, w,
		    horizon->week_values[w], most);
	}
	return most;
}

int64_t
horizon_solve(struct horizon *horizon, int32_t physician, const int64_t *price,
    const struct charge *charge)
{
	const struct model *model = horizon->model;
	const struct worker *worker = &model->in->physician[physician];
	const int64_t lack = model->in->weight.horizon_short * PRICE_ONE;
	struct span_of_totals totals = {0, worker->horizon_max};
	int32_t most, best_total = 0, weeks = model->in->weeks;
	int rests = model->shape.across ? model->shape.rests : 1, best_rest = 0;
	int64_t best = PRICE_NEVER;

	if (totals.most > horizon->totals - 1)
		totals.most = horizon->totals - 1;
	most = solve_weeks(horizon, physician, price, charge);
	for (int rest = 0; rest < rests; rest++)
		horizon->total[0][rest * horizon->totals] =
		    rest == 0 ? 0 : PRICE_NEVER;
	for (int32_t w = 0; w < weeks; w++)
		join(horizon, worker, w, most, &totals);
	for (int rest = 0; rest < rests; rest++) {
		for (int32_t t = 0; t <= totals.top; t++) {
			int64_t value =
			    horizon
				->total[weeks % 2][rest * horizon->totals + t];

			if (price_is_never(value))
				continue;
			if (t < worker->horizon_min)
				value += lack * (worker->horizon_min - t);
			if (value < best) {
				best = value;
				best_total = t;
				best_rest = rest;
			}
		}
	}
	trace_back(horizon, physician, best_total, best_rest);
	return best;
}
