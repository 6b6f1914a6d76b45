/* SPDX-License-Identifier: ISC */
/* relax: physicians and sites at given prices, in parallel. */
#include "daemon/planner/relax.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4 };

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
	relax->filled = xcalloc(model->slots + 1, sizeof(int32_t));
	relax->physician_minority = xcalloc(physicians, sizeof(int32_t));
	relax->unpopular = xcalloc(physicians, sizeof(int32_t));
	relax->physician_value = xcalloc(physicians, sizeof(int64_t));
	relax->site_minority = xcalloc(sites, sizeof(int32_t));
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
	free(relax->filled);
	free(relax->physician_minority);
	free(relax->unpopular);
	free(relax->physician_value);
	free(relax->site_minority);
	free(relax->site_value);
	memset(relax, 0, sizeof(*relax));
}

/* The least of unfair(e) - price e over the number e of unpopular half-days,
 * and that number. */
static int64_t
solve_fair(const struct model *model, const struct worker *worker,
    int64_t price, int32_t *number)
{
	int64_t unfair = model->in->weight.unfair * PRICE_ONE;
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
solve_physician(struct relax *relax, struct horizon *horizon, int32_t p)
{
	const struct prices *prices = relax->prices;
	const struct worker *worker = &relax->model->in->physician[p];
	struct charge charge = {
	    prices->physician[p], prices->unpopular[p], false};
	int64_t value = horizon_solve(horizon, p, prices->slot, &charge);
	int32_t minority = 2 * horizon->unscheduled - horizon->choices +
	    (horizon->unscheduled > 0);
	int32_t fair;

	if (charge.minority > 0) {
		/* As for a site: a strict minority, or none at all. */
		int64_t scheduled;
		const int64_t mixed = value + charge.minority;

		minority = 2 * horizon->unscheduled - horizon->choices + 1;
		charge.minority = 0;
		charge.scheduled_only = true;
		scheduled = horizon_solve(horizon, p, prices->slot, &charge);
		value = scheduled;
		if (scheduled >= mixed) {
			value = mixed;
			charge.minority = prices->physician[p];
			charge.scheduled_only = false;
			horizon_solve(horizon, p, prices->slot, &charge);
		} else {
			minority = 0;
		}
	}
	for (int32_t i = 0; i < horizon->choices; i++)
		atomic_fetch_add_explicit(
		    &relax->worked[relax->model->option[horizon->chosen[i]]
				       .need],
		    1, memory_order_relaxed);
	value += solve_fair(relax->model, worker, prices->unpopular[p], &fair);
	relax->physician_minority[p] = minority;
	relax->unpopular[p] = prices->unpopular[p] == 0 &&
		horizon->unpopular <= worker->fair_share
	    ? 0
	    : horizon->unpopular - fair;
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
		    s, relax->filled, &relax->site_minority[s]);
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

int64_t
relax_solve(struct relax *relax, const struct prices *prices)
{
	const struct instance *in = relax->model->in;
	size_t physicians = ((size_t)in->physicians + CHUNK - 1) / CHUNK;
	size_t sites = ((size_t)in->sites + CHUNK - 1) / CHUNK;
	int64_t sum = 0;

	relax->prices = prices;
	for (size_t n = 0; n < relax->model->slots; n++)
		atomic_store_explicit(
		    &relax->worked[n], 0, memory_order_relaxed);
	pool_run(relax->pool, physicians + sites, on_item, relax);
	for (int32_t p = 0; p < in->physicians; p++)
		sum += relax->physician_value[p];
	for (int32_t s = 0; s < in->sites; s++)
		sum += relax->site_value[s];
	return sum;
}

int64_t
relax_points(int64_t bound)
{
	int64_t points = bound / PRICE_ONE;

	return points + (bound > points * PRICE_ONE);
}
