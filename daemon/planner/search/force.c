/* SPDX-License-Identifier: ISC */
/*
 * force: the recursion of week.h proposes, the desk disposes.
 *
 * The values that the recursion goes by leave out what counts over several
 * weeks or several half-days of a day at a site; the desk's costs do not.
 */
#include "daemon/planner/search/force.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Larger than any sum of true values of a week. */
#define BONUS ((double)(PRICE_ONE << 34))

static size_t
most_options(const struct model *model)
{
	const struct instance *in = model->in;
	size_t most = 0;

	for (size_t i = 0; i < (size_t)in->physicians * (size_t)in->weeks;
	     i++) {
		const int32_t *at = &model->week_seat[i];
		size_t count = (size_t)(model->seat[at[1]].first -
		    model->seat[at[0]].first);

		most = count > most ? count : most;
	}
	return most;
}

void
force_make(struct force *force, const struct board *plan)
{
	const struct model *model = plan->model;
	struct desk *desk = &force->desk;

	force->model = model;
	force->tries = 0;
	board_make(&force->board, model);
	board_copy(&force->board, plan);
	board_rebuild(&force->board);
	desk_make(desk, &force->board);
	for (int32_t w = 0; w < model->in->weeks; w++)
		desk->week[desk->weeks++] = w;
	desk_open(desk, 0, 0, 1);
	ways_make(&force->ways, model);
	week_make(&force->week, model);
	force->values = xcalloc(most_options(model) + 1, sizeof(double));
}

void
force_free(struct force *force)
{
	desk_free(&force->desk);
	board_free(&force->board);
	week_free(&force->week);
	ways_free(&force->ways);
	free(force->values);
}

void
force_undo(struct force *force, int32_t to)
{
	desk_undo(&force->desk, to);
}

int32_t
force_option(const struct model *model, int32_t physician, int32_t need)
{
	int32_t half = model->slot[need].half;
	const int32_t *at =
	    &model->week_seat[half_week(half) * model->in->physicians +
		physician];
	int32_t low = at[0], high = at[1];

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (model->seat[middle].half < half)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == at[1] || model->seat[low].half != half)
		return OPTION_NONE;
	for (int32_t o = model->seat[low].first; o < model->seat[low + 1].first;
	     o++) {
		if (model->option[o].need == need)
			return o;
	}
	return OPTION_NONE;
}

/* ----- what the recursion is given ----- */

struct task {
	int32_t physician, week, seat, option;
	int32_t first, last; /* seats of the week */
	int32_t was[HALVES_PER_WEEK];
};

static struct task
task_of(const struct force *force, int32_t option)
{
	const struct model *model = force->model;
	int32_t seat = model_seat(model, option);
	int32_t physician = model->seat[seat].physician;
	int32_t week = half_week(model->seat[seat].half);
	const int32_t *at =
	    &model->week_seat[week * model->in->physicians + physician];

	struct task task = {physician, week, seat, option, at[0], at[1], {0}};

	for (int32_t s = task.first; s < task.last; s++)
		task.was[s - task.first] = force->board.choice[s];
	return task;
}

static double
option_value(const struct force *force, const struct task *task, int32_t number)
{
	const struct model *model = force->model;
	const struct board *board = &force->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
	const struct tally *tally = &force->desk.physician[task->physician];
	int32_t above =
	    tally->unpopular - model->in->physician[task->physician].fair_share;
	int64_t cost = option->cost;

	if (board->fill[option->need] >= slot->count ||
	    board->used[slot->room] >= model->room[slot->room].rooms)
		return VALUE_NEVER;
	cost -= model->level[slot->level + board->fill[option->need]];
	if ((option->flags & FLAG_VISIT) != 0 && board->seen[slot->visit] == 0)
		cost -= model->visit[slot->visit].worth;
	if ((option->flags & FLAG_UNPOPULAR) != 0 && above >= 0)
		cost += (int64_t)model->in->physician[task->physician].unfair *
		    (above + 1);
	return (double)cost * PRICE_UNIT - (number == task->option ? BONUS : 0);
}

