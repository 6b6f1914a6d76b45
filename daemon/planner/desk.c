/* SPDX-License-Identifier: ISC */
/* desk: single changes of a plan, what they cost and whether they may be. */
#include "daemon/base/mem.h"
#include "daemon/planner/board.h"

#include <stdlib.h>
#include <string.h>

void
desk_make(struct desk *desk, struct board *board)
{
	const struct instance *in = board->model->in;
	size_t physicians = (size_t)in->physicians + 1;
	size_t sites = (size_t)in->sites + 1;

	memset(desk, 0, sizeof(*desk));
	desk->board = board;
	desk->model = board->model;
	desk->physician = xcalloc(physicians, sizeof(struct tally));
	desk->site = xcalloc(sites, sizeof(struct tally));
	desk->physician_leave = xcalloc(physicians, sizeof(struct leave));
	desk->site_leave = xcalloc(sites, sizeof(struct leave));
}

void
desk_free(struct desk *desk)
{
	free(desk->physician);
	free(desk->site);
	free(desk->physician_leave);
	free(desk->site_leave);
	memset(desk, 0, sizeof(*desk));
}

bool
desk_neighbours(
    const struct desk *desk, int32_t seat, unsigned place, int32_t *saved)
{
	const struct model *model = desk->model;
	const struct seat *at = &model->seat[seat];
	const int32_t *choice = &desk->board->choice[seat];
	unsigned part = half_part(at->half);
	int32_t save;

	*saved = 0;
	if (at->back > 0 && at[-1].half == at->half - 1 &&
	    choice[-1] != OPTION_NONE && model->in->rule.gap[part - 1] >= 0) {
		save = model_saving(model, at->physician, part - 1,
		    model->option[choice[-1]].place, place);
		if (save == APART)
			return false;
		*saved += save;
	}
	if (at->ahead > 0 && at[1].half == at->half + 1 &&
	    choice[1] != OPTION_NONE && model->in->rule.gap[part] >= 0) {
		save = model_saving(model, at->physician, part, place,
		    model->option[choice[1]].place);
		if (save == APART)
			return false;
		*saved += save;
	}
	return true;
}

/* What a half-day more of a physician costs with his minima and his share. */
static int32_t
count_cost(const struct desk *desk, int32_t physician, int32_t worked,
    const struct tally *tally, uint8_t flags)
{
	const struct instance *in = desk->model->in;
	const struct worker *worker = &in->physician[physician];
	int32_t cost = 0, above;

	if (worked < worker->week_min)
		cost -= in->weight.week_short;
	if (tally->all < worker->horizon_min)
		cost -= in->weight.horizon_short;
	above = tally->unpopular - worker->fair_share + 1;
	if ((flags & FLAG_UNPOPULAR) != 0 && above > 0)
		cost += in->weight.unfair * above;
	return cost;
}

int32_t
desk_cost(const struct desk *desk, int32_t seat, int32_t number)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
	int32_t physician = model->seat[seat].physician, saved;
	int32_t cost = option->cost;

	desk_neighbours(desk, seat, option->place, &saved);
	cost -= saved + model->level[slot->level + board->fill[option->need]];
	if ((option->flags & FLAG_VISIT) != 0 && board->seen[slot->visit] == 0)
		cost -= model->worth[slot->site];
	return cost +
	    count_cost(desk, physician,
		board->worked[half_week(slot->half) * model->in->physicians +
		    physician],
		&desk->physician[physician], option->flags);
}

int32_t
desk_loss(const struct desk *desk, int32_t seat)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct offer *option = &model->option[board->choice[seat]];
	const struct slot *slot = &model->slot[option->need];
	int32_t physician = model->seat[seat].physician, saved;
	struct tally without = desk->physician[physician];
	int32_t loss;

	without.all--;
	without.unpopular -= (option->flags & FLAG_UNPOPULAR) != 0;
	desk_neighbours(desk, seat, option->place, &saved);
	loss = saved - option->cost +
	    model->level[slot->level + board->fill[option->need] - 1];
	if ((option->flags & FLAG_VISIT) != 0 && board->seen[slot->visit] == 1)
		loss += model->worth[slot->site];
	return loss -
	    count_cost(desk, physician,
		board->worked[half_week(slot->half) * model->in->physicians +
		    physician] -
		    1,
		&without, option->flags);
}

static void
add(struct desk *desk, int32_t seat, int32_t number, int sign)
{
	const struct model *model = desk->model;
	struct board *board = desk->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
	int32_t physician = model->seat[seat].physician;
	struct tally *tally[] = {
	    &desk->physician[physician], &desk->site[slot->site]};
	int32_t *holder = &board->holder[slot->holder];
	uint8_t fill = board->fill[option->need];

	if (sign > 0) {
		holder[fill] = seat;
	} else {
		uint8_t i = 0;

		while (holder[i] != seat)
			i++;
		holder[i] = holder[fill - 1];
	}
	board->fill[option->need] = (uint8_t)(fill + sign);
	board->used[slot->room] = (uint8_t)(board->used[slot->room] + sign);
	if ((option->flags & FLAG_VISIT) != 0)
		board->seen[slot->visit] =
		    (uint8_t)(board->seen[slot->visit] + sign);
	board->worked[half_week(slot->half) * model->in->physicians +
	    physician] += (uint8_t)sign;
	for (size_t i = 0; i < ARRAY_SIZE(tally); i++) {
		tally[i]->all += sign;
		if ((option->flags & FLAG_UNSCHEDULED) != 0)
			tally[i]->unscheduled += sign;
		if ((option->flags & FLAG_UNPOPULAR) != 0)
			tally[i]->unpopular += sign;
	}
	board->choice[seat] = sign > 0 ? number : OPTION_NONE;
}

int32_t
desk_put(struct desk *desk, int32_t seat, int32_t option)
{
	int32_t was = desk->board->choice[seat], cost = 0;

	desk->log[desk->logged++] = (struct change){seat, was};
	if (was != OPTION_NONE) {
		add(desk, seat, was, -1);
		cost -= desk_cost(desk, seat, was);
	}
	if (option != OPTION_NONE) {
		cost += desk_cost(desk, seat, option);
		add(desk, seat, option, 1);
	}
	return cost;
}

void
desk_undo(struct desk *desk, int32_t to)
{
	while (desk->logged > to) {
		const struct change *change = &desk->log[--desk->logged];
		int32_t now = desk->board->choice[change->seat];

		if (now != OPTION_NONE)
			add(desk, change->seat, now, -1);
		if (change->was != OPTION_NONE)
			add(desk, change->seat, change->was, 1);
	}
}
