/* SPDX-License-Identifier: ISC */
/*
 * repair_open: what a question empties, closes and keeps as it is, and the
 * bound of what is left.
 */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool
is_asked(const struct repair_ask *ask, int32_t half)
{
	return half >= ask->from && half < ask->until &&
	    (ask->parts >> half_part(half) & 1) != 0;
}

/* Whether the question closes sites, for everybody. */
static bool
closes(const struct repair_ask *ask)
{
	return ask->keep == OPTION_NONE && ask->physician == NAMES_NONE &&
	    ask->site != NULL;
}

static bool
names_site(const struct repair_ask *ask, int32_t site)
{
	return ask->site == NULL || ask->site[site];
}

/* ----- what stays as it is ----- */

/* Those who have one keep it. */
static void
close_takers(struct repairer *repairer, int32_t need)
{
	for (int32_t i = repairer->taker_first[need];
	     i < repairer->taker_first[need + 1]; i++) {
		int32_t option = repairer->taker[i];
		int32_t seat = model_seat(repairer->model, option);

		if (repairer->board.choice[seat] != option)
			repair_close_option(repairer, option, true);
	}
}

/* Nobody can be sent where it has begun. */
static void
close_begun(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	int32_t began = repairer->ask->began;

	for (int32_t w = 0; w < in->weeks && w * HALVES_PER_WEEK < began; w++) {
		int32_t to = in->need_first[w * in->sites + in->sites];

		for (int32_t n = in->need_first[w * in->sites]; n < to; n++) {
			if (repairer->board.fill[n] >= model->slot[n].count ||
			    !repair_has_begun(repairer, n))
				continue;
			close_takers(repairer, n);
		}
	}
}

static bool
stays(const struct repairer *repairer, int32_t seat)
{
	const struct model *model = repairer->model;
	int32_t choice = repairer->board.choice[seat];

	return choice != OPTION_NONE &&
	    (model->seat[seat].half < repairer->ask->frozen ||
		repair_has_begun(repairer, model->option[choice].need));
}

static void
pin_frozen(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	int32_t end = repairer->ask->frozen;

	if (repairer->ask->has_begun != NULL && repairer->ask->began > end)
		end = repairer->ask->began;
	for (int32_t w = 0; w < in->weeks && w * HALVES_PER_WEEK < end; w++) {
		int32_t to =
		    model->week_seat[w * in->physicians + in->physicians];

		for (int32_t s = model->week_seat[w * in->physicians]; s < to;
		     s++)
			if (stays(repairer, s))
				repair_pin(repairer, s);
	}
}

/* ----- what goes ----- */

static void
drop_seat(struct repairer *repairer, int32_t s)
{
	const struct model *model = repairer->model;
	const struct repair_ask *ask = repairer->ask;
	const struct seat *seat = &model->seat[s];
	int32_t choice = repairer->board.choice[s];
	const struct slot *slot;

	if (choice != OPTION_NONE) {
		slot = &model->slot[model->option[choice].need];
		if (repair_has_begun(repairer, model->option[choice].need))
			return;
		if (names_site(ask, slot->site))
			repair_vacate(repairer, s, true);
	}
	for (int32_t o = seat->first; o < seat[1].first; o++)
		if (names_site(ask, model->slot[model->option[o].need].site))
			repair_close_option(repairer, o, false);
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

		for (int32_t s = at[0]; s < at[1]; s++)
			if (is_asked(ask, model->seat[s].half))
				drop_seat(repairer, s);
	}
}

static void
close_need(struct repairer *repairer, int32_t n)
{
	const struct model *model = repairer->model;

	if (repair_has_begun(repairer, n))
		return;
	for (int32_t i = repairer->taker_first[n];
	     i < repairer->taker_first[n + 1]; i++) {
		int32_t option = repairer->taker[i];
		int32_t seat = model_seat(model, option);

		if (repairer->board.choice[seat] == option)
			repair_vacate(repairer, seat, false);
		repair_close_option(repairer, option, false);
	}
}

static void
close_sites(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;
	const struct instance *in = repairer->model->in;

	for (size_t n = 0; n < in->needs; n++)
		if (ask->site[in->need[n].site] &&
		    is_asked(ask, in->need[n].half))
			close_need(repairer, (int32_t)n);
}

static void
drop_misfits(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;

	for (size_t i = 0; i < repairer->misfits; i++) {
		const struct misfit *misfit = &repairer->misfit[i];
		const struct slot *slot = &repairer->model->slot[misfit->need];

		if (is_asked(ask, slot->half) &&
		    (ask->physician == NAMES_NONE ||
			ask->physician == misfit->physician) &&
		    names_site(ask, slot->site) &&
		    !repair_has_begun(repairer, misfit->need))
			repair_let_go(repairer, i, !closes(ask));
	}
}

/* What was left before is vacant as far as it is open still; whoever left what
 * is not wanted any more may have something else. */
static void
find_holes(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;
	const struct model *model = repairer->model;

	for (size_t i = 0; i < ask->holes; i++) {
		const struct repair_hole *hole = &ask->hole[i];
		bool wanted = hole->need != NAMES_NONE && !closes(ask);
		int32_t seat = OPTION_NONE;

		if (!is_asked(ask, hole->half))
			continue;
		if (hole->physician != NAMES_NONE)
			seat =
			    repair_seat(repairer, hole->physician, hole->half);
		if (seat != OPTION_NONE &&
		    repairer->board.choice[seat] == OPTION_NONE)
			repair_free_seat(repairer, seat);
		if (wanted && !repair_has_begun(repairer, hole->need) &&
		    repairer->board.fill[hole->need] +
			    repairer->open[hole->need] <
			model->slot[hole->need].count)
			repair_add_vacancy(
			    repairer, hole->need, OPTION_NONE, true);
	}
}

