/* SPDX-License-Identifier: ISC */
/*
 * repair_fill: the first pass.  Each vacant half-day goes to whom the plan
 * costs least with: somebody who is free, or somebody whose best week it is
 * part of; what he gives up for it is filled likewise by who is free.  Who is
 * free because his own half-day is wanted no more is offered what is open.
 */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

enum { SWEEPS = 3, HELD_MAX = HALVES_PER_WEEK };

static const int64_t no_way = INT64_MAX / 2;

/* A change of the plan: an option, and whether its physician's whole week is
 * made anew for it. */
struct trial {
	int32_t option; /* OPTION_NONE: none was found */
	bool anew;
	int64_t cost;
	struct rng rng; /* before it: so that it comes out the same again */
};

/* What it costs when a free physician takes it; the log keeps it. */
static int64_t
take_free(struct repairer *repairer, int32_t option)
{
	struct desk *desk = &repairer->desk;
	int32_t seat = model_seat(repairer->model, option), from = desk->logged;
	int64_t cost;

	if (repairer->board.choice[seat] != OPTION_NONE ||
	    repair_is_closed(repairer, option) || !desk_can(desk, seat, option))
		return no_way;
	cost = desk_put(desk, seat, option);
	if (desk_minority(desk))
		return cost;
	desk_undo(desk, from);
	return no_way;
}

/* The best of those who are free, and nothing when it does not pay. */
static int64_t
fill_hole(struct repairer *repairer, int32_t need)
{
	struct desk *desk = &repairer->desk;
	int32_t from = desk->logged, best = OPTION_NONE;
	int64_t least = 0;

	for (int32_t i = repairer->taker_first[need];
	     i < repairer->taker_first[need + 1]; i++) {
		int64_t cost = take_free(repairer, repairer->taker[i]);

		desk_undo(desk, from);
		if (cost < least) {
			least = cost;
			best = repairer->taker[i];
		}
	}
	return best == OPTION_NONE ? 0 : take_free(repairer, best);
}

/* Clears the physician's week; the needs that he had. */
static int64_t
clear(struct repairer *repairer, int32_t physician, int32_t week,
    int32_t *needs, int32_t *count)
{
	const struct model *model = repairer->model;
	struct desk *desk = &repairer->desk;
	const int32_t *at =
	    &model->week_seat[week * model->in->physicians + physician];
	int64_t cost = 0;

	*count = 0;
	for (int32_t s = at[0]; s < at[1]; s++) {
		int32_t choice = repairer->board.choice[s];

		if (choice == OPTION_NONE || desk_frozen(desk, s))
			continue;
		needs[(*count)++] = model->option[choice].need;
		cost += desk_put(desk, s, OPTION_NONE);
	}
	return cost;
}

/* His best week, with the option; and his holes filled by others. */
static int64_t
take_anew(struct repairer *repairer, int32_t option)
{
	static const struct taste taste = {0, -1, 0, THETA_ONE};
	const struct model *model = repairer->model;
	struct desk *desk = &repairer->desk;
	struct reply *reply = &repairer->reply;
	int32_t seat = model_seat(model, option), from = desk->logged, held;
	int32_t week = half_week(model->seat[seat].half), needs[HELD_MAX];
	const struct question question = {
	    model->seat[seat].physician, &week, 1};
	int64_t cost;

	if (repair_is_closed(repairer, option) || desk_frozen(desk, seat))
		return no_way;
	cost = clear(repairer, question.physician, week, needs, &held);
	reply_find(reply, desk, &question, &taste);
	for (int32_t i = 0; i < reply->options; i++) {
		int32_t s = model_seat(model, reply->option[i]);

		if (repairer->board.choice[s] == OPTION_NONE &&
		    desk_can(desk, s, reply->option[i]))
			cost += desk_put(desk, s, reply->option[i]);
	}
	if (repairer->board.choice[seat] != option || !desk_minority(desk)) {
		desk_undo(desk, from);
		return no_way;
	}
	for (int32_t i = 0; i < held; i++)
		if (repairer->board.fill[needs[i]] <
		    model->slot[needs[i]].count)
			cost += fill_hole(repairer, needs[i]);
	return cost;
}

static int64_t
take(struct repairer *repairer, const struct trial *trial)
{
	return trial->anew ? take_anew(repairer, trial->option)
			   : take_free(repairer, trial->option);
}

static void
try(struct repairer *repairer, const struct trial *trial, struct trial *best)
{
	struct desk *desk = &repairer->desk;
	int32_t from = desk->logged;
	struct rng rng = desk->rng;
	int64_t cost = take(repairer, trial);

	desk_undo(desk, from);
	if (cost >= best->cost)
		return;
	*best = *trial;
	best->cost = cost;
	best->rng = rng;
}