static void
fill_values(struct force *force, const struct task *task)
{
	const struct model *model = force->model;
	int32_t base = model->seat[task->first].first;

	for (int32_t s = task->first; s < task->last; s++) {
		int32_t chosen = force->board.choice[s];

		for (int32_t o = model->seat[s].first;
		     o < model->seat[s + 1].first; o++)
			force->values[o - base] = chosen == o ? 0
			    : chosen != OPTION_NONE ||
				(s == task->seat && o != task->option)
			    ? VALUE_NEVER
			    : option_value(force, task, o);
		/* Of two that are as good, what is there already. */
		if (chosen == OPTION_NONE &&
		    task->was[s - task->first] != OPTION_NONE)
			force->values[task->was[s - task->first] - base]--;
	}
}

/* How many half-days the week may have, those that are there counted. */
static int32_t
most_of(const struct force *force, const struct task *task)
{
	const struct instance *in = force->model->in;
	const struct worker *worker = &in->physician[task->physician];
	int32_t there =
	    force->board.worked[task->week * in->physicians + task->physician];
	int32_t most =
	    model_week_max(force->model, task->physician, task->week);
	int32_t left =
	    worker->horizon_max - force->desk.physician[task->physician].all;

	for (int32_t i = in->cap_first[task->physician];
	     i < in->cap_first[task->physician + 1]; i++) {
		const struct cap *cap = &in->cap[in->cap_list[i]];
		int32_t room = cap->max - force->desk.cap[in->cap_list[i]];

		if (cap->programme == NAMES_NONE && !cap->unscheduled &&
		    cap->from <= task->week * HALVES_PER_WEEK &&
		    cap->until >= (task->week + 1) * HALVES_PER_WEEK &&
		    room < left)
			left = room;
	}
	return most < there + left ? most : there + left;
}

/* Parts at which the physician works on a day. */
static unsigned
parts_of(const struct force *force, int32_t physician, int32_t day)
{
	const struct model *model = force->model;
	const int32_t *at;
	unsigned mask = 0;

	if (day < 0 || day >= model->in->days)
		return 0;
	at = &model->week_seat[day / DAYS_PER_WEEK * model->in->physicians +
	    physician];
	for (int32_t s = at[0]; s < at[1]; s++) {
		if (half_day(model->seat[s].half) == day &&
		    force->board.choice[s] != OPTION_NONE)
			mask |= 1u << half_part(model->seat[s].half);
	}
	return mask;
}

/* The best end of the recursion, minima of the week and the horizon counted;
 * false when there is none. */
static bool
best_goal(const struct force *force, const struct task *task, int32_t most,
    struct week_goal *goal)
{
	const struct model *model = force->model;
	const struct instance *in = model->in;
	const struct shape *shape = &model->shape;
	int32_t day = task->week * DAYS_PER_WEEK, ends;
	unsigned next = parts_of(force, task->physician, day + DAYS_PER_WEEK);
	int32_t missing = in->physician[task->physician].horizon_min -
	    force->desk.physician[task->physician].all;
	double best = VALUE_NEVER;

	goal->values = force->values;
	goal->start = shape->across
	    ? shape->rest[parts_of(force, task->physician, day - 1)]
	    : 0;
	ends = shape->across ? shape->rests : 1;
	for (int end = 0; end < ends; end++) {
		if ((shape->forbids[end] & next) != 0 && shape->across)
			continue;
		for (int32_t k = 0; k <= most; k++) {
			double value = force->week.best[goal->start][end][k];
			int32_t least =
			    model_week_min(model, task->physician, task->week);

			if (value_is_never(value))
				continue;
			if (k < least)
				value += (double)in->physician[task->physician]
					     .week_short *
				    (least - k) * PRICE_UNIT;
			if (missing > 0)
				value -= (double)in->weight.horizon_short *
				    (k < missing ? k : missing) * PRICE_UNIT;
			if (value >= best)
				continue;
			best = value;
			goal->end = end;
			goal->count = k;
		}
	}
	return !value_is_never(best);
}

/* ----- what becomes of it ----- */

static int64_t
empty_week(struct force *force, const struct task *task)
{
	int64_t cost = 0;

	for (int32_t s = task->first; s < task->last; s++) {
		if (force->board.choice[s] != OPTION_NONE &&
		    !force->model->seat[s].forced)
			cost += desk_put(&force->desk, s, OPTION_NONE);
	}
	return cost;
}

/* Puts the option if it may be, shares aside. */
static bool
put(struct force *force, int32_t seat, int32_t option, int64_t *cost)
{
	struct desk *desk = &force->desk;

	if (option == OPTION_NONE || desk->board->choice[seat] != OPTION_NONE ||
	    desk->logged == LOG_MAX || !desk_can(desk, seat, option))
		return false;
	*cost += desk_put(desk, seat, option);
	return true;
}

