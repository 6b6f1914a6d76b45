/* SPDX-License-Identifier: ISC */
/* repair: the plan that is kept, and the course of one question. */
#include "daemon/planner/repair_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ----- the plan that is there ----- */

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
repairer_option(
    const struct repairer *repairer, int32_t physician, int32_t need)
{
	const struct model *model = repairer->model;
	const int32_t *at =
	    &model->week_seat[half_week(model->slot[need].half) *
		    model->in->physicians +
		physician];

	for (int32_t s = at[0]; s < at[1]; s++) {
		if (model->seat[s].half != model->slot[need].half)
			continue;
		for (int32_t o = model->seat[s].first;
		     o < model->seat[s + 1].first; o++)
			if (model->option[o].need == need)
				return o;
	}
	return OPTION_NONE;
}

/* Shares of unscheduled care aside: those are what they are. */
static bool
fits(const struct repairer *repairer, int32_t seat, int32_t option)
{
	return repairer->board.choice[seat] == OPTION_NONE &&
	    desk_can(&repairer->desk, seat, option);
}

/* What is published and has no place is there all the same: it closes its
 * physician's half-day, and is wanted no more. */
static void
leave_out(struct repairer *repairer, const struct mark *mark)
{
	repairer->misfits++;
	repairer_close(repairer, mark->physician, mark->half, mark->half + 1);
	if (mark->need != NAMES_NONE &&
	    repairer->model->slot[mark->need].count >
		repairer->board.fill[mark->need])
		repairer->model->slot[mark->need].count--;
}

static void
publish(struct repairer *repairer)
{
	const struct instance *in = repairer->model->in;

	for (size_t i = 0; i < in->marks; i++) {
		const struct mark *mark = &in->mark[i];
		int32_t option;

		if (mark->kind != MARK_EXISTING)
			continue;
		option = mark->need == NAMES_NONE
		    ? OPTION_NONE
		    : repairer_option(repairer, mark->physician, mark->need);
		if (option != OPTION_NONE &&
		    repairer->board
			    .choice[model_seat(repairer->model, option)] ==
			option)
			continue; /* locked too */
		repairer->desk.logged = 0;
		if (option != OPTION_NONE &&
		    fits(repairer, model_seat(repairer->model, option),
			option)) {
			desk_put(&repairer->desk,
			    model_seat(repairer->model, option), option);
			continue;
		}
		leave_out(repairer, mark);
	}
	memcpy(repairer->published, repairer->board.choice,
	    repairer->model->seats * sizeof(int32_t));
	board_total(&repairer->board);
	repair_widen(repairer, &repairer->bound);
	repairer->cost = board_cost(&repairer->board);
}

static void
open_desk(struct repairer *repairer)
{
	struct desk *desk = &repairer->desk;

	desk->weeks = repairer->model->in->weeks;
	for (int32_t w = 0; w < desk->weeks; w++)
		desk->week[w] = w;
	desk_open(desk, 0, 0, 1);
}

struct repairer *
repairer_new(struct model *model)
{
	struct repairer *repairer = xcalloc(1, sizeof(*repairer));
	size_t physicians = (size_t)model->in->physicians + 1;

	repairer->model = model;
	repairer->pool = pool_new(1);
	board_make(&repairer->board, model);
	desk_make(&repairer->desk, &repairer->board);
	repairer->published = xcalloc(model->seats + 1, sizeof(int32_t));
	repairer->hit = xcalloc(physicians, sizeof(bool));
	repairer->moved = xcalloc(physicians, sizeof(bool));
	repairer->shut = xcalloc(model->seats + 1, sizeof(bool));
	repairer->open = xcalloc(model->slots + 1, 1);
	repairer->share_limit = xcalloc(model->in->shares + 1, sizeof(int64_t));
	index_takers(repairer);
	open_desk(repairer);
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
	free(repairer->published);
	free(repairer->taker);
	free(repairer->taker_first);
	free(repairer->vacancy);
	free(repairer->repriced);
	free(repairer->revalued);
	free(repairer->pinned);
	free(repairer->line);
	free(repairer->hit);
	free(repairer->moved);
	free(repairer->shut);
	free(repairer->open);
	free(repairer->share_limit);
	free(repairer);
}

/* ----- prices ----- */

/* Values and bound at the best prices that there are. */
static void
refresh(struct repairer *repairer)
{
	if (!repairer->stale)
		return;
	repairer->bound = relax_solve(&repairer->relax, &repairer->dual.best);
	tariff_free(&repairer->tariff);
	tariff_make(&repairer->tariff, repairer->model, &repairer->dual.best);
	repairer->stale = false;
}

