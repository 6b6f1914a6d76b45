/* SPDX-License-Identifier: ISC */
/* repair_chain: the second pass, and the plan anew. */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/search/eject.h"

#include <stdlib.h>
#include <string.h>

enum {
	TWO_WEEKS = 40, /* of 100 chains begin with two weeks */
	SECOND = 40,    /* of 100 begin with somebody beside who could help */
	LOOKS = 8,
	MEASURE = 256,  /* moves between two looks at the whole cost */
	LOOK_US = 2000, /* between two looks at who waits */
	COOL_US = 10000 /* for which who is cut short makes good what is hot */
};

static const double worth_it = -0.5; /* points: less than nothing */
static const double hot = 60;

static bool
is_over(const struct repairer *repairer)
{
	return clock_mono_us() - repairer->begun_us >= repairer->ask->budget_us;
}

static uint32_t
draw(struct repairer *repairer, uint32_t below)
{
	return rng_below(&repairer->desk.rng, below);
}

/* Somebody who could take one of the need, or OPTION_NONE. */
static int32_t
some_taker(struct repairer *repairer, int32_t need)
{
	int32_t first = repairer->taker_first[need];
	int32_t count = repairer->taker_first[need + 1] - first;

	for (int look = 0; look < LOOKS && count > 0; look++) {
		int32_t option = repairer->taker[first +
		    (int32_t)draw(repairer, (uint32_t)count)];

		if (!repair_is_closed(repairer, option))
			return option;
	}
	return OPTION_NONE;
}

/* Of what the physician has in the week, some option of somebody else. */
static int32_t
beside(struct repairer *repairer, int32_t option)
{
	const struct model *model = repairer->model;
	int32_t seat = model_seat(model, option);
	const int32_t *at =
	    &model->week_seat[half_week(model->seat[seat].half) *
		    model->in->physicians +
		model->seat[seat].physician];

	for (int look = 0; look < LOOKS; look++) {
		int32_t s =
		    at[0] + (int32_t)draw(repairer, (uint32_t)(at[1] - at[0]));
		int32_t choice = repairer->board.choice[s], other;

		if (choice == OPTION_NONE)
			continue;
		other = some_taker(repairer, model->option[choice].need);
		if (other != OPTION_NONE)
			return other;
	}
	return option;
}

/* Whose week is the first to be made anew: of somebody who could help, or of
 * who has nothing to do any more.  The seat, or OPTION_NONE. */
static int32_t
beginning(struct repairer *repairer)
{
	uint32_t pick =
	    draw(repairer, (uint32_t)(repairer->vacancies + repairer->freeds));
	int32_t option;

	if (pick >= repairer->vacancies)
		return repairer->freed[pick - repairer->vacancies];
	option = some_taker(repairer, repairer->vacancy[pick].need);
	if (option == OPTION_NONE)
		return OPTION_NONE;
	if (draw(repairer, 100) < SECOND)
		option = beside(repairer, option);
	return model_seat(repairer->model, option);
}

/* How many of the vacant half-days nobody holds. */
static int32_t
unfilled(const struct repairer *repairer)
{
	int32_t sum = 0;

	for (size_t i = 0; i < repairer->vacancies; i++) {
		int32_t need = repairer->vacancy[i].need;

		if (repairer->vacancy[i].wanted)
			sum += repairer->model->slot[need].count -
			    repairer->board.fill[need];
	}
	return sum;
}

/* One chain; false when nothing came of it.  Whoever was found for what fell
 * vacant is not sent where somebody was missing before. */
static bool
chain(struct repairer *repairer)
{
	struct desk *desk = &repairer->desk;
	int32_t before = unfilled(repairer);
	int32_t seat = beginning(repairer), week[2];
	struct question question = {.week = week, .weeks = 1};
	int64_t cost;

	if (seat == OPTION_NONE)
		return false;
	question.physician = repairer->model->seat[seat].physician;
	week[0] = half_week(repairer->model->seat[seat].half);
	week[1] = desk->week[draw(repairer, (uint32_t)desk->weeks)];
	if (week[1] != week[0] && draw(repairer, 100) < TWO_WEEKS)
		question.weeks = 2;
	if (!eject_from(desk, &repairer->reply, &question, worth_it, &cost))
		return false;
	if (unfilled(repairer) > before) {
		desk_undo(desk, 0);
		return false;
	}
	repairer->now_cost += cost;
	return true;
}

void
repair_chains(struct repairer *repairer)
{
	int32_t misses = 0;

	while (repairer->vacancies + repairer->freeds > 0 &&
	    misses < repairer->ask->misses && !is_over(repairer))
		misses = chain(repairer) ? 0 : misses + 1;
	repair_close_up(repairer);
	board_total(&repairer->board);
}

