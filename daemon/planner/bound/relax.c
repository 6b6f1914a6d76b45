/* SPDX-License-Identifier: ISC */
/* relax: physicians and sites at given prices, in parallel. */
#include "daemon/planner/bound/relax.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4 };

/* Room for what a physician can have at most. */
static void
make_chosen(struct relax *relax)
{
	const struct instance *in = relax->model->in;
	size_t physicians = (size_t)in->physicians + 1, room = 0;

	relax->choices = xcalloc(physicians, sizeof(int32_t));
	relax->chosen_first = xcalloc(physicians, sizeof(size_t));
	for (int32_t p = 0; p < in->physicians; p++) {
		int32_t most = in->physician[p].horizon_max;

		relax->chosen_first[p] = room;
		room += (size_t)(most < in->halves ? most : in->halves);
	}
	relax->chosen = xcalloc(room + 1, sizeof(int32_t));
}

void
relax_make(struct relax *relax, const struct model *model, struct pool *pool)
{
	size_t physicians = (size_t)model->in->physicians + 1;
	size_t sites = (size_t)model->in->sites + 1;
	unsigned threads = pool_threads(pool);

	memset(relax, 0, sizeof(*relax));
	relax->model = model;
	relax->pool = pool;
	relax->horizon = xcalloc(threads, sizeof(relax->horizon[0]));
	for (unsigned t = 0; t < threads; t++)
		horizon_make(&relax->horizon[t], model);
	relax->worked = xcalloc(model->slots + 1, sizeof(int32_t));
	make_chosen(relax);
	relax->filled = xcalloc(model->slots + 1, sizeof(int32_t));
	relax->share_excess = xcalloc(model->in->shares + 1, sizeof(int64_t));
	relax->cap_excess = xcalloc(model->in->caps + 1, sizeof(int32_t));
	relax->unpopular = xcalloc(physicians, sizeof(int32_t));
	relax->physician_value = xcalloc(physicians, sizeof(int64_t));
	relax->site_value = xcalloc(sites, sizeof(int64_t));
}

void
relax_free(struct relax *relax)
{
	for (unsigned t = 0;
	     relax->pool != NULL && t < pool_threads(relax->pool); t++)
		horizon_free(&relax->horizon[t]);
	free(relax->horizon);
	free(relax->worked);
	free(relax->chosen);
	free(relax->choices);
	free(relax->chosen_first);
	free(relax->filled);
	free(relax->share_excess);
	free(relax->cap_excess);
	free(relax->unpopular);
	free(relax->physician_value);
	free(relax->site_value);
	memset(relax, 0, sizeof(*relax));
}

/* The least of unfair(e) - price e over the number e of unpopular half-days,
 * and that number. */
static int64_t
solve_fair(const struct worker *worker, int64_t price, int32_t *number)
{
	int64_t unfair = worker->unfair * PRICE_ONE;
	int64_t best = 0;

	*number = 0;
	if (price == 0)
		return 0;
	for (int64_t e = 1; e <= worker->horizon_max; e++) {
		int64_t above =
		    e > worker->fair_share ? e - worker->fair_share : 0;
		int64_t value = unfair * (above * (above + 1) / 2) - price * e;

		if (value < best) {
			best = value;
			*number = (int32_t)e;
		}
	}
	return best;
}

static void
exceed(struct relax *relax, int32_t share, int64_t weight)
{
	if (share != NAMES_NONE && weight != 0)
		atomic_fetch_add_explicit(
		    &relax->share_excess[share], weight, memory_order_relaxed);
}

/* What is chosen, where one share has it all. */
static void
count_plain(struct relax *relax, const struct horizon *horizon)
{
	const struct model *model = relax->model;
	const struct share *share;
	int64_t weight = 0;

	if (horizon->share == NAMES_NONE)
		return;
	share = &model->in->share[horizon->share];
	for (int kind = 0; kind < 2; kind++) {
		int32_t care = model->plain_care[kind];
		int64_t count = kind == 0
		    ? horizon->choices - horizon->unscheduled
		    : horizon->unscheduled;

		if (care >= 0)
			weight += count *
			    instance_weight(model->in, share, (unsigned)care);
	}
	exceed(relax, horizon->share, weight);
}