/* ----- the bound ----- */

/* At a price of all that it is worth a site wants none of what nobody can
 * take, and gains nothing by it. */
static int64_t
closed_sites_gain(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	const struct repair_ask *ask = repairer->ask;
	struct relax *relax = &repairer->relax;
	struct prices *prices = &repairer->dual.best;
	int64_t *was = xcalloc(in->needs + 1, sizeof(was[0])), gain = 0;

	memcpy(was, prices->slot, in->needs * sizeof(was[0]));
	for (size_t n = 0; n < in->needs; n++) {
		const struct slot *slot = &model->slot[n];

		if (ask->site[slot->site] && is_asked(ask, slot->half) &&
		    slot->count > 0 && !repair_has_begun(repairer, (int32_t)n))
			prices->slot[n] = ((int64_t)model->level[slot->level] +
					      model->visit[slot->visit].worth) *
			    PRICE_ONE;
	}
	for (int32_t s = 0; s < in->sites; s++)
		if (ask->site[s])
			gain += site_solve(model, prices, s, relax->filled,
				    relax->share_excess) -
			    relax->site_value[s];
	memcpy(prices->slot, was, in->needs * sizeof(was[0]));
	free(was);
	return gain;
}

/* Sites that want again what misfits had. */
static int64_t
opened_sites_gain(struct repairer *repairer)
{
	struct relax *relax = &repairer->relax;
	int64_t gain = 0;

	for (size_t i = 0; i < repairer->let_gos; i++) {
		int32_t number = repairer->let_go[i], site;
		bool first = number >= 0;

		if (!first)
			continue;
		site =
		    repairer->model->slot[repairer->misfit[number].need].site;
		for (size_t j = 0; j < i; j++) {
			int32_t other = repairer->let_go[j];

			first = first &&
			    (other < 0 ||
				repairer->model
					->slot[repairer->misfit[other].need]
					.site != site);
		}
		if (first)
			gain +=
			    site_solve(repairer->model, &repairer->dual.best,
				site, relax->filled, relax->share_excess) -
			    relax->site_value[site];
	}
	return gain;
}

/* What is left: the physicians that are hit, anew, and the sites. */
static void
find_bound(struct repairer *repairer)
{
	repairer->now_bound = repairer->bound;
	if (closes(repairer->ask))
		repairer->now_bound += closed_sites_gain(repairer);
	else
		repairer->now_bound += opened_sites_gain(repairer);
	for (size_t i = 0; i < repairer->revalues; i++)
		repairer->now_bound += relax_again(
		    &repairer->relax, repairer->revalued[i].physician);
}

/* ----- all of it ----- */

static bool
empty(struct repairer *repairer)
{
	const struct repair_ask *ask = repairer->ask;

	if (ask->keep != OPTION_NONE)
		return repair_lock(repairer);
	if (ask->physician != NAMES_NONE)
		drop_physician(repairer);
	else if (ask->site != NULL)
		close_sites(repairer);
	if (ask->physician != NAMES_NONE || ask->site != NULL)
		drop_misfits(repairer);
	find_holes(repairer);
	return true;
}

/* Seats whose physician could do something else then. */
static void
sift_freed(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	size_t kept = 0;

	for (size_t i = 0; i < repairer->freeds; i++) {
		const struct seat *seat = &model->seat[repairer->freed[i]];
		bool open = false;

		for (int32_t o = seat->first; o < seat[1].first; o++)
			open = open || !repair_is_closed(repairer, o);
		if (open)
			repairer->freed[kept++] = repairer->freed[i];
	}
	repairer->freeds = kept;
}

enum repair_end
repair_open(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	bool any;

	repairer->now_cost = repairer->cost;
	memcpy(repairer->share_limit, model->share_limit,
	    model->in->shares * sizeof(int64_t));
	repair_ready(repairer);
	pin_frozen(repairer);
	if (!empty(repairer))
		return REPAIR_REFUSED;
	sift_freed(repairer);
	any = repairer->vacancies > 0 || repairer->freeds > 0 ||
	    (repairer->ask->keep != OPTION_NONE && repairer->why == NULL);
	if (!any)
		return REPAIR_VOID;
	close_begun(repairer);
	for (size_t i = 0; i < repairer->vacancies; i++) {
		int32_t need = repairer->vacancy[i].need;

		repairer->bare[need] = (uint8_t)(model->slot[need].count -
		    repairer->board.fill[need] - repairer->open[need]);
	}
	find_bound(repairer);
	board_total(&repairer->board);
	repair_widen(repairer, &repairer->now_bound);
	repairer->ready = false;
	repair_ready(repairer);
	return REPAIR_DONE;
}

void
repair_open_desk(struct repairer *repairer)
{
	struct desk *desk = &repairer->desk;
	const struct model *model = repairer->model;
	bool in[WEEKS_MAX] = {false};

	board_total(&repairer->board);
	for (size_t i = 0; i < repairer->vacancies; i++)
		in[half_week(model->slot[repairer->vacancy[i].need].half)] =
		    true;
	for (size_t i = 0; i < repairer->freeds; i++)
		in[half_week(model->seat[repairer->freed[i]].half)] = true;
	desk->weeks = 0;
	for (int32_t w = 0; w < model->in->weeks; w++)
		if (in[w])
			desk->week[desk->weeks++] = w;
	desk_open(desk, 0, 0, 1);
	/* There is no other desk: Mondays are nobody's to rely upon. */
	for (int32_t w = 0; w < model->in->weeks; w++)
		desk->own[w] = true;
	repairer->ready = false;
}
