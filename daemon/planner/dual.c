/* SPDX-License-Identifier: ISC */
/* dual: deflected subgradient steps from the best prices. */
#include "daemon/planner/dual.h"

#include "daemon/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In units of (cost - bound) / square of the direction: found by trial, as are
 * the factors below.  Directions are averages, so the length starts high. */
static const double FIRST_LENGTH = 50;

void
dual_make(struct dual *dual, const struct model *model, struct pool *pool)
{
	size_t physicians = (size_t)model->in->physicians;
	size_t sites = (size_t)model->in->sites;

	memset(dual, 0, sizeof(*dual));
	relax_make(&dual->relax, model, pool);
	prices_make(&dual->best, model);
	prices_make(&dual->trial, model);
	dual->size = model->slots + 2 * physicians + sites;
	dual->direction = xcalloc(dual->size + 1, sizeof(double));
	dual->point = xcalloc(dual->size + 1, sizeof(double));
	dual->length = FIRST_LENGTH;
	for (size_t n = 0; n < model->slots; n++)
		dual->best.slot[n] =
		    model->level[model->slot[n + 1].level - 1] * PRICE_ONE / 2;
	dual->bound = relax_solve(&dual->relax, &dual->best);
}

void
dual_free(struct dual *dual)
{
	relax_free(&dual->relax);
	prices_free(&dual->best);
	prices_free(&dual->trial);
	free(dual->direction);
	free(dual->point);
	memset(dual, 0, sizeof(*dual));
}

/* Turns the direction towards the last subgradient; its square length. */
static double
deflect(struct dual *dual, double turn)
{
	const struct relax *relax = &dual->relax;
	const struct instance *in = relax->model->in;
	double *d = dual->direction, sum = 0;

	for (size_t n = 0; n < relax->model->slots; n++, d++)
		*d += turn *
		    (relax->filled[n] -
			atomic_load_explicit(
			    &relax->worked[n], memory_order_relaxed) -
			*d);
	for (int32_t p = 0; p < in->physicians; p++, d++)
		*d += turn * (relax->physician_minority[p] - *d);
	for (int32_t p = 0; p < in->physicians; p++, d++)
		*d += turn * (relax->unpopular[p] - *d);
	for (int32_t s = 0; s < in->sites; s++, d++)
		*d += turn * (relax->site_minority[s] - *d);
	for (size_t i = 0; i < dual->size; i++)
		sum += dual->direction[i] * dual->direction[i];
	return sum;
}

/* From the best prices a step along the direction. */
static void
set_trial(struct dual *dual, double step)
{
	const struct model *model = dual->relax.model;
	size_t physicians = (size_t)model->in->physicians;
	struct {
		const int64_t *from;
		int64_t *to;
		size_t count;
		bool positive;
	} part[] = {
	    {dual->best.slot, dual->trial.slot, model->slots, false},
	    {dual->best.physician, dual->trial.physician,
		model->in->rule.minority_physician ? physicians : 0, true},
	    {dual->best.unpopular, dual->trial.unpopular, physicians, true},
	    {dual->best.site, dual->trial.site,
		model->in->rule.minority_site ? (size_t)model->in->sites : 0,
		true},
	};
	size_t offset[] = {0, model->slots, model->slots + physicians,
	    model->slots + 2 * physicians};

	for (size_t i = 0; i < ARRAY_SIZE(part); i++) {
		const double *d = dual->direction + offset[i];

		for (size_t n = 0; n < part[i].count; n++) {
			int64_t price =
			    part[i].from[n] + llrint(step * d[n] * 65536.0);

			if (part[i].positive && price < 0)
				price = 0;
			part[i].to[n] = price;
		}
	}
}

static bool
one_round(struct dual *dual, double target)
{
	double turn = dual->rounds < 400 ? 0.05 : 0.025;
	double square = deflect(dual, turn);
	double gap = target - (double)dual->bound / 65536.0;
	int64_t bound;

	if (square <= 1e-9 || gap <= 0)
		return false;
	dual->rounds++;
	set_trial(dual, dual->length * gap / square);
	bound = relax_solve(&dual->relax, &dual->trial);
	if (bound > dual->bound) {
		dual->bound = bound;
		prices_copy(&dual->best, &dual->trial, dual->relax.model);
		dual->length *= 1.05;
		dual->failures = 0;
	} else if (++dual->failures == 5) {
		dual->length *= 0.7;
		dual->failures = 0;
	}
	return dual->length > 1e-6;
}

bool
dual_run(struct dual *dual, int64_t cost, int rounds)
{
	for (int i = 0; i < rounds; i++) {
		if (!one_round(dual, (double)cost))
			return false;
	}
	return true;
}