/* What is chosen, for shares and caps. */
static void
count_mixed(struct relax *relax, const struct horizon *horizon, int32_t p)
{
	const struct instance *in = relax->model->in;
	const int32_t *chosen = relax->chosen + relax->chosen_first[p];
	int32_t last = NAMES_NONE;
	int64_t weight = 0;

	for (int32_t i = 0; i < horizon->choices; i++) {
		const struct need *need = &in->need[chosen[i]];
		int32_t share = instance_own_share(in, p, need);

		if (share != last) {
			exceed(relax, last, weight);
			weight = 0;
		}
		last = share;
		if (share != NAMES_NONE)
			weight +=
			    instance_weight(in, &in->share[share], need->care);
		for (int32_t c = in->cap_first[p]; c < in->cap_first[p + 1];
		     c++) {
			int32_t cap = in->cap_list[c];

			if (instance_in_cap(in, &in->cap[cap], need))
				relax->cap_excess[cap] +=
				    in->rule.units[half_part(need->half)];
		}
	}
	exceed(relax, last, weight);
}

static void
count_chosen(struct relax *relax, const struct horizon *horizon, int32_t p)
{
	int32_t *chosen = relax->chosen + relax->chosen_first[p];

	relax->choices[p] = horizon->choices;
	for (int32_t i = 0; i < horizon->choices; i++)
		chosen[i] = relax->model->option[horizon->chosen[i]].need;
	if (horizon->plain)
		count_plain(relax, horizon);
	else
		count_mixed(relax, horizon, p);
}

/* The least of what is missing of the minimum, less the price, over all counts
 * of the cap; and that count off the excess. */
static int64_t
solve_cap(const struct cap *cap, int64_t price, int32_t *excess)
{
	int32_t least = cap->min < cap->most ? cap->min : cap->most;
	int32_t count[] = {0, least, cap->most}, best_count = 0;
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < ARRAY_SIZE(count); i++) {
		int64_t lack = cap->min > count[i] ? cap->min - count[i] : 0;
		int64_t value =
		    cap->weight * lack * PRICE_ONE - price * count[i];

		if (value < best) {
			best = value;
			best_count = count[i];
		}
	}
	*excess -= price == 0 && *excess >= least && *excess <= cap->most
	    ? *excess
	    : best_count;
	return best;
}

/* The cost of doing nothing at all. */
static int64_t
idle_cost(const struct model *model, int32_t p)
{
	const struct instance *in = model->in;
	int64_t sum =
	    (int64_t)in->weight.horizon_short * in->physician[p].horizon_min;

	for (int32_t w = 0; w < in->weeks; w++)
		sum += (int64_t)in->physician[p].week_short *
		    model_week_min(model, p, w);
	return sum * PRICE_ONE;
}

/* The share that all of his half-days count for and that is void without any,
 * or NAMES_NONE. */
static int32_t
whole_share(const struct model *model, int32_t p)
{
	const int32_t *first = &model->in->share_first[p];

	if (first[0] == first[1] ||
	    !model->share_whole[model->in->share_list[first[0]]])
		return NAMES_NONE;
	return model->in->share_list[first[0]];
}

static void
solve_physician(struct relax *relax, struct horizon *horizon, int32_t p)
{
	const struct prices *prices = relax->prices;
	const struct model *model = relax->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[p];
	int32_t share = whole_share(model, p), fair;
	int64_t value = horizon_solve(horizon, p, prices);

	/* Some half-day, then the share is kept; or none at all. */
	if (share != NAMES_NONE && prices->share[share] > 0) {
		int64_t idle = idle_cost(model, p);

		value += prices->share[share];
		if (idle < value) {
			value = idle;
			horizon->choices = 0;
			horizon->unpopular = horizon->unscheduled = 0;
		}
	}
	count_chosen(relax, horizon, p);
	if (share != NAMES_NONE && horizon->choices == 0)
		relax->share_excess[share]--;
	value += solve_fair(worker, prices->unpopular[p], &fair);
	relax->unpopular[p] = prices->unpopular[p] == 0 &&
		horizon->unpopular <= worker->fair_share
	    ? 0
	    : horizon->unpopular - fair;
	for (int32_t i = in->cap_first[p]; i < in->cap_first[p + 1]; i++) {
		int32_t cap = in->cap_list[i];

		value += solve_cap(
		    &in->cap[cap], prices->cap[cap], &relax->cap_excess[cap]);
	}
	relax->physician_value[p] = value;
}

