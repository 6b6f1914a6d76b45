/* SPDX-License-Identifier: ISC */
/* repair_patch: what a question changes, and that it was never asked. */
#include "daemon/planner/repair_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Into fewer bits than the type has; it is in range. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
static void
set_cost(struct offer *offer, int32_t cost)
{
	offer->cost = cost;
}
#pragma GCC diagnostic pop

void
repair_set_cost(struct repairer *repairer, int32_t option, int32_t cost)
{
	set_cost(&repairer->model->option[option], cost);
}

/* ----- options and seats ----- */

static void
revalue(struct repairer *repairer, int32_t physician)
{
	struct revalued *to;

	if (repairer->hit[physician])
		return;
	repairer->hit[physician] = true;
	repairer->revalued = xgrow(repairer->revalued, &repairer->revalue_room,
	    repairer->revalues + 1, sizeof(*to));
	to = &repairer->revalued[repairer->revalues++];
	*to = (struct revalued){
	    physician, repairer->relax.physician_value[physician]};
}

static void
close_option(struct repairer *repairer, int32_t option)
{
	struct model *model = repairer->model;
	struct repriced *to;

	if (repair_is_closed(repairer, option))
		return;
	repairer->repriced = xgrow(repairer->repriced, &repairer->reprice_room,
	    repairer->reprices + 1, sizeof(*to));
	to = &repairer->repriced[repairer->reprices++];
	*to = (struct repriced){option, model->option[option].cost};
	repair_set_cost(repairer, option, CLOSED);
	revalue(repairer, model->seat[model_seat(model, option)].physician);
}

static int32_t
put(struct repairer *repairer, int32_t seat, int32_t option)
{
	/* What is undone here is undone by comparing, not from the log. */
	repairer->desk.logged = 0;
	return desk_put(&repairer->desk, seat, option);
}

/* A published half-day falls vacant. */
static void
vacate(struct repairer *repairer, int32_t seat)
{
	struct model *model = repairer->model;
	int32_t option = repairer->board.choice[seat], need;

	if (option == OPTION_NONE)
		return;
	need = model->option[option].need;
	repairer->now_cost += put(repairer, seat, OPTION_NONE);
	repairer->vacancy = xgrow(repairer->vacancy, &repairer->vacancy_room,
	    repairer->vacancies + 1, sizeof(repairer->vacancy[0]));
	repairer->vacancy[repairer->vacancies++] =
	    (struct vacancy){need, seat, option};
	repairer->open[need]++;
}

/* Nobody can leave it, and nobody has to take another for it. */
static void
pin(struct repairer *repairer, int32_t seat)
{
	if (repairer->model->seat[seat].forced)
		return;
	repairer->pinned = xgrow(repairer->pinned, &repairer->pin_room,
	    repairer->pins + 1, sizeof(repairer->pinned[0]));
	repairer->pinned[repairer->pins++] = seat;
	repairer->model->seat[seat].forced = true;
}

static void
unpin(struct repairer *repairer, int32_t seat)
{
	if (!repairer->model->seat[seat].forced)
		return;
	/* A lock of the instance: noted as what is to be set again. */
	repairer->pinned = xgrow(repairer->pinned, &repairer->pin_room,
	    repairer->pins + 1, sizeof(repairer->pinned[0]));
	repairer->pinned[repairer->pins++] = ~seat;
	repairer->model->seat[seat].forced = false;
}

/* ----- the three questions ----- */

static bool
is_asked(const struct repair_ask *ask, int32_t half)
{
	return half >= ask->from && half < ask->until &&
	    (ask->parts >> half_part(half) & 1) != 0;
}

