/* SPDX-License-Identifier: ISC */
/* repair_patch: single things that a question changes, and that it was never
 * asked. */
#include "daemon/planner/repair/repair_private.h"

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

/* ----- options ----- */

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

void
repair_close_option(struct repairer *repairer, int32_t option, bool quietly)
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
	if (!quietly)
		revalue(
		    repairer, model->seat[model_seat(model, option)].physician);
}

/* ----- seats ----- */

int32_t
repair_put(struct repairer *repairer, int32_t seat, int32_t option)
{
	/* What is undone here is undone by comparing, not from the log. */
	repairer->desk.logged = 0;
	return desk_put(&repairer->desk, seat, option);
}

static void
note_seat(struct repairer *repairer, int32_t seat)
{
	repairer->pinned = xgrow(repairer->pinned, &repairer->pin_room,
	    repairer->pins + 1, sizeof(repairer->pinned[0]));
	repairer->pinned[repairer->pins++] = seat;
}

void
repair_pin(struct repairer *repairer, int32_t seat)
{
	if (repairer->model->seat[seat].forced)
		return;
	note_seat(repairer, seat);
	repairer->model->seat[seat].forced = true;
}

void
repair_unpin(struct repairer *repairer, int32_t seat)
{
	if (!repairer->model->seat[seat].forced)
		return;
	/* Noted as what is to be set again. */
	note_seat(repairer, ~seat);
	repairer->model->seat[seat].forced = false;
}

/* ----- vacancies ----- */

void
repair_add_vacancy(
    struct repairer *repairer, int32_t need, int32_t seat, bool wanted)
{
	repairer->vacancy = xgrow(repairer->vacancy, &repairer->vacancy_room,
	    repairer->vacancies + 1, sizeof(repairer->vacancy[0]));
	repairer->vacancy[repairer->vacancies++] =
	    (struct vacancy){need, seat, wanted};
	if (wanted)
		repairer->open[need]++;
}

void
repair_free_seat(struct repairer *repairer, int32_t seat)
{
	for (size_t i = 0; i < repairer->freeds; i++)
		if (repairer->freed[i] == seat)
			return;
	repairer->freed = xgrow(repairer->freed, &repairer->freed_room,
	    repairer->freeds + 1, sizeof(repairer->freed[0]));
	repairer->freed[repairer->freeds++] = seat;
}

void
repair_vacate(struct repairer *repairer, int32_t seat, bool wanted)
{
	int32_t option = repairer->board.choice[seat];

	if (option == OPTION_NONE)
		return;
	repair_unpin(repairer, seat);
	repairer->now_cost += repair_put(repairer, seat, OPTION_NONE);
	repairer->emptied[seat] = true;
	repair_add_vacancy(
	    repairer, repairer->model->option[option].need, seat, wanted);
	repair_free_seat(repairer, seat);
}

void
repair_let_go(struct repairer *repairer, size_t number, bool wanted)
{
	struct misfit *misfit = &repairer->misfit[number];
	struct model *model = repairer->model;
	struct slot *slot = &model->slot[misfit->need];

	repairer->let_go = xgrow(repairer->let_go, &repairer->let_go_room,
	    repairer->let_gos + 1, sizeof(repairer->let_go[0]));
	/* Told apart by the sign: whether it is wanted again. */
	repairer->let_go[repairer->let_gos++] =
	    wanted && misfit->counted ? (int32_t)number : ~(int32_t)number;
	model->room[slot->room].rooms += misfit->housed;
	if (wanted && misfit->counted) {
		repairer->now_cost += model->level[slot->level + slot->count];
		slot->count++;
	}
	repair_add_vacancy(
	    repairer, misfit->need, OPTION_NONE, wanted && misfit->counted);
}

/* ----- shares ----- */

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

/* ----- as it was ----- */

/* First all that is new goes. */
static void
put_back(struct repairer *repairer)
{
	const struct model *model = repairer->model;
	size_t seats = model->seats;
	const int32_t *choice = repairer->board.choice;

	board_total(&repairer->board);
	repairer->ready = false;
	repair_ready(repairer);
	for (size_t s = 0; s < seats; s++)
		if (choice[s] != repairer->published[s] &&
		    choice[s] != OPTION_NONE)
			repair_put(repairer, (int32_t)s, OPTION_NONE);
	for (size_t s = 0; s < seats; s++)
		if (choice[s] != repairer->published[s])
			repair_put(
			    repairer, (int32_t)s, repairer->published[s]);
	board_total(&repairer->board);
}

static void
take_in(struct repairer *repairer)
{
	struct model *model = repairer->model;

	for (size_t i = repairer->let_gos; i-- > 0;) {
		int32_t number = repairer->let_go[i];
		const struct misfit *misfit =
		    &repairer->misfit[number < 0 ? ~number : number];
		struct slot *slot = &model->slot[misfit->need];

		model->room[slot->room].rooms -= misfit->housed;
		slot->count = (uint8_t)(slot->count - (number >= 0));
	}
	repairer->let_gos = 0;
}

static void
forget(struct repairer *repairer)
{
	for (size_t i = 0; i < repairer->revalues; i++) {
		int32_t p = repairer->revalued[i].physician;

		repairer->relax.physician_value[p] =
		    repairer->revalued[i].value;
		repairer->hit[p] = false;
	}
	for (size_t i = 0; i < repairer->vacancies; i++) {
		const struct vacancy *vacancy = &repairer->vacancy[i];

		repairer->open[vacancy->need] = 0;
		repairer->bare[vacancy->need] = 0;
		if (vacancy->seat != OPTION_NONE)
			repairer->emptied[vacancy->seat] = false;
	}
	repairer->vacancies = repairer->reprices = repairer->revalues = 0;
	repairer->pins = repairer->freeds = 0;
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
	memcpy(repairer->model->share_limit, repairer->share_limit,
	    repairer->model->in->shares * sizeof(int64_t));
	put_back(repairer);
	take_in(repairer);
	forget(repairer);
	/* The limits are others than the desk was told. */
	repairer->ready = false;
}