/* Whether one more of the need may be filled: in the minimal variant what was
 * open before stays so. */
static bool
is_open(const struct repairer *repairer, int32_t need)
{
	int32_t empty =
	    repairer->model->slot[need].count - repairer->board.fill[need];

	if (repairer->ask->variant == REPAIR_MINIMAL)
		empty -= repairer->bare[need];
	return empty > 0;
}

/* Does it, if it costs nothing after all. */
static bool
carry_out(struct repairer *repairer, const struct trial *trial)
{
	int64_t cost;

	if (trial->option == OPTION_NONE)
		return false;
	repairer->desk.logged = 0;
	repairer->desk.rng = trial->rng;
	cost = take(repairer, trial);
	/* An answer may hang on the order of holders, which trials change. */
	if (cost >= 0) {
		desk_undo(&repairer->desk, 0);
		return false;
	}
	repairer->now_cost += cost;
	return true;
}

/* One vacant half-day, by who is free or also by weeks anew; whether it is held
 * now. */
static bool
fill(struct repairer *repairer, int32_t need, bool anew)
{
	struct trial best = {.option = OPTION_NONE, .rng = repairer->desk.rng};
	struct trial free = best, trial = best;

	if (!is_open(repairer, need))
		return false;
	repairer->desk.logged = 0;
	for (int32_t i = repairer->taker_first[need];
	     i < repairer->taker_first[need + 1]; i++) {
		trial.option = repairer->taker[i];
		trial.anew = false;
		try(repairer, &trial, &free);
		trial.anew = true;
		if (anew)
			try(repairer, &trial, &best);
	}
	return (best.cost < free.cost && carry_out(repairer, &best)) ||
	    carry_out(repairer, &free);
}

/* Something else for who has lost what is wanted no more. */
static bool
fill_seat(struct repairer *repairer, int32_t seat)
{
	const struct model *model = repairer->model;
	struct trial best = {.option = OPTION_NONE, .rng = repairer->desk.rng};
	struct trial trial = best;

	repairer->desk.logged = 0;
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++) {
		trial.option = o;
		try(repairer, &trial, &best);
	}
	return carry_out(repairer, &best);
}

/* Who was put in for a vacancy leaves it; what that costs. */
static int64_t
give_up(struct repairer *repairer, int32_t need)
{
	const struct board *board = &repairer->board;
	const struct slot *slot = &repairer->model->slot[need];

	for (uint8_t i = 0; i < board->fill[need]; i++) {
		int32_t seat = board->holder[slot->holder + i];

		if (repairer->published[seat] == board->choice[seat] ||
		    desk_frozen(&repairer->desk, seat))
			continue;
		repairer->desk.logged = 0;
		return desk_put(&repairer->desk, seat, OPTION_NONE);
	}
	return 0;
}

/* Vacancies are many where few can help: whoever came first may be needed more
 * elsewhere. */
static void
sweep(struct repairer *repairer)
{
	for (size_t i = 0; i < repairer->vacancies; i++) {
		const struct vacancy *vacancy = &repairer->vacancy[i];

		if (!vacancy->wanted)
			continue;
		repairer->now_cost += give_up(repairer, vacancy->need);
		(void)fill(repairer, vacancy->need, false);
	}
	repair_close_up(repairer);
}

void
repair_close_up(struct repairer *repairer)
{
	bool more = true;

	/* Each costs less than before: this ends. */
	while (more) {
		more = false;
		for (size_t i = 0; i < repairer->vacancies; i++)
			if (repairer->vacancy[i].wanted &&
			    fill(repairer, repairer->vacancy[i].need, false))
				more = true;
		for (size_t i = 0; i < repairer->freeds &&
		     repairer->ask->variant != REPAIR_MINIMAL;
		     i++)
			if (fill_seat(repairer, repairer->freed[i]))
				more = true;
	}
}

static int
compare(const void *left, const void *right)
{
	const struct vacancy *a = left, *b = right;

	if (a->need != b->need)
		return a->need < b->need ? -1 : 1;
	return (a->seat > b->seat) - (a->seat < b->seat);
}

void
repair_fill(struct repairer *repairer)
{
	bool minimal = repairer->ask->variant == REPAIR_MINIMAL;

	if (repairer->vacancies > 1)
		qsort(repairer->vacancy, repairer->vacancies,
		    sizeof(repairer->vacancy[0]), compare);
	for (size_t i = 0; i < repairer->vacancies; i++)
		if (repairer->vacancy[i].wanted)
			(void)fill(
			    repairer, repairer->vacancy[i].need, !minimal);
	repair_close_up(repairer);
	for (int i = 0; minimal && i < SWEEPS; i++)
		sweep(repairer);
}
