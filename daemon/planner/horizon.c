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
	horizon->total =
	    xcalloc(weeks * REST_MAX * ((size_t)most + 1), sizeof(int64_t));
	horizon->top = xcalloc(weeks, sizeof(int32_t));
	horizon->chosen = xcalloc((size_t)most + 1, sizeof(int32_t));
}

void
horizon_free(struct horizon *horizon)
{
	free(horizon->week);
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
	bool plain; /* by the flags of an option alone */
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

	charge->plain = model->plain && one_share(charge, &share);
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
    const struct charge *charge, int32_t from, int32_t to, int64_t *values)
{
	const struct offer *option = charge->model->option + from;
	const int64_t *price = charge->prices->slot;
	int32_t count = to - from;

	for (int32_t o = 0; o < count && charge->plain; o++)
		values[o] = option[o].cost * PRICE_ONE - price[option[o].need] +
		    charge->kind[option[o].flags];
	for (int32_t o = 0; o < count && !charge->plain; o++)
		values[o] = option[o].cost * PRICE_ONE - price[option[o].need] +
		    charge_of(charge, &option[o]);
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
static int64_t *
totals_at(const struct horizon *horizon, int32_t w, int rest)
{
	return horizon->total +
	    (size_t)(w * REST_MAX + rest) * (size_t)horizon->totals;
}

/* Of k half-days in week w; PRICE_NEVER when that cannot be. */
static int64_t
week_value(const struct horizon *horizon, int32_t physician, int32_t w,
    const struct week_goal *goal)
{
	const struct model *model = horizon->model;
	int64_t lack = model->in->weight.week_short * PRICE_ONE;
	int32_t least = model_week_min(model, physician, w);
	int64_t value =
	    horizon->week[w].best[goal->start][goal->end][goal->count];

	if (price_is_never(value))
		return PRICE_NEVER;
	return goal->count < least ? value + lack * (least - goal->count)
				   : value;
}

/* Weeks of k half-days, each worth `value`, behind the totals so far. */
static void
join_count(const int64_t *now, int64_t *next, int64_t value, int32_t top)
{
	for (int32_t t = 0; t <= top; t++) {
		int64_t sum = now[t] + value, was = next[t];

		next[t] = sum < was ? sum : was;
	}
}

/* Joins week w to what went before it. */
static void
join(struct horizon *horizon, int32_t physician, int32_t w, int32_t most)
{
	int32_t rests = rests_of(horizon);
	int32_t week_most = week_limit(horizon, physician, w);
	int32_t before = horizon->top[w], top = before + week_most;
	struct week_goal goal = {NULL, 0, 0, 0};

	top = top < most ? top : most;
	horizon->top[w + 1] = top;
	for (goal.end = 0; goal.end < rests; goal.end++) {
		int64_t *next = totals_at(horizon, w + 1, goal.end);

		for (int32_t t = 0; t <= top; t++)
			next[t] = PRICE_NEVER;
		for (goal.start = 0; goal.start < rests; goal.start++) {
			const int64_t *now = totals_at(horizon, w, goal.start);

			for (goal.count = 0; goal.count <= week_most;
			     goal.count++) {
				int64_t value =
				    week_value(horizon, physician, w, &goal);

				if (!price_is_never(value))
					join_count(now, next + goal.count,
					    value,
					    before + goal.count <= top
						? before
						: top - goal.count);
			}
		}
	}
}

/* How the total after week w was reached: half-days of it, rest owed before. */
static void
find_link(const struct horizon *horizon, int32_t physician, int32_t w,
    int32_t total, struct week_goal *goal)
{
	int64_t wanted = totals_at(horizon, w + 1, goal->end)[total];
	int32_t most = week_limit(horizon, physician, w);

	for (goal->start = 0; goal->start < rests_of(horizon); goal->start++) {
		const int64_t *now = totals_at(horizon, w, goal->start);

		for (goal->count = 0;
		     goal->count <= most && goal->count <= total;
		     goal->count++) {
			int32_t before = total - goal->count;
			int64_t value = week_value(horizon, physician, w, goal);

			if (before <= horizon->top[w] &&
			    !price_is_never(value) &&
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
	int32_t options[HALVES_PER_WEEK];

	horizon->choices = horizon->unpopular = 0;
	for (int32_t w = model->in->weeks - 1; w >= 0; w--) {
		struct week_goal goal = {horizon->week_values[w], 0, rest, 0};

		find_link(horizon, physician, w, total, &goal);
		if (goal.count > 0)
			week_trace(&horizon->week[w], model, physician, w,
			    &goal, options);
		for (int i = 0; goal.count > 0 && i < HALVES_PER_WEEK; i++) {
			unsigned flags;

			if (options[i] == OPTION_NONE)
				continue;
			flags = model->option[options[i]].flags;
			horizon->chosen[horizon->choices++] = options[i];
			horizon->unpopular += (flags & FLAG_UNPOPULAR) != 0;
		}
		total -= goal.count;
		rest = goal.start;
	}
}

/* The weeks by themselves. */
static void
solve_weeks(struct horizon *horizon, const struct charge *charge)
{
	const struct model *model = horizon->model;
	int64_t *values = horizon->values;

	for (int32_t w = 0; w < model->in->weeks; w++) {
		const int32_t *at =
		    &model->week_seat[w * model->in->physicians +
			charge->physician];
		int32_t from = model->seat[at[0]].first;
		int32_t to = model->seat[at[1]].first;

		fill_values(charge, from, to, values);
		horizon->week_values[w] = values;
		values += to - from;
		week_solve(&horizon->week[w], model, charge->physician, w,
		    horizon->week_values[w],
		    week_limit(horizon, charge->physician, w));
	}
}

struct finish {
	int64_t value;
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
	struct finish best = {PRICE_NEVER, 0, 0};

	for (int rest = 0; rest < rests_of(horizon); rest++) {
		for (int32_t t = 0; t <= horizon->top[weeks]; t++) {
			int64_t value = totals_at(horizon, weeks, rest)[t];

			if (price_is_never(value))
				continue;
			if (t < worker->horizon_min)
				value += lack * (worker->horizon_min - t);
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
	open_charge(&charge);
	solve_weeks(horizon, &charge);
	horizon->top[0] = 0;
	for (int rest = 0; rest < rests_of(horizon); rest++)
		totals_at(horizon, 0, rest)[0] = rest == 0 ? 0 : PRICE_NEVER;
	for (int32_t w = 0; w < model->in->weeks; w++)
		join(horizon, physician, w, most);
	best = cheapest(horizon, worker);
	trace_back(horizon, physician, best.total, best.rest);
	return best.value;
}
