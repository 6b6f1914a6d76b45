/* SPDX-License-Identifier: ISC */
/* repair_plan: the plan that is kept, and how it changes. */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ----- what is where ----- */

static void
index_takers(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	int32_t *first = xcalloc(model->slots + 2, sizeof(first[0]));

	repairer->taker = xcalloc(model->options + 1, sizeof(int32_t));
	for (size_t o = 0; o < model->options; o++)
		first[model->option[o].need + 1]++;
	for (size_t n = 0; n < model->slots; n++)
		first[n + 1] += first[n];
	for (size_t o = 0; o < model->options; o++)
		repairer->taker[first[model->option[o].need]++] = (int32_t)o;
	for (size_t n = model->slots; n > 0; n--)
		first[n] = first[n - 1];
	first[0] = 0;
	repairer->taker_first = first;
}

int32_t
repair_seat(const struct repairer *repairer, int32_t physician, int32_t half)
{
	const struct model *model = repairer->model;
	const int32_t *at =
	    &model->week_seat[half_week(half) * model->in->physicians +
		physician];

	for (int32_t s = at[0]; s < at[1]; s++)
		if (model->seat[s].half == half)
			return s;
	return OPTION_NONE;
}

int32_t
repairer_option(
    const struct repairer *repairer, int32_t physician, int32_t need)
{
	const struct model *model = repairer->model;
	int32_t seat = repair_seat(repairer, physician, model->slot[need].half);

	if (seat == OPTION_NONE)
		return OPTION_NONE;
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++)
		if (model->option[o].need == need)
			return o;
	return OPTION_NONE;
}

bool
repairer_holds(const struct repairer *repairer, int32_t physician, int32_t need)
{
	int32_t option = repairer_option(repairer, physician, need);

	return option != OPTION_NONE &&
	    repairer->board.choice[model_seat(repairer->model, option)] ==
	    option;
}

bool
repairer_is_open(const struct repairer *repairer, int32_t need)
{
	return repairer->board.fill[need] < repairer->model->slot[need].count;
}

void
repair_ready(struct repairer *repairer)
{
	struct desk *desk = &repairer->desk;

	desk->logged = 0;
	if (repairer->ready)
		return;
	desk->weeks = repairer->model->in->weeks;
	for (int32_t w = 0; w < desk->weeks; w++)
		desk->week[w] = w;
	desk_open(desk, 0, 0, 1);
	repairer->ready = true;
}

/* ----- what is published ----- */

/* Shares of unscheduled care aside: those are what they are. */
static bool
fits(const struct repairer *repairer, int32_t seat, int32_t option)
{
	return repairer->board.choice[seat] == OPTION_NONE &&
	    !repair_is_closed(repairer, option) &&
	    desk_can(&repairer->desk, seat, option);
}

static void
publish(struct repairer *repairer)
{
	const struct instance *in = repairer->model->in;

	repair_ready(repairer);
	for (size_t i = 0; i < in->marks; i++) {
		const struct mark *mark = &in->mark[i];
		int32_t option, seat = OPTION_NONE;

		if (mark->kind != MARK_EXISTING)
			continue;
		option = repairer_option(repairer, mark->physician, mark->need);
		if (option != OPTION_NONE)
			seat = model_seat(repairer->model, option);
		if (seat != OPTION_NONE &&
		    repairer->board.choice[seat] == option)
			continue; /* locked too */
		if (seat != OPTION_NONE && fits(repairer, seat, option))
			(void)repair_put(repairer, seat, option);
		else
			repair_leave_out(repairer, mark);
	}
	repair_count_misfits(repairer);
	memcpy(repairer->published, repairer->board.choice,
	    repairer->model->seats * sizeof(int32_t));
	board_total(&repairer->board);
	repair_widen(repairer, &repairer->bound);
	repairer->cost = board_cost(&repairer->board);
	repairer->ready = false;
}

struct repairer *
repairer_new(struct model *model, struct instance *in)
{
	struct repairer *repairer = xcalloc(1, sizeof(*repairer));
	size_t physicians = (size_t)model->in->physicians + 1;

	repairer->model = model;
	repairer->in = in;
	repairer->pool = pool_new(1);
	board_make(&repairer->board, model);
	desk_make(&repairer->desk, &repairer->board);
	repairer->published = xcalloc(model->seats + 1, sizeof(int32_t));
	repairer->hit = xcalloc(physicians, sizeof(bool));
	repairer->moved = xcalloc(physicians, sizeof(bool));
	repairer->shut = xcalloc(model->seats + 1, sizeof(bool));
	repairer->emptied = xcalloc(model->seats + 1, sizeof(bool));
	repairer->net = xcalloc(model->slots + 1, sizeof(int32_t));
	repairer->open = xcalloc(model->slots + 1, 1);
	repairer->bare = xcalloc(model->slots + 1, 1);
	repairer->share_limit = xcalloc(model->in->shares + 1, sizeof(int64_t));
	index_takers(repairer);
	publish(repairer);
	dual_make(&repairer->dual, model, repairer->pool);
	relax_make(&repairer->relax, model, repairer->pool);
	tariff_make(&repairer->tariff, model, &repairer->dual.best);
	reply_make(&repairer->reply, model, &repairer->tariff);
	repairer->stale = true;
	return repairer;
}

