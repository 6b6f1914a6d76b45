/* SPDX-License-Identifier: ISC */
/* dual: deflected subgradient steps from the best prices. */
#include "daemon/planner/bound/dual.h"

#include "daemon/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In units of (cost - bound) / square of the direction: found by trial, as are
 * the factors below.  Directions are averages, so the length starts high. */
static const double FIRST_LENGTH = 15;

/* How far the direction turns to the last subgradient: less and less until
 * LATE. */
static const double TURN = 0.06, LATE_TURN = 0.03;

/* Of the length, after a gain and after FAILURES.  With less to gain by, the
 * length may die away long before the prices are good. */
static const double LONGER = 1.15, SHORTER = 0.65;

enum { LATE = 150, FAILURES = 4, LOOK_BACK = 40 };

/* With so many options time is worth more to the search than to the bound. */
enum { MANY_ROUNDS = 200 };

void
dual_make(struct dual *dual, const struct model *model, struct pool *pool)
{
	const struct instance *in = model->in;

	memset(dual, 0, sizeof(*dual));
	relax_make(&dual->relax, model, pool);
	prices_make(&dual->best, model);
	prices_make(&dual->trial, model);
	dual->size =
	    model->slots + in->shares + (size_t)in->physicians + in->caps;
	dual->direction = xcalloc(dual->size + 1, sizeof(double));
	dual->scale = xcalloc(in->shares + 1, sizeof(double));
	for (size_t g = 0; g < in->shares; g++)
		dual->scale[g] = instance_heaviest(in, &in->share[g]);
	dual->length = FIRST_LENGTH;
	for (size_t n = 0; n < model->slots; n++) {
		const struct slot *slot = &model->slot[n];

		if (slot->count > 0)
			dual->best.slot[n] =
			    (model->level[slot->level] +
				model->level[slot->level + slot->count - 1]) *
			    PRICE_ONE * 2 / 5;
	}
	dual->bound = relax_solve(&dual->relax, &dual->best);
}

void
dual_free(struct dual *dual)
{
	relax_free(&dual->relax);
	prices_free(&dual->best);
	prices_free(&dual->trial);
	free(dual->direction);
	free(dual->scale);
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
		*d += turn * (relax->filled[n] - relax->worked[n] - *d);
	for (size_t g = 0; g < in->shares; g++, d++)
		*d += turn *
		    ((double)relax->share_excess[g] / dual->scale[g] - *d);
	for (int32_t p = 0; p < in->physicians; p++, d++)
		*d += turn * (relax->unpopular[p] - *d);
	for (size_t c = 0; c < in->caps; c++, d++)
		*d += turn * (relax->cap_excess[c] - *d);
	for (size_t i = 0; i < dual->size; i++)
		sum += dual->direction[i] * dual->direction[i];
	return sum;
}

static int64_t
within(int64_t price, int64_t least, int64_t most)
{
	return price < least ? least : price > most ? most : price;
}

static int64_t
moved(int64_t price, double step)
{
	double far = step * 65536.0;

	/* As llrint() does, but for ties, and without a call. */
	return price + (int64_t)(far + (far < 0 ? -0.5 : 0.5));
}

/* From the best prices a step along the direction. */
static void
set_trial(struct dual *dual, double step)
{
	const struct model *model = dual->relax.model;
	const struct instance *in = model->in;
	const struct prices *best = &dual->best;
	struct prices *trial = &dual->trial;
	const double *d = dual->direction;

	for (size_t n = 0; n < model->slots; n++, d++)
		trial->slot[n] = within(
		    moved(best->slot[n], step * *d), -PRICE_MAX, PRICE_MAX);
	for (size_t g = 0; g < in->shares; g++, d++)
		trial->share[g] =
		    within(moved(best->share[g], step * *d / dual->scale[g]), 0,
			PRICE_MAX / (int64_t)dual->scale[g]);
	for (int32_t p = 0; p < in->physicians; p++, d++)
		trial->unpopular[p] =
		    within(moved(best->unpopular[p], step * *d), 0, PRICE_MAX);
	/* A maximum that nobody can come to has no price. */
	for (size_t c = 0; c < in->caps; c++, d++)
		trial->cap[c] = within(moved(best->cap[c], step * *d),
		    -in->cap[c].weight * PRICE_ONE,
		    in->cap[c].most < in->cap[c].max ? 0 : PRICE_MAX);
}

/* Whether the last rounds were worth it. */
static bool
gains(struct dual *dual)
{
	double least = 2e-6 * fabs((double)dual->bound);

	if (dual->rounds % LOOK_BACK != 0)
		return true;
	if (dual->rounds > LOOK_BACK &&
	    (double)(dual->bound - dual->earlier) < least)
		return false;
	dual->earlier = dual->bound;
	return true;
}

static double
turn_of(int rounds)
{
	return rounds < LATE ? TURN + (LATE_TURN - TURN) * rounds / LATE
			     : LATE_TURN;
}

static bool
one_round(struct dual *dual, double target)
{
	double square = deflect(dual, turn_of(dual->rounds));
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
		dual->length *= LONGER;
		dual->failures = 0;
	} else if (++dual->failures == FAILURES) {
		dual->length *= SHORTER;
		dual->failures = 0;
	}
	return dual->length > 1e-6 && gains(dual);
}

bool
dual_run(struct dual *dual, int64_t cost, int rounds)
{
	bool many = dual->relax.model->options > DUAL_MANY;

	for (int i = 0; i < rounds; i++) {
		if ((many && dual->rounds >= MANY_ROUNDS) ||
		    !one_round(dual, (double)cost))
			return false;
	}
	return true;
}