static void
drop_physician(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	const struct repair_ask *ask = repairer->ask;
	const struct instance *in = model->in;

	for (int32_t w = half_week(ask->from);
	     w <= half_week(ask->until - 1) && w < in->weeks; w++) {
		const int32_t *at =
		    &model->week_seat[w * in->physicians + ask->physician];

		for (int32_t s = at[0]; s < at[1]; s++) {
			const struct seat *seat = &model->seat[s];
			int32_t choice = repairer->board.choice[s];

			if (!is_asked(ask, seat->half))
				continue;
			if (choice != OPTION_NONE &&
			    (ask->site == NAMES_NONE ||
				model->slot[model->option[choice].need].site ==
				    ask->site)) {
				unpin(repairer, s);
				vacate(repairer, s);
			}
			for (int32_t o = seat->first; o < seat[1].first; o++)
				if (ask->site == NAMES_NONE ||
				    model->slot[model->option[o].need].site ==
					ask->site)
					close_option(repairer, o);
		}
	}
}

static void
close_need(struct repairer *repairer, int32_t n)
{
	const struct model *model = repairer->model;

	for (int32_t i = repairer->taker_first[n];
	     i < repairer->taker_first[n + 1]; i++) {
		int32_t option = repairer->taker[i];
		int32_t seat = model_seat(model, option);

		if (repairer->board.choice[seat] == option) {
			unpin(repairer, seat);
			vacate(repairer, seat);
		}
		close_option(repairer, option);
	}
}

static void
close_site(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;
	const struct instance *in = repairer->model->in;

	for (int32_t w = half_week(ask->from);
	     w <= half_week(ask->until - 1) && w < in->weeks; w++) {
		const int32_t *first =
		    &in->need_first[w * in->sites + ask->site];

		for (int32_t n = first[0]; n < first[1]; n++)
			if (is_asked(ask, in->need[n].half))
				close_need(repairer, n);
	}
}

/* Whoever is in the way of the locked half-day leaves. */
static void
keep_one(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	struct board *board = &repairer->board;
	int32_t option = repairer->ask->keep, need = model->option[option].need;
	int32_t seat = model_seat(model, option);
	const struct slot *slot = &model->slot[need];

	if (board->choice[seat] == option)
		return;
	vacate(repairer, seat);
	if (board->fill[need] >= slot->count && board->fill[need] > 0)
		vacate(repairer, board->holder[slot->holder]);
	if (!desk_can(&repairer->desk, seat, option))
		return;
	repairer->now_cost += put(repairer, seat, option);
	pin(repairer, seat);
}

/* ----- around a question ----- */

/* The site gains nothing by what nobody can take: at a price of all that it is
 * worth it wants none. */
static int64_t
closed_site_gain(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	const struct repair_ask *ask = repairer->ask;
	struct relax *relax = &repairer->relax;
	struct prices *prices = &repairer->dual.best;
	int64_t *was = xcalloc(in->needs + 1, sizeof(was[0])), value;

	memcpy(was, prices->slot, in->needs * sizeof(was[0]));
	for (size_t n = 0; n < in->needs; n++) {
		const struct slot *slot = &model->slot[n];

		if (slot->site == ask->site && is_asked(ask, slot->half) &&
		    slot->count > 0)
			prices->slot[n] = ((int64_t)model->level[slot->level] +
					      model->worth[slot->site]) *
			    PRICE_ONE;
	}
	value = site_solve(
	    model, prices, ask->site, relax->filled, relax->share_excess);
	memcpy(prices->slot, was, in->needs * sizeof(was[0]));
	free(was);
	return value - relax->site_value[ask->site];
}

/* The bound of what is left: the physicians that are hit, anew. */
static void
find_bound(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;

	repairer->now_bound = repairer->bound;
	if (ask->keep == OPTION_NONE && ask->physician == NAMES_NONE)
		repairer->now_bound += closed_site_gain(repairer);
	for (size_t i = 0; i < repairer->revalues; i++)
		repairer->now_bound += relax_again(
		    &repairer->relax, repairer->revalued[i].physician);
}

static void
open_all_weeks(struct repairer *repairer)
{
	struct desk *desk = &repairer->desk;

	desk->weeks = repairer->model->in->weeks;
	for (int32_t w = 0; w < desk->weeks; w++)
		desk->week[w] = w;
	desk_open(desk, 0, 0, 1);
}

