/* SPDX-License-Identifier: ISC */
/* horizon: weeks joined by the number of half-days and the rest owed. */
#include "daemon/planner/bound/horizon.h"

#include "daemon/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for a row of totals, and for what week_lower does beyond it. */
static size_t
row_of(int32_t most)
{
	return (size_t)most + 1 + WEEK_COUNTS + 8;
}

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
	ways_make(&horizon->ways, model);
	horizon->week = xcalloc(weeks, sizeof(struct week));
	for (int32_t w = 0; w < in->weeks; w++)
		week_make(&horizon->week[w], model);
	horizon->values = xcalloc(options + 1, sizeof(double));
	horizon->week_values = xcalloc(weeks, sizeof(double *));
	horizon->total =
	    xcalloc(weeks * REST_MAX * row_of(most), sizeof(double));
	horizon->top = xcalloc(weeks, sizeof(int32_t));
	horizon->chosen = xcalloc((size_t)most + 1, sizeof(int32_t));
}

void
horizon_free(struct horizon *horizon)
{
	for (int32_t w = 0; w < horizon->model->in->weeks; w++)
		week_free(&horizon->week[w]);
	free(horizon->week);
	ways_free(&horizon->ways);
	free(horizon->values);
	free(horizon->week_values);
	free(horizon->total);
	free(horizon->top);
	free(horizon->chosen);
	memset(horizon, 0, sizeof(*horizon));
}

/* What the physician's half-days cost besides themselves. */
struct charge {
	const struct model *model;
	const struct prices *prices;
	int32_t physician;
	bool plain;    /* by the flags of an option alone */
	int32_t share; /* then; or NAMES_NONE */
	int64_t kind[FLAG_KINDS];
};

/* The one share that has all that he does, or NAMES_NONE; false when there is
 * more to it. */
static bool
one_share(const struct charge *charge, int32_t *number)
{
	const struct instance *in = charge->model->in;
	const int32_t *first = &in->share_first[charge->physician];
	const struct share *share;

	*number = NAMES_NONE;
	if (in->family != NULL)
		return false;
	if (first[0] == first[1])
		return true;
	*number = in->share_list[first[0]];
	share = &in->share[*number];
	return share->from <= 0 && share->until >= in->halves &&
	    share->programme == NAMES_NONE;
}

static void
open_charge(struct charge *charge)
{
	const struct model *model = charge->model;
	const struct prices *prices = charge->prices;
	int32_t share;

	charge->plain = model->plain && one_share(charge, &charge->share);
	share = charge->share;
	for (unsigned flags = 0; charge->plain && flags < FLAG_KINDS; flags++) {
		int32_t care =
		    model->plain_care[(flags & FLAG_UNSCHEDULED) != 0];

		charge->kind[flags] = (flags & FLAG_UNPOPULAR) != 0
		    ? prices->unpopular[charge->physician]
		    : 0;
		if (share != NAMES_NONE && care >= 0)
			charge->kind[flags] += prices->share[share] *
			    instance_weight(model->in, &model->in->share[share],
				(unsigned)care);
	}
}

/* Where flags do not tell. */
static int64_t
charge_of(const struct charge *charge, const struct offer *option)
{
	const struct instance *in = charge->model->in;
	const struct prices *prices = charge->prices;
	const struct need *need = &in->need[option->need];
	int32_t share = instance_own_share(in, charge->physician, need);
	int64_t sum = 0;

	if ((option->flags & FLAG_UNPOPULAR) != 0)
		sum += prices->unpopular[charge->physician];
	if (share != NAMES_NONE)
		sum += prices->share[share] *
		    instance_weight(in, &in->share[share], need->care);
	for (int32_t i = in->cap_first[charge->physician];
	     i < in->cap_first[charge->physician + 1]; i++) {
		int32_t cap = in->cap_list[i];

		if (instance_in_cap(in, &in->cap[cap], need))
			sum += prices->cap[cap] *
			    in->rule.units[half_part(need->half)];
	}
	return sum;
}

