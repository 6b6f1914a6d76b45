/* SPDX-License-Identifier: ISC */
/* desk: single changes of a plan, what they cost and whether they may be. */
#include "daemon/base/mem.h"
#include "daemon/planner/model/spread.h"

#include <stdlib.h>
#include <string.h>

void
desk_make(struct desk *desk, struct board *board)
{
	const struct instance *in = board->model->in;
	size_t physicians = (size_t)in->physicians + 1;

	memset(desk, 0, sizeof(*desk));
	desk->board = board;
	desk->model = board->model;
	desk->physician = xcalloc(physicians, sizeof(struct tally));
	desk->share = xcalloc(in->shares + 1, sizeof(struct mixture));
	desk->cap = xcalloc(in->caps + 1, sizeof(int32_t));
	desk->physician_leave = xcalloc(physicians, sizeof(struct leave));
	desk->cap_leave = xcalloc(in->caps + 1, sizeof(struct leave));
	desk->share_leave = xcalloc(in->shares + 1, sizeof(struct freedom));
}

void
desk_free(struct desk *desk)
{
	free(desk->physician);
	free(desk->share);
	free(desk->cap);
	free(desk->physician_leave);
	free(desk->cap_leave);
	free(desk->share_leave);
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

/* A half-day more, or the loss of one. */
struct step {
	int32_t physician, week;
	int32_t lost; /* 1: it is counted still, but not to be */
	uint8_t flags;
	const struct need *need;
};

/* What it costs with the minima of caps. */
static int32_t
caps_cost(const struct desk *desk, const struct step *step)
{
	const struct instance *in = desk->model->in;
	int32_t cost = 0, units = in->rule.units[half_part(step->need->half)];

	for (int32_t i = in->cap_first[step->physician];
	     i < in->cap_first[step->physician + 1]; i++) {
		int32_t number = in->cap_list[i];
		const struct cap *cap = &in->cap[number];
		int32_t lack;

		if (cap->min == 0 || !instance_in_cap(in, cap, step->need))
			continue;
		lack = cap->min - desk->cap[number] + step->lost * units;
		if (lack > 0)
			cost -= cap->weight * (lack < units ? lack : units);
	}
	return cost;
}

/* With his minima and his fair share. */
static int32_t
count_cost(const struct desk *desk, const struct step *step)
{
	const struct model *model = desk->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[step->physician];
	const struct tally *tally = &desk->physician[step->physician];
	bool unpopular = (step->flags & FLAG_UNPOPULAR) != 0;
	int32_t cost = 0, above;
	int32_t worked =
	    desk->board->worked[step->week * in->physicians + step->physician] -
	    step->lost;

	if (worked < model_week_min(model, step->physician, step->week))
		cost -= worker->week_short;
	if (tally->all - step->lost < worker->horizon_min)
		cost -= in->weight.horizon_short;
	above = tally->unpopular - (unpopular ? step->lost : 0) -
	    worker->fair_share + 1;
	if (unpopular && above > 0)
		cost += worker->unfair * above;
	return model_capped(model, step->physician)
	    ? cost + caps_cost(desk, step)
	    : cost;
}

static int32_t
step_cost(const struct desk *desk, int32_t physician, int32_t option, bool lost)
{
	const struct model *model = desk->model;
	const struct offer *offer = &model->option[option];
	const struct need *need = &model->in->need[offer->need];
	const struct step step = {physician,
	    half_week(model->slot[offer->need].half), lost, offer->flags, need};

	return count_cost(desk, &step);
}

int32_t
desk_cost(const struct desk *desk, int32_t seat, int32_t number)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
	int32_t cost = option->cost, saved;

	desk_neighbours(desk, seat, option->place, &saved);
	cost -= saved + model->level[slot->level + board->fill[option->need]];
	if ((option->flags & FLAG_VISIT) != 0 && board->seen[slot->visit] == 0)
		cost -= model->visit[slot->visit].worth;
	if (spread_any(model, model->seat[seat].physician))
		cost -= spread_gain(
		    board, model->seat[seat].physician, option->place);
	return cost +
	    step_cost(desk, model->seat[seat].physician, number, false);
}

int32_t
desk_loss(const struct desk *desk, int32_t seat)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct offer *option = &model->option[board->choice[seat]];
	const struct slot *slot = &model->slot[option->need];
	int32_t loss, saved;

	desk_neighbours(desk, seat, option->place, &saved);
	loss = saved - option->cost +
	    model->level[slot->level + board->fill[option->need] - 1];
	if ((option->flags & FLAG_VISIT) != 0 && board->seen[slot->visit] == 1)
		loss += model->visit[slot->visit].worth;
	if (spread_any(model, model->seat[seat].physician))
		loss += spread_loss(
		    board, model->seat[seat].physician, option->place);
	return loss -
	    step_cost(
		desk, model->seat[seat].physician, board->choice[seat], true);
}

static void
mix(struct desk *desk, int32_t number, const struct slot *slot, int sign)
{
	const struct instance *in = desk->model->in;
	struct mixture *share;

	if (number == NAMES_NONE)
		return;
	share = &desk->share[number];
	share->weight +=
	    sign * instance_weight(in, &in->share[number], slot->care);
	if ((slot->flags & FLAG_UNSCHEDULED) != 0)
		share->unscheduled += sign;
}

static void
count_caps(
    struct desk *desk, int32_t physician, const struct need *need, int sign)
{
	const struct instance *in = desk->model->in;

	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		if (instance_in_cap(in, &in->cap[in->cap_list[i]], need))
			desk->cap[in->cap_list[i]] +=
			    sign * in->rule.units[half_part(need->half)];
	}
}

/* The counts of a physician, his shares and the site's. */
static void
count_more(
    struct desk *desk, int32_t physician, const struct offer *option, int sign)
{
	const struct model *model = desk->model;
	const struct slot *slot = &model->slot[option->need];
	const struct need *need = &model->in->need[option->need];
	struct tally *tally = &desk->physician[physician];

	desk->board->worked[half_week(slot->half) * model->in->physicians +
	    physician] += (uint8_t)sign;
	tally->all += sign;
	if ((option->flags & FLAG_UNPOPULAR) != 0)
		tally->unpopular += sign;
	mix(desk, instance_own_share(model->in, physician, need), slot, sign);
	mix(desk, slot->share, slot, sign);
	if (spread_any(model, physician))
		spread_note(desk->board, physician, option->place, sign);
	if (model_capped(model, physician))
		count_caps(desk, physician, need, sign);
}

static void
add(struct desk *desk, int32_t seat, int32_t number, int sign)
{
	const struct model *model = desk->model;
	struct board *board = desk->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
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
	count_more(desk, model->seat[seat].physician, option, sign);
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