/* ----- anew ----- */

static struct stability
stability_of(const struct model *model, size_t seat, int32_t option)
{
	return instance_stability(model->in, model->seat[seat].physician,
	    &model->in->need[model->option[option].need]);
}

/* Whether the seat is of a week that the desk has. */
static bool
is_at_desk(const struct repairer *repairer, size_t seat)
{
	const struct desk *desk = &repairer->desk;
	int32_t week = half_week(repairer->model->seat[seat].half);

	for (int32_t i = 0; i < desk->weeks; i++)
		if (desk->week[i] == week)
			return true;
	return false;
}

/* The cost of change taken off every option of the weeks at hand; what all cost
 * is returned. */
static int32_t *
forget_published(struct repairer *repairer)
{
	struct model *model = repairer->model;
	int32_t *was = xcalloc(model->options + 1, sizeof(was[0]));

	for (size_t o = 0; o < model->options; o++)
		was[o] = model->option[o].cost;
	for (size_t s = 0; s < model->seats; s++) {
		if (!is_at_desk(repairer, s))
			continue;
		for (int32_t o = model->seat[s].first;
		     o < model->seat[s + 1].first; o++) {
			struct stability stability = stability_of(model, s, o);

			if (was[o] == CLOSED)
				continue;
			repair_set_cost(repairer, o,
			    repairer->published[s] == o
				? was[o] + stability.drop
				: was[o] - stability.add);
		}
	}
	return was;
}

/* What dropping all that is published in them would cost. */
static int64_t
published_points(const struct repairer *repairer)
{
	const struct model *model = repairer->model;
	int64_t sum = 0;

	for (size_t s = 0; s < model->seats; s++)
		if (repairer->published[s] != OPTION_NONE &&
		    is_at_desk(repairer, s))
			sum +=
			    stability_of(model, s, repairer->published[s]).drop;
	return sum;
}

static void
keep_best(const struct repairer *repairer, int64_t *best, int32_t *choice)
{
	int64_t cost = board_cost(&repairer->board);

	if (cost >= *best)
		return;
	*best = cost;
	memcpy(choice, repairer->board.choice,
	    repairer->model->seats * sizeof(choice[0]));
}

/* Whether somebody waits by now, asked not too often. */
static bool
is_awaited(const struct repairer *repairer, uint64_t now, uint64_t *looked)
{
	const struct repair_ask *ask = repairer->ask;

	if (ask->waits == NULL || now - *looked < LOOK_US)
		return false;
	*looked = now;
	return ask->waits(ask->waiter);
}

static void
anneal(struct repairer *repairer, int64_t *best, int32_t *choice)
{
	struct desk *desk = &repairer->desk;
	uint64_t end = repairer->begun_us + repairer->ask->budget_us;
	uint64_t moves = 0, looked = 0, now;
	double limit;

	while ((now = clock_mono_us()) < end) {
		double left = (double)(end - now) /
		    (double)(repairer->ask->budget_us + 1);

		if (!repairer->cut && now + COOL_US < end &&
		    is_awaited(repairer, now, &looked)) {
			repairer->cut = true;
			end = now + COOL_US;
		}
		left = repairer->cut ? 0 : left;
		eject_move(desk, &repairer->reply, hot * left * left, &limit);
		if (++moves % MEASURE == 0 && left < 0.5)
			keep_best(repairer, best, choice);
	}
	keep_best(repairer, best, choice);
}

void
repair_anew(struct repairer *repairer)
{
	struct model *model = repairer->model;
	int64_t constant = model->constant;
	int32_t *was = forget_published(repairer);
	int32_t *choice = xcalloc(model->seats + 1, sizeof(choice[0]));

	model->constant -= published_points(repairer);
	repair_open_desk(repairer);
	repairer->now_cost = INT64_MAX;
	keep_best(repairer, &repairer->now_cost, choice);
	if (repairer->desk.weeks > 0)
		anneal(repairer, &repairer->now_cost, choice);
	memcpy(
	    repairer->board.choice, choice, model->seats * sizeof(choice[0]));
	board_rebuild(&repairer->board);
	repairer->now_bound =
	    relax_solve(&repairer->relax, &repairer->dual.best);
	for (size_t o = 0; o < model->options; o++)
		repair_set_cost(repairer, (int32_t)o, was[o]);
	model->constant = constant;
	repairer->stale = true; /* values of all physicians are others now */
	free(choice);
	free(was);
}