static void
fill_values(
    const struct charge *charge, int32_t from, int32_t to, double *values)
{
	const struct offer *option = charge->model->option + from;
	const int64_t *price = charge->prices->slot;
	int32_t count = to - from;

	for (int32_t o = 0; o < count && charge->plain; o++)
		values[o] = (double)(option[o].cost * PRICE_ONE -
		    price[option[o].need] + charge->kind[option[o].flags]);
	for (int32_t o = 0; o < count && !charge->plain; o++)
		values[o] = (double)(option[o].cost * PRICE_ONE -
		    price[option[o].need] + charge_of(charge, &option[o]));
}

static int32_t
week_limit(const struct horizon *horizon, int32_t physician, int32_t w)
{
	int32_t most = model_week_max(horizon->model, physician, w);

	return most < horizon->totals - 1 ? most : horizon->totals - 1;
}

static int32_t
rests_of(const struct horizon *horizon)
{
	const struct shape *shape = &horizon->model->shape;

	return shape->across ? shape->rests : 1;
}

/* The totals before week w, at the rest owed. */
static double *
totals_at(const struct horizon *horizon, int32_t w, int rest)
{
	return horizon->total +
	    (size_t)(w * REST_MAX + rest) * row_of(horizon->totals - 1);
}

/* Of k half-days in week w; VALUE_NEVER when that cannot be. */
static double
week_value(const struct horizon *horizon, int32_t physician, int32_t w,
    const struct week_goal *goal)
{
	const struct model *model = horizon->model;
	int64_t lack = model->in->physician[physician].week_short * PRICE_ONE;
	int32_t least = model_week_min(model, physician, w);
	double value =
	    horizon->week[w].best[goal->start][goal->end][goal->count];

	if (value_is_never(value))
		return VALUE_NEVER;
	return goal->count < least
	    ? value + (double)(lack * (least - goal->count))
	    : value;
}

/* Weeks from one rest to another, behind the totals of the first; top: the most
 * half-days with them. */
static void
join_rest(struct horizon *horizon, int32_t physician, int32_t w,
    struct week_goal *goal, int32_t top)
{
	const double *now = totals_at(horizon, w, goal->start);
	double *next = totals_at(horizon, w + 1, goal->end);
	int32_t most = week_limit(horizon, physician, w);
	int32_t before = horizon->top[w];
	const double lack =
	    (double)(horizon->model->in->weight.horizon_short * PRICE_ONE);
	double least = VALUE_NEVER;

	for (goal->count = 0; goal->count <= most && goal->count <= top;
	     goal->count++) {
		double value = week_value(horizon, physician, w, goal);
		int32_t count =
		    before + goal->count <= top ? before : top - goal->count;

		/* Fewer half-days cost no more, whatever is missing then. */
		if (value_is_never(value) ||
		    value - goal->count * lack >= least)
			continue;
		least = value - goal->count * lack;
		week_lower(next + goal->count, now, value, (count + 2) / 2 * 2);
	}
}

/* Joins week w to what went before it. */
static void
join(struct horizon *horizon, int32_t physician, int32_t w, int32_t most)
{
	int32_t rests = rests_of(horizon);
	int32_t top = horizon->top[w] + week_limit(horizon, physician, w);
	struct week_goal goal = {NULL, 0, 0, 0};

	top = top < most ? top : most;
	horizon->top[w + 1] = top;
	for (goal.end = 0; goal.end < rests; goal.end++) {
		double *next = totals_at(horizon, w + 1, goal.end);

		for (int32_t t = 0; t < top + 8; t++)
			next[t] = VALUE_NEVER;
		for (goal.start = 0; goal.start < rests; goal.start++)
			join_rest(horizon, physician, w, &goal, top);
	}
}

/* How the total after week w was reached: half-days of it, rest owed before. */
static void
find_link(const struct horizon *horizon, int32_t physician, int32_t w,
    int32_t total, struct week_goal *goal)
{
	double wanted = totals_at(horizon, w + 1, goal->end)[total];
	int32_t most = week_limit(horizon, physician, w);

	for (goal->start = 0; goal->start < rests_of(horizon); goal->start++) {
		const double *now = totals_at(horizon, w, goal->start);

		for (goal->count = 0;
		     goal->count <= most && goal->count <= total;
		     goal->count++) {
			int32_t before = total - goal->count;
			double value = week_value(horizon, physician, w, goal);

			if (before <= horizon->top[w] &&
			    !value_is_never(value) &&
			    now[before] + value == wanted)
				return;
		}
	}
	abort(); /* every total was reached somehow */
}