void
repairer_take_prices(struct repairer *repairer, const struct plan *plan)
{
	const struct prices taken = {
	    plan->slot, plan->share, plan->unpopular, plan->cap};
	struct dual *dual = &repairer->dual;

	prices_copy(&dual->best, &taken, repairer->model);
	dual->bound = relax_solve(&repairer->relax, &dual->best);
	repairer->stale = true;
}

/* The need of the same half-day in another instance, or NAMES_NONE. */
static int32_t
counterpart(const struct instance *of, const struct instance *in, int32_t n)
{
	const struct need *need = &of->need[n];
	const struct activity_kind *kind = &of->activity[need->activity];
	int32_t site = names_find(
	    &in->site_names, span_of(names_text(&of->site_names, need->site)));
	int32_t half = need->half + (of->from - in->from) * PART_COUNT;
	int32_t programme = NAMES_NONE;
	int32_t activity = instance_activity(in,
	    (struct span){kind->word, (size_t)kind->word_len},
	    span_of(kind->special));

	if (need->programme != NAMES_NONE)
		programme = names_find(&in->programme_names,
		    span_of(names_text(&of->programme_names, need->programme)));
	if (site == NAMES_NONE || activity == NAMES_NONE || half < 0 ||
	    half >= in->halves)
		return NAMES_NONE;
	return instance_need(in, site, half, activity, programme);
}

void
repairer_inherit(struct repairer *to, const struct repairer *from)
{
	const struct instance *in = to->model->in, *of = from->model->in;
	struct dual *dual = &to->dual;

	for (size_t n = 0; n < of->needs; n++) {
		int32_t own = counterpart(of, in, (int32_t)n);

		if (own != NAMES_NONE)
			dual->best.slot[own] = from->dual.best.slot[n];
	}
	for (int32_t p = 0; p < of->physicians; p++) {
		int32_t own = names_find(&in->physician_names,
		    span_of(names_text(&of->physician_names, p)));

		if (own != NAMES_NONE)
			dual->best.unpopular[own] =
			    from->dual.best.unpopular[p];
	}
	if (in->shares == of->shares)
		memcpy(dual->best.share, from->dual.best.share,
		    in->shares * sizeof(int64_t));
	if (in->caps == of->caps)
		memcpy(dual->best.cap, from->dual.best.cap,
		    in->caps * sizeof(int64_t));
	dual->bound = relax_solve(&to->relax, &dual->best);
	to->stale = true;
}

bool
repairer_improve(struct repairer *repairer, int rounds)
{
	int64_t before = repairer->dual.bound;
	bool more = dual_run(&repairer->dual, repairer->cost, rounds);

	if (repairer->dual.bound != before)
		repairer->stale = true;
	return more;
}

int64_t
repairer_cost(const struct repairer *repairer)
{
	return repairer->cost;
}

int64_t
repairer_bound(struct repairer *repairer)
{
	refresh(repairer);
	return relax_points(repairer->bound);
}

size_t
repairer_misfits(const struct repairer *repairer)
{
	return repairer->misfits;
}

/* ----- what others change ----- */

static void
shut_seat(struct repairer *repairer, int32_t seat)
{
	const struct model *model = repairer->model;

	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++)
		if (repairer->board.choice[seat] == o)
			repairer->shut[seat] = true;
		else
			repair_set_cost(repairer, o, CLOSED);
}

void
repairer_close(
    struct repairer *repairer, int32_t physician, int32_t from, int32_t until)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;

	for (int32_t w = half_week(from);
	     w <= half_week(until - 1) && w < in->weeks; w++) {
		const int32_t *at =
		    &model->week_seat[w * in->physicians + physician];

		for (int32_t s = at[0]; s < at[1]; s++)
			if (model->seat[s].half >= from &&
			    model->seat[s].half < until)
				shut_seat(repairer, s);
	}
	repairer->stale = true;
}

bool
repairer_set(
    struct repairer *repairer, int32_t physician, int32_t need, bool does)
{
	struct model *model = repairer->model;
	const struct weights *weight = &model->in->weight;
	int32_t option = repairer_option(repairer, physician, need), seat;
	int32_t sign = does ? 1 : -1;