/* What the recursion chose: unscheduled care behind the rest, and only as far
 * as shares are kept that are not broken before. */
static void
put_week(struct force *force, const struct task *task, const int32_t *options,
    unsigned flag, int64_t *cost)
{
	const struct model *model = force->model;
	struct desk *desk = &force->desk;
	bool kept = desk_minority(desk);

	for (int32_t s = task->first; s < task->last; s++) {
		int32_t option = options[model->seat[s].half % HALVES_PER_WEEK];
		int32_t logged = desk->logged;
		int64_t with = *cost;
		bool keeps;

		if (option == OPTION_NONE ||
		    (model->option[option].flags & FLAG_UNSCHEDULED) != flag ||
		    !put(force, s, option, &with))
			continue;
		keeps = desk_minority(desk);
		if (kept && !keeps) {
			desk_undo(desk, logged);
		} else {
			*cost = with;
			kept = keeps;
		}
	}
}

/* What does not pay after all. */
static void
weed(struct force *force, const struct task *task, int64_t *cost)
{
	struct desk *desk = &force->desk;

	for (int32_t s = task->first; s < task->last; s++) {
		int32_t logged = desk->logged, loss;

		if (s == task->seat || force->board.choice[s] == OPTION_NONE ||
		    force->model->seat[s].forced || logged == LOG_MAX ||
		    desk_loss(desk, s) >= 0)
			continue;
		loss = desk_put(desk, s, OPTION_NONE);
		if (desk_minority(desk))
			*cost += loss;
		else /* it keeps a share */
			desk_undo(desk, logged);
	}
}

/* Of the week. */
static int32_t
half_of(const struct force *force, int32_t option)
{
	const struct model *model = force->model;

	return model->slot[model->option[option].need].half % HALVES_PER_WEEK;
}

static int64_t
try_week(struct force *force, const struct task *task)
{
	int32_t options[HALVES_PER_WEEK], chosen[HALVES_PER_WEEK];
	int32_t base = force->desk.logged, most, count;
	struct week_goal goal;
	int64_t cost;

	cost = empty_week(force, task);
	most = most_of(force, task);
	fill_values(force, task);
	if (most < 1)
		goto never;
	ways_open(&force->ways, task->physician);
	week_solve(&force->week, &force->ways, task->week, force->values, most);
	if (!best_goal(force, task, most, &goal))
		goto never;
	for (int i = 0; i < HALVES_PER_WEEK; i++)
		options[i] = OPTION_NONE;
	count = week_trace(&force->week, &force->ways, &goal, chosen);
	for (int32_t i = 0; i < count; i++)
		options[half_of(force, chosen[i])] = chosen[i];
	if (!put(force, task->seat, task->option, &cost))
		goto never;
	put_week(force, task, options, 0, &cost);
	put_week(force, task, options, FLAG_UNSCHEDULED, &cost);
	weed(force, task, &cost);
	if (desk_minority(&force->desk))
		return cost;
never:
	desk_undo(&force->desk, base);
	return FORCE_NEVER;
}

int64_t
force_seat(struct force *force, int32_t option)
{
	struct task task = task_of(force, option);
	int32_t base = force->desk.logged;
	int64_t cost = 0;

	if (force->model->seat[task.seat].forced || base + 2 > LOG_MAX)
		return FORCE_NEVER;
	if (force->board.choice[task.seat] != OPTION_NONE)
		cost += desk_put(&force->desk, task.seat, OPTION_NONE);
	if (put(force, task.seat, option, &cost) && desk_minority(&force->desk))
		return cost;
	desk_undo(&force->desk, base);
	return FORCE_NEVER;
}

int64_t
force_week(struct force *force, int32_t option)
{
	struct task task = task_of(force, option);
	int32_t base = force->desk.logged;
	int64_t week = FORCE_NEVER, seat;

	force->tries++;
	if (force->model->seat[task.seat].forced)
		return FORCE_NEVER;
	seat = force_seat(force, option);
	desk_undo(&force->desk, base);
	if (base +
		2 * model_week_max(force->model, task.physician, task.week) <=
	    LOG_MAX)
		week = try_week(force, &task);
	if (week <= seat)
		return week;
	desk_undo(&force->desk, base);
	return force_seat(force, option);
}