static void
pin_frozen(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	int32_t frozen = repairer->ask->frozen;

	for (int32_t w = 0; w < in->weeks && w * HALVES_PER_WEEK < frozen;
	     w++) {
		int32_t to =
		    model->week_seat[w * in->physicians + in->physicians];

		for (int32_t s = model->week_seat[w * in->physicians]; s < to;
		     s++)
			if (model->seat[s].half < frozen &&
			    repairer->board.choice[s] != OPTION_NONE)
				pin(repairer, s);
	}
}

void
repair_widen(struct repairer *repairer, int64_t *bound)
{
	struct model *model = repairer->model;
	const struct instance *in = model->in;

	for (size_t g = 0; g < in->shares; g++) {
		const struct mixture *share = &repairer->board.share[g];
		int64_t limit = model->share_limit[g];

		if (share->weight <= limit ||
		    (share->unscheduled == 0 && in->share[g].unscheduled == 0))
			continue;
		if (limit < 0 && !model->share_whole[g])
			limit = 0;
		if (repairer->dual.best.share != NULL && share->weight > limit)
			*bound -= repairer->dual.best.share[g] *
			    (share->weight - limit);
		model->share_limit[g] = share->weight;
	}
}

bool
repair_open(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;

	repairer->vacancies = repairer->reprices = repairer->revalues = 0;
	repairer->pins = 0;
	repairer->now_cost = repairer->cost;
	memcpy(repairer->share_limit, repairer->model->share_limit,
	    repairer->model->in->shares * sizeof(int64_t));
	open_all_weeks(repairer);
	if (ask->keep != OPTION_NONE)
		keep_one(repairer);
	else if (ask->physician != NAMES_NONE)
		drop_physician(repairer);
	else
		close_site(repairer);
	find_bound(repairer);
	board_total(&repairer->board);
	repair_widen(repairer, &repairer->now_bound);
	pin_frozen(repairer);
	return repairer->vacancies > 0;
}

void
repair_open_desk(struct repairer *repairer)
{
	struct desk *desk = &repairer->desk;
	bool in[WEEKS_MAX] = {false};

	board_total(&repairer->board);
	for (size_t i = 0; i < repairer->vacancies; i++)
		in[half_week(
		    repairer->model->seat[repairer->vacancy[i].seat].half)] =
		    true;
	desk->weeks = 0;
	for (int32_t w = 0; w < repairer->model->in->weeks; w++)
		if (in[w])
			desk->week[desk->weeks++] = w;
	desk_open(desk, 0, 0, 1);
}

/* Of the weeks of the desk; first all that is new goes. */
static void
put_back(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	size_t seats = model->seats;
	const int32_t *choice = repairer->board.choice;

	board_total(&repairer->board);
	open_all_weeks(repairer);
	for (size_t s = 0; s < seats; s++)
		if (choice[s] != repairer->published[s] &&
		    choice[s] != OPTION_NONE)
			put(repairer, (int32_t)s, OPTION_NONE);
	for (size_t s = 0; s < seats; s++)
		if (choice[s] != repairer->published[s])
			put(repairer, (int32_t)s, repairer->published[s]);
	board_total(&repairer->board);
}

void
repair_restore(struct repairer *repairer)
{
	for (size_t i = repairer->pins; i-- > 0;) {
		int32_t seat = repairer->pinned[i];

		repairer->model->seat[seat < 0 ? ~seat : seat].forced =
		    seat < 0;
	}
	for (size_t i = repairer->reprices; i-- > 0;)
		repair_set_cost(repairer, repairer->repriced[i].option,
		    repairer->repriced[i].cost);
	for (size_t i = 0; i < repairer->revalues; i++) {
		int32_t p = repairer->revalued[i].physician;

		repairer->relax.physician_value[p] =
		    repairer->revalued[i].value;
		repairer->hit[p] = false;
	}
	for (size_t i = 0; i < repairer->vacancies; i++)
		repairer->open[repairer->vacancy[i].need] = 0;
	memcpy(repairer->model->share_limit, repairer->share_limit,
	    repairer->model->in->shares * sizeof(int64_t));
	put_back(repairer);
	repairer->vacancies = repairer->reprices = repairer->revalues = 0;
	repairer->pins = 0;
}