	if (option == OPTION_NONE)
		return false;
	seat = model_seat(model, option);
	if ((repairer->board.choice[seat] == option) == does)
		return true;
	open_desk(repairer);
	if (does && !fits(repairer, seat, option))
		return false;
	desk_put(&repairer->desk, seat, does ? option : OPTION_NONE);
	if (!repair_is_closed(repairer, option))
		repair_set_cost(repairer, option,
		    model->option[option].cost -
			sign * (weight->add + weight->drop));
	if (!does && repairer->shut[seat])
		repair_set_cost(repairer, option, CLOSED);
	model->constant += sign * weight->drop;
	repairer->published[seat] = repairer->board.choice[seat];
	board_total(&repairer->board);
	repair_widen(repairer, &repairer->bound);
	repairer->cost = board_cost(&repairer->board);
	repairer->stale = true;
	return true;
}

/* ----- a question ----- */

static void
note(struct repairer *repairer, int32_t physician, int32_t option, bool drop)
{
	repairer->line = xgrow(repairer->line, &repairer->line_room,
	    repairer->lines + 1, sizeof(repairer->line[0]));
	repairer->line[repairer->lines++] = (struct repair_line){
	    physician, repairer->model->option[option].need, drop};
}

static bool
is_vacated(const struct repairer *repairer, size_t seat)
{
	for (size_t i = 0; i < repairer->vacancies; i++)
		if (repairer->vacancy[i].seat == (int32_t)seat)
			return true;
	return false;
}

/* What is another way than published; and whom it concerns beside those who
 * drop out. */
static void
compare(struct repairer *repairer, struct repair_answer *answer)
{
	const struct model *model = repairer->model;

	repairer->lines = 0;
	memset(
	    repairer->moved, 0, (size_t)model->in->physicians * sizeof(bool));
	for (size_t s = 0; s < model->seats; s++) {
		int32_t was = repairer->published[s];
		int32_t now = repairer->board.choice[s];
		int32_t p = model->seat[s].physician;

		if (was == now)
			continue;
		if (was != OPTION_NONE)
			note(repairer, p, was, true);
		if (now != OPTION_NONE)
			note(repairer, p, now, false);
		if (now == OPTION_NONE && is_vacated(repairer, s))
			continue;
		answer->half_days++;
		answer->physicians += !repairer->moved[p];
		repairer->moved[p] = true;
	}
	answer->line = repairer->line;
	answer->lines = repairer->lines;
}

/* How many of the vacant half-days are held again. */
static int32_t
filled(const struct repairer *repairer)
{
	const struct model *model = repairer->model;
	int32_t sum = 0;

	for (size_t i = 0; i < repairer->vacancies; i++) {
		int32_t need = repairer->vacancy[i].need, empty;
		bool first = true;

		for (size_t j = 0; j < i; j++)
			first = first && repairer->vacancy[j].need != need;
		empty = model->slot[need].count - repairer->board.fill[need];
		if (first && empty < repairer->open[need])
			sum += repairer->open[need] - empty;
	}
	return sum;
}

/* What was added up is what it costs; where board_debug() looks. */
static void
verify(struct repairer *repairer)
{
	size_t forceds = repairer->model->forceds;

	/* Who drops out keeps no lock either. */
	repairer->model->forceds = 0;
	board_debug(&repairer->board);
	repairer->model->forceds = forceds;
#ifdef __SANITIZE_ADDRESS__
	if (repairer->ask->variant != REPAIR_FREE &&
	    board_cost(&repairer->board) != repairer->now_cost)
		abort();
#endif
}

static void
answer(
    struct repairer *repairer, const struct repair_hooks *hooks, bool settled)
{
	struct repair_answer answer = {.cost = repairer->now_cost,
	    .bound = relax_points(repairer->now_bound),
	    .vacant = (int32_t)repairer->vacancies};

	board_total(&repairer->board);
	verify(repairer);
	answer.filled = filled(repairer);
	compare(repairer, &answer);
	answer.us = clock_mono_us() - repairer->begun_us;
	hooks->on_answer(hooks->arg, settled, &answer);
}

bool
repairer_run(struct repairer *repairer, const struct repair_ask *ask,
    const struct repair_hooks *hooks)
{
	bool any;

	repairer->ask = ask;
	repairer->begun_us = clock_mono_us();
	repairer->desk.rng = rng_of(ask->seed, 0, 0);
	refresh(repairer);
	any = repair_open(repairer);
	if (any) {
		repair_rank(repairer, hooks);
		repair_open_desk(repairer);
		repair_fill(repairer, ask->variant == REPAIR_MINIMAL);
		answer(repairer, hooks, false);
		if (ask->variant == REPAIR_FREE)
			repair_anew(repairer);
		else if (ask->variant == REPAIR_LOCAL)
			repair_chains(repairer);
		answer(repairer, hooks, true);
	}
	repair_restore(repairer);
	board_debug(&repairer->board);
	return any;
}