void
repairer_free(struct repairer *repairer)
{
	if (repairer == NULL)
		return;
	reply_free(&repairer->reply);
	tariff_free(&repairer->tariff);
	relax_free(&repairer->relax);
	dual_free(&repairer->dual);
	desk_free(&repairer->desk);
	board_free(&repairer->board);
	pool_free(repairer->pool);
	free(repairer->touched);
	free(repairer->misfit);
	free(repairer->published);
	free(repairer->taker);
	free(repairer->taker_first);
	free(repairer->shut);
	free(repairer->vacancy);
	free(repairer->repriced);
	free(repairer->revalued);
	free(repairer->pinned);
	free(repairer->freed);
	free(repairer->let_go);
	free(repairer->line);
	free(repairer->hit);
	free(repairer->moved);
	free(repairer->emptied);
	free(repairer->net);
	free(repairer->open);
	free(repairer->bare);
	free(repairer->share_limit);
	free(repairer);
}

size_t
repairer_misfits(const struct repairer *repairer)
{
	return repairer->misfits;
}

/* ----- what others change ----- */

static void
touch(struct repairer *repairer, int32_t physician)
{
	repairer->changed = true;
	for (size_t i = 0; i < repairer->touches; i++)
		if (repairer->touched[i] == physician)
			return;
	repairer->touched = xgrow(repairer->touched, &repairer->touch_room,
	    repairer->touches + 1, sizeof(int32_t));
	repairer->touched[repairer->touches++] = physician;
}

void
repair_shut(struct repairer *repairer, int32_t seat, int32_t option)
{
	if (repairer->board.choice[seat] == option)
		repairer->shut[seat] = true;
	else
		repair_set_cost(repairer, option, CLOSED);
}

void
repairer_close(struct repairer *repairer, int32_t physician, int32_t from,
    int32_t until, unsigned parts)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;

	for (int32_t w = half_week(from);
	     w <= half_week(until - 1) && w < in->weeks; w++) {
		const int32_t *at =
		    &model->week_seat[w * in->physicians + physician];

		for (int32_t s = at[0]; s < at[1]; s++) {
			const struct seat *seat = &model->seat[s];

			if (seat->half < from || seat->half >= until ||
			    (parts >> half_part(seat->half) & 1) == 0)
				continue;
			for (int32_t o = seat->first; o < seat[1].first; o++)
				repair_shut(repairer, s, o);
		}
	}
	touch(repairer, physician);
}

static void
close_need(struct repairer *repairer, int32_t need)
{
	const struct model *model = repairer->model;

	for (int32_t i = repairer->taker_first[need];
	     i < repairer->taker_first[need + 1]; i++) {
		int32_t seat = model_seat(model, repairer->taker[i]);

		repair_shut(repairer, seat, repairer->taker[i]);
		touch(repairer, model->seat[seat].physician);
	}
}

void
repairer_close_site(struct repairer *repairer, int32_t site, int32_t from,
    int32_t until, unsigned parts)
{
	const struct instance *in = repairer->model->in;

	for (int32_t w = half_week(from);
	     w <= half_week(until - 1) && w < in->weeks; w++) {
		const int32_t *first = &in->need_first[w * in->sites + site];

		for (int32_t n = first[0]; n < first[1]; n++)
			if (in->need[n].half >= from &&
			    in->need[n].half < until &&
			    (parts >> half_part(in->need[n].half) & 1) != 0)
				close_need(repairer, n);
	}
}

bool
repairer_set(
    struct repairer *repairer, int32_t physician, int32_t need, bool does)
{
	struct model *model = repairer->model;
	const struct stability stability =
	    instance_stability(model->in, physician, &model->in->need[need]);
	int32_t option = repairer_option(repairer, physician, need), seat;
	int32_t sign = does ? 1 : -1;

	if (option == OPTION_NONE)
		return false;
	seat = model_seat(model, option);
	if ((repairer->board.choice[seat] == option) == does)
		return does || !repair_is_misfit(repairer, physician, need);
	repair_ready(repairer);
	if (model->seat[seat].forced || (does && !fits(repairer, seat, option)))
		return false;
	repairer->cost +=
	    repair_put(repairer, seat, does ? option : OPTION_NONE) -
	    (does ? stability.add : stability.drop);
	repair_set_cost(repairer, option,
	    model->option[option].cost -
		sign * (stability.add + stability.drop));
	if (!does && repairer->shut[seat]) {
		repair_set_cost(repairer, option, CLOSED);
		repairer->shut[seat] = false;
	}
	model->constant += sign * stability.drop;
	repairer->bound += sign * stability.drop * PRICE_ONE;
	repairer->published[seat] = repairer->board.choice[seat];
	repairer->untotalled = true;
	touch(repairer, physician);
	return true;
}