static void
trace_back(struct horizon *horizon, int32_t physician, int32_t total, int rest)
{
	const struct model *model = horizon->model;

	horizon->choices = horizon->unpopular = horizon->unscheduled = 0;
	for (int32_t w = model->in->weeks - 1; w >= 0; w--) {
		struct week_goal goal = {horizon->week_values[w], 0, rest, 0};

		find_link(horizon, physician, w, total, &goal);
		if (goal.count > 0)
			horizon->choices +=
			    week_trace(&horizon->week[w], &horizon->ways, &goal,
				horizon->chosen + horizon->choices);
		total -= goal.count;
		rest = goal.start;
	}
	for (int32_t i = 0; i < horizon->choices; i++) {
		unsigned flags = model->option[horizon->chosen[i]].flags;

		horizon->unpopular += (flags & FLAG_UNPOPULAR) != 0;
		horizon->unscheduled += (flags & FLAG_UNSCHEDULED) != 0;
	}
}

/* The weeks by themselves. */
static void
solve_weeks(struct horizon *horizon, const struct charge *charge)
{
	const struct model *model = horizon->model;
	double *values = horizon->values;

	for (int32_t w = 0; w < model->in->weeks; w++) {
		const int32_t *at =
		    &model->week_seat[w * model->in->physicians +
			charge->physician];
		int32_t from = model->seat[at[0]].first;
		int32_t to = model->seat[at[1]].first;

		fill_values(charge, from, to, values);
		horizon->week_values[w] = values;
		values += to - from;
		week_solve(&horizon->week[w], &horizon->ways, w,
		    horizon->week_values[w],
		    week_limit(horizon, charge->physician, w));
	}
}

struct finish {
	double value;
	int32_t total;
	int rest;
};

/* The cheapest total, with what is short of the minimum. */
static struct finish
cheapest(const struct horizon *horizon, const struct worker *worker)
{
	const struct model *model = horizon->model;
	const int64_t lack = model->in->weight.horizon_short * PRICE_ONE;
	int32_t weeks = model->in->weeks;
	struct finish best = {VALUE_NEVER, 0, 0};

	for (int rest = 0; rest < rests_of(horizon); rest++) {
		for (int32_t t = 0; t <= horizon->top[weeks]; t++) {
			double value = totals_at(horizon, weeks, rest)[t];

			if (value_is_never(value))
				continue;
			if (t < worker->horizon_min)
				value +=
				    (double)(lack * (worker->horizon_min - t));
			if (value < best.value)
				best = (struct finish){value, t, rest};
		}
	}
	return best;
}

int64_t
horizon_solve(
    struct horizon *horizon, int32_t physician, const struct prices *prices)
{
	const struct model *model = horizon->model;
	const struct worker *worker = &model->in->physician[physician];
	struct charge charge = {
	    .model = model, .prices = prices, .physician = physician};
	int32_t most = worker->horizon_max;
	struct finish best;

	if (most > horizon->totals - 1)
		most = horizon->totals - 1;
	ways_open(&horizon->ways, physician);
	open_charge(&charge);
	horizon->plain = charge.plain;
	horizon->share = charge.share;
	solve_weeks(horizon, &charge);
	horizon->top[0] = 0;
	for (int rest = 0; rest < rests_of(horizon); rest++) {
		double *first = totals_at(horizon, 0, rest);

		for (int32_t t = 0; t < 4; t++)
			first[t] = VALUE_NEVER;
		first[0] = rest == 0 ? 0 : VALUE_NEVER;
	}
	for (int32_t w = 0; w < model->in->weeks; w++)
		join(horizon, physician, w, most);
	best = cheapest(horizon, worker);
	trace_back(horizon, physician, best.total, best.rest);
	return fabs(best.value) < VALUE_MAX ? (int64_t)best.value
					    : -PRICE_NEVER;
}