static void
on_physicians(void *context, size_t item, unsigned thread)
{
	struct relax *relax = context;
	int32_t from = (int32_t)item * CHUNK, to = from + CHUNK;

	if (to > relax->model->in->physicians)
		to = relax->model->in->physicians;
	for (int32_t p = from; p < to; p++)
		solve_physician(relax, &relax->horizon[thread], p);
}

static void
on_sites(void *context, size_t item, unsigned thread)
{
	struct relax *relax = context;
	int32_t from = (int32_t)item * CHUNK, to = from + CHUNK;

	(void)thread;
	if (to > relax->model->in->sites)
		to = relax->model->in->sites;
	for (int32_t s = from; s < to; s++)
		relax->site_value[s] = site_solve(relax->model, relax->prices,
		    s, relax->filled, relax->share_excess);
}

/* One loop for both, so that the threads meet once. */
static void
on_item(void *context, size_t item, unsigned thread)
{
	struct relax *relax = context;
	size_t physicians =
	    ((size_t)relax->model->in->physicians + CHUNK - 1) / CHUNK;

	if (item < physicians)
		on_physicians(context, item, thread);
	else
		on_sites(context, item - physicians, thread);
}

/* What shares allow, of those that do not stand with their owner's value; and
 * off the excess of each. */
static int64_t
allow_shares(struct relax *relax)
{
	const struct model *model = relax->model;
	int64_t sum = 0;

	for (size_t g = 0; g < model->in->shares; g++) {
		int64_t limit = model->share_limit[g];

		if (limit == SHARE_FREE) {
			relax->share_excess[g] = 0;
		} else if (model->share_whole[g]) {
			/* One less where nothing is done: it is kept then. */
			relax->share_excess[g]++;
		} else {
			limit = limit < 0 ? 0 : limit;
			relax->share_excess[g] -= limit;
			sum -= relax->prices->share[g] * limit;
		}
	}
	return sum;
}

/* By one thread: they would hinder each other. */
static void
count_worked(struct relax *relax)
{
	const struct model *model = relax->model;

	memset(relax->worked, 0, model->slots * sizeof(int32_t));
	for (int32_t p = 0; p < model->in->physicians; p++) {
		const int32_t *chosen = relax->chosen + relax->chosen_first[p];

		for (int32_t i = 0; i < relax->choices[p]; i++)
			relax->worked[chosen[i]]++;
	}
}

int64_t
relax_solve(struct relax *relax, const struct prices *prices)
{
	const struct instance *in = relax->model->in;
	size_t physicians = ((size_t)in->physicians + CHUNK - 1) / CHUNK;
	size_t sites = ((size_t)in->sites + CHUNK - 1) / CHUNK;
	int64_t sum = relax->model->constant * PRICE_ONE;

	relax->prices = prices;
	for (size_t g = 0; g < in->shares; g++)
		atomic_store_explicit(
		    &relax->share_excess[g], 0, memory_order_relaxed);
	memset(relax->cap_excess, 0, in->caps * sizeof(int32_t));
	pool_run(relax->pool, physicians + sites, on_item, relax);
	count_worked(relax);
	for (int32_t p = 0; p < in->physicians; p++) {
		/* Prices so large that doubles do not hold them prove nothing.
		 */
		if (relax->physician_value[p] < -PRICE_NEVER / 2)
			return -PRICE_NEVER;
		sum += relax->physician_value[p];
	}
	for (int32_t s = 0; s < in->sites; s++)
		sum += relax->site_value[s];
	return sum + allow_shares(relax);
}

int64_t
relax_again(struct relax *relax, int32_t physician)
{
	int64_t before = relax->physician_value[physician];

	solve_physician(relax, &relax->horizon[0], physician);
	return relax->physician_value[physician] - before;
}

int64_t
relax_points(int64_t bound)
{
	int64_t points = bound / PRICE_ONE;

	return points + (bound > points * PRICE_ONE);
}
